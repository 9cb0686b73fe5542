package engine

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestPullTicksAreApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pull := NewPull(t.Context(), one(steady(1010)), []string{"x"})
		var ticks []PullProgress
		var last time.Time
		for tick := range pull.Progress() {
			if apart := time.Since(last); apart < pullTickEvery && tick.Status != "Pull complete" {
				t.Errorf("tick %d comes %s after the one before", len(ticks), apart)
			}
			last = time.Now()
			ticks = append(ticks, tick)
		}
		if err := pull.Wait(); err != nil {
			t.Fatal(err)
		}
		if n := len(ticks); n < 20 || n > 23 {
			t.Errorf("%d ticks in a second", n)
		}
		if got := checkTicks(t, ticks); got != (PullProgress{Image: "x", Status: "Pull complete", Current: 1_010_000, Total: 1_010_000, LayerCount: 1}) {
			t.Errorf("the last tick is %+v", got)
		}
	})
}

func TestPullTickComesThoughTheStreamIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pull := NewPull(t.Context(), one([]pullStep{
			layerStep(0, "a", "Downloading", 10, 100), layerStep(60*time.Millisecond, "a", "Downloading", 20, 100),
			layerStep(time.Millisecond, "a", "Downloading", 30, 100), layerStep(time.Hour, "a", "Pull complete", 0, 0), stepDone,
		}), []string{"x"})
		began := time.Now()
		var ticks []PullProgress
		for tick := range pull.Progress() {
			ticks = append(ticks, tick)
			if waited := time.Since(began); tick.Current == 30 && waited > 61*time.Millisecond+pullTickEvery {
				t.Errorf("the newest state came after %s", waited)
			}
		}
		if len(ticks) < 2 || ticks[len(ticks)-2].Current != 30 {
			t.Error("the newest state did not come before the stream went on")
		}
		if len(ticks) > 5 {
			t.Errorf("%d ticks, though nothing changed for an hour", len(ticks))
		}
		if err := pull.Wait(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestPullSlowReaderGetsTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := one(steady(1010))
		src.scripts["y"] = [][]pullStep{steady(2020)}
		pull := NewPull(t.Context(), src, []string{"x", "y"})
		ticks := map[string][]PullProgress{}
		for range 2 {
			time.Sleep(505 * time.Millisecond)
			if n := len(pull.Progress()); n != 2 {
				t.Errorf("%d ticks wait, want one of each image", n)
			}
			for range 2 {
				tick := <-pull.Progress()
				ticks[tick.Image] = append(ticks[tick.Image], tick)
			}
		}
		if err := pull.Wait(); err != nil {
			t.Fatal(err)
		}
		for tick := range pull.Progress() {
			ticks[tick.Image] = append(ticks[tick.Image], tick)
		}
		for image, ticks := range ticks {
			if last := checkTicks(t, ticks); last.Status != "Pull complete" || last.Current != last.Total {
				t.Errorf("the last tick of %s is %+v", image, last)
			}
			// The newest at 505 ms is at most one tick old.
			if first := ticks[0]; first.Current < 450_000 || first.Current > 505_000 {
				t.Errorf("the first tick of %s is %+v", image, first)
			}
		}
	})
}

func TestPullWithoutAReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &scriptedPulls{scripts: map[string][][]pullStep{}}
		var refs []string
		for i := range 9 {
			refs = append(refs, fmt.Sprint("image", i))
			src.scripts[refs[i]] = [][]pullStep{steady(200)}
		}
		pull := NewPull(t.Context(), src, refs)
		if err := pull.Wait(); err != nil {
			t.Fatal(err)
		}
		seen := map[string]PullProgress{}
		for tick := range pull.Progress() {
			seen[tick.Image] = tick
		}
		for _, ref := range refs {
			if seen[ref].Status != "Pull complete" {
				t.Errorf("what waits for %s is %+v", ref, seen[ref])
			}
		}
	})
}

func TestPullLayersWhilePulling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pull := NewPull(t.Context(), one(steady(500)), []string{"x"})
		var readers sync.WaitGroup
		for range 4 {
			readers.Go(func() {
				var before int64
				for range 100 {
					time.Sleep(3 * time.Millisecond)
					for _, l := range pull.Layers("x") {
						if l.Downloaded < before {
							t.Errorf("fell from %d to %d", before, l.Downloaded)
						}
						before = l.Downloaded
					}
				}
			})
		}
		readers.Wait()
		if err := pull.Wait(); err != nil {
			t.Fatal(err)
		}
	})
}
