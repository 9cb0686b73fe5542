package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

const (
	// upSince is for how long the sites have run when the demo begins, told how far back its logs go.
	upSince = 2*time.Hour + 10*time.Minute
	told    = 8 * time.Minute
	// redisDied is how long ago the one Redis was killed.
	redisDied = 20 * time.Minute
	// stopGrace is how long a container may take to end by itself.
	stopGrace = 10 * time.Second
)

// furnish makes the sites with their containers and what they have logged.
func (d *Demo) furnish(ctx context.Context) error {
	d.clock.setBack(upSince)
	for _, ref := range sharedImages() {
		d.have(ref)
	}
	if _, err := d.docker.EnsureNetwork(ctx, engine.GlobalNetworkSpec()); err != nil {
		return err
	}
	history := map[string]*newsroom{} // by container
	for i, p := range plots() {
		site := d.row(p.site, i)
		if p.state != untouched {
			if err := d.settle(ctx, &site, p.state, history); err != nil {
				return err
			}
		}
		if !p.unlisted {
			site.Started = p.state == running || p.state == noRedis
			d.rows = append(d.rows, site)
			d.remember(site, p.state)
		}
	}
	d.recount(history)
	d.clock.setBack(0)
	close(d.live)
	return nil
}

// row completes a site's row. i is its place, which makes its age.
func (d *Demo) row(site model.Site, i int) model.Site {
	made := d.clock.Now().AddDate(0, 0, -90+7*i).UTC().Format(time.RFC3339)
	site.CreatedAt, site.UpdatedAt = made, made
	site.ID, site.DBPassword = d.newID(), d.chance.hex(32)
	return site
}

// newID returns a UUID of the demo's own chance.
func (d *Demo) newID() string {
	id, err := uuid.NewRandomFromReader(letters{d.chance})
	if err != nil {
		panic(err) // letters never fail
	}
	return id.String()
}

// letters reads from a chance. It never fails.
type letters struct{ chance }

func (l letters) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(l.Uint32())
	}
	return len(b), nil
}

// settle makes the containers of a site as they are when the demo begins, and adds who writes the history of those that run.
func (d *Demo) settle(ctx context.Context, site *model.Site, state condition, history map[string]*newsroom) error {
	if err := d.ground(ctx, site); err != nil {
		return err
	}
	for _, role := range model.SiteRoles() {
		spec := specs(site)[role]
		d.have(spec.Image)
		n := d.newNewsroom(site.Slug, role)
		d.bequeath(spec.Name, n)
		if _, err := d.docker.EnsureContainer(ctx, spec); err != nil {
			return err
		}
		if err := d.docker.StartContainer(ctx, spec.Name); err != nil {
			return err
		}
		for _, line := range n.openingLines(strings.Join(spec.Cmd[:min(len(spec.Cmd), 1)], ""), d.clock.Now()) {
			if err := d.daemon.Log(spec.Name, true, line); err != nil {
				return err
			}
		}
		var err error
		switch {
		case n.doomed():
			err = d.ended(ctx, spec.Name)
		case state == atRest:
			err = d.docker.StopContainer(ctx, spec.Name, stopGrace)
		case state == noRedis && role == engine.RoleRedis:
			err = d.killed(ctx, spec.Name)
		default:
			history[spec.Name] = n
			continue
		}
		if err != nil {
			return err
		}
		d.inherit(spec.Name) // the next run begins anew, also when this one ended before it had asked
	}
	return nil
}

// ended lets a container have failed.
func (d *Demo) ended(ctx context.Context, name string) error {
	if err := d.daemon.Exit(name, 1); err != nil {
		return err
	}
	return d.docker.StopContainer(ctx, name, stopGrace) // as below
}

// killed lets the kernel have ended a container some time ago.
func (d *Demo) killed(ctx context.Context, name string) error {
	d.clock.setBack(redisDied)
	defer d.clock.setBack(upSince)
	if err := d.daemon.OOM(name); err != nil {
		return err
	}
	return d.docker.StopContainer(ctx, name, stopGrace) // it only waits: what has ended is not stopped
}

// ground makes what a site's containers stand on: its network and its database's volume.
func (d *Demo) ground(ctx context.Context, site *model.Site) error {
	if _, err := d.docker.EnsureNetwork(ctx, engine.SiteNetworkSpec(site)); err != nil {
		return err
	}
	_, err := d.docker.EnsureVolume(ctx, engine.SiteVolumeSpec(site))
	return err
}

// recount writes what the containers that run have logged lately, in the order of time.
func (d *Demo) recount(history map[string]*newsroom) {
	names := slices.Sorted(maps.Keys(history))
	for back := told; back > 0; back -= 100 * time.Millisecond {
		d.clock.setBack(back)
		now := d.clock.Now()
		for _, name := range names {
			n := history[name]
			switch {
			case n.due.IsZero():
				n.due = now.Add(n.pause())
			case !now.Before(n.due):
				text, stderr := n.line(now)
				_ = d.daemon.Log(name, stderr, text) // the container is there: it was just made
				n.due = now.Add(n.pause())
			}
		}
	}
}

// remember adds what was done to a site before the demo began.
func (d *Demo) remember(site model.Site, state condition) {
	if state == untouched {
		return
	}
	now := d.clock.Now()
	add := func(verb string, at time.Time, failure string) {
		a := store.Activity{Time: at, Plan: verb + "-site:" + site.Slug, Kind: verb, Status: "succeeded", Duration: d.chance.around(6 * time.Second), Message: verb, Details: "{}"}
		if failure != "" {
			a.Status, a.Message = "failed", failure
		}
		d.activities[site.ID] = append([]store.Activity{a}, d.activities[site.ID]...)
	}
	add("start", now.Add(-26*time.Hour), "")
	add("stop", now.Add(-18*time.Hour), "")
	switch {
	case site.Slug == cursed:
		add("start", now.Add(-3*time.Hour), "database: "+fmt.Sprintf("container %s exited with code 1", engine.SiteContainerName(site.Slug, engine.RoleDatabase)))
	case state != atRest:
		add("start", now, "")
	}
}
