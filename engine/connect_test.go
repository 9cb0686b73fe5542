package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docker/docker/client"
)

// writeContext writes a Docker context as `docker context create` does.
func writeContext(tb testing.TB, dir, name, meta string) {
	tb.Helper()
	id := sha256.Sum256([]byte(name))
	writeFile(tb, filepath.Join(dir, "contexts", "meta", hex.EncodeToString(id[:]), "meta.json"), meta, 0o600)
}

// contextOf is the text of a context with one host.
func contextOf(name, host string) string {
	return fmt.Sprintf(`{"Name":%q,"Metadata":{"Description":"d"},"Endpoints":{"docker":{"Host":%q,"SkipTLSVerify":false}}}`, name, host)
}

// TestConnectPrecedence has contexts "work" and "home" and asks which daemon is chosen.
func TestConnectPrecedence(t *testing.T) {
	standard := Endpoint{Host: client.DefaultDockerHost}
	work := Endpoint{Host: "unix:///work.sock", Context: "work"}
	for _, tc := range []struct {
		name, config string
		env          map[string]string
		want         Endpoint
	}{
		{"nothing", "", nil, standard},
		{"empty configuration", "{}", nil, standard},
		{"empty file", " ", nil, standard},
		{"DOCKER_HOST", `{"currentContext":"work"}`, map[string]string{"DOCKER_HOST": "unix:///h.sock", "DOCKER_CONTEXT": "home"}, Endpoint{Host: "unix:///h.sock"}},
		{"DOCKER_CONTEXT", `{"currentContext":"work"}`, map[string]string{"DOCKER_CONTEXT": "home"}, Endpoint{Host: "tcp://home.example.com:2375", Context: "home"}},
		{"current context", `{"currentContext":"work"}`, nil, work},
		{"empty variables", `{"currentContext":"work"}`, map[string]string{"DOCKER_HOST": "", "DOCKER_CONTEXT": ""}, work},
		{"default by variable", `{"currentContext":"work"}`, map[string]string{"DOCKER_CONTEXT": "default"}, standard},
		{"default by configuration", `{"currentContext":"default"}`, nil, standard},
		{"DOCKER_HOST in spite of a broken configuration", `{`, map[string]string{"DOCKER_HOST": "unix:///h.sock"}, Endpoint{Host: "unix:///h.sock"}},
		{"DOCKER_CONTEXT in spite of a broken configuration", `{`, map[string]string{"DOCKER_CONTEXT": "work"}, work},
		{"broken credentials", `{"auths":{"x":{"auth":"%"}},"currentContext":"work"}`, nil, work},
		{"context without a host", `{"currentContext":"bare"}`, nil, Endpoint{Host: client.DefaultDockerHost, Context: "bare"}},
		{"ssh context", `{"currentContext":"far"}`, nil, Endpoint{Host: "ssh://ann@far.example.com:2222", Context: "far"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			if tc.config != "" {
				writeFile(t, filepath.Join(dir, "config.json"), strings.TrimSpace(tc.config), 0o600)
			}
			writeContext(t, dir, "work", contextOf("work", "unix:///work.sock"))
			writeContext(t, dir, "home", contextOf("home", "tcp://home.example.com:2375"))
			writeContext(t, dir, "bare", contextOf("bare", ""))
			writeContext(t, dir, "far", contextOf("far", "ssh://ann@far.example.com:2222"))
			d, err := Connect(ConnectOptions{LookupEnv: onlyEnv(tc.env), ConfigDir: dir})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			if d.Endpoint() != tc.want {
				t.Errorf("got %+v, want %+v", d.Endpoint(), tc.want)
			}
		})
	}
}

