package detail

import (
	"fmt"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
)

// The columns of a container's line; the image gets what is left.
const (
	roleWidth  = 9
	sparkWidth = 10
	leastImage = 10
	leastSpark = 60 // the width of the pane below which there is no sparkline
)

// look returns how a container is shown.
func (m *Model) look(c sites.Service) (theme.Style, string) {
	g := m.styles.Glyphs
	switch {
	case c.Running() && c.Health == "unhealthy":
		return m.styles.Degraded, g.Degraded
	case c.State == "restarting" || c.State == "removing" || c.Running() && c.Health == "starting":
		return m.styles.Changing, g.Changing
	case c.Running():
		return m.styles.Running, g.Running
	case c.OOMKilled || c.State == "dead" || c.State == "exited" && c.ExitCode != 0 && c.ExitCode != 137 && c.ExitCode != 143:
		return m.styles.Failed, g.Failed
	default:
		return m.styles.Dim, g.Stopped
	}
}

// container is the line of the i-th container; cursor draws the mark of the one under the cursor.
func (m *Model) container(i, width int, cursor bool) string {
	s, c := m.styles, m.view.Containers[i]
	style, glyph := m.look(c)
	bar := " "
	if cursor && i == m.at {
		bar = s.Bar.Render(s.Glyphs.Bar)
	}
	left := bar + style.Render(glyph) + " " + cell.Fit(cell.Plain(c.Role), roleWidth, s.Glyphs.Ellipsis) + " "
	right := s.Dim.Render(cell.Plain(c.Text)) + " "
	if r, ok := m.readings[c.Name]; ok && c.Running() {
		right = cell.Blanks(8)
		if r.HasCPU {
			right = cell.Right(cell.Percent(r.CPU), 5, "") + " % "
		}
		if width >= leastSpark {
			right += s.Accent.Render(cell.Spark(s.Glyphs, r.CPUs, 5, sparkWidth)) + " "
		}
		right += cell.Right(cell.Size(r.Memory), 6, "") + " "
	}
	if room := width - cell.Width(left) - cell.Width(right) - 1; room >= leastImage {
		left += s.Dim.Render(cell.Cut(cell.Plain(c.Image), room, s.Glyphs.Ellipsis))
	}
	return cell.Ends(left, right, width, s.Glyphs.Ellipsis)
}

// containers is the list of them, and everything about the one under the cursor.
func (m *Model) containers(width int) []string {
	if len(m.view.Containers) == 0 {
		return []string{m.styles.Dim.Render(" it has no containers; they are made when it starts")}
	}
	var lines []string
	for i := range m.view.Containers {
		lines = append(lines, m.container(i, width, true))
	}
	c := m.view.Containers[m.at]
	d, ok := m.facts.Details[c.Name]
	if !ok {
		return append(lines, "", m.styles.Dim.Render(" asking Docker"))
	}
	return append(append(lines, ""), m.inspect(c, d, width)...)
}

// inspect is everything about a container.
func (m *Model) inspect(c sites.Service, d engine.ContainerDetail, width int) []string {
	s := m.styles
	var lines []string
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, cell.Cut(" "+s.Dim.Render(cell.Fit(label, roleWidth, ""))+" "+value, width, s.Glyphs.Ellipsis))
		}
	}
	add("name", cell.Plain(d.Name))
	add("image", cell.Plain(d.Image))
	add("state", m.stateOf(d))
	if d.Health != nil {
		add("health", cell.Plain(d.Health.Status))
		if d.Health.LastOutput != "" {
			add("", s.Dim.Render(cell.Plain(d.Health.LastOutput)))
		}
	}
	if r, ok := m.readings[c.Name]; ok && c.Running() {
		add("memory", fmt.Sprintf("%s of %s", cell.Size(r.Memory), cell.Size(r.MemoryLimit)))
		add("network", fmt.Sprintf("%s/s in, %s/s out", cell.Size(int64(r.Received)), cell.Size(int64(r.Sent))))
	}
	for i, p := range d.Ports {
		text := fmt.Sprintf("%d/%s", p.ContainerPort, cell.Plain(p.Proto))
		if p.HostPort != 0 {
			text = fmt.Sprintf("%s:%d %s %s", cell.Plain(p.HostIP), p.HostPort, s.Glyphs.Arrow, text)
		}
		add(once("ports", i), text)
	}
	for i, n := range d.Networks {
		add(once("networks", i), cell.Plain(strings.TrimSpace(n.Name+" "+n.IP)))
	}
	for i, mount := range d.Mounts {
		from := mount.Source
		if mount.Kind == "volume" {
			from = mount.Name
		}
		text := cell.Plain(from) + " " + s.Glyphs.Arrow + " " + cell.Plain(mount.Target)
		if mount.ReadOnly {
			text += ", read only"
		}
		add(once("mounts", i), text)
	}
	for i, entry := range d.Env {
		add(once("env", i), cell.Plain(entry))
	}
	return lines
}

// once returns a label for the first line of several.
func once(label string, i int) string {
	if i > 0 {
		return ""
	}
	return label
}

// stateOf says how a container is, and how it ended.
func (m *Model) stateOf(d engine.ContainerDetail) string {
	text := cell.Plain(d.State)
	switch {
	case d.Running && !d.StartedAt.IsZero():
		text += " for " + cell.Age(m.now().Sub(d.StartedAt))
	case d.OOMKilled:
		text += ", killed for want of memory"
	case !d.FinishedAt.IsZero():
		text += fmt.Sprintf(" with %d", d.ExitCode)
	}
	if d.RestartCount > 0 {
		text += fmt.Sprintf(", restarted %d times", d.RestartCount)
	}
	if d.Error != "" {
		text += ": " + cell.Plain(d.Error)
	}
	return text
}
