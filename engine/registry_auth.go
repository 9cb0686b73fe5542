package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/distribution/reference"
	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/configfile"
	"github.com/docker/cli/cli/config/credentials"
	"github.com/docker/cli/cli/config/types"
	helper "github.com/docker/docker-credential-helpers/client"
	helpercreds "github.com/docker/docker-credential-helpers/credentials"
	"github.com/docker/docker/api/types/registry"
)

const (
	// hubDomain is the domain of short image names and hubKey the name that `docker login` stores its account under.
	hubDomain = "docker.io"
	hubKey    = "https://index.docker.io/v1/"

	// tokenUser is the user name under which a helper returns an identity token instead of a password.
	tokenUser = "<token>"

	// helperTimeout is long enough for a person to unlock a key ring that asks.
	helperTimeout = 30 * time.Second
	// helperOutput in bytes bounds what is read of a helper's answer.
	helperOutput = 64 << 10
)

// registryAuth returns the credentials for the registry of an image reference, encoded as the daemon wants them, as the
// docker command would find them: in DOCKER_AUTH_CONFIG, by the credential helper that config.json names, in config.json
// itself. Without any it returns "", nil. An engine that was not made by Connect has none.
//
// An error leaves "" as well: the pull may go on without credentials. No error holds a secret, and what is found is
// redacted from everything that this engine says from then on.
func (d *Docker) registryAuth(ctx context.Context, ref string) (string, error) {
	if d.config.dir == "" {
		return "", nil
	}
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return "", fmt.Errorf("%w: image %q: %w", ErrSpecInvalid, ref, err)
	}
	key := reference.Domain(named)
	if key == hubDomain {
		key = hubKey
	}
	auth, err := d.findAuth(ctx, key)
	if err != nil {
		return "", d.redact(fmt.Errorf("read the credentials of registry %s: %w", reference.Domain(named), err))
	}
	if auth.Password == "" && auth.IdentityToken == "" && auth.RegistryToken == "" {
		return "", nil
	}
	encoded, err := registry.EncodeAuthConfig(registry.AuthConfig(auth))
	if err != nil {
		return "", errors.New("encode the credentials of registry " + reference.Domain(named))
	}
	d.secrets.learn([]EnvSecret{
		{Value: auth.Password}, {Value: auth.IdentityToken}, {Value: auth.RegistryToken}, {Value: encoded},
	})
	return encoded, nil
}

// findAuth looks where the docker command looks, in its order.
func (d *Docker) findAuth(ctx context.Context, key string) (types.AuthConfig, error) {
	if text, ok := d.config.lookup(configfile.DockerEnvConfigKey); ok && text != "" {
		file, err := config.LoadFromReader(strings.NewReader(text))
		if err != nil {
			return types.AuthConfig{}, errors.New(configfile.DockerEnvConfigKey + " is not what Docker writes there")
		}
		if auth, ok := file.AuthConfigs[key]; ok {
			return auth, nil
		}
	}
	file, err := config.Load(d.config.dir)
	if err != nil {
		// The cause quotes what it could not read, which may be a secret.
		return types.AuthConfig{}, errors.New(filepath.Join(d.config.dir, config.ConfigFileName) + " cannot be read or is not what Docker writes there")
	}
	name, ok := file.CredentialHelpers[key]
	if !ok {
		name = file.CredentialsStore
	}
	if name != "" {
		return askHelper(ctx, name, key)
	}
	return credentials.NewFileStore(file).Get(key)
}

// askHelper runs docker-credential-NAME, which keeps credentials in the system's key ring. One that knows of none is no
// error. Its own words are not passed on: they are not ours to judge free of secrets.
func askHelper(ctx context.Context, name, key string) (types.AuthConfig, error) {
	program := "docker-credential-" + name
	if strings.ContainsAny(name, `/\`) {
		return types.AuthConfig{}, fmt.Errorf("config.json names a credential helper with a path in it: %q", name)
	}
	ctx, cancel := context.WithTimeout(ctx, helperTimeout)
	defer cancel()
	run := &helperRun{}
	creds, err := helper.Get(func(args ...string) helper.Program {
		run.cmd = exec.CommandContext(ctx, program, args...)
		run.cmd.WaitDelay = time.Second // a child of the helper may hold its output open
		return run
	}, key)
	switch {
	case err == nil:
	case helpercreds.IsErrCredentialsNotFound(err):
		return types.AuthConfig{}, nil
	case run.err != nil:
		return types.AuthConfig{}, fmt.Errorf("%s: %w", program, run.err)
	default:
		return types.AuthConfig{}, errors.New(program + ": its answer is not what Docker's helpers write")
	}
	auth := types.AuthConfig{ServerAddress: key}
	if creds.Username == tokenUser {
		auth.IdentityToken = creds.Secret
	} else {
		auth.Username, auth.Password = creds.Username, creds.Secret
	}
	return auth, nil
}

// helperRun is one run of a helper. It keeps the run's own error, since the library puts the helper's output into its.
type helperRun struct {
	cmd *exec.Cmd
	err error
}

// Input sets what the helper reads.
func (r *helperRun) Input(in io.Reader) { r.cmd.Stdin = in }

// Output runs the helper and returns what it wrote. Its standard error is dropped: it would land on the screen.
func (r *helperRun) Output() ([]byte, error) {
	var out bytes.Buffer
	r.cmd.Stdout = &boundedWriter{to: &out, left: helperOutput}
	r.err = r.cmd.Run()
	return out.Bytes(), r.err
}

// boundedWriter passes on the first bytes and swallows the rest.
type boundedWriter struct {
	to   io.Writer
	left int
}

// Write never reports that it dropped something: the writer is to go on.
func (w *boundedWriter) Write(p []byte) (int, error) {
	keep := p[:min(len(p), w.left)]
	w.left -= len(keep)
	if _, err := w.to.Write(keep); err != nil {
		return 0, err
	}
	return len(p), nil
}
