package router

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const (
	// certLife is the longest validity that Apple's systems accept of a certificate from a trusted private authority.
	certLife = 825 * 24 * time.Hour
	// certRenewal is how long before its end a certificate is replaced.
	certRenewal = 30 * 24 * time.Hour

	certFile = "cert.pem"
	keyFile  = "key.pem"
)

// Issue makes sure that dir holds a certificate and key for hosts, and reports whether it wrote new ones. What is there
// is kept while this authority signed it, it names every host and it ends in more than a month. A wildcard
// ("*.acme.localhost") covers one label. A host outside localhost is ErrNotCovered.
func (ca *CA) Issue(dir string, hosts []string, now time.Time) (renewed bool, err error) {
	if len(hosts) == 0 {
		return false, errors.New("issue a certificate: no host is named")
	}
	if host := uncovered(hosts); host != "" {
		return false, fmt.Errorf("issue a certificate for %s: %w", host, ErrNotCovered)
	}
	if ca.stillGood(dir, hosts, now) {
		return false, nil
	}
	if err := ca.write(dir, hosts, now); err != nil {
		return false, fmt.Errorf("issue a certificate for %s: %w", hosts[0], err)
	}
	return true, nil
}

// stillGood reports whether the pair in dir serves for hosts.
func (ca *CA) stillGood(dir string, hosts []string, now time.Time) bool {
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, certFile), filepath.Join(dir, keyFile))
	if err != nil {
		return false
	}
	cert, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil || !ca.signedBy(cert) || now.Before(cert.NotBefore) || now.Add(certRenewal).After(cert.NotAfter) {
		return false
	}
	named := map[string]bool{}
	for _, name := range cert.DNSNames {
		named[name] = true
	}
	for _, host := range hosts {
		if !named[host] {
			return false
		}
	}
	return true
}

func (ca *CA) write(dir string, hosts []string, now time.Time) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := newSerial()
	if err != nil {
		return err
	}
	end := now.Add(certLife - clockSlack)
	if end.After(ca.cert.NotAfter) {
		end = ca.cert.NotAfter
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: hosts[0]},
		NotBefore:    now.Add(-clockSlack),
		NotAfter:     end,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     hosts,
	}, ca.cert, &key.PublicKey, ca.key)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	// Traefik may read between the two writes and then keeps what it had; it reads again when its route file is written.
	if err := writeAtomic(filepath.Join(dir, keyFile), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER}), 0o600); err != nil {
		return err
	}
	return writeAtomic(filepath.Join(dir, certFile), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600)
}
