package command

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
)

// urlCommand prints a site's address.
func (a *app) urlCommand() *cobra.Command {
	return &cobra.Command{
		Use: "url SITE", Short: "print a site's address and nothing else", Args: takes(1, 1, oneSite),
		ValidArgsFunction: a.completeSite,
		RunE: func(cmd *cobra.Command, args []string) error {
			v, err := a.known(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(a.Stdout, v.URL)
			return err
		},
	}
}

// known returns a site as the database alone knows it, without how it is. The daemon is asked about a site that the
// database does not know, since containers may know it; when no daemon answers, the database has the last word.
func (a *app) known(ctx context.Context, slug string) (sites.View, error) {
	m, err := a.offlineManager(ctx)
	if err != nil {
		return sites.View{}, err
	}
	v, err := m.View(ctx, slug)
	if v.Site.Slug != "" {
		return v, nil
	}
	missing := &sites.NoSiteError{Name: slug}
	if !errors.As(err, &missing) && !errors.Is(err, engine.ErrDaemonUnreachable) {
		return v, err
	}
	v, err = a.view(ctx, slug)
	switch {
	case err == nil:
		return v, nil
	case errors.Is(err, sites.ErrNoSite):
		return v, err // it knows of more names that are near
	case ctx.Err() != nil:
		return v, context.Cause(ctx)
	}
	return v, missing
}

// completeSite offers the names of the sites in the database to the shell, for the first argument.
func (a *app) completeSite(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.completeSites(cmd, args, "")
}

// completeSites offers them for every argument, but those that are there already.
func (a *app) completeSites(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if _, err := os.Stat(a.databasePath()); err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp // opening it would make it
	}
	db, err := a.store(cmd.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	rows, err := db.Sites(cmd.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	given := map[string]bool{}
	for _, arg := range args {
		given[arg] = true
	}
	var names []string
	for _, row := range rows {
		if !given[row.Slug] {
			names = append(names, row.Slug+"\t"+row.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
