package tui

import (
	"strings"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/tui/wp"
)

// openWP shows the wp-cli commands of a site.
func (a *App) openWP(v sites.View) {
	if !v.Status.Running {
		a.say(v.Site.Slug+" does not run, so wp-cli cannot either; s starts it", true)
		return
	}
	a.wp.Open(v)
	a.show = screenWP
}

// ranWP says that a command has ended which the person does not look at.
func (a *App) ranWP(msg wp.Done) {
	if a.show != screenWP || a.wp.Slug() != msg.Slug {
		a.say("wp-cli in "+msg.Slug+": "+msg.Text, msg.Failed)
	}
}

// keepWP reports whether to stay because a command runs, which quitting would end, and warns. The second time in a row it
// does not: the person was warned.
func (a *App) keepWP() bool {
	running := a.wp.Running()
	if len(running) == 0 || a.warned {
		return false
	}
	quit := a.o.Keys.Binding(keymap.Quit).Key()
	a.say("a wp-cli command runs in "+strings.Join(running, ", ")+" and would be cancelled; "+quit+" again quits", true)
	a.warned = true
	return true
}
