package router

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func noon() time.Time { return time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC) }

func openCA(t *testing.T, dir string) *CA {
	t.Helper()
	ca, err := OpenCA(dir, "alice@dev-box", noon())
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

// leaf returns the certificate in dir.
func leaf(t *testing.T, dir string) *x509.Certificate {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, certFile), filepath.Join(dir, keyFile))
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func TestCAIsKept(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "ca")
	first := openCA(t, dir).Fingerprint()
	if second := openCA(t, dir).Fingerprint(); second != first {
		t.Errorf("fingerprint %s after opening it again, want %s", second, first)
	}
	if len(first) != 32*3-1 || strings.Count(first, ":") != 31 {
		t.Errorf("fingerprint %q is not 32 pairs", first)
	}
	for name, want := range map[string]fs.FileMode{caKeyFile: 0o400, caCertFile: 0o644, ".": 0o700} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", name, info.Mode().Perm(), want)
		}
	}
}

func TestCARefusesDamage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, dir string)
		now   time.Time
	}{
		{"key gone", func(t *testing.T, dir string) { remove(t, filepath.Join(dir, caKeyFile)) }, noon()},
		{"certificate gone", func(t *testing.T, dir string) { remove(t, filepath.Join(dir, caCertFile)) }, noon()},
		{"key spoilt", func(t *testing.T, dir string) { rewrite(t, filepath.Join(dir, caKeyFile), "x") }, noon()},
		{"certificate spoilt", func(t *testing.T, dir string) { rewrite(t, filepath.Join(dir, caCertFile), "x") }, noon()},
		{"another's certificate", func(t *testing.T, dir string) {
			rewrite(t, filepath.Join(dir, caCertFile), string(openCA(t, t.TempDir()).Certificate()))
		}, noon()},
		{"expired", func(*testing.T, string) {}, noon().Add(caLife + time.Hour)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "ca")
			openCA(t, dir)
			before, _ := os.ReadFile(filepath.Join(dir, caKeyFile))
			c.spoil(t, dir)
			if _, err := OpenCA(dir, "x", c.now); err == nil || !strings.Contains(err.Error(), dir) {
				t.Errorf("got %v, want an error that names the folder", err)
			}
			after, _ := os.ReadFile(filepath.Join(dir, caKeyFile))
			if c.name == "certificate gone" && string(before) != string(after) {
				t.Error("the key was replaced")
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func rewrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestIssue(t *testing.T) {
	t.Parallel()
	ca := openCA(t, filepath.Join(t.TempDir(), "ca"))
	dir := filepath.Join(t.TempDir(), "site-acme")
	hosts := []string{"acme.localhost", "*.acme.localhost"}
	issue := func(ca *CA, hosts []string, now time.Time) bool {
		t.Helper()
		renewed, err := ca.Issue(dir, hosts, now)
		if err != nil {
			t.Fatal(err)
		}
		return renewed
	}
	if !issue(ca, hosts, noon()) {
		t.Error("the first certificate was not written")
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca.Certificate()) {
		t.Fatal("the authority's certificate is not PEM")
	}
	cert := leaf(t, dir)
	for _, name := range []string{"acme.localhost", "fr.acme.localhost"} {
		if _, err := cert.Verify(x509.VerifyOptions{DNSName: name, Roots: roots, CurrentTime: noon()}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if life := cert.NotAfter.Sub(cert.NotBefore); life > certLife {
		t.Errorf("valid for %v, want at most %v", life, certLife)
	}
	if info, err := os.Stat(filepath.Join(dir, keyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v, %v, want mode 0600", info, err)
	}
	for _, c := range []struct {
		name  string
		ca    *CA
		hosts []string
		now   time.Time
		want  bool
	}{
		{"again", ca, hosts, noon(), false},
		{"fewer hosts", ca, hosts[:1], noon(), false},
		{"long before its end", ca, hosts, noon().Add(certLife - 60*24*time.Hour), false},
		{"one more host", ca, append(hosts, "shop.localhost"), noon(), true},
		{"last month", ca, hosts, noon().Add(certLife - 20*24*time.Hour), true},
		{"another authority", openCA(t, filepath.Join(t.TempDir(), "ca")), hosts, noon(), true},
	} {
		if got := issue(c.ca, c.hosts, c.now); got != c.want {
			t.Errorf("%s: renewed %v, want %v", c.name, got, c.want)
		}
	}
}

// TestCASignsNothingElse proves the constraint on the wire: a certificate for another name, signed with the authority's
// own key, is not valid.
func TestCASignsNothingElse(t *testing.T) {
	t.Parallel()
	ca := openCA(t, filepath.Join(t.TempDir(), "ca"))
	for _, host := range []string{"example.com", "localhost.example.com", "notlocalhost", "10.0.0.1"} {
		if _, err := ca.Issue(t.TempDir(), []string{"ok.localhost", host}, noon()); !errors.Is(err, ErrNotCovered) {
			t.Errorf("%s: %v, want ErrNotCovered", host, err)
		}
	}
	dir := t.TempDir()
	if err := ca.write(dir, []string{"example.com"}, noon()); err != nil { // past the check
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca.Certificate())
	if _, err := leaf(t, dir).Verify(x509.VerifyOptions{DNSName: "example.com", Roots: roots, CurrentTime: noon()}); err == nil {
		t.Error("a certificate for example.com is valid")
	}
}
