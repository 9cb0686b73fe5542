package command

import (
	"bufio"
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// defaultTail is how many lines of each container come first: what a person may look through.
const defaultTail = 100

// logFlags are what logs was asked for.
type logFlags struct {
	services   []string
	tail       string
	since      string
	follow     bool
	timestamps bool
	json       bool
}

// logsCommand prints what the containers of a site wrote.
func (a *app) logsCommand() *cobra.Command {
	var flags logFlags
	cmd := &cobra.Command{
		Use:   "logs SITE",
		Short: "print what a site's containers wrote, merged by time",
		Long: "Print what the site's containers wrote, merged by time, with the service before each line.\n" +
			"Lines of standard error have a ! instead of a |.\n\n" +
			"With --json each line is an object: time, service, stream (stdout or stderr) and text; or time, service and\n" +
			"event (exited, restarted) where a container stopped or came back.",
		Args: takes(1, 1, oneSite),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.logs(cmd.Context(), args[0], flags)
		},
		ValidArgsFunction: a.completeSite,
	}
	f := cmd.Flags()
	f.StringArrayVar(&flags.services, "service", nil, "only this container's lines; may be given more than once")
	completeServices(cmd)
	f.StringVar(&flags.tail, "tail", "", "begin with so many lines of each container, or \"all\"; "+
		"100 unless --since says where to begin")
	f.StringVar(&flags.since, "since", "", "begin there: 10m ago, 2h30m ago, 2026-11-24, 2026-11-24T09:30, or with a zone")
	f.BoolVarP(&flags.follow, "follow", "f", false, "go on with what is written from now on")
	f.BoolVar(&flags.timestamps, "timestamps", false, "print the time before each line")
	jsonFlag(cmd, &flags.json)
	return cmd
}

// options returns what to ask each container for.
func (f logFlags) options(now time.Time) (engine.LogOptions, error) {
	opts := engine.LogOptions{Follow: f.follow}
	if f.since != "" {
		since, err := parseSince(f.since, now)
		opts.Since = since
		if err != nil || f.tail == "" {
			return opts, err
		}
	}
	switch f.tail {
	case "":
		opts.Tail = defaultTail
		return opts, nil
	case "all":
		return opts, nil
	}
	n, err := strconv.Atoi(f.tail)
	if err != nil || n < 0 {
		return opts, usage("--tail takes a number of lines or \"all\", not %q", f.tail)
	}
	if opts.Tail = n; n == 0 {
		opts.Tail = -1
	}
	return opts, nil
}

// parseSince reads a point in time, or how long ago it was. Without a zone it is local time.
func parseSince(text string, now time.Time) (time.Time, error) {
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateTime} {
		if t, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usage("--since takes a time as 2026-11-24T09:30 or how long ago as 10m, not %q", text)
}

// logs prints the lines.
func (a *app) logs(ctx context.Context, slug string, flags logFlags) error {
	opts, err := flags.options(a.Now())
	if err != nil {
		return err
	}
	for _, service := range flags.services {
		if err := checkService(service); err != nil {
			return err
		}
	}
	v, err := a.view(ctx, slug)
	if err != nil {
		return err
	}
	services, err := logServices(v, flags.services)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(a.Stdout, 64<<10)
	printer := &logPrinter{out: out, paint: a.paint, timestamps: flags.timestamps, json: flags.json}
	merge := logMerge{docker: a.docker, slug: slug, services: services, print: printer.write}
	err = merge.run(ctx, opts)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return errors.Join(err, out.Flush())
}

// logServices returns whose lines to print: those asked for, or all that there are containers of.
func logServices(v sites.View, asked []string) ([]string, error) {
	there := map[string]bool{}
	for _, c := range v.Containers {
		there[c.Role] = true
	}
	var services []string
	for _, role := range model.SiteRoles() {
		if there[role] {
			services = append(services, role)
		}
	}
	if len(asked) == 0 {
		asked = services
	}
	if len(asked) == 0 {
		return nil, &markedError{engine.ErrNotFound, errors.New(v.Site.Slug + " has no containers, so there is no log; it was never started, or its containers were removed")}
	}
	for _, service := range asked {
		if !there[service] {
			return nil, &markedError{engine.ErrNotFound, errors.New(v.Site.Slug + " has no container for " + service)}
		}
	}
	return asked, nil
}
