package engine

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// explainTCP says why no daemon answers at an address of the network. address may have a path after it.
func explainTCP(address string, encrypted bool, cause error) (reason, next string) {
	address, _, _ = strings.Cut(address, "/")
	if reason, next = explainTLS(address, cause); reason != "" {
		return reason, next
	}
	err := dialCause("tcp", address, cause)
	var dns *net.DNSError
	switch {
	case err == nil && !encrypted && speaksTLS(address):
		return wantsTLS(address)
	case err == nil:
		return "Docker at " + address + " hung up", "It may be restarting: try again in a moment."
	case errors.As(err, &dns):
		return "no address is known for the host " + SanitizeString(dns.Name), "Check the name in DOCKER_HOST or in the Docker context, and the network."
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody listens at " + address, "Start Docker there, or check the port: it is 2376 with TLS and 2375 without."
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "there is no way to " + address, "Check the network."
	case isTimeout(err):
		return address + " does not answer", "Check the address, the network and the firewalls between."
	}
	return "no Docker daemon answers at " + address, "Check the address and the network."
}

// explainTLS says what is wrong between two sides that disagree on TLS; empty when that is not it.
func explainTLS(address string, cause error) (reason, next string) {
	var (
		verify    *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		alert     *net.OpError
	)
	const files = "Check the files in DOCKER_CERT_PATH or of the Docker context."
	switch {
	case isPlain(cause):
		return "Docker at " + address + " does not speak TLS", "Unset DOCKER_TLS_VERIFY, or check the port: it is 2375 without TLS."
	case errors.As(cause, &authority):
		return "the certificate of " + address + " is not signed by an authority that ca.pem names", files
	case errors.As(cause, &name):
		return "the certificate of " + address + " is for another host", "Use the name that it was made for, or have it made for this one."
	case errors.As(cause, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate of " + address + " has expired or is not valid yet", "Have it renewed, and check the clocks of both machines."
	case errors.As(cause, &verify):
		return "the certificate of " + address + " cannot be trusted", files
	case errors.As(cause, &alert) && alert.Op == "remote error":
		return "Docker at " + address + " does not accept our certificate", files
	}
	return "", ""
}

// isTLSMismatch reports whether err says that the two sides disagree on TLS.
func isTLSMismatch(err error) bool {
	reason, _ := explainTLS("", err)
	return reason != ""
}

// isPlain reports whether TLS met a side that does not speak it.
func isPlain(err error) bool {
	var header tls.RecordHeaderError
	return errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &header)
}

// speaksTLS tries a handshake. A side that asks for our certificate or refuses our protocol versions speaks it too.
func speaksTLS(address string) bool {
	dialer := &net.Dialer{Timeout: probeTimeout}
	conn, err := tls.DialWithDialer(dialer, "tcp", address, &tls.Config{InsecureSkipVerify: true}) // nothing is sent over it
	if err == nil {
		_ = conn.Close()
		return true
	}
	var alert *net.OpError
	return !isPlain(err) && !errors.Is(err, io.EOF) && errors.As(err, &alert) && alert.Op == "remote error"
}

// wantsTLS is said of a daemon that speaks TLS to someone who does not.
func wantsTLS(address string) (reason, next string) {
	return "Docker at " + address + " wants TLS", "Set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of ca.pem, cert.pem and key.pem."
}

// explainSSH says why no daemon answers behind ssh. ssh's own words are shown: it knows best.
func explainSSH(host string, cause error) (reason, next string) {
	login, try := sshCommand(host)
	var ssh *sshError
	switch {
	case isNoSSH(cause):
		return "there is no ssh command on this machine", "Install OpenSSH's client."
	case !errors.As(cause, &ssh):
		return "Docker on " + login + " hung up", "It may be restarting: try again in a moment, or `" + try + "`."
	case ssh.code == 255 && ssh.answered:
		return "the ssh connection to " + login + " was lost" + quoted(ssh.said), "Check the network, then `" + try + "`."
	case ssh.code == 255:
		return "ssh does not get to " + login + quoted(ssh.said), "See what it takes with `" + try + "`: it must work without a question."
	case ssh.code == 127:
		return login + " has no docker command" + quoted(ssh.said), "Install Docker there, or put it on the PATH of a login without a terminal: `" + try + "`."
	}
	return "Docker on " + login + " does not answer" + quoted(ssh.said), "See with `" + try + "`."
}

// quoted puts what someone else said behind a colon.
func quoted(said string) string {
	if said == "" {
		return ""
	}
	return ": " + strings.TrimRight(said, ". ")
}

// sshCommand returns who logs in where, and the command with which a person can try.
func sshCommand(host string) (login, try string) {
	u, err := url.Parse(host)
	if err != nil {
		return host, "ssh HOST docker version"
	}
	login = cmp.Or(u.Hostname(), host)
	if name := u.User.Username(); name != "" {
		login = name + "@" + login
	}
	if port := u.Port(); port != "" {
		return login, "ssh -p " + port + " " + login + " docker version"
	}
	return login, "ssh " + login + " docker version"
}
