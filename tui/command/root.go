package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// The groups of the commands in the help.
const (
	groupLook   = "look"
	groupChange = "change"
	groupInside = "inside"
	groupSetup  = "setup"
)

// flagDemo opens the dashboard on a machine that does not exist.
const flagDemo = "demo"

// rootCommand returns the tree of commands.
func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "locorum-tui",
		Short: "Local WordPress sites in Docker",
		Args:  noCommand,
		RunE:  a.runAlone,

		SilenceErrors:    true,
		SilenceUsage:     true,
		PersistentPreRun: a.watchInterrupts,

		SuggestionsMinimumDistance: 2,
	}
	root.Flags().Bool(flagDemo, false, "open the dashboard on made-up sites; nothing on this machine is touched")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage("%w", err) })
	root.AddGroup(
		&cobra.Group{ID: groupLook, Title: "Looking at sites:"},
		&cobra.Group{ID: groupChange, Title: "Changing sites:"},
		&cobra.Group{ID: groupInside, Title: "Working in a site:"},
		&cobra.Group{ID: groupSetup, Title: "This program:"},
	)
	root.SetHelpCommandGroupID(groupSetup)
	root.SetCompletionCommandGroupID(groupSetup)
	grouped(root, groupLook, a.listCommand(), a.showCommand(), a.urlCommand(), a.logsCommand())
	grouped(root, groupChange, a.createCommand(), a.startCommand(), a.stopCommand(), a.restartCommand(), a.deleteCommand(),
		a.versionsCommand(), a.dbCommand(), a.operationsCommand(), a.followCommand())
	grouped(root, groupInside, a.execCommand(), a.wpCommand(), a.loginCommand())
	grouped(root, groupSetup, a.caCommand(), a.doctorCommand(), a.versionCommand())
	root.AddCommand(exitCodesTopic(), a.operationCommand())
	return root
}

func grouped(root *cobra.Command, group string, commands ...*cobra.Command) {
	for _, cmd := range commands {
		cmd.GroupID = group
		root.AddCommand(cmd)
	}
}

// runAlone opens the dashboard. Without a terminal that is a mistake in a script, which must not pass for a success.
func (a *app) runAlone(cmd *cobra.Command, _ []string) error {
	if !a.IsTerminal(a.Stdin) || !a.IsTerminal(a.Stdout) {
		return usage("this is no terminal; `locorum-tui ls` lists the sites for a script")
	}
	if a.env("TERM") == "dumb" {
		return usage("a dumb terminal cannot show the dashboard; `locorum-tui ls` lists the sites")
	}
	if demo, err := cmd.Flags().GetBool(flagDemo); err != nil || demo {
		return errors.Join(err, a.demonstration(cmd.Context()))
	}
	return a.dashboard(cmd.Context())
}

// noCommand refuses arguments where a command was expected, with the commands that may have been meant.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	text := fmt.Sprintf("there is no command %q", args[0])
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		text += "; did you mean " + strings.Join(near, " or ") + "?"
	}
	return usage("%s", text)
}

// takes refuses any other number of arguments than least to most, where most of -1 is any.
func takes(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			return usage("%s takes %s", cmd.CommandPath(), what)
		}
		return nil
	}
}

const oneSite = "one argument, a site's name as `locorum-tui ls` shows it"

// versionCommand prints the version.
func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "print the version", Args: takes(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.Stdout, "locorum-tui", a.Version)
			return err
		},
	}
}

// exitCodesTopic is a page of the help: `help exit-codes`.
func exitCodesTopic() *cobra.Command {
	var text strings.Builder
	text.WriteString("The exit codes of every command:\n\n")
	for _, rule := range exitRules() {
		fmt.Fprintf(&text, "  %3d  %s\n", rule.code, rule.meaning)
	}
	text.WriteString("\n`exec` and `wp` end with the exit code of what they ran. With several sites the highest code counts.")
	return &cobra.Command{Use: "exit-codes", Short: "what the exit codes mean", Long: text.String()}
}
