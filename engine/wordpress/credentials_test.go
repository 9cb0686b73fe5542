package wordpress

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestCredentials(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	if _, err := ReadCredentials(home, "acme"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before there are any: %v", err)
	}
	for _, want := range []Credentials{{User: "ann", Password: `p"w\'`}, {User: "bob", Password: "other"}} {
		if err := WriteCredentials(home, "acme", want); err != nil {
			t.Fatal(err)
		}
		if got, err := ReadCredentials(home, "acme"); err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
	path := CredentialsPath(home, "acme")
	for name, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v, want mode %o", name, info, err, mode)
		}
	}
	if err := os.WriteFile(path, []byte(`{"password":"hunter2`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadCredentials(home, "acme"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("of half a file: %v", err)
	}
	blocked := t.TempDir()
	if err := os.WriteFile(filepath.Join(blocked, ".locorum"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteCredentials(blocked, "acme", Credentials{Password: "hunter2"}); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("where nothing can be written: %v", err)
	}
}

func TestNewPassword(t *testing.T) {
	t.Parallel()
	first, err := NewPassword(rand.Reader)
	if err != nil || !regexp.MustCompile(`^[A-Za-z0-9_-]{24}$`).MatchString(first) {
		t.Errorf("got %q, %v", first, err)
	}
	if second, err := NewPassword(rand.Reader); err != nil || second == first {
		t.Errorf("twice the same, %v", err)
	}
	if got, err := NewPassword(bytes.NewReader(make([]byte, 17))); err == nil || got != "" {
		t.Errorf("with too few random bytes: %q, %v", got, err)
	}
}
