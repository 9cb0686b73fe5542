package engine

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// impatientClock does not wait while retrying: it counts, and runs onSleep if there is one. Ticks of a pull, which sleep
// as long as they are apart, wait as ever.
type impatientClock struct {
	systemClock
	waits   atomic.Int64
	onSleep atomic.Value // func()
}

func (c *impatientClock) Sleep(ctx context.Context, d time.Duration) error {
	if d == pullTickEvery {
		return c.systemClock.Sleep(ctx, d)
	}
	c.waits.Add(1)
	if f, ok := c.onSleep.Load().(func()); ok {
		f()
	}
	return ctx.Err()
}

// checkTicks fails when the ticks of one image fall in anything that must not fall, and returns the last.
func checkTicks(tb testing.TB, ticks []PullProgress) PullProgress {
	tb.Helper()
	if len(ticks) == 0 {
		tb.Fatal("no tick at all")
	}
	var last PullProgress
	for i, tick := range ticks {
		switch {
		case tick.Current < 0 || tick.Current > tick.Total:
			tb.Errorf("tick %d: %d of %d", i, tick.Current, tick.Total)
		case tick.Current < last.Current || tick.Total < last.Total:
			tb.Errorf("tick %d: %d of %d after %d of %d", i, tick.Current, tick.Total, last.Current, last.Total)
		case lessShare(tick.Current, tick.Total, last.Current, last.Total):
			tb.Errorf("tick %d: the share fell: %d of %d after %d of %d", i, tick.Current, tick.Total, last.Current, last.Total)
		}
		last = tick
	}
	return last
}

// record returns a callback for PullImage and what it was called with.
func record() (func(PullProgress), *[]PullProgress) {
	var ticks []PullProgress
	return func(p PullProgress) { ticks = append(ticks, p) }, &ticks
}

func TestPullImageFromRegistry(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, bed testbed.Daemon) {
		t.Parallel()
		d := connect(t, bed)
		registry := testbed.Registry(t)
		first := testbed.NewLayers(t, 600_000, 100, 2_000_000, 200, 1_000_000)
		ref := bed.Image(t, registry+"/"+testbed.PushImage(t, first...))

		t.Run("nothing is there", func(t *testing.T) {
			onProgress, ticks := record()
			if err := d.PullImage(t.Context(), ref, onProgress); err != nil {
				t.Fatal(err)
			}
			want := PullProgress{Image: ref, Status: "Pull complete", Current: testbed.LayersSize(first), Total: testbed.LayersSize(first), LayerCount: len(first)}
			if got := checkTicks(t, *ticks); got != want {
				t.Errorf("the last tick is %+v, want %+v", got, want)
			}
		})
		t.Run("the image is there", func(t *testing.T) {
			onProgress, ticks := record()
			if err := d.PullImage(t.Context(), ref, onProgress); err != nil {
				t.Fatal(err)
			}
			if len(*ticks) != 1 || (*ticks)[0] != (PullProgress{Image: ref, Status: "Already present"}) {
				t.Errorf("ticks %+v", *ticks)
			}
		})
		t.Run("without a callback", func(t *testing.T) {
			if err := d.PullImage(t.Context(), ref, nil); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("the image is there, by digest", func(t *testing.T) {
			byDigest := bed.Docker(t, "image", "inspect", "--format", "{{index .RepoDigests 0}}", ref)
			_, digest, _ := strings.Cut(byDigest, "@")
			for _, ref := range []string{byDigest, ref + "@" + digest} {
				onProgress, ticks := record()
				if err := d.PullImage(t.Context(), ref, onProgress); err != nil {
					t.Fatal(err)
				}
				if len(*ticks) != 1 || (*ticks)[0] != (PullProgress{Image: ref, Status: "Already present"}) {
					t.Errorf("ticks %+v", *ticks)
				}
			}
		})
		t.Run("some layers are there", func(t *testing.T) {
			more := testbed.NewLayers(t, 800_000, 300)
			ref := bed.Image(t, registry+"/"+testbed.PushImage(t, append(first[:2:2], more...)...))
			last, layers := pullAlone(t, d, ref)
			want := PullProgress{Image: ref, Status: "Pull complete", Current: testbed.LayersSize(more), Total: testbed.LayersSize(more), LayerCount: 4}
			if last != want {
				t.Errorf("the last tick is %+v, want %+v", last, want)
			}
			for i, l := range layers {
				want := LayerProgress{ID: l.ID, State: LayerPresent}
				if i >= 2 {
					size := more[i-2].Size
					want = LayerProgress{ID: l.ID, State: LayerDone, Size: size, Downloaded: size, Extracted: size}
				}
				if l != want {
					t.Errorf("layer %d is %+v, want %+v", i, l, want)
				}
			}
		})
		t.Run("all layers are there", func(t *testing.T) {
			ref := bed.Image(t, registry+"/"+testbed.PushImage(t, first...))
			last, _ := pullAlone(t, d, ref)
			if want := (PullProgress{Image: ref, Status: "Pull complete", LayerCount: len(first)}); last != want {
				t.Errorf("the last tick is %+v, want %+v", last, want)
			}
		})
	})
}

// pullAlone pulls one image that can be pulled, checks the ticks, and returns the last with the layers at the end.
func pullAlone(t *testing.T, d *Docker, ref string) (PullProgress, []LayerProgress) {
	t.Helper()
	pull := d.PullImages(t.Context(), []string{ref})
	var ticks []PullProgress
	for tick := range pull.Progress() {
		ticks = append(ticks, tick)
	}
	if err := pull.Wait(); err != nil {
		t.Fatal(err)
	}
	return checkTicks(t, ticks), pull.Layers(ref)
}

func TestPullImageThatDoesNotExist(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, bed testbed.Daemon) {
		t.Parallel()
		registry := testbed.Registry(t)
		there := registry + "/" + strings.TrimSuffix(testbed.PushImage(t, testbed.NewLayer(t, 10)), ":1")
		for name, ref := range map[string]string{
			"no such repository": registry + "/" + testbed.NewName(),
			"no such tag":        there + ":2",
			"no such digest":     there + "@sha256:" + strings.Repeat("ab", 32),
		} {
			t.Run(name, func(t *testing.T) {
				d := connect(t, bed)
				waits := &impatientClock{}
				d.clock = waits
				onProgress, ticks := record()
				err := d.PullImage(t.Context(), ref, onProgress)
				if !errors.Is(err, ErrNotFound) || errors.Is(err, ErrTransient) {
					t.Errorf("the error is %v", err)
				}
				if want := "pull image " + ref + ": " + registry + " has no such image; check its name and tag"; !strings.HasPrefix(err.Error(), want) {
					t.Errorf("the error reads %q, want %q first", err, want)
				}
				if waits.waits.Load() != 0 {
					t.Error("it was tried again")
				}
				if last := checkTicks(t, *ticks); last.Status != "Failed" {
					t.Errorf("the last tick is %+v", last)
				}
			})
		}
	})
}
