package doctor

import (
	"context"
	"maps"
	"slices"

	"github.com/Locorum/locorum-tui/engine"
)

// remains is what Docker has of a site that the database does not know.
type remains struct {
	containers, networks, volumes int
	size                          int64 // of the volumes that could be measured
}

// leftovers lists what Docker has of sites of ours that the database does not know.
func (x examiner) leftovers(ctx context.Context) ([]Finding, error) {
	if x.Store == nil {
		return nil, nil // nobody knows which sites there are
	}
	known, err := x.sites(ctx)
	if err != nil {
		return nil, err
	}
	found, err := x.remains(ctx)
	if err != nil {
		return nil, err
	}
	for _, site := range known {
		delete(found, site.Slug)
	}
	if len(found) == 0 {
		return []Finding{{Severity: OK, Title: "Docker has nothing of sites that are gone"}}, nil
	}
	slugs := slices.Sorted(maps.Keys(found))
	var findings []Finding
	for _, slug := range slugs[:min(len(slugs), maxNamed)] {
		findings = append(findings, found[slug].finding(slug))
	}
	if more := len(slugs) - maxNamed; more > 0 {
		findings = append(findings, Finding{Severity: Info, Title: "nor " + count(more, "more site")})
	}
	return findings, nil
}

// remains returns what there is of each slug, and is ours.
func (x examiner) remains(ctx context.Context) (map[string]*remains, error) {
	ofSites := map[string]string{engine.LabelPlatform: engine.PlatformValue, engine.LabelSite: ""}
	found := map[string]*remains{}
	of := func(labels map[string]string) *remains {
		slug := labels[engine.LabelSite]
		if slug == "" || !x.isOurs(labels) {
			return &remains{} // counted nowhere
		}
		if found[slug] == nil {
			found[slug] = &remains{}
		}
		return found[slug]
	}
	containers, err := x.Docker.ContainersByLabel(ctx, ofSites)
	if err != nil {
		return nil, err
	}
	for _, c := range containers {
		of(c.Labels).containers++
	}
	networks, err := x.Docker.NetworksByLabel(ctx, ofSites)
	if err != nil {
		return nil, err
	}
	for _, n := range networks {
		of(n.Labels).networks++
	}
	volumes, err := x.Docker.VolumesByLabel(ctx, ofSites)
	if err != nil {
		return nil, err
	}
	for _, v := range volumes {
		r := of(v.Labels)
		r.volumes++
		r.size += max(0, v.Size)
	}
	return found, nil
}

// finding tells of the remains of one site.
func (r *remains) finding(slug string) Finding {
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{{r.containers, "container"}, {r.networks, "network"}, {r.volumes, "volume"}} {
		if part.n > 0 {
			parts = append(parts, count(part.n, part.what))
		}
	}
	f := Finding{
		Severity: Info, Title: "the database does not know the site " + slug, Detail: "Docker has " + list(parts) + " of it.",
		Fix: "Look at it, and delete it if nobody needs it any more.", Command: siteCommand("show", slug),
	}
	if r.volumes > 0 {
		f.Detail = "Docker has " + list(parts) + " of it; its database takes " + bytesText(r.size) + "."
	}
	return f
}
