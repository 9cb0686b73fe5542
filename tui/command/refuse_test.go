package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/sites"
)

// TestNothingBegins has what must be refused before an operation begins.
func TestNothingBegins(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "there.sql")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		args   []string
		code   int
		stderr string
	}{
		{"delete unasked", []string{"delete", "acme"}, exitUsage, "without a terminal that wants --yes"},
		{"import of nothing", []string{"db", "import", "acme", "/nowhere/x.sql"}, exitUsage, "the dump cannot be read"},
		{"import of a folder", []string{"db", "import", "acme", "/"}, exitUsage, "is no file"},
		{"import without a dump", []string{"db", "import", "acme", file, "--no-dump"}, exitUsage, "--yes"},
		{"import into nothing", []string{"db", "import", "acmee", file}, exitNoSite, "did you mean acme?"},
		{"export over a file", []string{"db", "export", "acme", "-o", file}, exitConflict, "exists, and is not written over"},
		{"export to nowhere", []string{"db", "export", "acme", "-o", "/nowhere/x.sql"}, exitUsage, "there is no folder"},
		{"export to both", []string{"db", "export", "acme", "-o", "-", "--json"}, exitUsage, "standard output"},
		{"db alone", []string{"db"}, exitUsage, "takes export or import"},
		{"db nonsense", []string{"db", "exprt"}, exitUsage, "did you mean export?"},
		{"versions of nothing", []string{"versions", "nope", "--php", "8.4"}, exitNoSite, "no site"},
		{"login to nothing", []string{"login", "nope"}, exitNoSite, "no site"},
		{"an operation of nobody", []string{"operation", "x"}, exitUsage, "no such operation"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h, s := scripted(t, "acme")
			h.run(c.args...).want(t, c.code, "", c.stderr)
			if len(s.requests()) > 0 {
				t.Errorf("began %+v", s.requests())
			}
		})
	}
}

func TestDeleteAsks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		typed string
		code  int
		begun int
	}{
		{"the slug", "acme\n", exitDone, 1},
		{"something else", "acm\n", exitCancelled, 0},
		{"nothing", "", exitCancelled, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h, s := scripted(t, "acme")
			h.stdin = strings.NewReader(c.typed)
			h.terminals[h.stdin], h.terminals["output"] = true, true
			h.env["NO_COLOR"] = "1"
			r := h.run("delete", "acme", "--purge", "--no-dump")
			if r.code != c.code || len(s.requests()) != c.begun || !strings.Contains(r.stderr, "Type acme to delete acme: ") {
				t.Errorf("code %d, began %+v, said\n%s", r.code, s.requests(), r.stderr)
			}
			if c.begun == 1 && *s.requests()[0].Delete != (sites.DeleteOptions{Volume: true, NoDump: true}) {
				t.Errorf("began %+v", s.requests()[0].Delete)
			}
		})
	}
}

func TestExportToStdout(t *testing.T) {
	t.Parallel()
	h, s := scripted(t, "acme")
	h.change = func(p *Program) { p.ops = &exporting{s} }
	h.run("db", "export", "acme", "-o", "-").want(t, exitDone, "-- a dump\n", "network")
	path := s.requests()[0].Export.File
	if _, err := os.Stat(filepath.Dir(path)); err == nil {
		t.Errorf("%s is left", path)
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	h, _ := scripted(t)
	a := &app{Program: h.program(nil, nil)}
	var out bytes.Buffer
	if err := a.printPreview(&out, sites.DeletePreview{
		Containers: []string{"a", "b"}, Volume: "locorum-acme-dbdata", VolumeGoes: true, VolumeSize: 212e6, Dump: true, Folder: "/sites/acme", FolderSize: -1,
	}); err != nil {
		t.Fatal(err)
	}
	const want = `goes   2 containers, network, route, certificate
goes   database volume locorum-acme-dbdata (212MB), after a dump to ~/.locorum/snapshots
stays  /sites/acme
`
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}
}
