package engine

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// tlsDaemon serves a daemon that answers pings over TLS, and returns its address and, as PEM, its certificate and key.
func tlsDaemon(t *testing.T, auth tls.ClientAuthType) (address string, cert, key []byte) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
	}))
	server.TLS = &tls.Config{ClientAuth: auth}
	quiet(server)
	server.StartTLS()
	t.Cleanup(server.Close)
	own := server.TLS.Certificates[0]
	pkcs8, err := x509.MarshalPKCS8PrivateKey(own.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(server.URL, "https://"),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificate[0]}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

func TestConnectTLS(t *testing.T) {
	open, ca, _ := tlsDaemon(t, tls.NoClientCert)
	closed, _, key := tlsDaemon(t, tls.RequireAnyClientCert)
	dir, bare := t.TempDir(), t.TempDir()
	writeFile(t, filepath.Join(dir, "ca.pem"), string(ca), 0o600)
	writeFile(t, filepath.Join(dir, "cert.pem"), string(ca), 0o600)
	writeFile(t, filepath.Join(dir, "key.pem"), string(key), 0o600)
	writeFile(t, filepath.Join(bare, "ca.pem"), string(ca), 0o600)
	_, port, _ := strings.Cut(open, ":")

	for _, tc := range []struct {
		name         string
		env          map[string]string
		reason, next string // empty when the daemon answers
	}{
		{name: "authority of DOCKER_CERT_PATH", env: map[string]string{"DOCKER_HOST": "tcp://" + open, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": bare}},
		{name: "certificate shown", env: map[string]string{"DOCKER_HOST": "tcp://" + closed, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": dir}},
		{name: "not verified", env: map[string]string{"DOCKER_HOST": "tcp://" + open, "DOCKER_TLS": "1"}},
		{name: "certificate not shown", env: map[string]string{"DOCKER_HOST": "tcp://" + closed, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": bare},
			reason: "does not accept our certificate", next: "DOCKER_CERT_PATH"},
		{name: "another host's certificate", env: map[string]string{"DOCKER_HOST": "tcp://localhost:" + port, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": bare},
			reason: "is for another host", next: "the name that it was made for"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := connectTo(t, tc.env).Ping(t.Context())
			if tc.reason != "" {
				wantUnreachable(t, err, tc.reason, tc.next)
			} else if err != nil {
				t.Error(err)
			}
		})
	}

	t.Run("context", func(t *testing.T) {
		config := t.TempDir()
		writeContext(t, config, "secure", contextOf("secure", "tcp://"+closed))
		meta, err := filepath.Glob(filepath.Join(config, "contexts", "meta", "*"))
		if err != nil || len(meta) != 1 {
			t.Fatal(meta, err)
		}
		files := filepath.Join(config, "contexts", "tls", filepath.Base(meta[0]), "docker")
		writeFile(t, filepath.Join(files, "ca.pem"), string(ca), 0o600)
		writeFile(t, filepath.Join(files, "cert.pem"), string(ca), 0o600)
		writeFile(t, filepath.Join(files, "key.pem"), string(key), 0o600)
		d, err := Connect(ConnectOptions{ConfigDir: config, LookupEnv: onlyEnv(map[string]string{"DOCKER_CONTEXT": "secure"})})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		if err := d.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
