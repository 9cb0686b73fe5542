package sites

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/database"
)

const (
	stepCheckDump = "check the dump"
	stepImport    = "import"
	stepRewrite   = "rewrite addresses"
	stepExport    = "export"

	// importMax is the most SQL that a dump may unpack to, in bytes.
	importMax = 64 << 30
)

// exportPhases writes the site's database to a file that must not exist yet. A database that does not run is started for
// as long as it takes.
func (j *job) exportPhases(o ExportOptions, running bool) []phase {
	return []phase{func() ([]Step, error) {
		steps := j.dumpSteps("")
		steps[len(steps)-1] = Step{Name: stepExport, Needs: []string{engine.RoleDatabase}, Run: func(ctx context.Context, _ func(Progress)) error {
			return j.export(ctx, o.File)
		}}
		if !running {
			steps = append(steps, j.stopAfter(engine.RoleDatabase, stepExport))
		}
		return steps, nil
	}}
}

// export writes the dump beside the file and gives it its name when it is whole.
func (j *job) export(ctx context.Context, file string) (err error) {
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*.partial")
	if err != nil {
		return fmt.Errorf("export to %s: %w", file, err)
	}
	defer func() {
		err = errors.Join(err, removeFile(f.Name()))
	}()
	err = errors.Join(database.Dump(ctx, j.m.o.Docker, &j.site, f), f.Sync(), f.Close())
	if err == nil {
		err = os.Link(f.Name(), file) // not a rename: what is there already is not replaced
	}
	if err != nil {
		return fmt.Errorf("export to %s: %w", file, err)
	}
	return j.account.own(j.me, file)
}

// importPhases replaces the site's database by the dump in a file, which is read once to its end before anything goes, and
// turns the addresses in it into the site's. What was there is dumped first. The site runs meanwhile, and afterwards if it
// did before.
func (j *job) importPhases(o ImportOptions, running bool) []phase {
	check := func() ([]Step, error) {
		return []Step{{Name: stepCheckDump, Run: func(ctx context.Context, report func(Progress)) error { return j.checkDump(ctx, o.File, report) }}}, nil
	}
	replace := func() ([]Step, error) {
		var steps []Step
		var needs []string
		if !o.NoDump {
			steps = append(steps, Step{Name: stepDump, Run: func(ctx context.Context, _ func(Progress)) error { return j.dump(ctx, "pre_import") }})
			needs = []string{stepDump}
		}
		steps = append(steps, Step{Name: stepImport, Needs: needs, Run: func(ctx context.Context, report func(Progress)) error { return j.replace(ctx, o.File, report) }})
		if !o.NoRewrite {
			steps = append(steps, Step{Name: stepRewrite, Needs: []string{stepImport}, Run: j.rewrite})
		}
		return steps, nil
	}
	phases := []phase{check, func() ([]Step, error) { return j.startSteps(), nil }, replace}
	if !running {
		phases = append(phases, func() ([]Step, error) { return j.stopSteps(), nil })
	}
	return phases
}

// openDump opens the file and returns its SQL, fit for the site's database. Bytes read of the file are reported.
func (j *job) openDump(file string, report func(Progress)) (sql io.Reader, closeAll func() error, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, fmt.Errorf("import %s: %w", file, err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: it is no file", ErrInvalid)
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("import %s: %w", file, err), f.Close())
	}
	counted := &countingReader{r: f, tell: func(read int64) {
		report(Progress{Label: filepath.Base(file), Status: "Reading", Current: read, Total: info.Size()})
	}}
	dump, err := database.OpenDump(counted, importMax)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("import %s: %w", file, err), f.Close())
	}
	return database.NewFilter(dump, j.site.DBEngine), func() error { return errors.Join(dump.Close(), f.Close()) }, nil
}

// checkDump reads the whole dump and finds what would stop it half way.
func (j *job) checkDump(ctx context.Context, file string, report func(Progress)) error {
	sql, closeAll, err := j.openDump(file, report)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, &contextReader{ctx, sql})
	if err := errors.Join(err, closeAll()); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

func (j *job) replace(ctx context.Context, file string, report func(Progress)) error {
	sql, closeAll, err := j.openDump(file, report)
	if err != nil {
		return err
	}
	return errors.Join(database.Replace(ctx, j.m.o.Docker, &j.site, sql), closeAll())
}

// rewrite turns the addresses that the imported site had into this one's, and forgets what was cached of it.
func (j *job) rewrite(ctx context.Context, report func(Progress)) error {
	cli := j.wpCLI()
	prefix, err := j.importedPrefix(ctx)
	if err != nil {
		return err
	}
	was, err := j.importedURL(ctx, prefix)
	if err != nil {
		return err
	}
	if want := "https://" + j.site.Domain; was != "" && was != want {
		report(Progress{Label: was, Status: "Replacing"})
		if err := cli.SearchReplace(ctx, was, want); err != nil {
			return err
		}
	}
	return cli.Flush(ctx)
}

// countingReader reports how much was read, about once a megabyte.
type countingReader struct {
	r          io.Reader
	tell       func(read int64)
	read, told int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.read += int64(n)
	if c.read-c.told >= 1<<20 || err != nil {
		c.told = c.read
		c.tell(c.read)
	}
	return n, err
}

// contextReader ends when its context does.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if c.ctx.Err() != nil {
		return 0, engine.Ended(c.ctx)
	}
	return c.r.Read(p)
}
