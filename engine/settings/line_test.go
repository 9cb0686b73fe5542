package settings

import "testing"

// TestWhere finds the line of a setting however its name is written, and none of what is not there.
func TestWhere(t *testing.T) {
	t.Parallel()
	c := Config{lines: lines("# theme = 1\n\n[screen] # how it looks\n theme=\"mono\"\n['keys']\n\"site.logs\" = [\n\"s\",\n]\nquit = []\n")}
	for name, want := range map[string]string{
		"screen.theme": "line 4: ", "keys.site.logs": "line 6: ", "keys.quit": "line 9: ", "theme": "", "screen.glyphs": "", "": "",
	} {
		if got := c.Where(name); got != want {
			t.Errorf("%q is at %q, want %q", name, got, want)
		}
	}
	if got := (Config{}).Where("screen.theme"); got != "" {
		t.Errorf("without a file it is at %q", got)
	}
}
