package engine

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	clicontext "github.com/docker/cli/cli/context"
	contextdocker "github.com/docker/cli/cli/context/docker"
	"github.com/docker/cli/cli/context/store"
	"github.com/docker/docker/client"
	"github.com/docker/go-connections/tlsconfig"
)

// defaultContext is the name that stands for no context.
const defaultContext = "default"

// dockerConfig is what an engine knows of the docker command's settings. The zero value knows of none.
type dockerConfig struct {
	dir       string // ~/.docker
	lookupEnv func(string) (string, bool)
}

// lookup returns the value of an environment variable.
func (c dockerConfig) lookup(key string) (string, bool) {
	if c.lookupEnv == nil {
		return "", false
	}
	return c.lookupEnv(key)
}

// get returns the value of an environment variable; one that is not set is empty, as to the docker command.
func (c dockerConfig) get(key string) string {
	value, _ := c.lookup(key)
	return value
}

// home returns the home folder, or nothing.
func (c dockerConfig) home() string {
	if home := c.get("HOME"); home != "" {
		return home
	}
	return c.get("USERPROFILE")
}

// target finds the daemon. Its error is an *UnreachableError.
func (c dockerConfig) target() (target, error) {
	if host := c.get(client.EnvOverrideHost); host != "" {
		return c.fromHost(host)
	}
	name, source := c.get("DOCKER_CONTEXT"), "DOCKER_CONTEXT"
	if name == "" {
		var err error
		if name, err = c.currentContext(); err != nil {
			return target{}, err
		}
		source = filepath.Join(c.dir, "config.json")
	}
	if name == "" || name == defaultContext {
		return c.fromHost(client.DefaultDockerHost)
	}
	return c.fromContext(name, source)
}

// currentContext returns the context that `docker context use` wrote down; empty when it did not. The rest of the file is
// not looked at: a broken credential does not keep anyone from the daemon.
func (c dockerConfig) currentContext() (string, error) {
	if c.dir == "" {
		return "", nil
	}
	path := filepath.Join(c.dir, "config.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(text) == 0 {
		return "", nil
	}
	var file struct {
		CurrentContext string `json:"currentContext"`
	}
	if err == nil {
		if err = json.Unmarshal(text, &file); err == nil {
			return file.CurrentContext, nil
		}
	}
	return "", &UnreachableError{
		Reason:   "Docker's settings in " + path + " cannot be read: " + readFault(err),
		NextStep: "Repair the file, or set DOCKER_HOST or DOCKER_CONTEXT.",
		Err:      err,
	}
}

// readFault says why a file of settings could not be read. The texts of json's errors may quote the file.
func readFault(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var path *fs.PathError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("it is not JSON from byte %d on", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Sprintf("it has a %s at byte %d where Docker wants another kind of value", kindOf(kind.Value), kind.Offset)
	case errors.As(err, &path):
		return path.Err.Error()
	}
	return "it is not what Docker writes there"
}

// kindOf drops the value from what json says of a value.
func kindOf(value string) string {
	for _, kind := range []string{"number", "string", "array", "object", "bool"} {
		if len(value) >= len(kind) && value[:len(kind)] == kind {
			return kind
		}
	}
	return "value"
}

// fromHost makes a target of DOCKER_HOST or the system's socket. TLS is for tcp only, and only when the environment asks
// for it.
func (c dockerConfig) fromHost(text string) (target, error) {
	verify := c.get(client.EnvTLSVerify) != ""
	withTLS := verify || c.get("DOCKER_TLS") != ""
	host, err := parseHost(text, withTLS)
	endpoint := Endpoint{Host: showHost(text)}
	if err != nil {
		return target{}, malformed(endpoint, "DOCKER_HOST="+endpoint.Host, err.Error())
	}
	endpoint.Host = showHost(host.url())
	if host.scheme != "tcp" || !withTLS {
		return target{endpoint: endpoint, host: host}, nil
	}
	dir := c.get(client.EnvOverrideCertPath)
	if dir == "" {
		dir = c.dir
	}
	config, err := tlsFromFolder(dir, !verify)
	if err != nil {
		return target{}, badTLS(endpoint, "in "+dir, err)
	}
	return target{endpoint: endpoint, host: host, tls: config}, nil
}

