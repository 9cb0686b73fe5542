package tui

import (
	"errors"
	"fmt"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/detail"
	"github.com/Locorum/locorum-tui/tui/pull"
)

// The least terminal that the panes are made for; below it there is a notice.
const leastWidth, leastHeight = 24, 6

// leastWide is the width from which a site's details stand beside the list.
const leastWide = 100

// resize shares the screen out: a line of header, a line of footer.
func (a *App) resize(width, height int) {
	a.width, a.height = width, height
	a.layout()
	body := max(height-2, 0)
	a.ops.SetSize(width, body)
	a.logs.SetSize(width, body)
	a.wp.SetSize(width, body)
}

// wide reports whether a site's details stand beside the list.
func (a *App) wide() bool { return a.width >= leastWide && len(a.views) > 0 }

// layout shares the width out between the list and the details: the list needs less, and more of it does not help.
func (a *App) layout() {
	body := max(a.height-2, 0)
	if !a.wide() {
		a.list.SetSize(a.width, body)
		a.look.SetSize(a.width, body)
		return
	}
	left := min(max(a.width*46/100, 46), 72) // at 120 columns memory still has its column
	a.list.SetSize(left, body)
	a.look.SetSize(a.width-left, body)
}

// View returns the screen.
func (a *App) View() string {
	if a.width == 0 || a.height == 0 {
		return ""
	}
	if a.width < leastWidth || a.height < leastHeight {
		return strings.Join(cell.Box([]string{"too small", "q quits"}, a.width, a.height), "\n")
	}
	lines := append([]string{a.header()}, a.body()...)
	lines = append(lines, a.footer())
	if a.over != nil {
		box := a.over.View(a.o.Styles, a.width-2, a.height-2)
		wide := 0
		if len(box) > 0 {
			wide = cell.Width(box[0])
		}
		lines = cell.Over(lines, box, (a.width-wide)/2, max((a.height-len(box))/3, 1))
	}
	return strings.Join(lines, "\n")
}

// body is what stands between header and footer.
func (a *App) body() []string {
	switch a.show {
	case screenOperations:
		return a.ops.View(true)
	case screenLogs:
		return strings.Split(a.logs.View(), "\n")
	case screenWP:
		return a.wp.View()
	case screenHelp:
		return a.help()
	case screenHealth:
		return a.healthPanel()
	}
	switch {
	case a.wide():
		return cell.Beside(a.list.View(!a.inside), a.look.View(a.inside))
	case a.inside && len(a.views) > 0:
		return a.look.View(true)
	default:
		return a.list.View(true)
	}
}

// header says which Docker this is, or why it does not answer, how many sites run, and what is under way.
func (a *App) header() string {
	s := a.o.Styles
	left := " " + s.Strong.Render("locorum") + "   "
	switch {
	case !a.asked:
		left += s.Dim.Render("asking Docker")
	case a.down != nil:
		left += s.Failed.Render(s.Glyphs.Failed+" ") + cell.Plain(a.why())
	default:
		running := 0
		for _, v := range a.views {
			if v.Status.Running {
				running++
			}
		}
		dot := " " + s.Glyphs.Dot + " "
		left += s.Dim.Render(cell.Plain(a.daemon.Name) + dot + "Docker " + cell.Plain(a.daemon.ServerVersion) + dot + fmt.Sprintf("%d of %d running", running, len(a.views)))
	}
	right := ""
	if ops := a.ops.Running(); len(ops) > 0 {
		done, known := ops[0].Counts()
		right = s.Changing.Render(fmt.Sprintf("%s %s %d/%d", s.Glyphs.Changing, pull.Title(ops[0]), done, known))
		if len(ops) > 1 {
			right += s.Dim.Render(fmt.Sprintf(" and %d more", len(ops)-1))
		}
	} else if failed := a.ops.Unsettled(); len(failed) > 0 {
		right = s.Failed.Render(fmt.Sprintf("%s %s failed", s.Glyphs.Failed, pull.Title(failed[0])))
	}
	return cell.Ends(left, right+" ", a.width, s.Glyphs.Ellipsis)
}

