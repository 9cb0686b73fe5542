package pull

import (
	"fmt"
	"slices"
	"time"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
)

// mostKept is how many operations the pane remembers: those beyond, the oldest that are settled, are in the activity.
const mostKept = 50

// Pane is the list of operations, one of them opened. It belongs to Update and View.
type Pane struct {
	styles *theme.Styles
	now    func() time.Time
	ops    []*Operation // the newest first
	open   string       // the ID of the one that is opened and under the cursor
	top    int          // the first line of it that is visible

	width, height int
}

// NewPane returns an empty pane.
func NewPane(styles *theme.Styles, now func() time.Time) *Pane {
	return &Pane{styles: styles, now: now}
}

// SetSize sets the size of what View returns.
func (p *Pane) SetSize(width, height int) { p.width, p.height = width, height }

// Put adds an operation, unless it is known, and returns it.
func (p *Pane) Put(op sites.Operation) *Operation {
	if known := p.Find(op.ID); known != nil {
		return known
	}
	o := NewOperation(op)
	p.ops = append(p.ops, o)
	slices.SortStableFunc(p.ops, func(a, b *Operation) int { return b.Begun.Compare(a.Begun) })
	for i := len(p.ops) - 1; i >= 0 && len(p.ops) > mostKept; i-- {
		if p.ops[i].Settled {
			p.ops = slices.Delete(p.ops, i, i+1)
		}
	}
	return o
}

// Find returns the operation of that ID; nil when it is not known.
func (p *Pane) Find(id string) *Operation {
	for _, o := range p.ops {
		if o.ID == id {
			return o
		}
	}
	return nil
}

// All returns the operations, the newest first.
func (p *Pane) All() []*Operation { return p.ops }

// Running returns those under way, the newest first.
func (p *Pane) Running() []*Operation {
	return slices.DeleteFunc(slices.Clone(p.ops), func(o *Operation) bool { return !o.Running() })
}

// Unsettled returns those that failed and that nobody has decided about, the newest first.
func (p *Pane) Unsettled() []*Operation {
	return slices.DeleteFunc(slices.Clone(p.ops), func(o *Operation) bool { return o.Running() || o.Settled })
}

// Settle marks every failure of a site as decided about: something else is being done to it.
func (p *Pane) Settle(slug string) {
	for _, o := range p.ops {
		if o.Request.Slug == slug && !o.Running() {
			o.Settled = true
		}
	}
}

// Open puts the cursor on an operation.
func (p *Pane) Open(id string) { p.open, p.top = id, 0 }

// Current returns the operation under the cursor: the one that was opened, else the first under way, else the newest.
func (p *Pane) Current() *Operation {
	if o := p.Find(p.open); o != nil {
		return o
	}
	for _, some := range [][]*Operation{p.Running(), p.Unsettled(), p.ops} {
		if len(some) > 0 {
			return some[0]
		}
	}
	return nil
}

// Do carries out an action of the pane, and reports whether it is one.
func (p *Pane) Do(id keymap.ID) bool {
	at := slices.Index(p.ops, p.Current())
	switch id {
	case keymap.Up:
		at--
	case keymap.Down:
		at++
	case keymap.Top:
		at = 0
	case keymap.Bottom:
		at = len(p.ops) - 1
	case keymap.PageDown, keymap.HalfDown:
		p.top += max(p.height/2, 1)
		return true
	case keymap.PageUp, keymap.HalfUp:
		p.top = max(p.top-max(p.height/2, 1), 0)
		return true
	default:
		return false
	}
	if len(p.ops) > 0 {
		p.Open(p.ops[min(max(at, 0), len(p.ops)-1)].ID)
	}
	return true
}

// Bindings returns the actions that do something to the operation under the cursor.
func (p *Pane) Bindings() []keymap.ID {
	o := p.Current()
	switch {
	case o == nil:
		return nil
	case o.Running():
		return []keymap.ID{keymap.OpCancel}
	case !o.Failed():
		return nil
	}
	ids := []keymap.ID{keymap.OpRetry}
	if _, ok := o.RollBack(); ok {
		ids = append(ids, keymap.OpRollBack)
	}
	if !o.Settled {
		ids = append(ids, keymap.OpKeep)
	}
	if o.Result.Service != "" {
		ids = append(ids, keymap.OpLogs)
	}
	return ids
}

// View returns the pane: the other operations a line each, and the one under the cursor opened.
func (p *Pane) View(focus bool) []string {
	current := p.Current()
	if current == nil {
		return cell.Frame{Title: "Operations", Focus: focus}.Draw(p.styles,
			[]string{"", p.styles.Dim.Render("  Nothing is under way, and nothing has failed.")}, p.width, p.height)
	}
	others := len(p.ops)
	room := min(others, max(p.height/3-2, 0))
	if others == 1 || p.height < 14 {
		room = 0
	}
	var list []string
	if room > 0 {
		list = p.list(current, room)
	}
	return append(list, p.opened(current, focus, p.height-len(list))...)
}

// list is the frame of all operations.
func (p *Pane) list(current *Operation, rows int) []string {
	at := slices.Index(p.ops, current)
	first := min(max(at-rows/2, 0), max(len(p.ops)-rows, 0))
	var body []string
	for _, o := range p.ops[first:min(first+rows, len(p.ops))] {
		bar := " "
		if o == current {
			bar = p.styles.Bar.Render(p.styles.Glyphs.Bar)
		}
		style, glyph := p.sign(o)
		body = append(body, bar+" "+style.Render(glyph)+" "+cell.Fit(Title(o), 40, p.styles.Glyphs.Ellipsis)+" "+p.styles.Dim.Render(p.outcome(o)))
	}
	frame := cell.Frame{Title: "Operations", Right: p.styles.Dim.Render(fmt.Sprintf("%d of %d", at+1, len(p.ops)))}
	return frame.Draw(p.styles, body, p.width, rows+2)
}

// opened is the frame of one operation.
func (p *Pane) opened(o *Operation, focus bool, height int) []string {
	width, rows := cell.Inside(p.width, height)
	lines := painter{styles: p.styles, now: p.now(), width: width}.operation(o)
	p.top = min(p.top, max(len(lines)-rows, 0))
	style, glyph := p.sign(o)
	frame := cell.Frame{Title: Title(o), Focus: focus, Right: style.Render(glyph + " " + p.outcome(o))}
	if len(lines) > rows {
		frame.Foot = p.styles.Dim.Render(fmt.Sprintf("%d-%d of %d", p.top+1, min(p.top+rows, len(lines)), len(lines)))
	}
	return frame.Draw(p.styles, lines[p.top:], p.width, height)
}

// sign is the style and glyph of an operation.
func (p *Pane) sign(o *Operation) (theme.Style, string) {
	switch {
	case o.Running():
		return p.styles.Changing, p.styles.Glyphs.Changing
	case o.Failed():
		return p.styles.Failed, p.styles.Glyphs.Failed
	case o.Result.Outcome == sites.Cancelled:
		return p.styles.Degraded, p.styles.Glyphs.Degraded
	}
	return p.styles.Running, p.styles.Glyphs.Done
}

// outcome says how an operation is, in a few words.
func (p *Pane) outcome(o *Operation) string {
	switch {
	case o.Running() && o.Cancelling:
		return "cancelling"
	case o.Running():
		return cell.Since(p.now().Sub(o.Begun))
	}
	return string(o.Result.Outcome) + " " + cell.Took(o.Result.Took)
}

// Title names an operation: "start blog".
func Title(o *Operation) string {
	return cell.Plain(string(o.Request.Verb) + " " + o.Request.Slug)
}
