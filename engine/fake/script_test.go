package fake_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/enginetest"
	"github.com/Locorum/locorum-tui/engine/fake"
)

var errScripted = errors.New("as scripted")

func newFake(t *testing.T, opts fake.Options) *fake.Engine {
	t.Helper()
	if opts.Images == nil {
		opts.Images = []fake.Image{{Ref: "alpine:3"}, {Ref: "nginx:1", Main: fake.Service}}
	}
	f := fake.New(opts)
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// start makes and starts a container of ours.
func start(t *testing.T, f *fake.Engine, spec engine.ContainerSpec) {
	t.Helper()
	if spec.Image == "" {
		spec.Image = "nginx:1"
	}
	if spec.Labels == nil {
		spec.Labels = engine.PlatformLabels(engine.RoleWeb, "site", "test")
	}
	if _, err := f.EnsureContainer(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	if err := f.StartContainer(t.Context(), spec.Name); err != nil {
		t.Fatal(err)
	}
}

// TestEveryMethodIsScripted calls every method of the contract with whatever arguments and wants its scripted failure and
// its record.
func TestEveryMethodIsScripted(t *testing.T) {
	f := newFake(t, fake.Options{})
	subject := reflect.TypeFor[enginetest.Subject]()
	for i := range subject.NumMethod() {
		name := subject.Method(i).Name
		t.Run(name, func(t *testing.T) {
			f.ForgetCalls()
			method := reflect.ValueOf(f).MethodByName(name)
			var args []reflect.Value
			for n := range method.Type().NumIn() {
				in := method.Type().In(n)
				if in == reflect.TypeFor[context.Context]() {
					args = append(args, reflect.ValueOf(t.Context()))
				} else {
					args = append(args, reflect.Zero(in))
				}
			}
			switch name {
			case "RefreshProviderInfo", "Events": // have no error to return
				for _, out := range method.Call(args) {
					_ = out // the channel closes with the test's context
				}
			case "PullImages":
				f.Fail(name, errScripted, 1)
				if err := f.PullImages(t.Context(), []string{"nginx:1"}).Wait(); !errors.Is(err, errScripted) {
					t.Errorf("got %v", err)
				}
			default:
				f.Fail(name, errScripted, 1)
				out := method.Call(args)
				if err, _ := out[len(out)-1].Interface().(error); !errors.Is(err, errScripted) {
					t.Errorf("got %v", err)
				}
			}
			if calls := f.Calls(); len(calls) != 1 || calls[0].Method != name {
				t.Errorf("recorded were %v", calls)
			}
		})
	}
}

func TestFailCountsDown(t *testing.T) {
	f := newFake(t, fake.Options{})
	other := errors.New("another")
	f.Fail("Ping", errScripted, 2)
	f.Fail("Ping", other, 1)
	for i, want := range []error{errScripted, errScripted, other, nil} {
		if err := f.Ping(t.Context()); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("call %d returned %v, want %v", i, err, want)
		}
	}
	f.Fail("Ping", errScripted, -1)
	for range 5 {
		if err := f.Ping(t.Context()); !errors.Is(err, errScripted) {
			t.Errorf("got %v", err)
		}
	}
	f.StopFailing("Ping")
	if err := f.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestFailRefusesWhatCannotFail(t *testing.T) {
	f := newFake(t, fake.Options{})
	for _, method := range []string{"StartContianer", "Events", "RefreshProviderInfo", "Close"} {
		t.Run(method, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was taken")
				}
			}()
			f.Fail(method, errScripted, 1)
		})
	}
}

func TestFailDoesNothingElse(t *testing.T) {
	f := newFake(t, fake.Options{})
	start(t, f, engine.ContainerSpec{Name: "web"})
	f.Fail("StopContainer", errScripted, 1)
	if err := f.StopContainer(t.Context(), "web", 0); !errors.Is(err, errScripted) {
		t.Errorf("got %v", err)
	}
	if running, err := f.ContainerIsRunning(t.Context(), "web"); err != nil || !running {
		t.Errorf("it runs: %v, %v", running, err)
	}
}

func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, fake.Options{})
		f.Delay("Ping", time.Hour)
		begin := time.Now()
		if err := f.Ping(t.Context()); err != nil || time.Since(begin) != time.Hour {
			t.Errorf("returned %v after %v", err, time.Since(begin))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begin = time.Now()
		if err := f.Ping(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != time.Minute {
			t.Errorf("returned %v after %v", err, time.Since(begin))
		}
		f.Delay("Ping", 0)
		begin = time.Now()
		if err := f.Ping(t.Context()); err != nil || time.Since(begin) != 0 {
			t.Errorf("returned %v after %v", err, time.Since(begin))
		}
	})
}

func TestCallsAreInOrder(t *testing.T) {
	f := newFake(t, fake.Options{})
	start(t, f, engine.ContainerSpec{Name: "web"})
	_ = f.StopContainer(t.Context(), "web", 3*time.Second)
	_ = f.RemoveContainer(t.Context(), "web")
	var got []string
	for _, call := range f.Calls() {
		got = append(got, call.Method)
	}
	want := []string{"EnsureContainer", "StartContainer", "StopContainer", "RemoveContainer"}
	if !slices.Equal(got, want) {
		t.Errorf("the calls are %q, want %q", got, want)
	}
	stops := f.CallsOf("StopContainer")
	if len(stops) != 1 || !reflect.DeepEqual(stops[0].Args, []any{"web", 3 * time.Second}) {
		t.Errorf("the stop is %v", stops)
	}
	if text := stops[0].String(); !strings.HasPrefix(text, `StopContainer("web", `) {
		t.Errorf("it reads %s", text)
	}
	f.ForgetCalls()
	if calls := f.Calls(); len(calls) != 0 {
		t.Errorf("left are %v", calls)
	}
}

func TestCallsAreBounded(t *testing.T) {
	f := newFake(t, fake.Options{})
	for range 20_001 {
		f.RefreshProviderInfo()
	}
	if n := len(f.Calls()); n > 10_000 || n < 5_000 {
		t.Errorf("%d calls are kept", n)
	}
}

// TestConcurrentUse does everything at once, with a daemon that comes and goes, for the race detector and the leak check.
func TestConcurrentUse(t *testing.T) {
	f := newFake(t, fake.Options{})
	d := f.Daemon()
	ctx, cancel := context.WithCancel(t.Context())
	var watchers, workers sync.WaitGroup
	for range 2 {
		watchers.Go(func() {
			for range f.Events(ctx, nil) {
			}
		})
	}
	for i := range 6 {
		workers.Go(func() {
			name := "web-" + string(rune('a'+i))
			spec := engine.ContainerSpec{Name: name, Image: "alpine:3", Cmd: []string{"sh", "-c", "seq 1 100; sleep 1000"}}
			for range 10 { // errors are the script's and the outages': only races, leaks and deadlocks are looked for
				_, _ = f.EnsureContainer(ctx, spec)
				_ = f.StartContainer(ctx, name)
				_, _ = f.ExecInContainer(ctx, name, []string{"echo", "hello"})
				_, _ = f.ContainerLogs(ctx, name, 10)
				_, _ = f.Inspect(ctx, name)
				_ = f.RemoveContainer(ctx, name)
			}
		})
	}
	workers.Go(func() {
		for range 10 {
			f.Fail("Inspect", errScripted, 1)
			d.Down()
			_ = f.Calls()
			d.Up()
			_ = d.OOM("web-a")
			_ = d.Exit("web-b", 3)
			_ = d.Log("web-c", true, "a line")
		}
	})
	workers.Wait()
	cancel()
	watchers.Wait()
}