// fromContext makes a target of a Docker context; source is who named it.
func (c dockerConfig) fromContext(name, source string) (target, error) {
	endpoint := Endpoint{Context: SanitizeString(name)}
	contexts := store.New(filepath.Join(c.dir, "contexts"), store.NewConfig(
		func() any { return &map[string]any{} },
		store.EndpointTypeGetter(contextdocker.DockerEndpoint, func() any { return &contextdocker.EndpointMeta{} }),
	))
	meta, err := contexts.GetMetadata(name)
	if err != nil {
		return target{}, badContext(endpoint, source, err)
	}
	found, err := contextdocker.EndpointFromContext(meta)
	if err != nil {
		return target{}, badContext(endpoint, source, err)
	}
	full, err := contextdocker.WithTLSData(contexts, name, found)
	if err != nil {
		return target{}, badTLS(endpoint, "of the Docker context "+endpoint.Context, err)
	}
	withTLS := full.TLSData != nil || full.SkipTLSVerify
	text := full.Host
	if text == "" {
		text = client.DefaultDockerHost
	}
	host, err := parseHost(text, withTLS)
	endpoint.Host = showHost(text)
	if err != nil {
		return target{}, malformed(endpoint, "the host "+endpoint.Host+" of the Docker context "+endpoint.Context, err.Error())
	}
	endpoint.Host = showHost(host.url())
	if host.scheme != "tcp" || !withTLS {
		return target{endpoint: endpoint, host: host}, nil
	}
	config, err := tlsConfig(full.TLSData, full.SkipTLSVerify)
	if err != nil {
		return target{}, badTLS(endpoint, "of the Docker context "+endpoint.Context, err)
	}
	return target{endpoint: endpoint, host: host, tls: config}, nil
}

// tlsFromFolder reads ca.pem, cert.pem and key.pem as far as they are there.
func tlsFromFolder(dir string, skipVerify bool) (*tls.Config, error) {
	var data clicontext.TLSData
	for _, file := range []struct {
		name string
		to   *[]byte
	}{{"ca.pem", &data.CA}, {"cert.pem", &data.Cert}, {"key.pem", &data.Key}} {
		text, err := os.ReadFile(filepath.Join(dir, file.name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		*file.to = text
	}
	return tlsConfig(&data, skipVerify)
}

// tlsConfig makes a configuration of what is there: with an authority's certificate no other is trusted, without one the
// system's are; with a certificate and key of our own we show them.
func tlsConfig(data *clicontext.TLSData, skipVerify bool) (*tls.Config, error) {
	config := tlsconfig.ClientDefault()
	config.InsecureSkipVerify = skipVerify
	if data == nil {
		return config, nil
	}
	if len(data.CA) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(data.CA) {
			return nil, errors.New("ca.pem holds no certificate")
		}
	}
	if len(data.Cert) > 0 || len(data.Key) > 0 {
		pair, err := tls.X509KeyPair(data.Cert, data.Key)
		if err != nil {
			return nil, fmt.Errorf("cert.pem and key.pem: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// malformed says that a host was not understood.
func malformed(endpoint Endpoint, what, why string) *UnreachableError {
	return &UnreachableError{
		Endpoint: endpoint,
		Reason:   what + " is not a Docker host: " + why,
		NextStep: "Write it as unix:///path/to/docker.sock, tcp://host:2376 or ssh://user@host.",
	}
}

// badContext says that a context cannot be used, and who asked for it.
func badContext(endpoint Endpoint, source string, err error) *UnreachableError {
	reason := "the Docker context " + endpoint.Context + ", which " + source + " names, cannot be used: " + SanitizeString(err.Error())
	if errors.Is(err, fs.ErrNotExist) {
		reason = "there is no Docker context " + endpoint.Context + ", which " + source + " names"
	}
	return &UnreachableError{
		Endpoint: endpoint, Reason: reason, Err: err,
		NextStep: "`docker context ls` shows which there are; `docker context use default` goes back to this machine's Docker.",
	}
}

// badTLS says that TLS files cannot be used.
func badTLS(endpoint Endpoint, whose string, err error) *UnreachableError {
	return &UnreachableError{
		Endpoint: endpoint, Err: err,
		Reason:   "the TLS files " + whose + " cannot be used: " + SanitizeString(err.Error()),
		NextStep: "ca.pem, cert.pem and key.pem have to belong together and be readable.",
	}
}
