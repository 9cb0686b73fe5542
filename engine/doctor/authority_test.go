package doctor

import (
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/router"
)

// newAuthority makes an authority as the router does, and returns what it is good for.
func newAuthority(t *testing.T) (path string, ends time.Time, trusted *x509.CertPool) {
	t.Helper()
	ca, err := router.OpenCA(filepath.Join(t.TempDir(), "ca"), "ann@box", noon)
	if err != nil {
		t.Fatal(err)
	}
	trusted = x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(ca.Certificate()) {
		t.Fatal("the authority's certificate is none")
	}
	return ca.CertificatePath(), ca.Expires(), trusted
}

func TestAuthority(t *testing.T) {
	t.Parallel()
	path, ends, pool := newAuthority(t)
	_, _, other := newAuthority(t)
	trusting := func(roots *x509.CertPool, err error) func(b *box) {
		return func(b *box) { b.CAPath, b.Roots = path, func() (*x509.CertPool, error) { return roots, err } }
	}
	at := func(now time.Time) func(b *box) {
		return func(b *box) { trusting(pool, nil)(b); b.Now = func() time.Time { return now } }
	}
	overSSH := func(roots *x509.CertPool) func(b *box) {
		return func(b *box) { trusting(roots, nil)(b); b.env["SSH_CONNECTION"] = "192.0.2.9 1 192.0.2.1 22" }
	}
	damaged := func(text string) func(b *box) {
		return func(b *box) {
			b.CAPath = filepath.Join(t.TempDir(), "ca.pem")
			if err := os.WriteFile(b.CAPath, []byte(text), 0o600); err != nil {
				t.Error(err)
			}
		}
	}
	trusted := "ok ca-trust: this machine trusts the sites' certificates"
	untrusted := "warn ca-trust: this machine does not trust the sites' certificates $ locorum-tui ca"
	laptop := "info ca-trust: whether your laptop trusts the sites' certificates cannot be seen from here $ locorum-tui ca"
	broken := []string{"warn ca-damaged: the certificate authority cannot be read"}
	examine(t, []condition{
		{"not made", "ca", nil, []string{"info ca-missing: there is no certificate authority yet"}},
		{"trusted", "ca", trusting(pool, nil), []string{trusted}},
		{"not trusted", "ca", trusting(x509.NewCertPool(), nil), []string{untrusted}},
		{"another of ours is trusted", "ca", trusting(other, nil), []string{untrusted}},
		{"nobody knows who is trusted", "ca", trusting(nil, errors.New("no files")), []string{untrusted}},
		{"over ssh the laptop matters", "ca", overSSH(x509.NewCertPool()), []string{laptop}},
		{"over ssh, trusted here", "ca", overSSH(pool), []string{laptop}},
		{"about to expire", "ca", at(ends.Add(-48 * time.Hour)), []string{"info ca-expires: the certificate authority expires in 2 days", trusted}},
		{"long to go", "ca", at(ends.Add(-61 * 24 * time.Hour)), []string{trusted}},
		{"expired", "ca", at(ends.Add(time.Minute)), []string{"warn ca-expires: the certificate authority expired on " + ends.Format(time.DateOnly), trusted}},
		{"empty", "ca", damaged(""), broken},
		{"not a certificate", "ca", damaged("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), broken},
		{"a key", "ca", damaged("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"), broken},
		{"a folder", "ca", func(b *box) { b.CAPath = t.TempDir() }, broken},
	})
}

// TestCAPath holds that the authority is looked for where the data folder has it.
func TestCAPath(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	ca, err := router.OpenCA(filepath.Join(home, ".locorum", "tui", "ca"), "ann@box", noon)
	if err != nil {
		t.Fatal(err)
	}
	if got := (Options{HomeDir: home}).complete().CAPath; got != ca.CertificatePath() {
		t.Errorf("got %s, want %s", got, ca.CertificatePath())
	}
	if _, err := readCertificate(filepath.Join(home, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
