package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/docker/go-units"
)

// ErrInvalid says that config.toml cannot be used; the text names each place that is wrong.
var ErrInvalid = errors.New("config.toml cannot be used")

// Config is what config.toml says.
type Config struct {
	Router Router `toml:"router"`
	Sites  Sites  `toml:"sites"`
	Screen Screen `toml:"screen"`
	Logs   Logs   `toml:"logs"`
	// Keys gives actions other keys: "site.start" = ["s", "enter"]. Which actions there are, the keymap knows.
	Keys map[string][]string `toml:"keys"`

	lines map[string]int // of the file's settings, for Where
}

// Router is how sites are reached.
type Router struct {
	// Bind is the address that the router listens on. Anything but a loopback address shows every site, the mail catcher
	// and the database tool to whoever reaches that address.
	Bind string `toml:"bind"`
}

// Sites is what new sites get.
type Sites struct {
	// Folder is where their folders are made; an absolute path, or one below ~/.
	Folder string `toml:"folder"`
}

// Screen is how the dashboard looks.
type Screen struct {
	// Theme is ansi, locorum, light or mono.
	Theme string `toml:"theme"`
	// Glyphs is auto, utf8 or ascii; auto goes by the locale.
	Glyphs string `toml:"glyphs"`
	Mouse  bool   `toml:"mouse"`
}

// Logs bounds what a log view holds.
type Logs struct {
	// Lines is how many lines; 1,000 to 1,000,000.
	Lines int `toml:"lines"`
	// Size is how much text, as "16MB"; 1 MB to 1 GB.
	Size string `toml:"size"`
}

// The bounds of a log view.
const (
	minLogLines = 1_000
	maxLogLines = 1_000_000
	minLogBytes = 1 << 20
	maxLogBytes = 1 << 30
)

// Default returns the configuration of a person who wrote none.
func Default() Config {
	return Config{
		Router: Router{Bind: "127.0.0.1"},
		Sites:  Sites{Folder: "~/locorum/sites"},
		Screen: Screen{Theme: "ansi", Glyphs: "auto"},
		Logs:   Logs{Lines: 50_000, Size: "16MB"},
		Keys:   map[string][]string{},
	}
}

// Path returns where config.toml is looked for: below $XDG_CONFIG_HOME, or ~/.config. lookup is os.LookupEnv's form, home
// the person's home folder.
func Path(lookup func(string) (string, bool), home string) string {
	dir := filepath.Join(home, ".config")
	if xdg, ok := lookup("XDG_CONFIG_HOME"); ok && filepath.IsAbs(xdg) {
		dir = xdg
	}
	return filepath.Join(dir, "locorum-tui", "config.toml")
}

// Load reads the file at path. An absent one is Default; one that cannot be used is ErrInvalid, with Default beside it so
// that the program can still open.
func Load(path string) (Config, error) {
	config := Default()
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return config, nil
	}
	if err != nil {
		return config, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	meta, err := toml.Decode(string(text), &config)
	if err != nil {
		var parse toml.ParseError
		if errors.As(err, &parse) {
			return Default(), fmt.Errorf("%w: %s: line %d: %s", ErrInvalid, path, parse.Position.Line, parse.Message)
		}
		return Default(), fmt.Errorf("%w: %s: %w", ErrInvalid, path, err)
	}
	config.lines = lines(string(text))
	wrong := config.wrong()
	for _, key := range meta.Undecoded() {
		wrong = append(wrong, strings.Join(key, ".")+" is no setting")
	}
	for i, phrase := range wrong {
		key, _, _ := strings.Cut(phrase, " ")
		wrong[i] = config.Where(key) + phrase
	}
	if len(wrong) > 0 {
		return Default(), fmt.Errorf("%w: %s: %s", ErrInvalid, path, strings.Join(wrong, "; "))
	}
	return config, nil
}

// wrong returns what is out of bounds, one phrase each.
func (c Config) wrong() []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if _, err := netip.ParseAddr(c.Router.Bind); err != nil {
		say("router.bind %q is not an IP address", c.Router.Bind)
	}
	if !filepath.IsAbs(c.Sites.Folder) && !strings.HasPrefix(c.Sites.Folder, "~/") {
		say("sites.folder %q is neither absolute nor below ~/", c.Sites.Folder)
	}
	for _, choice := range []struct {
		key, value string
		of         []string
	}{
		{"screen.theme", c.Screen.Theme, []string{"ansi", "locorum", "light", "mono"}},
		{"screen.glyphs", c.Screen.Glyphs, []string{"auto", "utf8", "ascii"}},
	} {
		if !slices.Contains(choice.of, choice.value) {
			say("%s %q is none of %s", choice.key, choice.value, strings.Join(choice.of, ", "))
		}
	}
	if c.Logs.Lines < minLogLines || c.Logs.Lines > maxLogLines {
		say("logs.lines %d is not within %d and %d", c.Logs.Lines, minLogLines, maxLogLines)
	}
	if n, err := units.RAMInBytes(c.Logs.Size); err != nil || n < minLogBytes || n > maxLogBytes {
		say("logs.size %q is not within 1MB and 1GB", c.Logs.Size)
	}
	for action, keys := range c.Keys {
		if len(keys) == 0 || slices.Contains(keys, "") {
			say("keys.%s names no key", action)
		}
	}
	slices.Sort(wrong)
	return wrong
}

// LogBytes returns Logs.Size in bytes.
func (c Config) LogBytes() int64 {
	n, err := units.RAMInBytes(c.Logs.Size)
	if err != nil {
		return minLogBytes // Load lets none such through
	}
	return n
}

// SitesFolder returns Sites.Folder as an absolute path for the person whose home folder is home.
func (c Config) SitesFolder(home string) string {
	if below, ok := strings.CutPrefix(c.Sites.Folder, "~/"); ok {
		return filepath.Join(home, below)
	}
	return filepath.Clean(c.Sites.Folder)
}
