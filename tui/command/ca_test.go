package command

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/sites"
)

func TestCA(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	first := h.run("ca")
	if first.code != exitDone || first.stderr != "" {
		t.Fatalf("got %+v", first)
	}
	var about struct{ Certificate, Fingerprint, PEM string }
	if err := json.Unmarshal([]byte(h.run("ca", "--json").stdout), &about); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		about.Certificate, about.Fingerprint, "ssh dev-box locorum-tui ca --pem", "security add-trusted-cert", "certutil", "update-ca-certificates",
		"update-ca-trust", "trust anchor", "Firefox",
	} {
		if !strings.Contains(first.stdout, want) {
			t.Errorf("%q is missing in\n%s", want, first.stdout)
		}
	}
	printed := h.run("ca", "--pem")
	block, rest := pem.Decode([]byte(printed.stdout))
	if block == nil || len(rest) > 0 || printed.stdout != about.PEM {
		t.Fatalf("printed %q", printed.stdout)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil || !strings.Contains(cert.Subject.String(), "alice@") {
		t.Errorf("%v, %v", cert.Subject, err)
	}
	if strings.Contains(first.stdout+printed.stdout+about.PEM, "PRIVATE") {
		t.Error("the key was printed")
	}
	if _, err := os.Stat(filepath.Join(sites.DataDir(h.home), "state", "global.lock")); err != nil {
		t.Errorf("the authority was made without the lock: %v", err)
	}
}

func TestCADamaged(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	dir := filepath.Join(sites.DataDir(h.home), "tui", "ca")
	h.run("ca")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if r := h.run("ca"); r.code != exitFailed || r.stdout != "" || r.stderr == "" {
		t.Errorf("got %+v, want a sentence and code 1", r)
	}
}
