package sites

import (
	"context"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/model"
)

// imageStep is the name of the step that has the image of a role there.
func imageStep(role string) string { return "image " + role }

// imageSteps returns a step for each image that the site and what sites share are made of: whoever needs one image need
// not wait for the others.
func (j *job) imageSteps() []Step {
	var steps []Step
	for _, role := range model.SiteRoles() {
		steps = append(steps, j.imageStep(role, j.spec(role).Image))
	}
	shared := map[string]string{engine.RoleRouter: routerImage, engine.RoleMail: engine.MailSpec().Image, engine.RoleAdminer: engine.AdminerSpec().Image}
	steps = append(steps, j.imageStep(engine.RoleRouter, shared[engine.RoleRouter]))
	for _, role := range []string{engine.RoleMail, engine.RoleAdminer} {
		steps = append(steps, j.spared(j.imageStep(role, shared[role])))
	}
	return steps
}

// spared makes a step one that a site runs without: when it fails by itself, the step that needs it says so, and the plan
// goes on.
func (j *job) spared(step Step) Step {
	run := step.Run
	step.Run = func(ctx context.Context, report func(Progress)) error {
		err := run(ctx, report)
		if err == nil || ctx.Err() != nil {
			return err
		}
		j.mu.Lock()
		defer j.mu.Unlock()
		j.without = append(j.without, err)
		return nil
	}
	return step
}

func (j *job) imageStep(role, ref string) Step {
	return Step{Name: imageStep(role), Run: func(ctx context.Context, report func(Progress)) error {
		pull := j.m.o.Docker.PullImages(ctx, []string{ref})
		for p := range pull.Progress() {
			report(Progress{Label: ref, Status: p.Status, Current: p.Current, Total: p.Total})
		}
		return pull.Wait()
	}}
}
