package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// heldPull starts a pull of a fresh image on d, of one small and one large layer, and returns when it stands still in the
// middle of the large one. More than one would not do: a daemon downloads three layers at once for all that ask, and tests
// side by side would take each other's places and wait for ever.
func heldPull(ctx context.Context, t *testing.T, bed testbed.Daemon, d *Docker) (*Pull, *registryProxy, []testbed.Layer) {
	t.Helper()
	registry := testbed.Registry(t)
	proxy := newRegistryProxy(t, registry)
	layers := testbed.NewLayers(t, 300, 400_000)
	ref := bed.Image(t, proxy.Addr+"/"+testbed.PushImage(t, layers...))
	pull := d.PullImages(ctx, []string{ref})
	<-proxy.Held
	return pull, proxy, layers
}

// untilBytes reads ticks until one has bytes, and returns those read.
func untilBytes(t *testing.T, pull *Pull) []PullProgress {
	t.Helper()
	var ticks []PullProgress
	for tick := range pull.Progress() {
		if ticks = append(ticks, tick); tick.Current > 0 {
			return ticks
		}
	}
	t.Fatal("the pull ended without a byte")
	return nil
}

// rest reads the ticks that follow until there are no more.
func rest(pull *Pull) (ticks []PullProgress) {
	for tick := range pull.Progress() {
		ticks = append(ticks, tick)
	}
	return ticks
}

// checkComplete fails unless the ticks never fall and end with all of layers fetched.
func checkComplete(tb testing.TB, ticks []PullProgress, layers []testbed.Layer) {
	tb.Helper()
	last, size := checkTicks(tb, ticks), testbed.LayersSize(layers)
	if want := (PullProgress{Image: last.Image, Status: "Pull complete", Current: size, Total: size, LayerCount: len(layers)}); last != want {
		tb.Errorf("the last tick is %+v, want %+v", last, want)
	}
}

// TestPullFaults runs on an old and a new daemon of its own. They ask a registry once, the old one twice, so that it is our
// retries that are tested: by default they ask five times themselves, over 50 seconds.
func TestPullFaults(t *testing.T) {
	for name, modern := range map[string]bool{"old": false, "modern": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed := testbed.NewThrowaway(t, modern, "--max-download-attempts=1")
			t.Run("the registry goes for good", func(t *testing.T) { pullRegistryGone(t, bed) })
			t.Run("the registry comes back", func(t *testing.T) { pullRegistryBack(t, bed) })
			t.Run("the daemon comes back", func(t *testing.T) { pullDaemonBack(t, bed) })
			t.Run("the daemon goes for good", func(t *testing.T) { pullDaemonGone(t, bed) })
		})
	}
}

func pullRegistryGone(t *testing.T, bed *testbed.Throwaway) {
	d := connect(t, bed.Daemon)
	waits := &impatientClock{}
	d.clock = waits
	pull, proxy, _ := heldPull(t.Context(), t, bed.Daemon, d)
	ticks := untilBytes(t, pull)
	proxy.Close()
	ticks = append(ticks, rest(pull)...)
	err := pull.Wait()
	if !errors.Is(err, ErrTransient) || errors.Is(err, ErrDaemonUnreachable) || errors.Is(err, ErrNotFound) {
		t.Errorf("the error is %v", err)
	}
	for _, want := range []string{"pull image " + proxy.Addr, proxy.Addr + " did not deliver it", "connection refused"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error reads %q, without %q", err, want)
		}
	}
	// The first try got something and so does not count.
	if n := waits.waits.Load(); n < retryAttempts-1 || n > retryAttempts {
		t.Errorf("it waited %d times before it gave up", n)
	}
	if last := checkTicks(t, ticks); last.Status != "Failed" || last.Current == 0 || last.Current == last.Total {
		t.Errorf("the last tick is %+v", last)
	}
}

func pullRegistryBack(t *testing.T, bed *testbed.Throwaway) {
	d := connect(t, bed.Daemon)
	waits := &impatientClock{}
	d.clock = waits
	pull, proxy, layers := heldPull(t.Context(), t, bed.Daemon, d)
	ticks := untilBytes(t, pull)
	waits.onSleep.Store(proxy.Repair)
	proxy.Break()
	ticks = append(ticks, rest(pull)...)
	if err := pull.Wait(); err != nil {
		t.Fatal(err)
	}
	if n := waits.waits.Load(); n != 1 {
		t.Errorf("it waited %d times", n)
	}
	checkComplete(t, ticks, layers)
}

