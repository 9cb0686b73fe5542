package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// inside says what runs where in a site.
type inside struct {
	service string
	user    string
	workdir string
	tty     bool
	cmd     []string
}

// execCommand runs a command, or a shell, in a container of a site.
func (a *app) execCommand() *cobra.Command {
	var in inside
	cmd := &cobra.Command{
		Use:   "exec SITE [-- CMD...]",
		Short: "run a command in a site's container; without one, a shell",
		Long: "Run a command in a container of the site, with its output and errors apart and its exit code passed on.\n" +
			"Standard input goes to it unless that is a terminal.\n\n" +
			"Without a command, and on a terminal, a shell: bash, ash or sh. ctrl+^ ctrl+@ leaves it running.",
		Example: "  locorum-tui exec acme-shop\n  locorum-tui exec acme-shop --service redis -- redis-cli info memory\n" +
			"  gzip -dc posts.csv.gz | locorum-tui exec acme-shop -- sh -c 'cat > posts.csv'",
		Args:        takes(1, -1, "a site's name and, after --, a command"),
		Annotations: map[string]string{insideCodes: "yes"},
		RunE: func(cmd *cobra.Command, args []string) error {
			in.cmd = args[1:]
			v, err := a.reach(cmd.Context(), args[0], in.service)
			if err != nil {
				return err
			}
			return a.runInside(cmd.Context(), v, in)
		},
		ValidArgsFunction: a.completeSite,
	}
	serviceFlag(cmd, &in.service)
	cmd.Flags().StringVar(&in.user, "user", "", "run as this user instead of the container's own")
	cmd.Flags().StringVar(&in.workdir, "workdir", "", "run in this folder of the container")
	cmd.Flags().BoolVarP(&in.tty, "tty", "t", false, "give the command the terminal, for one that asks questions")
	return cmd
}

// serviceFlag adds --service with its completion.
func serviceFlag(cmd *cobra.Command, service *string) {
	cmd.Flags().StringVar(service, "service", engine.RolePHP, "which container: "+strings.Join(model.SiteRoles(), ", "))
	completeServices(cmd)
}

func completeServices(cmd *cobra.Command) {
	// The error says that there is no such flag: the line above it made it.
	_ = cmd.RegisterFlagCompletionFunc("service", cobra.FixedCompletions(model.SiteRoles(), cobra.ShellCompDirectiveNoFileComp))
}

// checkService refuses what is no service of a site.
func checkService(service string) error {
	if !slices.Contains(model.SiteRoles(), service) {
		return usage("there is no service %q; a site has %s", service, strings.Join(model.SiteRoles(), ", "))
	}
	return nil
}

// reach returns a site whose service can be worked in: it runs, and is ours.
func (a *app) reach(ctx context.Context, slug, service string) (sites.View, error) {
	if err := checkService(service); err != nil {
		return sites.View{}, err
	}
	v, err := a.view(ctx, slug)
	if err != nil {
		return v, err
	}
	name := engine.SiteContainerName(slug, service)
	if v.Owner != "" {
		return v, &engine.OwnerError{Kind: "container", Name: name, Owner: v.Owner}
	}
	i := slices.IndexFunc(v.Containers, func(c sites.Service) bool { return c.Role == service })
	if i < 0 || !v.Containers[i].Running() {
		return v, fmt.Errorf("%s of %s does not run; `locorum-tui start %[2]s` starts it: %w", service, slug, engine.ErrNotRunning)
	}
	return v, nil
}

// runInside runs what in says in the site's container. Its exit code, unless 0, is the error.
func (a *app) runInside(ctx context.Context, v sites.View, in inside) error {
	container := engine.SiteContainerName(v.Site.Slug, in.service)
	opts := engine.ExecOptions{Cmd: in.cmd, User: in.user, WorkingDir: in.workdir}
	var code int
	var err error
	switch {
	case len(in.cmd) > 0 && !in.tty:
		code, err = a.docker.ExecInContainerWriterStdin(ctx, container, opts, a.pipedStdin(), a.Stdout, a.Stderr)
	case !a.IsTerminal(a.Stdin) || !a.IsTerminal(a.Stdout):
		return usage("this is no terminal; say which command to run: `locorum-tui exec %s -- CMD`", v.Site.Slug)
	default:
		code, err = a.interact(ctx, container, opts)
	}
	switch {
	case errors.Is(err, engine.ErrDetached):
		fmt.Fprintf(a.Stderr, "\nIt goes on in %s.\n", container)
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return err
	case code != 0:
		return &codeError{code: code}
	}
	return nil
}

// pipedStdin returns standard input unless it is a terminal, whose keys belong to the person's shell.
func (a *app) pipedStdin() io.Reader {
	if a.IsTerminal(a.Stdin) {
		return nil
	}
	return a.Stdin
}
