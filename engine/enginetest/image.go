package enginetest

import (
	"context"
	"slices"

	"github.com/Locorum/locorum-tui/engine"
)

// imageMethods is the contract of pulls and images.
func imageMethods() map[string]method {
	return map[string]method{
		"PullImage":  pullImageContract(),
		"PullImages": pullImagesContract(),
		"Images":     imagesContract(),
	}
}

func pullImageContract() method {
	return method{
		cases: map[Kind]rule{
			Success:  {"the image is there afterwards; the progress never falls and ends at its total", pullFresh},
			Absent:   {"an image that no registry has is an ErrNotFound", func(c *C) { c.Is(c.S.PullImage(c.Context(), c.Suite.MissingImage, nil), engine.ErrNotFound) }},
			Repeated: {"an image that is there is one tick and no pull", pullPresent},
			"bad input": {"no reference, or a malformed one, is an ErrSpecInvalid", func(c *C) {
				c.Is(c.S.PullImage(c.Context(), "", nil), engine.ErrSpecInvalid)
				c.Is(c.S.PullImage(c.Context(), "UPPER CASE", nil), engine.ErrSpecInvalid)
			}},
		},
		call: func(ctx context.Context, s Subject, c *C, _ string) error {
			return s.PullImage(ctx, c.Suite.Image, nil)
		},
	}
}

func pullImagesContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"every image is there afterwards, with its layers; the progress channel closes", pullSeveral},
			Absent: {"an image that no registry has is an ErrNotFound, and the others are pulled", func(c *C) {
				fresh := c.Suite.Fresh(c.T)
				c.Is(drain(c.S.PullImages(c.Context(), []string{c.Suite.MissingImage, fresh})).Wait(), engine.ErrNotFound)
				wantImage(c, fresh)
			}},
			Repeated: {"images that are there are no pull", func(c *C) { c.OK(drain(c.S.PullImages(c.Context(), []string{c.Suite.Image, c.Suite.Image})).Wait()) }},
			"bad input": {"a malformed reference is an ErrSpecInvalid", func(c *C) {
				c.Is(drain(c.S.PullImages(c.Context(), []string{"UPPER CASE"})).Wait(), engine.ErrSpecInvalid)
			}},
			"none": {"of no images at all nothing is pulled", func(c *C) { c.OK(drain(c.S.PullImages(c.Context(), nil)).Wait()) }},
		},
		call: func(ctx context.Context, s Subject, c *C, _ string) error {
			return drain(s.PullImages(ctx, []string{c.Suite.Image})).Wait()
		},
	}
}

func imagesContract() method {
	return method{
		cases: map[Kind]rule{
			Success:  {"it lists the images of the daemon with their tags and sizes", func(c *C) { wantImage(c, c.Suite.Image) }},
			Repeated: {"it is the same again", func(c *C) { wantImage(c, c.Suite.Image); wantImage(c, c.Suite.Image) }},
		},
		without: asksForNothing(),
		call:    func(ctx context.Context, s Subject, _ *C, _ string) error { _, err := s.Images(ctx); return err },
	}
}

// drain receives the progress to its end.
func drain(p *engine.Pull) *engine.Pull {
	for range p.Progress() {
	}
	return p
}

func wantImage(c *C, ref string) {
	c.Helper()
	list, err := c.S.Images(c.Context())
	c.OK(err)
	i := slices.IndexFunc(list, func(i engine.ImageInfo) bool { return slices.Contains(i.Tags, ref) })
	if i < 0 {
		c.Errorf("there is no image %s", ref)
		return
	}
	if list[i].ID == "" || list[i].Size <= 0 || ref == c.Suite.Image && list[i].Created.IsZero() {
		c.Errorf("a row is incomplete: %+v", list[i])
	}
}

func pullFresh(c *C) {
	ref := c.Suite.Fresh(c.T)
	var ticks []engine.PullProgress
	c.OK(c.S.PullImage(c.Context(), ref, func(p engine.PullProgress) { ticks = append(ticks, p) }))
	wantImage(c, ref)
	rising(c, ref, ticks)
}

// rising checks the ticks of a whole pull.
func rising(c *C, ref string, ticks []engine.PullProgress) {
	c.Helper()
	if len(ticks) == 0 {
		c.Fatal("there was no tick")
	}
	for i, tick := range ticks {
		Equal(c, "the image of a tick", tick.Image, ref)
		if i > 0 && tick.Current < ticks[i-1].Current {
			c.Errorf("the progress falls from %+v to %+v", ticks[i-1], tick)
		}
	}
	last := ticks[len(ticks)-1]
	if last.Current != last.Total || last.Total == 0 || last.LayerCount < 2 {
		c.Errorf("the last tick is %+v", last)
	}
}

func pullPresent(c *C) {
	var ticks []engine.PullProgress
	c.OK(c.S.PullImage(c.Context(), c.Suite.Image, func(p engine.PullProgress) { ticks = append(ticks, p) }))
	if len(ticks) != 1 || ticks[0].Image != c.Suite.Image || ticks[0].Status != "Already present" {
		c.Errorf("the ticks are %+v", ticks)
	}
	c.OK(c.S.PullImage(c.Context(), c.Suite.Image, nil))
}

func pullSeveral(c *C) {
	refs := []string{c.Suite.Fresh(c.T), c.Suite.Image, c.Suite.Fresh(c.T)}
	ticks := map[string][]engine.PullProgress{}
	p := c.S.PullImages(c.Context(), refs)
	for tick := range p.Progress() {
		ticks[tick.Image] = append(ticks[tick.Image], tick)
	}
	c.OK(p.Wait())
	for _, ref := range []string{refs[0], refs[2]} {
		wantImage(c, ref)
		rising(c, ref, ticks[ref])
		layers := p.Layers(ref)
		if len(layers) < 2 {
			c.Errorf("the layers are %+v", layers)
		}
		for _, l := range layers {
			if l.State != engine.LayerDone && l.State != engine.LayerPresent || l.ID == "" {
				c.Errorf("a layer is %+v", l)
			}
		}
	}
}