func pullDaemonBack(t *testing.T, bed *testbed.Throwaway) {
	d := connect(t, bed.Daemon)
	waits := &impatientClock{}
	waits.onSleep.Store(sync.OnceFunc(func() { bed.Start(t) }))
	d.clock = waits
	pull, proxy, layers := heldPull(t.Context(), t, bed.Daemon, d)
	ticks := untilBytes(t, pull)
	bed.Kill(t)
	proxy.Open()
	ticks = append(ticks, rest(pull)...)
	if err := pull.Wait(); err != nil {
		t.Fatal(err)
	}
	checkComplete(t, ticks, layers)
}

func pullDaemonGone(t *testing.T, bed *testbed.Throwaway) {
	d := connect(t, bed.Daemon)
	d.clock = &impatientClock{}
	pull, _, _ := heldPull(t.Context(), t, bed.Daemon, d)
	bed.Kill(t)
	err := pull.Wait()
	if !errors.Is(err, ErrDaemonUnreachable) || !errors.Is(err, ErrTransient) {
		t.Errorf("the error is %v", err)
	}
}

// TestPullDaemonTriesAgainItself lets the daemon lose a download, which it resumes after five seconds: it then counts only
// the rest.
func TestPullDaemonTriesAgainItself(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, bed testbed.Daemon) {
		t.Parallel()
		d := connect(t, bed)
		waits := &impatientClock{}
		d.clock = waits
		pull, proxy, layers := heldPull(t.Context(), t, bed, d)
		ticks := untilBytes(t, pull)
		proxy.Cut()
		ticks = append(ticks, rest(pull)...)
		if err := pull.Wait(); err != nil {
			t.Fatal(err)
		}
		retrying := slices.ContainsFunc(ticks, func(p PullProgress) bool { return p.Status == "Retrying" })
		if waits.waits.Load() != 0 || !retrying {
			t.Errorf("we waited %d times; told that the daemon does: %t", waits.waits.Load(), retrying)
		}
		checkComplete(t, ticks, layers)
	})
}

func TestPullCancelledInTheMiddle(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, bed testbed.Daemon) {
		t.Parallel()
		d := connect(t, bed)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		pull, _, _ := heldPull(ctx, t, bed, d)
		ticks := untilBytes(t, pull)
		cancel()
		err := pull.Wait()
		if !errors.Is(err, context.Canceled) || errors.Is(err, ErrTransient) {
			t.Errorf("the error is %v", err)
		}
		if !strings.Contains(err.Error(), "pull image "+ticks[0].Image) {
			t.Errorf("the error reads %q", err)
		}
		if last := checkTicks(t, append(ticks, rest(pull)...)); last.Status != "Cancelled" {
			t.Errorf("the last tick is %+v", last)
		}
	})
}

func TestPullFourSideBySide(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, bed testbed.Daemon) {
		t.Parallel()
		d := connect(t, bed)
		registry := testbed.Registry(t)
		var refs []string
		var proxies []*registryProxy
		layers := map[string][]testbed.Layer{}
		for range 4 {
			proxy := newRegistryProxy(t, registry)
			l := testbed.NewLayers(t, 400_000)
			ref := bed.Image(t, proxy.Addr+"/"+testbed.PushImage(t, l...))
			refs, proxies = append(refs, ref), append(proxies, proxy)
			layers[ref] = l
		}
		pull := d.PullImages(t.Context(), append(refs, refs[0]))
		ticks := map[string][]PullProgress{}
		for tick := range pull.Progress() {
			ticks[tick.Image] = append(ticks[tick.Image], tick)
			if len(ticks) < len(refs) {
				continue
			}
			for _, proxy := range proxies {
				proxy.Open() // now that all four are under way at the same time
			}
		}
		if err := pull.Wait(); err != nil {
			t.Fatal(err)
		}
		for _, ref := range refs {
			checkComplete(t, ticks[ref], layers[ref])
		}
	})
}