func TestConnectConfigDir(t *testing.T) {
	chosen := func(t *testing.T, opts ConnectOptions) string {
		t.Helper()
		d, err := Connect(opts)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		return d.Endpoint().Context
	}
	dirs := map[string]string{}
	home := t.TempDir()
	for name, dir := range map[string]string{"option": t.TempDir(), "variable": t.TempDir(), "home": filepath.Join(home, ".docker")} {
		writeFile(t, filepath.Join(dir, "config.json"), fmt.Sprintf(`{"currentContext":%q}`, name), 0o600)
		writeContext(t, dir, name, contextOf(name, "unix:///x.sock"))
		dirs[name] = dir
	}
	both := onlyEnv(map[string]string{"DOCKER_CONFIG": dirs["variable"], "HOME": home})
	if got := chosen(t, ConnectOptions{ConfigDir: dirs["option"], LookupEnv: both}); got != "option" {
		t.Errorf("ConfigDir: chose the context of %q", got)
	}
	if got := chosen(t, ConnectOptions{LookupEnv: both}); got != "variable" {
		t.Errorf("DOCKER_CONFIG: chose the context of %q", got)
	}
	if got := chosen(t, ConnectOptions{LookupEnv: onlyEnv(map[string]string{"HOME": home})}); got != "home" {
		t.Errorf("home: chose the context of %q", got)
	}
	t.Setenv("DOCKER_HOST", "unix:///real.sock")
	d, err := Connect(ConnectOptions{})
	if err != nil || d.Endpoint().Host != "unix:///real.sock" {
		t.Errorf("zero options do not read the environment: %v", err)
	}
}

func TestConnectRefuses(t *testing.T) {
	const secret = "hunter22222"
	for _, tc := range []struct {
		name, config string
		env          map[string]string
		reason, next string
	}{
		{"no Docker host", "", map[string]string{"DOCKER_HOST": "ftp://x"}, "DOCKER_HOST=ftp://x is not a Docker host", "ssh://user@host"},
		{"http", "", map[string]string{"DOCKER_HOST": "http://x:2375"}, "where Docker wants tcp://", "tcp://host"},
		{"port", "", map[string]string{"DOCKER_HOST": "tcp://x:99999"}, "port is not a number from 1 to 65535", "tcp://host"},
		{"user on tcp", "", map[string]string{"DOCKER_HOST": "tcp://ann:" + secret + "@x:1"}, "holds a user name", "tcp://host"},
		{"query", "", map[string]string{"DOCKER_HOST": "tcp://x:1?a"}, "goes on after the address", "tcp://host"},
		{"unreadable", "", map[string]string{"DOCKER_HOST": "tcp://[::1"}, "cannot be read", "tcp://host"},
		{"pipe", "", map[string]string{"DOCKER_HOST": "npipe:////./pipe/docker"}, "Windows only", "unix://"},
		{"long socket", "", map[string]string{"DOCKER_HOST": "unix:///" + strings.Repeat("x", 200)}, "too long", "unix://"},
		{"ssh password", "", map[string]string{"DOCKER_HOST": "ssh://ann:" + secret + "@x"}, "holds a password", "ssh://user@host"},
		{"unparsable ssh password", "", map[string]string{"DOCKER_HOST": "ssh://ann:" + secret + "%zz@x"}, "cannot be read", "ssh://user@host"},
		{"ssh without a host", "", map[string]string{"DOCKER_HOST": "ssh://"}, "hostname is empty", "ssh://user@host"},
		{"ssh option for a host", "", map[string]string{"DOCKER_HOST": "ssh://-oProxyCommand=x"}, "begins with -", "ssh://user@host"},
		{"control characters", "", map[string]string{"DOCKER_HOST": "x\x1b]0;t\x07://"}, "DOCKER_HOST=x:// is not", "ssh://user@host"},
		{"unknown context", "", map[string]string{"DOCKER_CONTEXT": "gone"}, "no Docker context gone, which DOCKER_CONTEXT names", "docker context ls"},
		{"unknown current context", `{"currentContext":"gone"}`, nil, "config.json names", "docker context ls"},
		{"context that climbs", "", map[string]string{"DOCKER_CONTEXT": "../../x"}, "no Docker context ../../x", "docker context ls"},
		{"context without Docker", "", map[string]string{"DOCKER_CONTEXT": "other"}, "cannot find docker endpoint", "docker context ls"},
		{"broken context", "", map[string]string{"DOCKER_CONTEXT": "broken"}, "the Docker context broken", "docker context ls"},
		{"context with a bad host", "", map[string]string{"DOCKER_CONTEXT": "bad"}, "the host ftp://x of the Docker context bad is not a Docker host", "ssh://user@host"},
		{"broken configuration", `{"auths":"` + secret, nil, "it is not JSON from byte", "Repair the file"},
		{"configuration of another kind", `{"currentContext":7}`, nil, "it has a number at byte", "Repair the file"},
		{"certificates that are none", "", map[string]string{"DOCKER_HOST": "tcp://x", "DOCKER_TLS_VERIFY": "1"}, "ca.pem holds no certificate", "ca.pem, cert.pem and key.pem"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			if tc.config != "" {
				writeFile(t, filepath.Join(dir, "config.json"), tc.config, 0o600)
			}
			writeFile(t, filepath.Join(dir, "ca.pem"), "nothing", 0o600)
			writeContext(t, dir, "other", `{"Name":"other","Endpoints":{"kubernetes":{}}}`)
			writeContext(t, dir, "broken", `{"Name":`)
			writeContext(t, dir, "bad", contextOf("bad", "ftp://x"))
			_, err := Connect(ConnectOptions{LookupEnv: onlyEnv(tc.env), ConfigDir: dir})
			var out *UnreachableError
			if !errors.As(err, &out) || !errors.Is(err, ErrDaemonUnreachable) {
				t.Fatalf("got %v, want an *UnreachableError", err)
			}
			if !strings.Contains(out.Reason, tc.reason) || !strings.Contains(out.NextStep, tc.next) {
				t.Errorf("got %q, %q; want %q, %q", out.Reason, out.NextStep, tc.reason, tc.next)
			}
			if text := fmt.Sprintf("%v %+v", err, out.Endpoint); strings.Contains(text, secret) || strings.ContainsAny(text, "\x1b\x07") {
				t.Errorf("the error tells a secret or is not clean: %q", text)
			}
		})
	}
	t.Run("configuration that is a folder", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "config.json"), 0o700); err != nil {
			t.Fatal(err)
		}
		_, err := Connect(ConnectOptions{LookupEnv: onlyEnv(nil), ConfigDir: dir})
		if !errors.Is(err, ErrDaemonUnreachable) || !strings.Contains(err.Error(), "is a directory") {
			t.Errorf("got %v", err)
		}
	})
}

