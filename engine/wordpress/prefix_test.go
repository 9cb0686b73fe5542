package wordpress

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTablePrefix(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"plain":         {"<?php\n$table_prefix = 'shop7_';\n", "shop7_"},
		"double quotes": {"<?php\n$table_prefix\t=\"x_\" ;", "x_"},
		"the last":      {"$table_prefix = 'a_';\n$table_prefix = 'b_';\n", "b_"},
		"comment":       {"<?php\n// $table_prefix = 'x_';\n", ""},
		"worked out":    {"<?php\n$table_prefix = getenv('X') ?: 'wp_';\n", ""},
		"hostile":       {"<?php\n$table_prefix = 'a`; --';\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := newConfig(t)
			path := filepath.Join(config.Site.FilesDir, "wp-config.php")
			if got := TablePrefix(config.Site); got != "" {
				t.Errorf("without a file it is %q", got)
			}
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := TablePrefix(config.Site); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestPrefixStays writes the configuration again, which keeps the prefix that was given once.
func TestPrefixStays(t *testing.T) {
	t.Parallel()
	config := newConfig(t)
	path := filepath.Join(config.Site.FilesDir, "wp-config.php")
	for _, c := range []struct{ given, want string }{{"", "wp_"}, {"shop7_", "shop7_"}, {"", "shop7_"}, {"wp_", "wp_"}} {
		config.TablePrefix = c.given
		if _, err := config.Write(); err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), "$table_prefix = '"+c.want+"';") {
			t.Errorf("given %q, the file lacks %q: %v", c.given, c.want, err)
		}
	}
}
