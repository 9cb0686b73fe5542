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
	for _, role := range []string{engine.RoleRouter, engine.RoleMail, engine.RoleAdminer} {
		steps = append(steps, j.imageStep(role, shared[role]))
	}
	return steps
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