func TestParseHost(t *testing.T) {
	for _, tc := range []struct {
		text    string
		withTLS bool
		want    string
	}{
		{"unix:///a/b.sock", false, "unix:///a/b.sock"},
		{"unix://", false, client.DefaultDockerHost},
		{"tcp://h", false, "tcp://h:2375"},
		{"tcp://h", true, "tcp://h:2376"},
		{"tcp://", false, "tcp://localhost:2375"},
		{"tcp://:2377", false, "tcp://localhost:2377"},
		{"h:2375", false, "tcp://h:2375"},
		{"tcp://[::1]:2375", false, "tcp://[::1]:2375"},
		{"tcp://[::1]", false, "tcp://[::1]:2375"},
		{"tcp://h:1/prefix", false, "tcp://h:1/prefix"},
		{" ssh://ann@h:22 ", false, "ssh://ann@h:22"},
		{"ssh://h", false, "ssh://h"},
		{"ssh://h/run/d.sock", false, "ssh://h/run/d.sock"},
	} {
		t.Run(tc.text, func(t *testing.T) {
			got, err := parseHost(tc.text, tc.withTLS)
			if err != nil || got.url() != tc.want {
				t.Errorf("got %s, %v; want %s", got.url(), err, tc.want)
			}
		})
	}
}

// TestConnectDoesNotWait connects to hosts that would keep anyone waiting who asked them.
func TestConnectDoesNotWait(t *testing.T) {
	host, arrived := serveUnix(t, nil)
	for _, host := range []string{host, "tcp://192.0.2.1:2375", "ssh://nobody@192.0.2.1"} {
		d, err := Connect(ConnectOptions{LookupEnv: onlyEnv(map[string]string{"DOCKER_HOST": host}), ConfigDir: t.TempDir()})
		if err != nil || !d.HasClient() {
			t.Errorf("%s: %v", host, err)
		}
	}
	select {
	case <-arrived:
		t.Error("Connect asked the daemon")
	default:
	}
}
