package sitelist

import (
	"cmp"
	"strings"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// Sort is the order of the rows.
type Sort uint8

// The orders; sites that are equal in one are in the order of their names.
const (
	ByName Sort = iota
	ByState
	ByCPU
	ByMemory

	sorts = ByMemory + 1
)

// String returns what the list says of its order.
func (s Sort) String() string { return [...]string{"name", "state", "CPU", "memory"}[s] }

// compare puts two sites in order.
func (m *Model) compare(a, b *sites.View) int {
	first := 0
	switch m.sort {
	case ByState:
		first = cmp.Compare(urgency(a.Status.State), urgency(b.Status.State))
	case ByCPU:
		first = cmp.Compare(m.usage[b.Site.Slug].CPU, m.usage[a.Site.Slug].CPU)
	case ByMemory:
		first = cmp.Compare(m.usage[b.Site.Slug].Memory, m.usage[a.Site.Slug].Memory)
	}
	return cmp.Or(first, strings.Compare(strings.ToLower(a.Site.Name), strings.ToLower(b.Site.Name)), strings.Compare(a.Site.Slug, b.Site.Slug))
}

// urgency orders states by how soon a person should look.
func urgency(s model.State) int {
	switch s {
	case model.StateFailed:
		return 0
	case model.StateDegraded:
		return 1
	case model.StateStarting, model.StateStopping:
		return 2
	case model.StateRunning:
		return 3
	case model.StateAdopted:
		return 4
	case model.StateStopped:
		return 5
	default:
		return 6
	}
}
