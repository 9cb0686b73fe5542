package command

import (
	"fmt"

	"github.com/spf13/cobra"
)

// loginCommand prints the link that logs a person in.
func (a *app) loginCommand() *cobra.Command {
	return &cobra.Command{
		Use: "login SITE", Short: "print a link that logs you in as the administrator, once and for a few minutes",
		Args: takes(1, 1, oneSite), ValidArgsFunction: a.completeSite,
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := a.manager(cmd.Context())
			if err != nil {
				return err
			}
			link, err := m.Login(cmd.Context(), args[0])
			if err != nil {
				return a.unreachable(cmd.Context(), err)
			}
			_, err = fmt.Fprintln(a.Stdout, link)
			return err
		},
	}
}
