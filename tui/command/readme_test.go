package command

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/Locorum/locorum-tui/keymap"
)

// TestReadme holds that the README's tables are those of the code.
func TestReadme(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	h := newHarness(t)
	root := (&app{Program: h.program(io.Discard, io.Discard)}).rootCommand()
	var commands strings.Builder
	commands.WriteString("| command | what it does | flags |\n|---|---|---|\n")
	for _, group := range root.Groups() {
		for _, cmd := range leaves(root) {
			if top(cmd).GroupID == group.ID {
				fmt.Fprintf(&commands, "| `%s` | %s | %s |\n", synopsis(cmd), cmd.Short, flags(cmd))
			}
		}
	}
	var codes strings.Builder
	codes.WriteString("| exit code | meaning |\n|---|---|\n")
	for _, rule := range exitRules() {
		fmt.Fprintf(&codes, "| %d | %s |\n", rule.code, rule.meaning)
	}
	for _, table := range []string{commands.String(), codes.String(), keymap.Default().Table()} {
		if !strings.Contains(string(text), "\n"+table) {
			t.Errorf("the README lacks this table:\n%s", table)
		}
	}
}

// synopsis is how a command is called, without its flags.
func synopsis(cmd *cobra.Command) string {
	line := strings.TrimSuffix(cmd.UseLine(), " [flags]")
	return strings.TrimPrefix(line, "locorum-tui ")
}

// flags are the names of a command's flags.
func flags(cmd *cobra.Command) string {
	var names []string
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden && f.Name != "help" {
			names = append(names, "`--"+f.Name+"`")
		}
	})
	return strings.Join(names, " ")
}

// leaves returns the commands that a person can run, in the order of their names.
func leaves(cmd *cobra.Command) []*cobra.Command {
	var found []*cobra.Command
	for _, sub := range cmd.Commands() {
		switch {
		case sub.Hidden || sub.Name() == "help" || sub.Name() == "completion":
		case sub.HasSubCommands():
			found = append(found, leaves(sub)...)
		case sub.Runnable():
			found = append(found, sub)
		}
	}
	return found
}

// top returns the command under the root that cmd is or is under.
func top(cmd *cobra.Command) *cobra.Command {
	for cmd.Parent().HasParent() {
		cmd = cmd.Parent()
	}
	return cmd
}

// TestHelp holds that every command says what it does, and that no flag lacks words.
func TestHelp(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	if r := h.run("help", "exit-codes"); r.code != exitDone || !strings.Contains(r.stdout, "  125  ") {
		t.Errorf("got %+v", r)
	}
	root := (&app{Program: h.program(io.Discard, io.Discard)}).rootCommand()
	for _, cmd := range leaves(root) {
		r := h.run(append(strings.Fields(cmd.CommandPath())[1:], "--help")...)
		if r.code != exitDone || !strings.Contains(r.stdout, "Usage:\n  locorum-tui ") {
			t.Errorf("%s --help: %+v", cmd.CommandPath(), r)
		}
		if cmd.Short == "" || slices.Contains([]byte(cmd.Short), '\n') {
			t.Errorf("%s has the description %q", cmd.CommandPath(), cmd.Short)
		}
	}
}
