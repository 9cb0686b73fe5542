package pull

import (
	"slices"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine/sites"
)

// imagePrefix begins the names of the steps that pull an image.
const imagePrefix = "image "

// Operation is an operation as far as its record has been read. It belongs to Update and View.
type Operation struct {
	sites.Operation
	Steps   []Step
	Notices []string
	// Ended is when its result was read; zero while it runs.
	Ended time.Time
	// Settled says that a person has decided what becomes of a failure, or that there is nothing to decide.
	Settled bool
	// Cancelling says that it was asked to stop.
	Cancelling bool
}

// Step is a step as far as it is known.
type Step struct {
	Name  string
	State sites.StepState
	Began time.Time
	Took  time.Duration
	Error string
	// Image is set for a step that pulls one.
	Image *Image
	// Note is what the step says of itself: a file, a phrase.
	Note string
}

// Image is the pull of an image.
type Image struct {
	Ref, Status    string
	Current, Total int64 // bytes
	// Rate is in bytes per second, 0 while it is unknown.
	Rate float64

	fraction  float64 // what was last shown
	lastAt    time.Time
	lastBytes int64
}

// NewOperation returns an operation whose record has not been read yet.
func NewOperation(op sites.Operation) *Operation { return &Operation{Operation: op} }

// Running reports whether it has no result yet.
func (o *Operation) Running() bool { return o.Result == nil }

// Failed reports whether it ended with anything but success, or a person's cancel.
func (o *Operation) Failed() bool {
	return o.Result != nil && (o.Result.Outcome == sites.Failed || o.Result.Outcome == sites.Interrupted)
}

// Counts returns how many steps have ended, and how many have begun or ended.
func (o *Operation) Counts() (done, known int) {
	for _, s := range o.Steps {
		if s.State == sites.StepDone {
			done++
		}
	}
	return done, len(o.Steps)
}

// Add reads the next line of the record. now is when that is.
func (o *Operation) Add(line sites.Line, now time.Time) {
	switch {
	case line.Operation != nil:
		result := o.Result
		o.Operation = *line.Operation
		o.Result = result
	case line.Notice != "":
		o.Notices = append(o.Notices, line.Notice)
	case line.Result != nil:
		o.Result, o.Ended = line.Result, now
		o.Settled = !o.Failed()
	case line.Event != nil:
		o.event(*line.Event)
	}
}

// event takes in what happened to a step.
func (o *Operation) event(e sites.Event) {
	i := slices.IndexFunc(o.Steps, func(s Step) bool { return s.Name == e.Step })
	if i < 0 {
		if e.State == sites.StepSkipped {
			return // it was never begun: nothing to show
		}
		o.Steps = append(o.Steps, Step{Name: e.Step, Began: e.Time})
		i = len(o.Steps) - 1
	}
	s := &o.Steps[i]
	if e.State == sites.StepStarted && s.State != "" {
		*s = Step{Name: s.Name, Began: e.Time} // the plan of a later part has a step of the same name
	}
	s.State, s.Took, s.Error = e.State, e.Took, e.Error
	if e.Progress == nil {
		return
	}
	if !strings.HasPrefix(s.Name, imagePrefix) {
		s.Note = e.Progress.Label
		if e.Progress.Status != "" {
			s.Note = strings.TrimSpace(s.Note + " " + e.Progress.Status)
		}
		return
	}
	if s.Image == nil {
		s.Image = &Image{Ref: e.Progress.Label}
	}
	s.Image.add(*e.Progress, e.Time)
}

// rateWindow is how far apart two readings are that a rate is made from: closer ones jump.
const rateWindow = 500 * time.Millisecond

// add takes in how far a pull is at the time at.
func (i *Image) add(p sites.Progress, at time.Time) {
	i.Status = p.Status
	i.Current, i.Total = max(i.Current, p.Current), max(i.Total, p.Total)
	switch passed := at.Sub(i.lastAt); {
	case i.lastAt.IsZero():
		i.lastAt, i.lastBytes = at, i.Current
	case passed >= rateWindow:
		rate := float64(i.Current-i.lastBytes) / passed.Seconds()
		if i.Rate > 0 {
			rate = 0.7*i.Rate + 0.3*rate // smoothed: a person reads the time that is left from it
		}
		i.Rate, i.lastAt, i.lastBytes = rate, at, i.Current
	}
	if i.Total > 0 {
		i.fraction = max(i.fraction, min(float64(i.Current)/float64(i.Total), 1))
	}
}

// Fraction is how much of the image is there, from 0 to 1. It never falls, although the total may grow.
func (i *Image) Fraction() float64 { return i.fraction }

// Left is how long the pull will take at this rate; 0 while that cannot be said.
func (i *Image) Left() time.Duration {
	if i.Rate < 1 || i.Current >= i.Total {
		return 0
	}
	return time.Duration(float64(i.Total-i.Current) / i.Rate * float64(time.Second)).Round(time.Second)
}

// RollBack returns the request that takes back what the failed operation did without losing data: a site that was being
// created is deleted but for its files and its volume, one that was being started is stopped. ok is false for the others,
// which have nothing to take back.
func (o *Operation) RollBack() (r sites.Request, ok bool) {
	if !o.Failed() {
		return r, false
	}
	switch o.Request.Verb {
	case sites.VerbCreate:
		return sites.Request{Verb: sites.VerbDelete, Slug: o.Request.Slug, Delete: &sites.DeleteOptions{}}, true
	case sites.VerbStart, sites.VerbRestart:
		return sites.Request{Verb: sites.VerbStop, Slug: o.Request.Slug}, true
	}
	return r, false
}

// Retry returns the request that tries the failed operation again. What a create has already made is gone on with by
// starting the site, as far as the site is known; known says whether it is.
func (o *Operation) Retry(known bool) sites.Request {
	if o.Request.Verb == sites.VerbCreate && known {
		return sites.Request{Verb: sites.VerbStart, Slug: o.Request.Slug}
	}
	return o.Request
}
