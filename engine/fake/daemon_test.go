package fake_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/fake"
)

// awaitKind receives events until one of that kind comes.
func awaitKind(t *testing.T, events <-chan engine.Event, kind engine.EventKind) engine.Event {
	t.Helper()
	for e := range events {
		if e.Kind == kind {
			return e
		}
	}
	t.Fatal("the channel closed")
	return engine.Event{}
}

func TestDownBreaksStreamsAndUpMendsThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, fake.Options{})
		start(t, f, engine.ContainerSpec{Name: "web"})
		events := f.Events(t.Context(), nil)
		awaitKind(t, events, engine.EventListed)
		follower, err := f.FollowLogs(t.Context(), "web", engine.LogOptions{Follow: true})
		if err != nil {
			t.Fatal(err)
		}
		defer follower.Close()
		say(t, f, "before")
		if got := nextLine(t, follower); got != "before" {
			t.Errorf("the line is %q", got)
		}

		f.Daemon().Down()
		if lost := awaitKind(t, events, engine.EventLost); !errors.Is(lost.Err, engine.ErrDaemonUnreachable) {
			t.Errorf("lost with %v", lost.Err)
		}
		if err := f.Ping(t.Context()); !errors.Is(err, engine.ErrDaemonUnreachable) {
			t.Errorf("ping returned %v", err)
		}
		say(t, f, "meanwhile")
		f.Daemon().Up()
		if list := awaitKind(t, events, engine.EventListed); len(list.Containers) != 1 || list.Containers[0].State != "running" {
			t.Errorf("the list is %+v", list.Containers)
		}
		if got := nextLine(t, follower); got != "meanwhile" {
			t.Errorf("the line is %q", got)
		}
	})
}

func say(t *testing.T, f *fake.Engine, line string) {
	t.Helper()
	if err := f.Daemon().Log("web", false, line); err != nil {
		t.Fatal(err)
	}
}

func nextLine(t *testing.T, f *engine.LogFollower) string {
	t.Helper()
	for {
		b, err := f.Next()
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Lines) > 0 {
			return b.Lines[0].Text
		}
	}
}

func TestExitAndOOM(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(d *fake.Daemon) error
		code int
		oom  bool
	}{
		{"exit", func(d *fake.Daemon) error { return d.Exit("web", 3) }, 3, false},
		{"out of memory", func(d *fake.Daemon) error { return d.OOM("web") }, 137, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t, fake.Options{})
			start(t, f, engine.ContainerSpec{Name: "web"})
			events := f.Events(t.Context(), nil)
			awaitKind(t, events, engine.EventListed)
			if err := c.end(f.Daemon()); err != nil {
				t.Fatal(err)
			}
			oom := false
			for e := range events {
				oom = oom || e.Action == engine.ActionOOM
				if e.Action == engine.ActionDie {
					if e.ExitCode != c.code || oom != c.oom {
						t.Errorf("the event is %+v, after out of memory: %v", e, oom)
					}
					break
				}
			}
			detail, err := f.Inspect(t.Context(), "web")
			if err != nil || detail.ExitCode != c.code || detail.OOMKilled != c.oom || detail.State != "exited" {
				t.Errorf("it is %+v, %v", detail, err)
			}
			if err := c.end(f.Daemon()); err == nil {
				t.Error("it ended twice")
			}
		})
	}
}

func TestRestartPolicy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, fake.Options{})
		start(t, f, engine.ContainerSpec{Name: "web", Restart: engine.RestartOnFailure})
		for want := 1; want <= 3; want++ {
			if err := f.Daemon().Exit("web", 1); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			if d, err := f.Inspect(t.Context(), "web"); err != nil || !d.Running || d.RestartCount != want {
				t.Errorf("it is %+v, %v; want %d restarts", d, err, want)
			}
		}
		if err := f.Daemon().Exit("web", 0); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if d, err := f.Inspect(t.Context(), "web"); err != nil || d.Running {
			t.Errorf("it runs after it succeeded: %+v, %v", d, err)
		}
	})
}

func TestHealthFollowsTheScript(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, fake.Options{Images: []fake.Image{{Ref: "nginx:1", Main: fake.Service, Probe: fake.HealthyAfter(7 * time.Second)}}})
		check := &engine.Healthcheck{Test: []string{"CMD", "curl", "-f", "localhost"}, Interval: time.Second, Retries: 100}
		begin := time.Now()
		start(t, f, engine.ContainerSpec{Name: "web", Healthcheck: check})
		if err := f.WaitReady(t.Context(), "web", time.Minute); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took < 7*time.Second || took > 8*time.Second {
			t.Errorf("it was ready after %v", took)
		}
		check.Retries = 2
		f.Daemon().Probe("db", func(time.Duration) (int, string) { return 1, "no route" })
		start(t, f, engine.ContainerSpec{Name: "db", Healthcheck: check})
		err := f.WaitReady(t.Context(), "db", time.Minute)
		if !errors.Is(err, engine.ErrContainerNotReady) || !strings.Contains(err.Error(), "unhealthy") {
			t.Errorf("it ended with %v", err)
		}
		if d, err := f.Inspect(t.Context(), "db"); err != nil || d.Health == nil || d.Health.LastOutput != "no route" || d.Health.Status != "unhealthy" {
			t.Errorf("its health is %+v, %v", d.Health, err)
		}
	})
}

