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
	layers := testbed.NewLayers(t, 300, 3_000_000)
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

func TestPullRegistryStopsInTheMiddle(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, bed testbed.Daemon) {
		t.Parallel()
		d := connect(t, bed)
		waits := &impatientClock{}
		d.clock = waits
		pull, proxy, _ := heldPull(t.Context(), t, bed, d)
		ticks := untilBytes(t, pull)
		proxy.Break()
		for tick := range pull.Progress() {
			ticks = append(ticks, tick)
		}
		err := pull.Wait()
		if !errors.Is(err, ErrTransient) || errors.Is(err, ErrDaemonUnreachable) || errors.Is(err, ErrNotFound) {
			t.Errorf("the error is %v", err)
		}
		for _, want := range []string{"pull image " + proxy.Addr, proxy.Addr + " did not deliver it", "come back later"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("the error reads %q, without %q", err, want)
			}
		}
		if waits.waits.Load() < retryAttempts-1 {
			t.Errorf("it waited %d times before it gave up", waits.waits.Load())
		}
		last := checkTicks(t, ticks)
		if last.Status != "Failed" || last.Current == 0 || last.Current == last.Total {
			t.Errorf("the last tick is %+v", last)
		}
	})
}

func TestPullRegistryComesBack(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, bed testbed.Daemon) {
		t.Parallel()
		d := connect(t, bed)
		waits := &impatientClock{}
		d.clock = waits
		pull, proxy, layers := heldPull(t.Context(), t, bed, d)
		ticks := untilBytes(t, pull)
		waits.onSleep = proxy.Repair // happens before the first wait, which Break causes
		proxy.Break()
		for tick := range pull.Progress() {
			ticks = append(ticks, tick)
		}
		if err := pull.Wait(); err != nil {
			t.Fatal(err)
		}
		if waits.waits.Load() != 1 {
			t.Errorf("it waited %d times", waits.waits.Load())
		}
		last, size := checkTicks(t, ticks), testbed.LayersSize(layers)
		if last.Status != "Pull complete" || last.Current != size || last.Total != size || last.LayerCount != len(layers) {
			t.Errorf("the last tick is %+v, want %d bytes", last, size)
		}
	})
}

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
		retrying := false
		for tick := range pull.Progress() {
			ticks = append(ticks, tick)
			retrying = retrying || tick.Status == "Retrying"
		}
		if err := pull.Wait(); err != nil {
			t.Fatal(err)
		}
		if waits.waits.Load() != 0 || !retrying {
			t.Errorf("we waited %d times; told that the daemon does: %t", waits.waits.Load(), retrying)
		}
		last, size := checkTicks(t, ticks), testbed.LayersSize(layers)
		if last.Status != "Pull complete" || last.Current != size || last.Total != size {
			t.Errorf("the last tick is %+v, want %d bytes", last, size)
		}
	})
}

// onThrowaways runs fn as a subtest on an old and a new daemon of the test's own. They ask a registry once only, so that
// it is our retries that are tested; by default they ask five times, over 50 seconds.
func onThrowaways(t *testing.T, fn func(t *testing.T, bed *testbed.Throwaway)) {
	t.Helper()
	for name, modern := range map[string]bool{"old": false, "modern": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fn(t, testbed.NewThrowaway(t, modern, "--max-download-attempts=1"))
		})
	}
}

func TestPullRegistryGoneForGood(t *testing.T) {
	onThrowaways(t, func(t *testing.T, bed *testbed.Throwaway) {
		d := connect(t, bed.Daemon)
		waits := &impatientClock{}
		d.clock = waits
		pull, proxy, _ := heldPull(t.Context(), t, bed.Daemon, d)
		ticks := untilBytes(t, pull)
		proxy.Close()
		for tick := range pull.Progress() {
			ticks = append(ticks, tick)
		}
		err := pull.Wait()
		if !errors.Is(err, ErrTransient) || errors.Is(err, ErrDaemonUnreachable) {
			t.Errorf("the error is %v", err)
		}
		for _, want := range []string{proxy.Addr + " did not deliver it", "connection refused"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("the error reads %q, without %q", err, want)
			}
		}
		if n := waits.waits.Load(); n < retryAttempts-1 {
			t.Errorf("it waited %d times before it gave up", n)
		}
		checkTicks(t, ticks)
	})
}

func TestPullDaemonRestartsInTheMiddle(t *testing.T) {
	onThrowaways(t, func(t *testing.T, bed *testbed.Throwaway) {
		d := connect(t, bed.Daemon)
		d.clock = &impatientClock{onSleep: sync.OnceFunc(func() { bed.Start(t) })}
		pull, proxy, layers := heldPull(t.Context(), t, bed.Daemon, d)
		ticks := untilBytes(t, pull)
		bed.Kill(t)
		proxy.Open()
		for tick := range pull.Progress() {
			ticks = append(ticks, tick)
		}
		if err := pull.Wait(); err != nil {
			t.Fatal(err)
		}
		last, size := checkTicks(t, ticks), testbed.LayersSize(layers)
		if last.Status != "Pull complete" || last.Current != size || last.Total != size {
			t.Errorf("the last tick is %+v, want %d bytes", last, size)
		}
	})
}

func TestPullDaemonGoneForGood(t *testing.T) {
	onThrowaways(t, func(t *testing.T, bed *testbed.Throwaway) {
		d := connect(t, bed.Daemon)
		d.clock = &impatientClock{}
		pull, _, _ := heldPull(t.Context(), t, bed.Daemon, d)
		bed.Kill(t)
		err := pull.Wait()
		if !errors.Is(err, ErrDaemonUnreachable) || !errors.Is(err, ErrTransient) {
			t.Errorf("the error is %v", err)
		}
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
		ticks = slices.AppendSeq(ticks, drained(pull))
		if last := checkTicks(t, ticks); last.Status != "Cancelled" {
			t.Errorf("the last tick is %+v", last)
		}
	})
}

// drained returns what waits in the channel of a pull that has ended.
func drained(pull *Pull) func(yield func(PullProgress) bool) {
	return func(yield func(PullProgress) bool) {
		for tick := range pull.Progress() {
			if !yield(tick) {
				return
			}
		}
	}
}

func TestPullFourSideBySide(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, bed testbed.Daemon) {
		t.Parallel()
		d := connect(t, bed)
		registry := testbed.Registry(t)
		var refs []string
		var proxies []*registryProxy
		layers := map[string]int64{}
		for range 4 {
			proxy := newRegistryProxy(t, registry)
			l := testbed.NewLayer(t, 2_000_000)
			ref := bed.Image(t, proxy.Addr+"/"+testbed.PushImage(t, l))
			refs, proxies = append(refs, ref), append(proxies, proxy)
			layers[ref] = l.Size
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
		if len(ticks) != len(refs) {
			t.Errorf("ticks of %d images, want %d", len(ticks), len(refs))
		}
		for _, ref := range refs {
			want := PullProgress{Image: ref, Status: "Pull complete", Current: layers[ref], Total: layers[ref], LayerCount: 1}
			if got := checkTicks(t, ticks[ref]); got != want {
				t.Errorf("the last tick is %+v, want %+v", got, want)
			}
		}
	})
}
