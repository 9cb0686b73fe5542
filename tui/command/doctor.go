package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine/doctor"
	"github.com/Locorum/locorum-tui/engine/router"
	"github.com/Locorum/locorum-tui/engine/settings"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// doctorCommand looks at the machine.
func (a *app) doctorCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "doctor", Short: "check Docker, ports, disk, router and certificates, and say how to mend what is wrong",
		Long: "Check what sites need of this machine and of its Docker daemon. Nothing is changed. The exit code is 1 when\n" +
			"something does not work or soon will not.",
		Args: takes(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context(), asJSON) },
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (a *app) doctor(ctx context.Context, asJSON bool) error {
	report, err := a.examine(ctx)
	if err != nil {
		fmt.Fprintln(a.Stderr, sentence(err))
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if asJSON {
		err = writeJSON(a.Stdout, report)
	} else {
		err = a.printReport(a.Stdout, report)
	}
	if err == nil && !report.OK() {
		err = &codeError{code: exitFailed} // the report has said why
	}
	return err
}

// examine makes the checks. The error is why the database's settings could not be read; the report is whole without them.
func (a *app) examine(ctx context.Context) (doctor.Report, error) {
	docker, connectErr := a.connect()
	opts := doctor.Options{HomeDir: a.HomeDir, Docker: docker, Now: a.Now, LookupEnv: a.LookupEnv}
	if connectErr != nil {
		opts.Docker = unconnected{docker, connectErr}
	}
	opts.Holder = func(port int) (string, bool) {
		process, ok := router.Holder(port)
		return process.String(), ok
	}
	opts.Operations = a.brokenOff
	if data := sites.DataDir(a.HomeDir); isFolder(data) { // else nothing is mounted yet, and it is not made for the question
		opts.SeesFolders = func(ctx context.Context) (bool, error) { return docker.SeesFolder(ctx, data) }
	}
	config, err := settings.Load(settings.Path(a.LookupEnv, a.HomeDir))
	opts.ConfigError, opts.Bind = err, config.Router.Bind
	err = a.doctorStore(ctx, &opts)
	return doctor.Run(ctx, doctor.Checks(opts)), err
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// brokenOff returns the operations that broke off and that no later one on the same site has made good.
func (a *app) brokenOff(context.Context) ([]doctor.Operation, error) {
	all, err := a.recordedOperations().List()
	if err != nil {
		return nil, err
	}
	later := map[string]bool{}
	var broken []doctor.Operation
	for _, op := range all { // the newest first
		slug := op.Request.Slug
		if op.Result != nil && op.Result.Outcome == sites.Interrupted && !later[slug] {
			broken = append(broken, doctor.Operation{Slug: slug, Kind: string(op.Request.Verb), Since: op.Begun})
		}
		later[slug] = true
	}
	return broken, nil
}

// doctorStore opens the database for the checks, if there is one: opening it would make it, and nothing is changed here.
func (a *app) doctorStore(ctx context.Context, opts *doctor.Options) error {
	if _, err := os.Lstat(a.databasePath()); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	db, err := a.store(ctx)
	if err != nil {
		opts.StoreError = err
		return nil
	}
	opts.Store = db
	rows, err := db.Settings(ctx)
	if err != nil {
		return err
	}
	ports, err := settings.PortsFrom(rows)
	opts.HTTPPort, opts.HTTPSPort = ports.HTTP, ports.HTTPS
	return err
}

// unconnected is an engine whose daemon's address could not be found out: asking it says why.
type unconnected struct {
	doctor.Docker
	err error
}

func (u unconnected) Ping(context.Context) error { return u.err }

// printReport prints the findings, the worst first.
func (a *app) printReport(w io.Writer, report doctor.Report) error {
	var out strings.Builder
	for _, f := range report.Findings {
		glyph, sgr := a.severity(f.Severity)
		fmt.Fprintf(&out, "%s %s\n", a.paint.in(sgr, glyph), plain(f.Title))
		for _, text := range []string{f.Detail, f.Fix} {
			if text != "" {
				fmt.Fprintf(&out, "    %s\n", plain(text))
			}
		}
		if f.Command != "" {
			fmt.Fprintf(&out, "      %s\n", plain(f.Command))
		}
	}
	if len(report.Skipped) > 0 {
		fmt.Fprintf(&out, "%s\n", a.paint.in(dim, "not looked at: "+strings.Join(report.Skipped, ", ")))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// severity is the sign of a finding and its colour.
func (a *app) severity(s doctor.Severity) (glyph, sgr string) {
	switch s {
	case doctor.OK:
		return a.paint.pick("✓", "+"), green
	case doctor.Info:
		return "i", ""
	case doctor.Warn:
		glyph, _ := a.paint.glyph(model.StateDegraded)
		return glyph, yellow
	}
	return a.paint.glyph(model.StateFailed)
}
