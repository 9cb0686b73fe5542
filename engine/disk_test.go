package engine

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/build"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/docker/client"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestSummarise(t *testing.T) {
	t.Parallel()
	got := summarise(types.DiskUsage{
		LayersSize: 100,
		Images: []*image.Summary{
			{RepoTags: []string{"a:1", "a:2"}, Containers: 1, Size: 60, SharedSize: 10},
			{RepoTags: []string{"<none>:<none>"}, Size: 30, SharedSize: 10},
			{Size: 10, SharedSize: -1}, {Containers: -1, Size: 10}, nil,
		},
		Containers: []*container.Summary{{}, {}},
		Volumes: []*volume.Volume{
			{UsageData: &volume.UsageData{Size: 7}}, {UsageData: &volume.UsageData{Size: -1}}, {}, nil,
		},
		BuildCache: []*build.CacheRecord{{Size: 5}, {Size: 3}, {Size: 50, Shared: true}, {Size: 2, InUse: true}, nil},
	})
	want := DiskReport{LayersSize: 100, BuildCacheSize: 10, UnusedImages: 20, UnusedCache: 8, VolumeSize: 7, ImageCount: 1, ContainerCount: 2, VolumeCount: 4}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := summarise(types.DiskUsage{LayersSize: -1}); got != (DiskReport{}) {
		t.Errorf("nothing measured: got %+v", got)
	}
}

// diskDaemon is a daemon that counts its measurements and holds them until answer is closed.
type diskDaemon struct {
	calls   atomic.Int32
	started chan struct{} // gets a value for each measurement that begins
	answer  chan struct{}
	ended   chan struct{} // gets a value for each measurement whose client has left
}

func newDiskDaemon(t *testing.T) (*diskDaemon, *Docker) {
	t.Helper()
	d := &diskDaemon{started: make(chan struct{}, 16), answer: make(chan struct{}), ended: make(chan struct{}, 16)}
	mux := http.NewServeMux()
	mux.HandleFunc("/_ping", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.45") })
	mux.HandleFunc("/v1.45/system/df", func(w http.ResponseWriter, r *http.Request) {
		d.calls.Add(1)
		d.started <- struct{}{}
		select {
		case <-d.answer:
			_, _ = fmt.Fprint(w, `{"LayersSize":42}`)
		case <-r.Context().Done():
			d.ended <- struct{}{}
		}
	})
	return d, serve(t, mux)
}

// serve returns an engine whose daemon is h.
func serve(t *testing.T, h http.Handler) *Docker {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	cli, err := client.NewClientWithOpts(client.WithHost("tcp://"+strings.TrimPrefix(server.URL, "http://")), client.WithAPIVersionNegotiation())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cli.Close() })
	e := New()
	e.SetClient(cli)
	return e
}

type diskResult struct {
	report DiskReport
	err    error
}

func ask(ctx context.Context, e *Docker) <-chan diskResult {
	out := make(chan diskResult, 1)
	go func() {
		report, err := e.DiskUsage(ctx)
		out <- diskResult{report, err}
	}()
	return out
}

// The first caller starts the measurement; its leaving must not end it for the second.
func TestDiskUsageShared(t *testing.T) {
	t.Parallel()
	daemon, e := newDiskDaemon(t)
	firstCtx, leave := context.WithCancel(t.Context())
	first := ask(firstCtx, e)
	<-daemon.started
	second := ask(t.Context(), e)
	awaitWaiters(t, e, 2)
	leave()
	if r := <-first; !errors.Is(r.err, context.Canceled) {
		t.Errorf("the caller that left got %v, %v", r.report, r.err)
	}
	close(daemon.answer)
	if r := <-second; r.err != nil || r.report.LayersSize != 42 {
		t.Errorf("the caller that stayed got %v, %v", r.report, r.err)
	}
	if n := daemon.calls.Load(); n != 1 {
		t.Errorf("the daemon measured %d times, want once", n)
	}
}

func TestDiskUsageEndsWithItsLastCaller(t *testing.T) {
	t.Parallel()
	daemon, e := newDiskDaemon(t)
	ctx, leave := context.WithCancel(t.Context())
	result := ask(ctx, e)
	<-daemon.started
	leave()
	if r := <-result; !errors.Is(r.err, context.Canceled) {
		t.Errorf("got %v, %v", r.report, r.err)
	}
	<-daemon.ended // the daemon is no longer asked
	next := ask(t.Context(), e)
	<-daemon.started
	close(daemon.answer)
	if r := <-next; r.err != nil || r.report.LayersSize != 42 {
		t.Errorf("the next caller got %v, %v", r.report, r.err)
	}
}

// awaitWaiters returns once n callers share the measurement.
func awaitWaiters(t *testing.T, e *Docker, n int) {
	t.Helper()
	for t.Context().Err() == nil {
		e.diskAll.mu.Lock()
		got := 0
		if e.diskAll.run != nil {
			got = e.diskAll.run.waiters
		}
		e.diskAll.mu.Unlock()
		if got == n {
			return
		}
		if err := (systemClock{}).Sleep(t.Context(), diskBusyWait/100); err != nil {
			t.Fatal(err)
		}
	}
}

// A daemon that measures for somebody else is asked again.
func TestDiskUsageWaitsItsTurn(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	mux := http.NewServeMux()
	mux.HandleFunc("/_ping", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.41") })
	mux.HandleFunc("/v1.41/system/df", func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) < 3 {
			http.Error(w, `{"message":"a disk usage operation is already running"}`, http.StatusInternalServerError)
			return
		}
		_, _ = fmt.Fprint(w, `{"LayersSize":42}`)
	})
	report, err := serve(t, mux).DiskUsage(t.Context())
	if err != nil || report.LayersSize != 42 || calls.Load() != 3 {
		t.Errorf("got %v, %v after %d calls", report, err, calls.Load())
	}
}

func TestDiskUsage(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		d.Pull(t, testbed.Alpine)
		makeVolume(t, d, testbed.NewName())
		d.Docker(t, "create", "--name", d.Container(t, testbed.NewName()), testbed.Alpine)
		reports, errs := race(t, d, "", func(e *Docker) (DiskReport, error) { return e.DiskUsage(t.Context()) })
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		for _, r := range reports {
			if r.LayersSize <= 0 || r.ImageCount < 1 || r.VolumeCount < 1 || r.ContainerCount < 1 {
				t.Errorf("incomplete: %+v", r)
			}
		}
	})
}
