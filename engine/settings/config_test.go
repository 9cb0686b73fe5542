package settings

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaultIsValid(t *testing.T) {
	t.Parallel()
	if wrong := Default().wrong(); len(wrong) > 0 {
		t.Error(wrong)
	}
	got, err := Load(filepath.Join(t.TempDir(), "absent.toml"))
	if err != nil || !reflect.DeepEqual(got, Default()) {
		t.Errorf("an absent file: %+v, %v, want the default", got, err)
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	got, err := Load(write(t, `
		[router]
		bind = "0.0.0.0"
		[sites]
		folder = "~/work"
		[screen]
		theme = "mono"
		[logs]
		size = "64MB"
		[keys]
		"site.start" = ["S"]`))
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Router.Bind, want.Sites.Folder, want.Screen.Theme, want.Logs.Size = "0.0.0.0", "~/work", "mono", "64MB"
	want.Keys["site.start"] = []string{"S"}
	want.lines = got.lines // TestWhere's
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got.LogBytes() != 64<<20 {
		t.Errorf("%d bytes of log, want %d", got.LogBytes(), 64<<20)
	}
	if folder := got.SitesFolder("/home/alice"); folder != "/home/alice/work" {
		t.Errorf("sites in %s", folder)
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		says       []string
	}{
		{"not TOML", "[router\nbind", []string{"line 2"}},
		{"unknown keys", "colour = 1\n[router]\nbindd = 'x'", []string{"colour is no setting", "router.bindd is no setting"}},
		{"wrong type", "[logs]\nlines = 'many'", []string{"line 2"}},
		{"everything at once", "[router]\nbind='lan'\n[sites]\nfolder='x'\n[screen]\ntheme='pink'\nglyphs='emoji'\n[logs]\nlines=1\nsize='9TB'\n[keys]\nx=[]",
			[]string{"router.bind", "sites.folder", "screen.theme", "screen.glyphs", "logs.lines", "logs.size", "keys.x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := write(t, c.text)
			got, err := Load(path)
			if !errors.Is(err, ErrInvalid) {
				t.Fatalf("got %v, want ErrInvalid", err)
			}
			for _, part := range append(c.says, path) {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
			if !reflect.DeepEqual(got, Default()) {
				t.Errorf("half of the file is used: %+v", got)
			}
		})
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	for xdg, want := range map[string]string{
		"": "/home/a/.config/locorum-tui/config.toml", "relative": "/home/a/.config/locorum-tui/config.toml", "/x": "/x/locorum-tui/config.toml",
	} {
		got := Path(func(string) (string, bool) { return xdg, xdg != "" }, "/home/a")
		if got != want {
			t.Errorf("with XDG_CONFIG_HOME=%q: %s, want %s", xdg, got, want)
		}
	}
}

func TestPortsFrom(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rows map[string]string
		want Ports
		says string
	}{
		{nil, Ports{80, 443}, ""},
		{map[string]string{KeyHTTPPort: "8080", KeyHTTPSPort: "8443"}, Ports{8080, 8443}, ""},
		{map[string]string{KeyHTTPPort: ""}, Ports{80, 443}, ""},
		{map[string]string{KeyHTTPPort: "http"}, Ports{}, KeyHTTPPort},
		{map[string]string{KeyHTTPSPort: "70000"}, Ports{}, KeyHTTPSPort},
		{map[string]string{KeyHTTPPort: "443"}, Ports{}, "both 443"},
	} {
		got, err := PortsFrom(c.rows)
		if got != c.want || (err != nil) != (c.says != "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %+v, %v, want %+v and an error with %q", c.rows, got, err, c.want, c.says)
		}
	}
}
