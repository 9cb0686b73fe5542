package pull

import (
	"fmt"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
)

// nameWidth is the column of the steps' names: the longest of ours are about as long.
const nameWidth = 26

// painter draws the parts of an operation.
type painter struct {
	styles *theme.Styles
	now    time.Time
	width  int
}

// operation returns the lines of an operation that is opened, as many as it takes.
func (p painter) operation(o *Operation) []string {
	var lines []string
	images := false
	for _, s := range o.Steps {
		if strings.HasPrefix(s.Name, imagePrefix) {
			if !images {
				images = true
				lines = append(lines, p.images(o)...)
			}
			continue
		}
		lines = append(lines, p.step(s))
		if s.State == sites.StepFailed && s.Error != "" {
			lines = append(lines, p.wrap("    ", cell.Plain(s.Error))...)
		}
	}
	for _, notice := range o.Notices {
		lines = append(lines, p.wrap("  "+p.styles.Degraded.Render(p.styles.Glyphs.Degraded)+" ", cell.Plain(notice))...)
	}
	if o.Result != nil {
		lines = append(lines, p.result(o)...)
	}
	return lines
}

// sign returns the style and glyph of a step's state.
func (p painter) sign(state sites.StepState) (theme.Style, string) {
	g := p.styles.Glyphs
	switch state {
	case sites.StepDone, sites.StepUndone:
		return p.styles.Running, g.Done
	case sites.StepFailed:
		return p.styles.Failed, g.Failed
	case sites.StepStarted, sites.StepProgress:
		return p.styles.Changing, g.Changing
	default:
		return p.styles.Dim, g.Waiting
	}
}

// step is the line of a step: sign, name, how long it took or what it is at.
func (p painter) step(s Step) string {
	style, glyph := p.sign(s.State)
	right, note := "", cell.Plain(s.Note)
	switch s.State {
	case sites.StepDone, sites.StepFailed, sites.StepUndone:
		right = cell.Took(s.Took)
	case sites.StepStarted, sites.StepProgress:
		right = cell.Since(p.now.Sub(s.Began))
	case sites.StepCancelled:
		right = "cancelled"
	}
	if s.State == sites.StepFailed {
		note = "failed"
	}
	text := " " + style.Render(glyph) + " " + cell.Fit(cell.Plain(s.Name), nameWidth, p.styles.Glyphs.Ellipsis) + " " +
		p.styles.Dim.Render(cell.Right(right, 9, "")) + "  " + p.styles.Dim.Render(note)
	return cell.Fit(text, p.width, p.styles.Glyphs.Ellipsis)
}

// images are the lines about pulls: one for all when they have ended, one each while they have not.
func (p painter) images(o *Operation) []string {
	var lines []string
	head := Step{Name: "images", State: sites.StepDone}
	for _, s := range o.Steps {
		if !strings.HasPrefix(s.Name, imagePrefix) {
			continue
		}
		head.Began = s.Began
		switch s.State {
		case sites.StepDone:
			head.Took = max(head.Took, s.Took)
			if s.Image == nil || s.Took < time.Second && s.Image.Rate == 0 {
				continue // it was there
			}
		case sites.StepFailed:
			head.State = sites.StepFailed
		default:
			if head.State != sites.StepFailed {
				head.State = s.State
			}
		}
		lines = append(lines, p.image(s))
		if s.State == sites.StepFailed && s.Error != "" {
			lines = append(lines, p.wrap("    ", cell.Plain(s.Error))...)
		}
	}
	if head.State == sites.StepDone && !o.Running() {
		lines = nil // folded: they are all there
	}
	return append([]string{p.step(head)}, lines...)
}

// image is the line of a pull: its bar, share, bytes, rate and the time that is left.
func (p painter) image(s Step) string {
	ref, share, bytes, tail := strings.TrimPrefix(s.Name, imagePrefix), "", "", ""
	fraction := 0.0
	if i := s.Image; i != nil {
		ref, fraction = i.Ref, i.Fraction()
		tail = i.Status
		if i.Total > 0 {
			bytes = cell.Size(i.Current) + " / " + cell.Size(i.Total)
		}
		if s.State != sites.StepDone && i.Rate > 0 && i.Current < i.Total {
			tail = cell.Size(int64(i.Rate)) + "/s"
			if left := i.Left(); left > 0 {
				tail += "  " + cell.Since(left)
			}
		}
	}
	switch s.State {
	case sites.StepDone:
		fraction, tail = 1, cell.Took(s.Took)
	case sites.StepFailed:
		tail = "failed"
	case sites.StepCancelled:
		tail = "cancelled"
	}
	share = fmt.Sprintf("%3.0f %%", fraction*100)
	bar := min(max(p.width-nameWidth-42, 0), 30)
	text := "   " + cell.Fit(cell.Plain(ref), nameWidth, p.styles.Glyphs.Ellipsis) + " "
	if bar >= 6 {
		text += cell.Bar(p.styles, fraction, bar) + " "
	}
	text += share + "  " + cell.Right(bytes, 13, "") + "  " + p.styles.Dim.Render(cell.Plain(tail))
	return cell.Fit(text, p.width, p.styles.Glyphs.Ellipsis)
}

// result are the lines about how an operation ended.
func (p painter) result(o *Operation) []string {
	r := o.Result
	switch r.Outcome {
	case sites.Succeeded:
		line := " " + p.styles.Running.Render(p.styles.Glyphs.Done) + " done in " + cell.Took(r.Took)
		if r.URL != "" {
			line += "   " + p.styles.Link.Render(cell.Link(r.URL, cell.Plain(r.URL)))
		}
		return []string{"", cell.Fit(line, p.width, p.styles.Glyphs.Ellipsis)}
	case sites.Cancelled:
		return p.wrap(" "+p.styles.Degraded.Render(p.styles.Glyphs.Degraded)+" ", "cancelled; "+cell.Plain(r.NextStep))
	}
	lines := []string{""}
	lines = append(lines, p.wrap(" "+p.styles.Failed.Render(p.styles.Glyphs.Failed)+" ", cell.Plain(r.Error))...)
	for _, line := range r.Logs {
		lines = append(lines, cell.Fit("   "+p.styles.Border.Render(p.styles.Glyphs.Vertical)+" "+cell.Plain(line), p.width, p.styles.Glyphs.Ellipsis))
	}
	if r.NextStep != "" {
		lines = append(lines, p.wrap("   next  ", cell.Plain(r.NextStep))...)
	}
	return lines
}

// wrap returns text in lines of the pane's width, the first behind head and the others as far in.
func (p painter) wrap(head, text string) []string {
	indent := cell.Width(head)
	var lines []string
	for _, line := range cell.Wrap(text, max(p.width-indent-1, 8)) {
		lines = append(lines, cell.Fit(head+line, p.width, p.styles.Glyphs.Ellipsis))
		head = cell.Blanks(indent)
	}
	return lines
}