func TestPullFollowsTheScript(t *testing.T) {
	images := map[string]fake.Image{
		"good:1":   {Rate: 1e6, Layers: []fake.Layer{{ID: "aaaaaaaaaaaa", Size: 2e6}, {Size: 3e6}}},
		"shared:1": {Rate: 1e6, Layers: []fake.Layer{{ID: "aaaaaaaaaaaa", Size: 2e6}, {Size: 1e6}}},
		"broken:1": {Rate: 1e6, Layers: []fake.Layer{{Size: 1e6}, {Size: 1e6}}, PullError: "filesystem full"},
	}
	registry := func(ref string) (fake.Image, bool) { img, ok := images[ref]; return img, ok }
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, fake.Options{Registry: registry})
		begin := time.Now()
		var last engine.PullProgress
		if err := f.PullImage(t.Context(), "good:1", func(p engine.PullProgress) { last = p }); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took < 5*time.Second || took > 6*time.Second {
			t.Errorf("5 MB at 1 MB/s took %v", took)
		}
		if last.Current != 5e6 || last.Total != 5e6 || last.LayerCount != 2 {
			t.Errorf("the last tick is %+v", last)
		}
		if err := f.PullImage(t.Context(), "shared:1", func(p engine.PullProgress) { last = p }); err != nil {
			t.Fatal(err)
		}
		if last.Total != 1e6 || last.LayerCount != 2 {
			t.Errorf("with one layer there the last tick is %+v", last)
		}
		if err := f.PullImage(t.Context(), "broken:1", nil); err == nil || !strings.Contains(err.Error(), "filesystem full") {
			t.Errorf("the broken one ended with %v", err)
		}
	})
}

func TestStatsAreTheSeeds(t *testing.T) {
	readings := func(t *testing.T, seed uint64) (list []engine.Stats) {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, fake.Options{Seed: seed})
			start(t, f, engine.ContainerSpec{Name: "web", Resources: engine.Resources{MemoryLimit: 64 << 20}})
			stats, err := f.Stats(t.Context(), "web", 2*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			for len(list) < 20 {
				list = append(list, <-stats)
			}
		})
		return list
	}
	one, same, other := readings(t, 1), readings(t, 1), readings(t, 2)
	differ := false
	for i, r := range one {
		if same[i] != r {
			t.Errorf("reading %d is %+v and %+v on one seed", i, r, same[i])
		}
		differ = differ || other[i].Memory != r.Memory
		if i > 0 && (r.CPUPercent <= 0 || r.CPUPercent > 50 || r.NetRx < one[i-1].NetRx) || r.Memory <= 0 || r.Memory > r.MemoryLimit || r.MemoryLimit != 64<<20 {
			t.Errorf("reading %d is not believable: %+v", i, r)
		}
	}
	if !differ {
		t.Error("another seed has the same readings")
	}
}

func TestLogIsBounded(t *testing.T) {
	f := newFake(t, fake.Options{})
	start(t, f, engine.ContainerSpec{Name: "web", Image: "alpine:3", Cmd: []string{"sh", "-c", "yes " + strings.Repeat("x", 1000) + " | head -n 20000; sleep 1000"}})
	lines := 0
	follower, err := f.FollowLogs(t.Context(), "web", engine.LogOptions{Follow: true})
	if err != nil {
		t.Fatal(err)
	}
	defer follower.Close()
	for lines < 8000 { // as much as surely remains of 20 MB
		b, err := follower.Next()
		if err != nil {
			t.Fatal(err)
		}
		lines += len(b.Lines)
	}
	text, err := f.ContainerLogs(t.Context(), "web", 3)
	if err != nil || len(text) < 3000 {
		t.Errorf("the last lines are %d bytes, %v", len(text), err)
	}
}

func TestHandleAddsAProgram(t *testing.T) {
	f := newFake(t, fake.Options{})
	f.Daemon().Handle("wp", func(_ context.Context, p *fake.Process) int {
		_ = p.WriteFile("/tmp/called", []byte(strings.Join(p.Args, " ")))
		_, _ = p.Stdout.Write([]byte("Success from " + p.Container() + " with " + p.Getenv("LEVEL") + "\n"))
		return 4
	})
	start(t, f, engine.ContainerSpec{Name: "web", Env: []string{"LEVEL=9"}})
	var out strings.Builder
	code, err := f.ExecInContainerWriter(t.Context(), "web", engine.ExecOptions{Cmd: []string{"/usr/local/bin/wp", "core", "install"}}, &out, nil)
	if err != nil || code != 4 || out.String() != "Success from web with 9\n" {
		t.Errorf("returned %d, %v and %q", code, err, out.String())
	}
	called, err := f.ExecInContainer(t.Context(), "web", []string{"cat", "/tmp/called"})
	if err != nil || called != "/usr/local/bin/wp core install" {
		t.Errorf("the file holds %q, %v", called, err)
	}
}

func TestClosedDaemon(t *testing.T) {
	d := fake.NewDaemon(fake.Options{Images: []fake.Image{{Ref: "nginx:1", Main: fake.Service}}})
	f := d.Engine(engine.Options{})
	start(t, f, engine.ContainerSpec{Name: "web"})
	for range 2 {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := f.Ping(t.Context()); !errors.Is(err, engine.ErrDaemonUnreachable) {
		t.Errorf("ping returned %v", err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
