package tui

import (
	"context"
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/tui/backend"
	"github.com/Locorum/locorum-tui/tui/dialog"
)

// errUser is why a text cannot be a user of a container.
var errUser = errors.New("a user is a name or a number, with :group after it if need be")

// askShell opens the form that chooses where a shell is opened, as whom, and what it runs.
func (a *App) askShell(v sites.View) tea.Cmd {
	var roles []string
	for _, c := range v.Containers {
		if c.Running() {
			roles = append(roles, c.Role)
		}
	}
	if len(roles) == 0 {
		a.say(v.Site.Slug+" does not run, so there is nothing to open a shell in; s starts it", true)
		return nil
	}
	f := &dialog.Form{Title: "Shell in " + v.Site.Slug, Verb: "open it", Fields: []dialog.Field{
		dialog.Choice("service", "container", engine.RolePHP, roles),
		dialog.Text("user", "user", "", "the container's own"),
		dialog.Text("command", "command", "", "bash, ash or sh"),
	}}
	look := func() func(context.Context) finding {
		user := f.Value("user")
		return func(context.Context) finding {
			if strings.ContainsAny(user, " /\\\"'$") || strings.HasPrefix(user, "-") || strings.Count(user, ":") > 1 {
				return finding{err: errUser}
			}
			return finding{}
		}
	}
	return a.openForm(f, look, func() tea.Cmd {
		s := backend.Shell{Slug: v.Site.Slug, Service: f.Value("service"), User: f.Value("user")}
		if command := f.Value("command"); command != "" {
			s.Command = []string{"sh", "-c", command} // as a person types it: quotes, pipes and all
		}
		return a.shell(s, v)
	})
}
