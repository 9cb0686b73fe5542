package command

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// changeFlags are what every command that changes a site takes.
type changeFlags struct {
	json  bool
	force bool
}

// add adds the flags to a command, which from then on deals with ctrl+c itself.
func (f *changeFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.json, "json", false, "print the operation's record, one JSON object a line, each with its site and id")
	cmd.Flags().BoolVar(&f.force, "force", false, "go on although the desktop app is open")
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	cmd.Annotations[ownInterrupts] = "yes"
}

// startCommand, stopCommand and restartCommand take any number of sites.
func (a *app) startCommand() *cobra.Command {
	return a.severalCommand(sites.VerbStart, "start sites, and wait until their pages answer")
}

func (a *app) stopCommand() *cobra.Command {
	return a.severalCommand(sites.VerbStop, "stop sites; their data stays")
}

func (a *app) restartCommand() *cobra.Command {
	return a.severalCommand(sites.VerbRestart, "stop sites and start them again")
}

// severalCommand returns the command for a verb that says all with its name.
func (a *app) severalCommand(verb sites.Verb, short string) *cobra.Command {
	var flags changeFlags
	var which selection
	cmd := &cobra.Command{
		Use: string(verb) + " SITE...", Short: short,
		ValidArgsFunction: a.completeSites,
		RunE: func(cmd *cobra.Command, args []string) error {
			which.verb, which.names = verb, args
			requests, err := a.selected(cmd.Context(), which)
			if err != nil {
				return err
			}
			return a.carryOut(cmd.Context(), flags, requests...)
		},
	}
	cmd.Flags().BoolVar(&which.all, "all", false, "every site")
	if verb == sites.VerbStart {
		cmd.Flags().BoolVar(&which.last, "last", false, "those that ran when the machine, or Docker, went down")
	}
	flags.add(cmd)
	return cmd
}

// selection says which sites a verb is for: exactly one of the three.
type selection struct {
	verb  sites.Verb
	names []string
	all   bool
	last  bool
}

// wants reports whether a site is among them, when they were not named.
func (s selection) wants(v sites.View) bool {
	switch {
	case v.Status.State == model.StateElsewhere:
		return false
	case s.last:
		return v.Site.Started && v.Status.State != model.StateRunning
	case s.verb == sites.VerbStart:
		return v.Site.ID != ""
	}
	return v.Status.Running
}

// selected returns a request for each site, once. Every name is known to be a site's before the first begins.
func (a *app) selected(ctx context.Context, s selection) ([]sites.Request, error) {
	ways := 0
	for _, way := range []bool{s.all, s.last, len(s.names) > 0} {
		if way {
			ways++
		}
	}
	if ways != 1 {
		return nil, usage("%s takes either the names of sites or --all", s.verb)
	}
	slugs := s.names
	if len(slugs) == 0 {
		views, err := a.views(ctx)
		if err != nil {
			return nil, err
		}
		for _, v := range views {
			if s.wants(v) {
				slugs = append(slugs, v.Site.Slug)
			}
		}
	}
	var requests []sites.Request
	for _, slug := range slugs {
		if slices.ContainsFunc(requests, func(r sites.Request) bool { return r.Slug == slug }) {
			continue
		}
		if _, err := a.known(ctx, slug); err != nil {
			return nil, err
		}
		requests = append(requests, sites.Request{Verb: s.verb, Slug: slug})
	}
	return requests, nil
}

// carryOut begins the requests and follows them to their end. The addresses of sites that run then are printed.
func (a *app) carryOut(ctx context.Context, flags changeFlags, requests ...sites.Request) error {
	if len(requests) == 0 {
		fmt.Fprintln(a.Stderr, "There is no site to do that to.")
		return nil
	}
	for i := range requests {
		requests[i].Force = flags.force
	}
	ops, err := a.openOperations()
	if err != nil {
		return err
	}
	w := a.newWatch(ops, flags.json, len(requests) > 1)
	return w.begin(ctx, requests, w.done)
}

// done says what an operation that succeeded came to.
func (w *watch) done(op sites.Operation, result sites.Result) error {
	if w.json {
		return nil // the record has said it
	}
	took := " in " + seconds(result.Took)
	switch r := op.Request; r.Verb {
	case sites.VerbStart, sites.VerbRestart:
		w.progress.note(op, r.Slug+" runs"+took)
		return w.print(result.URL)
	case sites.VerbCreate:
		if r.Create != nil && r.Create.NoStart {
			w.progress.note(op, r.Slug+" is created"+took+"; it does not run yet")
			return nil
		}
		w.progress.note(op, r.Slug+" is created and runs"+took)
		w.tellAccount(op)
		return w.print(result.URL)
	case sites.VerbStop:
		w.progress.note(op, r.Slug+" is stopped"+took)
	case sites.VerbDelete:
		w.progress.note(op, r.Slug+" is deleted"+took)
	case sites.VerbExport:
		w.progress.note(op, "the database of "+r.Slug+" is exported"+took)
		if r.Export != nil {
			return w.print(r.Export.File)
		}
	case sites.VerbImport:
		w.progress.note(op, "the database of "+r.Slug+" is replaced"+took)
	case sites.VerbVersions:
		w.progress.note(op, r.Slug+" is changed"+took)
	}
	return nil
}

// print writes what was asked for to standard output, in one piece.
func (w *watch) print(text string) error {
	if text == "" {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := fmt.Fprintln(w.app.Stdout, plain(text))
	return err
}
