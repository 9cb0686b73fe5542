package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

// keepActivities is how many outcomes of a site are kept.
const keepActivities = 50

// Begin is Backend's: the operation goes on in a goroutine of the demo's and ends with it.
func (d *Demo) Begin(ctx context.Context, r sites.Request) (sites.Operation, error) {
	if err := ctx.Err(); err != nil {
		return sites.Operation{}, fmt.Errorf("begin to %s %s: %w", r.Verb, r.Slug, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.ctx.Err(); err != nil {
		return sites.Operation{}, fmt.Errorf("begin to %s %s: the demo has ended: %w", r.Verb, r.Slug, err)
	}
	now := d.clock.Now().UTC()
	op := sites.Operation{ID: now.Format("20060102T150405.000Z") + "-" + d.chance.hex(8), Request: r, Begun: now}
	ctx, cancel := context.WithCancel(d.ctx)
	rec := newRecord(op, cancel)
	d.keepLocked(rec)
	var locked error
	if other, ok := d.busy[r.Slug]; ok {
		locked = fmt.Errorf("site %s: %w (%s)", r.Slug, sites.ErrLocked, other)
	} else {
		d.busy[r.Slug] = r.Verb
	}
	d.running.Go(func() {
		defer cancel()
		d.carryOut(ctx, rec, locked)
	})
	return op, nil
}

// carryOut does what an operation asks for and records how it ended. locked says why it may not begin; nil when it may.
func (d *Demo) carryOut(ctx context.Context, rec *record, locked error) {
	op := rec.state()
	site, err := model.Site{}, locked
	if err == nil {
		site, err = d.operate(ctx, op.Request, rec)
		d.mu.Lock()
		delete(d.busy, op.Request.Slug)
		d.mu.Unlock()
	}
	result := sites.Result{Outcome: sites.Succeeded, Took: d.clock.Now().Sub(op.Begun)}
	if err != nil {
		result = failure(err, result.Took)
		if ctx.Err() != nil {
			result.Outcome, result.Code, result.NextStep = sites.Cancelled, sites.CodeCancelled, "what was done is kept; start goes on from there"
		}
	}
	if site.Slug != "" && op.Request.Verb != sites.VerbDelete {
		result.URL = address(site)
	}
	d.note(site, op, result)
	rec.finish(result)
}

// operate runs the plans of a request and returns the site as it was afterwards.
func (d *Demo) operate(ctx context.Context, r sites.Request, rec *record) (model.Site, error) {
	j, err := d.newJob(ctx, r, rec)
	if err != nil {
		return j.site, err
	}
	plans, err := j.plans(ctx)
	if err != nil {
		return j.site, err
	}
	for _, steps := range plans {
		if err := (sites.Plan{Name: planName(r), Steps: steps}).Run(ctx, d.clock.Now, rec.Event); err != nil {
			return j.site, err
		}
	}
	d.settled(j, r)
	return j.site, nil
}

func planName(r sites.Request) string { return string(r.Verb) + "-site:" + r.Slug }

// settled notes in a site's row whether it runs now.
func (d *Demo) settled(j *job, r sites.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := d.placeLocked(r.Slug)
	if i < 0 {
		return
	}
	switch r.Verb {
	case sites.VerbStart, sites.VerbRestart:
		d.rows[i].Started = true
	case sites.VerbCreate:
		d.rows[i].Started = !j.create.NoStart
	case sites.VerbStop:
		d.rows[i].Started = false
	}
}

// note adds the outcome to the site's activity.
func (d *Demo) note(site model.Site, op sites.Operation, result sites.Result) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.placeLocked(site.Slug) < 0 || site.ID == "" {
		return
	}
	a := store.Activity{
		Time: op.Begun, Plan: planName(op.Request), Kind: "other", Status: "succeeded", Duration: result.Took,
		Message: string(op.Request.Verb), Details: "{}",
	}
	if slices.Contains([]sites.Verb{sites.VerbStart, sites.VerbStop}, op.Request.Verb) {
		a.Kind = string(op.Request.Verb)
	}
	if result.Outcome != sites.Succeeded {
		a.Status, a.Message = "failed", result.Error
	}
	all := append([]store.Activity{a}, d.activities[site.ID]...)
	d.activities[site.ID] = all[:min(len(all), keepActivities)]
}

// failure turns an error into a result.
func failure(err error, took time.Duration) sites.Result {
	result := sites.Result{Outcome: sites.Failed, Code: sites.CodeFailed, NextStep: "start the site again: what was done is kept", Took: took}
	for _, known := range []struct {
		is         error
		code, next string
	}{
		{sites.ErrNoSite, sites.CodeNotFound, "locorum-tui ls lists the sites"},
		{sites.ErrLocked, sites.CodeConflict, "wait for it, or follow it with locorum-tui follow"},
		{store.ErrTaken, sites.CodeConflict, "choose another name, domain or folder"},
		{sites.ErrVolumeLeft, sites.CodeConflict, "choose to have its data in the new site, or to remove it"},
		{sites.ErrVersion, sites.CodeInvalid, ""},
		{sites.ErrInvalid, sites.CodeInvalid, ""},
	} {
		if errors.Is(err, known.is) {
			result.Code, result.NextStep = known.code, known.next
			break
		}
	}
	text := err.Error()
	var unready *engine.NotReadyError
	if errors.As(err, &unready) {
		text, _, _ = strings.Cut(text, "\n") // the log follows below the first line
		lines := strings.Split(strings.TrimRight(unready.Logs, "\n"), "\n")
		result.Service, result.Logs = unready.Name, lines[max(0, len(lines)-20):]
		result.NextStep = "look at the last lines of its log"
	}
	result.Error = engine.SanitizeString(text)
	return result
}
