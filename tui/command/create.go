package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/model"
)

// createCommand makes a new site.
func (a *app) createCommand() *cobra.Command {
	var flags changeFlags
	var o sites.CreateOptions
	var yes bool
	cmd := &cobra.Command{
		Use: "create NAME", Short: "create a site and start it",
		Long: "Create a site with WordPress in it, start it, and print its address once its page answers.\n\n" +
			"What is not said has a default: the newest of each program that is well supported, a folder below the sites'\n" +
			"folder, an administrator with a random password.",
		Example: "  locorum-tui create \"Acme Shop\"\n" +
			"  locorum-tui create blog --php 8.2 --web-server apache --multisite subdirectory",
		Args: takes(1, 1, "one argument, the new site's name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Name = args[0]
			return a.create(cmd.Context(), o, flags, yes)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	f := cmd.Flags()
	f.BoolVar(&o.NoStart, "no-start", false, "do not start it yet")
	f.StringVar(&o.Folder, "folder", "", "its folder, an absolute path; a WordPress that is there is kept")
	f.StringVar(&o.PublicDir, "public-dir", "", "the folder in it that is served, if that is not all of it")
	f.StringVar(&o.Domain, "domain", "", "its host name, instead of NAME.localhost")
	choice(cmd, &o.PHP, "php", "PHP's version", model.PHPVersions())
	choice(cmd, &o.Redis, "redis", "Redis's version", model.RedisVersions())
	choice(cmd, &o.WebServer, "web-server", "the web server", []string{model.WebServerNginx, model.WebServerApache})
	choice(cmd, &o.DBEngine, "db", "the database", []string{model.DBEngineMariaDB, model.DBEngineMySQL})
	f.StringVar(&o.DBVersion, "db-version", "", "the database's version")
	choice(cmd, &o.Multisite, "multisite", "a network of sites", []string{model.MultisiteSubdirectory, model.MultisiteSubdomain})
	f.StringVar(&o.AdminUser, "admin-user", "", "the administrator's name (admin)")
	f.StringVar(&o.AdminEmail, "admin-email", "", "the administrator's address")
	choice(cmd, &o.Volume, "volume", "what becomes of the database of an earlier site of this name", []string{sites.VolumeReuse, sites.VolumeClean})
	f.BoolVar(&yes, "yes", false, "do not ask before an old database goes")
	flags.add(cmd)
	return cmd
}

// choice adds a flag with few values, which are in its description and completed.
func choice(cmd *cobra.Command, value *string, name, what string, values []string) {
	cmd.Flags().StringVar(value, name, "", what+": "+strings.Join(values, ", "))
	// The error says that there is no such flag: the line above it made it.
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// create checks everything that can be checked before anything is made, and makes the site.
func (a *app) create(ctx context.Context, o sites.CreateOptions, flags changeFlags, yes bool) error {
	m, err := a.manager(ctx)
	if err != nil {
		return err
	}
	asked := false
	checked, err := m.CheckCreate(ctx, o)
	if errors.Is(err, sites.ErrVolumeLeft) && a.askable() {
		fmt.Fprintln(a.Stderr, sentence(err))
		if o.Volume, err = a.ask(ctx, "Type reuse to have its data in the new site, or clean to lose it: "); err != nil {
			return err
		}
		asked = true
		checked, err = m.CheckCreate(ctx, o)
	}
	if err != nil {
		return a.unreachable(ctx, err)
	}
	if o.Volume == sites.VolumeClean && !yes && !asked {
		if err := a.confirm(ctx, "lose the database that an earlier "+checked.Slug+" has left, if there is one", checked.Slug, "--yes"); err != nil {
			return err
		}
	}
	return a.carryOut(ctx, flags, sites.Request{Verb: sites.VerbCreate, Slug: checked.Slug, Create: &checked})
}

// tellAccount tells a person how to log in to the new site. The password is shown where nothing keeps it: on a terminal.
func (w *watch) tellAccount(op sites.Operation) {
	text := "log in with `locorum-tui login " + op.Request.Slug + "`"
	if account, err := wordpress.ReadCredentials(w.app.HomeDir, op.Request.Slug); err == nil && w.app.IsTerminal(w.app.Stderr) {
		text += ", or as " + account.User + " with the password " + account.Password
	}
	w.progress.note(op, text)
}
