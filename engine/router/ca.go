package router

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	// caLife is how long the authority is valid. Renewing it means trusting a new one on every laptop.
	caLife = 10 * 365 * 24 * time.Hour
	// clockSlack dates certificates back, for laptops whose clock is behind the dev box's.
	clockSlack = 24 * time.Hour

	caCertFile = "ca.pem"
	caKeyFile  = "ca-key.pem"
)

// ErrNotCovered says that a host name lies outside what the authority may sign.
var ErrNotCovered = errors.New("our certificate authority only signs names under localhost")

// CA is the certificate authority that signs the sites' certificates. It is safe for concurrent use.
type CA struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	dir  string
}

// OpenCA loads the authority in dir, or makes one there when there is none. owner goes into its name, so that a person
// who trusts several can tell them apart: "alice@dev-box". Two processes must not make one at the same time: the caller
// holds a lock. An authority that has expired or is damaged is an error; it is never replaced silently, because people
// trust it by its key.
func OpenCA(dir, owner string, now time.Time) (*CA, error) {
	ca, err := loadCA(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return makeCA(dir, owner, now)
	}
	if err != nil {
		return nil, fmt.Errorf("load the certificate authority in %s: %w", dir, err)
	}
	if now.After(ca.cert.NotAfter) {
		return nil, fmt.Errorf("the certificate authority in %s expired on %s: move the folder away, and a new one is made",
			dir, ca.cert.NotAfter.Format(time.DateOnly))
	}
	return ca, nil
}

// loadCA reads both files. fs.ErrNotExist only when neither is there: one without the other is damage.
func loadCA(dir string) (*CA, error) {
	certPEM, certErr := os.ReadFile(filepath.Join(dir, caCertFile))
	keyPEM, keyErr := os.ReadFile(filepath.Join(dir, caKeyFile))
	if errors.Is(certErr, fs.ErrNotExist) != errors.Is(keyErr, fs.ErrNotExist) {
		return nil, fmt.Errorf("one of %s and %s is missing", caCertFile, caKeyFile)
	}
	if err := errors.Join(certErr, keyErr); err != nil {
		return nil, err
	}
	cert, err := parseCert(certPEM)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", caCertFile, err)
	}
	block, _ := pem.Decode(keyPEM)
	if block == nil {
		return nil, fmt.Errorf("%s is not PEM", caKeyFile)
	}
	key, err := x509.ParseECPrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read", caKeyFile) // the cause could quote the key
	}
	if !key.PublicKey.Equal(cert.PublicKey) {
		return nil, fmt.Errorf("%s and %s do not belong together", caCertFile, caKeyFile)
	}
	return &CA{cert: cert, key: key, dir: dir}, nil
}

func parseCert(text []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("it is not PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}

func makeCA(dir, owner string, now time.Time) (*CA, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the certificate authority: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the certificate authority: %w", err)
	}
	serial, err := newSerial()
	if err != nil {
		return nil, fmt.Errorf("make the certificate authority: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:                serial,
		Subject:                     pkix.Name{CommonName: "Locorum local CA " + owner, Organization: []string{"Locorum"}},
		NotBefore:                   now.Add(-clockSlack),
		NotAfter:                    now.Add(caLife),
		KeyUsage:                    x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid:       true,
		IsCA:                        true,
		MaxPathLenZero:              true,
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("make the certificate authority: %w", err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("make the certificate authority: %w", err)
	}
	// The key first: a certificate without a key would be taken for damage, and so is the reverse, but a crash between
	// the two leaves nothing that anybody trusts yet.
	for _, f := range []struct {
		name string
		kind string
		der  []byte
		mode fs.FileMode
	}{{caKeyFile, "EC PRIVATE KEY", keyDER, 0o400}, {caCertFile, "CERTIFICATE", der, 0o644}} {
		text := pem.EncodeToMemory(&pem.Block{Type: f.kind, Bytes: f.der})
		if err := writeAtomic(filepath.Join(dir, f.name), text, f.mode); err != nil {
			return nil, fmt.Errorf("make the certificate authority: %w", err)
		}
	}
	return loadCA(dir)
}

// newSerial returns 128 random bits: serial numbers must be unique and should not be guessed.
func newSerial() (*big.Int, error) {
	return rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128))
}

// Certificate returns the authority's own certificate, in PEM, for people to trust.
func (ca *CA) Certificate() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.cert.Raw})
}

// CertificatePath returns where that certificate lies.
func (ca *CA) CertificatePath() string { return filepath.Join(ca.dir, caCertFile) }

// Fingerprint returns the certificate's SHA-256, in upper-case hex pairs joined by colons, as browsers show it.
func (ca *CA) Fingerprint() string {
	sum := sha256.Sum256(ca.cert.Raw)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = strings.ToUpper(hex.EncodeToString([]byte{b}))
	}
	return strings.Join(pairs, ":")
}

// Expires returns when the authority ends.
func (ca *CA) Expires() time.Time { return ca.cert.NotAfter }

// covers reports whether the authority may sign host: localhost, a name under it, or a wildcard there.
func covers(host string) bool { return host == "localhost" || strings.HasSuffix(host, ".localhost") }

// signedBy reports whether cert is one of ca's.
func (ca *CA) signedBy(cert *x509.Certificate) bool {
	return bytes.Equal(cert.RawIssuer, ca.cert.RawSubject) && cert.CheckSignatureFrom(ca.cert) == nil
}

// uncovered returns the first of hosts that the authority may not sign; empty when it may sign all.
func uncovered(hosts []string) string {
	i := slices.IndexFunc(hosts, func(h string) bool { return !covers(h) })
	if i < 0 {
		return ""
	}
	return hosts[i]
}
