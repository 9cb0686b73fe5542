package wordpress

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/model"
)

// pluginPaths are the files of WritePlugins under wp-content.
func pluginPaths() []string {
	return []string{"mu-plugins/locorum-login.php", "mu-plugins/locorum-loopback.php", "mu-plugins/locorum-mail.php", "object-cache.php"}
}

func TestWritePlugins(t *testing.T) {
	t.Parallel()
	site := model.Site{Slug: `a'b`, Domain: `a\'.localhost`, FilesDir: t.TempDir(), Multisite: model.MultisiteSubdomain}
	content := filepath.Join(site.FilesDir, "wp-content")
	paths, err := WritePlugins(site, ".")
	if err != nil || len(paths) != len(pluginPaths())+1 || paths[len(paths)-1] != filepath.Join(content, "mu-plugins") {
		t.Fatalf("wrote %q, %v", paths, err)
	}
	text := map[string]string{}
	for _, name := range pluginPaths() {
		raw, err := os.ReadFile(filepath.Join(content, name))
		if err != nil {
			t.Fatal(err)
		}
		text[name] = string(raw)
		if !strings.HasPrefix(text[name], "<?php\n") || !strings.Contains(text[name], Marker) || !strings.Contains(text[name], "defined( 'ABSPATH' ) || exit;") {
			t.Errorf("%s begins with %.200q", name, text[name])
		}
		if strings.Contains(text[name], "{{") || strings.Contains(text[name], "<no value>") {
			t.Errorf("%s is not filled in", name)
		}
	}
	for name, want := range map[string]string{
		"mu-plugins/locorum-loopback.php": `$primary = 'a\\\'.localhost';`,
		"mu-plugins/locorum-mail.php":     `'wordpress@' . 'a\\\'.localhost'`,
		"mu-plugins/locorum-login.php":    `WP_CONTENT_DIR . '/.locorum/login.json'`,
		"object-cache.php":                `'a\'b' . ':'`,
	} {
		if !strings.Contains(text[name], want) {
			t.Errorf("%s does not say %s", name, want)
		}
	}
	if again, err := WritePlugins(site, "."); err != nil || len(again) != len(paths) {
		t.Errorf("again: %q, %v", again, err)
	}
}

// TestWritePluginsKeepsThePersons takes each file over in its turn: it stays, and the others are written all the same.
func TestWritePluginsKeepsThePersons(t *testing.T) {
	t.Parallel()
	for _, mine := range pluginPaths() {
		t.Run(mine, func(t *testing.T) {
			t.Parallel()
			site := model.Site{Slug: "acme", Domain: "acme.localhost", FilesDir: t.TempDir()}
			content := filepath.Join(site.FilesDir, "wp-content")
			path := filepath.Join(content, filepath.FromSlash(mine))
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("<?php // mine"), 0o644)); err != nil {
				t.Fatal(err)
			}
			paths, err := WritePlugins(site, ".")
			if !errors.Is(err, ErrUserOwned) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want ErrUserOwned with the path", err)
			}
			for _, name := range pluginPaths() {
				raw, err := os.ReadFile(filepath.Join(content, filepath.FromSlash(name)))
				if ours := strings.Contains(string(raw), Marker); err != nil || ours == (name == mine) {
					t.Errorf("%s is ours: %v, %v", name, ours, err)
				}
			}
			for _, written := range paths {
				if written == path {
					t.Error("the person's file is among those that were written")
				}
			}
		})
	}
}

func TestContentDir(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ made, core, want string }{
		"nothing yet":    {"", ".", "wp-content"},
		"WordPress":      {"wp-content", ".", "wp-content"},
		"Bedrock":        {"app", "wp", "app"},
		"core in folder": {"wp/wp-content", "wp", "wp/wp-content"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := model.Site{FilesDir: t.TempDir()}
			if err := os.MkdirAll(filepath.Join(site.FilesDir, c.made), 0o755); err != nil {
				t.Fatal(err)
			}
			if got := ContentDir(site, c.core); got != filepath.Join(site.FilesDir, filepath.FromSlash(c.want)) {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestNewLogin(t *testing.T) {
	t.Parallel()
	site := model.Site{Slug: "acme", Domain: "acme.localhost", FilesDir: t.TempDir()}
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	url, path, err := NewLogin(site, "wp", "https://acme.localhost:8443", "ann", now, bytes.NewReader(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	token, ours := strings.CutPrefix(url, "https://acme.localhost:8443/wp/wp-login.php?locorum_login=")
	if !ours || token != strings.Repeat("07", 32) {
		t.Errorf("the link is %s", url)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var order struct {
		Hash    string `json:"hash"`
		Expires int64  `json:"expires"`
		User    string `json:"user"`
	}
	sum := sha256.Sum256([]byte(token))
	if err := json.Unmarshal(text, &order); err != nil || order.Hash != hex.EncodeToString(sum[:]) || order.User != "ann" || order.Expires != now.Add(LoginTime).Unix() {
		t.Errorf("the file says %s, %v", text, err)
	}
	if strings.Contains(string(text), token) {
		t.Error("the file holds what is in the link")
	}
	for _, secret := range []struct {
		path string
		mode os.FileMode
	}{{path, 0o600}, {filepath.Dir(path), 0o700}} {
		if info, err := os.Stat(secret.path); err != nil || info.Mode().Perm() != secret.mode {
			t.Errorf("%s: %v, %v, want mode %o", secret.path, info.Mode(), err, secret.mode)
		}
	}
	if _, _, err := NewLogin(site, ".", "https://x", "ann", now, bytes.NewReader(nil)); !errors.Is(err, io.EOF) {
		t.Errorf("without random bytes: %v", err)
	}
}
