package database

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/model"
)

// Execer runs a program in a container; *engine.Docker is one.
type Execer interface {
	ExecInContainerWriterStdin(ctx context.Context, containerName string, opts engine.ExecOptions, stdin io.Reader, stdoutW, stderrW io.Writer) (int, error)
}

// ErrDatabase says that the database's own program failed; the text has what it said.
var ErrDatabase = errors.New("the database refused")

// maxComplaint bounds what is kept of a program's standard error, in bytes.
const maxComplaint = 4 << 10

// shell returns the command that runs a client program as root. The password comes from the container's own environment:
// it is in no argument list that others could read.
func shell(program string, args ...string) []string {
	return append([]string{"sh", "-c", `MYSQL_PWD="$MYSQL_ROOT_PASSWORD" exec "$@"`, "sh", program, "-uroot", "--default-character-set=utf8mb4"}, args...)
}

// run runs a client program in the site's database container. What it says on standard error becomes the error.
func run(ctx context.Context, e Execer, site *model.Site, cmd []string, stdin io.Reader, stdout io.Writer) error {
	complaint := &bounded{left: maxComplaint}
	name := engine.SiteContainerName(site.Slug, engine.RoleDatabase)
	code, err := e.ExecInContainerWriterStdin(ctx, name, engine.ExecOptions{Cmd: cmd}, stdin, stdout, complaint)
	if err != nil {
		return err
	}
	if code != 0 {
		said := engine.SanitizeString(strings.TrimSpace(strings.ReplaceAll(complaint.String(), "\n", " ")))
		return fmt.Errorf("%w: %s (exit %d)", ErrDatabase, said, code)
	}
	return nil
}

// bounded keeps the first bytes written to it and drops the rest.
type bounded struct {
	bytes.Buffer
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	n := min(len(p), b.left)
	b.left -= n
	_, err := b.Buffer.Write(p[:n])
	return len(p), err
}

// maxAnswer bounds what Query reads, in bytes.
const maxAnswer = 1 << 20

// Query asks the site's database, which must run, and returns the lines of the answer, of which each is a row with tabs
// between its columns. It reads the first megabyte. The statement is no place for what others wrote.
func Query(ctx context.Context, e Execer, site *model.Site, statement string) ([]string, error) {
	answer := &bounded{left: maxAnswer}
	cmd := shell(flavourOf(site.DBEngine).client, "-N", "-B", Schema, "-e", statement)
	if err := run(ctx, e, site, cmd, nil, answer); err != nil {
		return nil, err
	}
	if answer.Len() == 0 {
		return nil, nil
	}
	return strings.Split(strings.TrimSuffix(answer.String(), "\n"), "\n"), nil
}

// Dump writes the site's whole schema to w as SQL, consistent for InnoDB tables: rows, routines, triggers, events. The
// database must run. It fails with ErrTruncated when the dump does not end as a complete one does: the connection to a
// container can end early without an error of its own.
func Dump(ctx context.Context, e Execer, site *model.Site, w io.Writer) error {
	f := flavourOf(site.DBEngine)
	args := append([]string{
		"--single-transaction", "--quick", "--skip-lock-tables", "--no-tablespaces", "--hex-blob", "--routines", "--triggers", "--events",
		"--add-drop-table",
	}, f.dumpFlags...)
	tail := &tailWriter{w: w}
	if err := run(ctx, e, site, shell(f.dump, append(args, Schema)...), nil, tail); err != nil {
		return fmt.Errorf("dump the database of %s: %w", site.Slug, err)
	}
	if !tail.complete() {
		return fmt.Errorf("dump the database of %s: %w", site.Slug, ErrTruncated)
	}
	return nil
}

// tailWriter passes bytes on and remembers the last of them.
type tailWriter struct {
	w    io.Writer
	tail []byte
}

// tailSize is enough for a dump's last line.
const tailSize = 256

func (t *tailWriter) Write(p []byte) (int, error) {
	n, err := t.w.Write(p)
	t.tail = append(t.tail, p[max(0, n-tailSize):n]...)
	if extra := len(t.tail) - tailSize; extra > 0 {
		t.tail = t.tail[:copy(t.tail, t.tail[extra:])]
	}
	return n, err
}

// complete reports whether what passed ends with the line that dump programs write last.
func (t *tailWriter) complete() bool {
	lines := bytes.Split(bytes.TrimSpace(t.tail), []byte("\n"))
	return bytes.HasPrefix(lines[len(lines)-1], []byte("-- Dump completed"))
}

// The statements around an import. Keys are checked once at its end, and what old servers wrote (dates of zeros, long
// keys) is let in.
const (
	importPreface = "SET SESSION sql_mode='NO_ENGINE_SUBSTITUTION', foreign_key_checks=0, unique_checks=0, autocommit=0;\n"
	importEnd     = "\nCOMMIT;\n"
)

// Replace makes the site's schema exactly what the SQL in r says: the old one is dropped first, so that nothing which is
// newer than the dump survives it. r must be fit for the site's engine (see Filter) and is best read to its end once
// before, since what was there is gone when r turns out to be cut off. The database must run.
func Replace(ctx context.Context, e Execer, site *model.Site, r io.Reader) error {
	f := flavourOf(site.DBEngine)
	reset := fmt.Sprintf("DROP DATABASE IF EXISTS `%[1]s`; CREATE DATABASE `%[1]s` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;", Schema)
	if err := run(ctx, e, site, shell(f.client, "-e", reset), nil, io.Discard); err != nil {
		return fmt.Errorf("empty the database of %s: %w", site.Slug, err)
	}
	// A reader that fails must not look like the end of the input to the client, which would commit what it has.
	source := &failing{r: r}
	stdin := io.MultiReader(strings.NewReader(importPreface), source, strings.NewReader(importEnd))
	// In binary mode the client obeys no commands of its own in the input ("\!" would run a shell).
	err := run(ctx, e, site, shell(f.client, "--binary-mode", Schema), stdin, io.Discard)
	if source.err != nil {
		err = source.err
	}
	if err != nil {
		return fmt.Errorf("import into the database of %s: %w", site.Slug, err)
	}
	return nil
}

// failing turns its reader's error, io.EOF aside, into a statement that stops the client, and remembers it.
type failing struct {
	r    io.Reader
	err  error
	stop []byte // what is left to hand out of that statement
}

func (f *failing) Read(p []byte) (int, error) {
	if f.err != nil {
		if len(f.stop) == 0 {
			return 0, io.EOF
		}
		n := copy(p, f.stop)
		f.stop = f.stop[n:]
		return n, nil
	}
	n, err := f.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err, f.stop = err, []byte("\n'\"`*/;\nthis dump is broken;\n")
		return n, nil
	}
	return n, err
}
