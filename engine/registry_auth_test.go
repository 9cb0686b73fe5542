package engine

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/registry"
)

// basic is the form in which config.json keeps a name and a password.
func basic(user, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
}

// writeFile writes a file that may hold secrets, its folders included.
func writeFile(tb testing.TB, path, text string, mode os.FileMode) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		tb.Fatal(err)
	}
}

// onlyEnv looks up in vars and nowhere else.
func onlyEnv(vars map[string]string) func(string) (string, bool) {
	return func(key string) (string, bool) {
		v, ok := vars[key]
		return v, ok
	}
}

func TestRegistryAuth(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	// A helper that knows one registry with a password and one with a token, and leaks on its way out.
	writeFile(t, filepath.Join(bin, "docker-credential-vault"), `#!/bin/sh
read -r server
case "$server" in
vault.example.com) echo '{"ServerURL":"vault.example.com","Username":"ann","Secret":"from the vault"}' ;;
token.example.com) echo '{"ServerURL":"token.example.com","Username":"<token>","Secret":"a long-lived token"}' ;;
broken.example.com) echo 'password is hunter22222' ; echo 'hunter22222' >&2 ; exit 1 ;;
garbled.example.com) echo 'hunter22222' ;;
*) echo 'credentials not found in native keychain' ; exit 1 ;;
esac
`, 0o755)
	const helpers = `{"credsStore":"vault"}`
	plain := fmt.Sprintf(`{"auths":{"https://index.docker.io/v1/":{"auth":%q},"127.0.0.1:5055":{"auth":%q}}}`,
		basic("ann", "hub password"), basic("ben", "registry password"))

	for _, tc := range []struct {
		name, config, ref string
		env               map[string]string
		want              registry.AuthConfig
		wantErr           string
	}{
		{name: "no configuration", ref: "alpine:3"},
		{name: "Docker Hub", config: plain, ref: "alpine:3", want: registry.AuthConfig{Username: "ann", Password: "hub password"}},
		{name: "own registry", config: plain, ref: "127.0.0.1:5055/a/b@sha256:" + strings.Repeat("a", 64), want: registry.AuthConfig{Username: "ben", Password: "registry password"}},
		{name: "unknown registry", config: plain, ref: "other.example.com/a"},
		{name: "no account anywhere", config: `{}`, ref: "alpine:3"},
		{name: "helper", config: helpers, ref: "vault.example.com/a", want: registry.AuthConfig{Username: "ann", Password: "from the vault"}},
		{name: "helper of one registry", config: `{"credHelpers":{"vault.example.com":"vault"}}`, ref: "vault.example.com/a", want: registry.AuthConfig{Username: "ann", Password: "from the vault"}},
		{name: "helper with a token", config: helpers, ref: "token.example.com/a", want: registry.AuthConfig{IdentityToken: "a long-lived token"}},
		{name: "helper that knows of none", config: helpers, ref: "other.example.com/a"},
		{name: "helper that fails", config: helpers, ref: "broken.example.com/a", wantErr: "exit status 1"},
		{name: "helper that talks nonsense", config: helpers, ref: "garbled.example.com/a", wantErr: "not what Docker's helpers write"},
		{name: "helper that is not there", config: `{"credsStore":"nowhere"}`, ref: "a.example.com/a", wantErr: "docker-credential-nowhere"},
		{name: "helper with a path", config: `{"credsStore":"../../tmp/x"}`, ref: "a.example.com/a", wantErr: "with a path in it"},
		{name: "broken configuration", config: `{"auths":{"a.example.com":{"auth":"hunter22222`, ref: "a.example.com/a", wantErr: "config.json cannot be read"},
		{name: "broken entry", config: `{"auths":{"a.example.com":{"auth":"hunter22222!"}}}`, ref: "a.example.com/a", wantErr: "config.json cannot be read"},
		{name: "environment first", config: plain, ref: "alpine:3", env: map[string]string{
			"DOCKER_AUTH_CONFIG": fmt.Sprintf(`{"auths":{"https://index.docker.io/v1/":{"auth":%q}}}`, basic("eve", "env password")),
		}, want: registry.AuthConfig{Username: "eve", Password: "env password"}},
		{name: "environment without it", config: plain, ref: "127.0.0.1:5055/a", env: map[string]string{
			"DOCKER_AUTH_CONFIG": `{"auths":{}}`,
		}, want: registry.AuthConfig{Username: "ben", Password: "registry password"}},
		{name: "broken environment", config: plain, ref: "alpine:3", env: map[string]string{"DOCKER_AUTH_CONFIG": "hunter22222"}, wantErr: "DOCKER_AUTH_CONFIG"},
		{name: "malformed reference", config: plain, ref: "UPPER/../x", wantErr: "invalid"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			if tc.config != "" {
				writeFile(t, filepath.Join(dir, "config.json"), tc.config, 0o600)
			}
			d := New()
			d.config = dockerConfig{dir: dir, lookupEnv: onlyEnv(tc.env)}
			encoded, err := d.registryAuth(t.Context(), tc.ref)
			if tc.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tc.wantErr) {
					t.Errorf("error %v, want one with %q", err, tc.wantErr)
				}
				if err != nil && strings.Contains(err.Error(), "hunter22222") {
					t.Errorf("the error tells a secret: %v", err)
				}
			} else if err != nil {
				t.Errorf("error %v", err)
			}
			var got registry.AuthConfig
			if encoded != "" {
				decoded, err := registry.DecodeAuthConfig(encoded)
				if err != nil {
					t.Fatal(err)
				}
				got = *decoded
				got.ServerAddress = ""
			}
			if got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
			if secret := got.Password + got.IdentityToken; secret != "" && strings.Contains(d.secrets.text("it is "+secret), secret) {
				t.Error("what was found is not redacted afterwards")
			}
		})
	}

	t.Run("engine without a configuration", func(t *testing.T) {
		if auth, err := New().registryAuth(t.Context(), "alpine:3"); auth != "" || err != nil {
			t.Errorf("got %q, %v", auth, err)
		}
	})
}
