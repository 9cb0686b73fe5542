package detail

import (
	"fmt"
	"net/url"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/usage"
)

// Tab is what the pane shows of the site.
type Tab uint8

// The tabs, in their order.
const (
	Overview Tab = iota
	Containers
	Activity
	tabs
)

// String returns the tab's name.
func (t Tab) String() string { return [...]string{"Overview", "Containers", "Activity"}[t] }

// Facts are what is known of a site beyond its row and its containers' states.
type Facts struct {
	// DatabaseAddress is where the database listens, empty when it does so inside of its network only.
	DatabaseAddress string
	// Admin is the administrator's account; a zero value is one that is not known.
	Admin wordpress.Credentials
	// Details are the containers by name.
	Details map[string]engine.ContainerDetail
	// Activities are the outcomes of operations, the newest first.
	Activities []store.Activity
}

// Model is the pane. It belongs to Update and View.
type Model struct {
	styles *theme.Styles
	keys   *keymap.Map
	now    func() time.Time
	// host is the name that ssh reached this machine by; empty when it was not reached by ssh.
	host string

	view     sites.View
	known    bool // whether the daemon told how the site is
	facts    Facts
	size     int64 // of the folder in bytes; -1 while unknown
	readings map[string]usage.Reading
	reveal   bool

	tab           Tab
	at            int // the container under the cursor
	top           int // the first line of the tab that is shown
	width, height int
}

// New returns a pane that shows no site. host is the name that ssh reached this machine by, empty without ssh.
func New(styles *theme.Styles, keys *keymap.Map, now func() time.Time, host string) *Model {
	return &Model{styles: styles, keys: keys, now: now, host: host, size: -1}
}

// SetSize sets the size of what View returns, the frame included.
func (m *Model) SetSize(width, height int) { m.width, m.height = width, height }

// SetView shows a site and reports whether it is another one than before: what was known of that one is then forgotten. A
// view without a slug shows none.
func (m *Model) SetView(v sites.View, known bool) bool {
	other := v.Site.Slug != m.view.Site.Slug
	if other {
		m.facts, m.size, m.reveal, m.at, m.top = Facts{}, -1, false, 0, 0
	}
	m.view, m.known = v, known
	m.at = max(min(m.at, len(v.Containers)-1), 0)
	return other
}

// SetFacts says what is known of the site that is shown.
func (m *Model) SetFacts(facts Facts) { m.facts = facts }

// SetFolderSize says how big the folder of the site that is shown is, in bytes.
func (m *Model) SetFolderSize(bytes int64) { m.size = bytes }

// SetUsage says what containers use, by name. The map is the caller's, and is read until the next one.
func (m *Model) SetUsage(readings map[string]usage.Reading) { m.readings = readings }

// Reveal shows the passwords, or masks them again.
func (m *Model) Reveal() { m.reveal = !m.reveal }

// Tab returns the tab that is shown.
func (m *Model) Tab() Tab { return m.tab }

// Show shows a tab.
func (m *Model) Show(t Tab) { m.tab, m.top = t, 0 }

// Container returns the container under the cursor of the containers' tab.
func (m *Model) Container() (sites.Service, bool) {
	if m.at >= len(m.view.Containers) {
		return sites.Service{}, false
	}
	return m.view.Containers[m.at], true
}

// Do carries out an action of the pane, and reports whether it is one.
func (m *Model) Do(id keymap.ID) bool {
	page := max(m.height-4, 1)
	move := func(by int) bool {
		m.top = max(m.top+by, 0) // View knows how far down there is something
		return true
	}
	switch id {
	case keymap.Left:
		m.Show((m.tab + tabs - 1) % tabs)
	case keymap.Right:
		m.Show((m.tab + 1) % tabs)
	case keymap.TabOverview:
		m.Show(Overview)
	case keymap.TabContainers:
		m.Show(Containers)
	case keymap.TabActivity:
		m.Show(Activity)
	case keymap.Up, keymap.Down:
		by := 1
		if id == keymap.Up {
			by = -1
		}
		if m.tab != Containers {
			return move(by)
		}
		m.at, m.top = max(min(m.at+by, len(m.view.Containers)-1), 0), 0
	case keymap.HalfUp:
		return move(-page / 2)
	case keymap.HalfDown:
		return move(page / 2)
	case keymap.PageUp:
		return move(-page)
	case keymap.PageDown:
		return move(page)
	case keymap.Top:
		m.top = 0
	case keymap.Bottom:
		m.top = 1 << 20
	default:
		return false
	}
	return true
}

// Reach returns the command that makes the site's page reachable from the machine that a person sits at; empty when there
// is nothing to be reached, or host is empty.
func Reach(v sites.View, host string) string {
	u, err := url.Parse(v.URL)
	if err != nil || host == "" || u.Host == "" {
		return ""
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	local := port
	switch port { // a port below 1024 would need root on the other side
	case "":
		return ""
	case "443":
		local = "8443"
	case "80":
		local = "8080"
	}
	return fmt.Sprintf("ssh -L %s:127.0.0.1:%s %s", local, port, host)
}