// why says why the daemon does not answer and what to do, in one line.
func (a *App) why() string {
	var unreachable *engine.UnreachableError
	if errors.As(a.down, &unreachable) {
		return "Docker is not reachable: " + unreachable.Reason + " " + a.o.Styles.Glyphs.Dot + " " + unreachable.NextStep
	}
	return a.down.Error()
}

// footer is the last thing that was said, else the keys that work here.
func (a *App) footer() string {
	s := a.o.Styles
	if a.toast != "" {
		style := s.Running
		glyph := s.Glyphs.Done
		if a.bad {
			style, glyph = s.Failed, s.Glyphs.Failed
		}
		return cell.Fit(" "+style.Render(glyph)+" "+a.toast, a.width, s.Glyphs.Ellipsis)
	}
	var b strings.Builder
	width := 0
	for _, id := range a.bindings() {
		binding := a.o.Keys.Binding(id)
		if binding.Key() == "" {
			continue
		}
		need := cell.Width(binding.Key()) + 1 + cell.Width(binding.Short) + 3
		if width+need > a.width {
			break
		}
		b.WriteString(" " + s.Key.Render(binding.Key()) + " " + s.Dim.Render(binding.Short) + "  ")
		width += need + 1
	}
	return cell.Fit(b.String(), a.width, "")
}

// bindings are the actions that do something here and now.
func (a *App) bindings() []keymap.ID {
	everywhere := []keymap.ID{keymap.Palette, keymap.Help, keymap.Quit}
	switch a.show {
	case screenLogs:
		return append(a.logs.Bindings(), keymap.Back)
	case screenOperations:
		return append(a.ops.Bindings(), append([]keymap.ID{keymap.Back}, everywhere...)...)
	case screenWP:
		return a.wp.Bindings()
	case screenHelp, screenHealth:
		return []keymap.ID{keymap.Back, keymap.Quit}
	}
	v, ok := a.list.Selected()
	if !ok {
		return append([]keymap.ID{keymap.SiteNew, keymap.OpenOps}, everywhere...)
	}
	if a.inside && a.look.Tab() == detail.Containers && len(v.Containers) > 0 {
		return append([]keymap.ID{keymap.ContainerToggle, keymap.ContainerRestart, keymap.ContainerLogs, keymap.ContainerShell, keymap.Back}, everywhere...)
	}
	ids := []keymap.ID{keymap.SiteToggle}
	if a.inside {
		ids = append(ids, keymap.Back, keymap.SitePassword)
	} else {
		ids = append(ids, keymap.Open)
	}
	if len(v.Containers) > 0 {
		ids = append(ids, keymap.SiteLogs)
	}
	if v.Status.Running {
		ids = append(ids, keymap.SiteShell, keymap.SiteWP, keymap.SiteRestart)
	}
	return append(append(ids, keymap.SiteNew, keymap.SiteDelete, keymap.Filter, keymap.OpenOps), everywhere...)
}

// help shows every key.
func (a *App) help() []string {
	s := a.o.Styles
	var body []string
	for _, scope := range keymap.Scopes() {
		body = append(body, "", " "+s.Strong.Render(string(scope)))
		for _, binding := range a.o.Keys.Bindings(scope) {
			if len(binding.Keys) == 0 {
				continue
			}
			var keys []string
			for _, key := range binding.Keys {
				keys = append(keys, keymap.Readable(key))
			}
			body = append(body, "   "+s.Key.Render(cell.Fit(strings.Join(keys, " "), 14, s.Glyphs.Ellipsis))+" "+binding.Help)
		}
	}
	height := a.height - 2
	a.helpTop = min(a.helpTop, max(len(body)-height+2, 0))
	return cell.Frame{Title: "Keys", Focus: true}.Draw(s, body[a.helpTop:], a.width, height)
}
