package doctor

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// renewBefore is how long before its end the authority is worth a word: every laptop has to trust a new one.
const renewBefore = 60 * 24 * time.Hour

// authority looks at the certificate authority that signs the sites' certificates.
func (x examiner) authority(context.Context) ([]Finding, error) {
	cert, err := readCertificate(x.CAPath)
	if errors.Is(err, fs.ErrNotExist) {
		return []Finding{{
			Check: "ca-missing", Severity: Info, Title: "there is no certificate authority yet", Detail: "It is made when the first site is.",
		}}, nil
	}
	if err != nil {
		return []Finding{{
			Check: "ca-damaged", Severity: Warn, Title: "the certificate authority cannot be read", Detail: sentence(err.Error()),
			Fix: "Restore its folder from a backup, or move the folder away: a new one is made, which every machine has to trust anew.",
		}}, nil
	}
	findings := []Finding{x.trust(cert)}
	switch left := cert.NotAfter.Sub(x.Now()); {
	case left <= 0:
		findings = append(findings, Finding{
			Check: "ca-expires", Severity: Warn, Title: "the certificate authority expired on " + cert.NotAfter.Format(time.DateOnly),
			Detail: "No browser accepts the sites' certificates any more.",
			Fix:    "Move its folder away: the next start makes a new one, which every machine has to trust anew.",
		})
	case left < renewBefore:
		findings = append(findings, Finding{
			Check: "ca-expires", Severity: Info, Title: fmt.Sprintf("the certificate authority expires in %s", count(int(left/(24*time.Hour)), "day")),
			Fix: "Before then move its folder away: the next start makes a new one, which every machine has to trust anew.",
		})
	}
	return findings, nil
}

// trust asks whether this machine trusts the authority. Over ssh the browser is elsewhere, and cannot be asked.
func (x examiner) trust(cert *x509.Certificate) Finding {
	roots, err := x.Roots()
	if err == nil {
		// At a time when it is valid: whether it is now is another finding.
		_, err = cert.Verify(x509.VerifyOptions{
			Roots: roots, CurrentTime: cert.NotBefore.Add(time.Second), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
		})
	}
	f := Finding{
		Check: "ca-trust", Title: "this machine does not trust the sites' certificates", Command: "locorum-tui ca",
		Fix: "Trust our certificate authority; the command shows it and how. Firefox, and Chrome on Linux, keep their own list of whom they trust.",
	}
	switch {
	case x.overSSH():
		f.Severity = Info
		f.Title = "whether your laptop trusts the sites' certificates cannot be seen from here"
		f.Fix = "Trust our certificate authority on your laptop, where the browser is; the command shows it and how."
		if err == nil {
			f.Detail = "This machine does."
		}
	case err == nil:
		return Finding{Check: "ca-trust", Severity: OK, Title: "this machine trusts the sites' certificates"}
	default:
		f.Severity = Warn
		f.Detail = "Browsers warn of every site."
	}
	return f
}

// readCertificate reads a certificate in PEM.
func readCertificate(path string) (*x509.Certificate, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxSystemFile))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New(path + " holds no certificate")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return cert, nil
}
