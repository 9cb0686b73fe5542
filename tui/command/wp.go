package command

import (
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/model"
)

// wpCommand runs wp-cli in a site.
func (a *app) wpCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "wp SITE [--] ARGS...",
		Short: "run wp-cli in a site",
		Long: "Run wp-cli in the site's PHP container, as its user and on its WordPress, with its exit code passed on.\n\n" +
			"On a terminal it gets the terminal, for commands that ask; else its output and errors are kept apart.",
		Example: "  locorum-tui wp acme-shop -- plugin list --status=active\n" +
			"  locorum-tui wp acme-shop -- eval-file - < fix.php",
		Args:        takes(1, -1, "a site's name and what to tell wp-cli"),
		Annotations: map[string]string{insideCodes: "yes"},
		RunE: func(cmd *cobra.Command, args []string) error {
			v, err := a.reach(cmd.Context(), args[0], engine.RolePHP)
			if err != nil {
				return err
			}
			words := args[1:]
			if len(words) > 0 && words[0] == "--" {
				words = words[1:]
			}
			return a.runInside(cmd.Context(), v, inside{
				service: engine.RolePHP, cmd: wpWords(v.Site, words), tty: a.IsTerminal(a.Stdin) && a.IsTerminal(a.Stdout),
			})
		},
		ValidArgsFunction: a.completeSite,
	}
	cmd.Flags().SetInterspersed(false) // what follows the site is wp-cli's, flags too
	return cmd
}

// wpWords returns wp-cli's command line: on the site's WordPress, unless the person names another.
func wpWords(site model.Site, words []string) []string {
	line := []string{"wp"}
	if !slices.ContainsFunc(words, func(w string) bool { return w == "--path" || strings.HasPrefix(w, "--path=") }) {
		docroot := wordpress.DocrootInside(site)
		if found, err := wordpress.Find(wordpress.Docroot(site)); err == nil && found.Core != "" {
			docroot = path.Join(docroot, found.Core)
		}
		line = append(line, "--path="+docroot)
	}
	return append(line, words...)
}
