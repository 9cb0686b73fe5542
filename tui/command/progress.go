package command

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/docker/go-units"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// progress shows the records of operations as they grow. Its methods may be called concurrently, for different operations.
type progress interface {
	// line shows one line of the record of op.
	line(op sites.Operation, line sites.Line) error
	// note says something about an operation that its record does not.
	note(op sites.Operation, text string)
}

// newProgress returns how to show operations: as JSON on standard output; else on standard error, with lines that change
// in place on a terminal. several says that there is more than one, so that lines say whose they are.
func (a *app) newProgress(asJSON, several bool) progress {
	switch p := a.newPaint(a.Stderr); {
	case asJSON:
		return &jsonProgress{w: a.Stdout, notes: a.Stderr}
	case a.IsTerminal(a.Stderr) && a.env("TERM") != "dumb":
		return &boardProgress{board: board{w: a.Stderr, size: func() (int, int) { return a.terminalSize(a.Stderr) }},
			text: stepText{paint: p, several: several}, steps: map[stepKey]int{}}
	default:
		return &plainProgress{w: a.Stderr, text: stepText{paint: p, several: several}, told: map[stepKey]string{}}
	}
}

// jsonProgress writes the record's lines, each with the operation and the site that it is of.
type jsonProgress struct {
	mu    sync.Mutex // guards the two
	w     io.Writer
	notes io.Writer
}

// jsonLine is a line of a record with whose it is, since the lines of several operations come in any order.
type jsonLine struct {
	ID   string `json:"id"`
	Site string `json:"site"`
	sites.Line
}

func (p *jsonProgress) line(op sites.Operation, line sites.Line) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	enc := json.NewEncoder(p.w)
	enc.SetEscapeHTML(false)
	return enc.Encode(jsonLine{op.ID, op.Request.Slug, line})
}

func (p *jsonProgress) note(_ sites.Operation, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintln(p.notes, clean(text))
}

// stepKey names a step among those of all operations shown.
type stepKey struct{ operation, step string }

// stepText turns events into lines.
type stepText struct {
	paint   paint
	several bool
}

// of is the line about a step.
func (t stepText) of(op sites.Operation, e sites.Event) string {
	state, done := model.StateStopped, ""
	switch e.State {
	case sites.StepStarted, sites.StepProgress:
		state = model.StateStarting
	case sites.StepFailed:
		state = model.StateFailed
	case sites.StepDone, sites.StepUndone:
		done = t.paint.in(green, t.paint.pick("✓", "+"))
	}
	glyph, sgr := t.paint.glyph(state)
	sign := t.paint.in(sgr, glyph)
	if done != "" {
		sign = done
	}
	text := t.prefix(op) + sign + " " + plain(e.Step)
	if detail := t.detail(e); detail != "" {
		text = fmt.Sprintf("%s%s%s", text, strings.Repeat(" ", max(2, 26-len([]rune(e.Step)))), detail)
	}
	return text
}

// prefix is the site of a line, where there are several.
func (t stepText) prefix(op sites.Operation) string {
	if !t.several {
		return ""
	}
	return fmt.Sprintf("%-20s ", plain(op.Request.Slug))
}

// detail is what there is to say of a step beside its name.
func (t stepText) detail(e sites.Event) string {
	switch e.State {
	case sites.StepProgress:
		return progressText(e.Progress)
	case sites.StepDone:
		return t.paint.in(dim, seconds(e.Took))
	case sites.StepFailed:
		return "failed after " + seconds(e.Took)
	case sites.StepCancelled, sites.StepSkipped, sites.StepUndone:
		return string(e.State)
	}
	return ""
}

// progressText is how far a step is: "mariadb:11.4 Downloading 71 %, 142MB of 199MB".
func progressText(p *sites.Progress) string {
	if p == nil {
		return ""
	}
	text := strings.TrimSpace(plain(p.Label) + " " + plain(p.Status))
	switch {
	case p.Total > 0:
		text += fmt.Sprintf(" %d %%, %s of %s", min(100, 100*p.Current/p.Total), units.HumanSize(float64(p.Current)), units.HumanSize(float64(p.Total)))
	case p.Current > 0:
		text += " " + units.HumanSize(float64(p.Current))
	}
	return text
}

// seconds is a duration to a tenth of a second.
func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// ended reports whether a step in that state says no more.
func ended(s sites.StepState) bool { return s != sites.StepStarted && s != sites.StepProgress }

// boardProgress rewrites the line of a step when there is news of it.
type boardProgress struct {
	mu    sync.Mutex // guards all of it
	board board
	text  stepText
	steps map[stepKey]int // the lines of the steps that have not ended
}

func (p *boardProgress) line(op sites.Operation, line sites.Line) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if line.Notice != "" {
		p.board.add(p.text.prefix(op) + "  " + plain(line.Notice))
	}
	if line.Event == nil || line.Event.State == sites.StepSkipped {
		return nil
	}
	key, text := stepKey{op.ID, line.Event.Step}, p.text.of(op, *line.Event)
	number, known := p.steps[key]
	switch {
	case !known, ended(line.Event.State) && !p.board.visible(number):
		p.steps[key] = p.board.add(text)
	default:
		p.board.set(number, text)
	}
	if ended(line.Event.State) {
		delete(p.steps, key)
	}
	return nil
}

func (p *boardProgress) note(op sites.Operation, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, line := range strings.Split(text, "\n") {
		p.board.add(p.text.prefix(op) + plain(line))
	}
}

// plainProgress appends a line when a step begins or ends, and when its progress says something new: not for each percent.
type plainProgress struct {
	mu   sync.Mutex // guards all of it
	w    io.Writer
	text stepText
	told map[stepKey]string // the last progress of the steps under way, to the quarter
}

func (p *plainProgress) line(op sites.Operation, line sites.Line) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if line.Notice != "" {
		fmt.Fprintln(p.w, p.text.prefix(op)+"  "+plain(line.Notice))
	}
	e := line.Event
	if e == nil || e.State == sites.StepSkipped {
		return nil
	}
	key := stepKey{op.ID, e.Step}
	if e.Progress != nil {
		quarter := int64(0)
		if e.Progress.Total > 0 {
			quarter = 4 * e.Progress.Current / e.Progress.Total
		}
		news := fmt.Sprint(e.Progress.Label, e.Progress.Status, quarter)
		if p.told[key] == news {
			return nil
		}
		p.told[key] = news
	}
	if ended(e.State) {
		delete(p.told, key)
	}
	_, err := fmt.Fprintln(p.w, p.text.of(op, *e))
	return err
}

func (p *plainProgress) note(op sites.Operation, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, line := range strings.Split(text, "\n") {
		fmt.Fprintln(p.w, p.text.prefix(op)+plain(line))
	}
}
