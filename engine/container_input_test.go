package engine

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/docker/docker/client"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// A spec that cannot be right is refused before the daemon is asked for anything: it sees no request at all.
func TestEnsureContainerRefusesBadSpecs(t *testing.T) {
	asked := 0
	transport := meddler{before: func(*http.Request) error { asked++; return errors.New("no daemon here") }}
	cli, err := client.NewClientWithOpts(client.WithHost("tcp://127.0.0.1:1"), client.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		t.Fatal(err)
	}
	e := New()
	e.SetClient(cli)
	for _, tc := range badSpecs {
		t.Run(tc.name, func(t *testing.T) {
			spec := ContainerSpec{Name: "good", Image: "alpine:3"}
			tc.change(&spec)
			if id, err := e.EnsureContainer(t.Context(), spec); !errors.Is(err, ErrSpecInvalid) || id != "" {
				t.Errorf("got %q, %v; want an ErrSpecInvalid", id, err)
			}
		})
	}
	t.Run("another owner", func(t *testing.T) {
		e := NewWithOptions(Options{Home: "/home/me"})
		spec := ContainerSpec{Name: "good", Image: "alpine:3", Labels: map[string]string{LabelHome: "/home/you"}}
		if _, err := e.EnsureContainer(t.Context(), spec); !errors.Is(err, ErrSpecInvalid) {
			t.Errorf("got %v, want an ErrSpecInvalid", err)
		}
	})
	for method, call := range containerCalls {
		for _, name := range []string{"", "a", "-x", "a/b", "../a", "a b", "a\x1b[m"} {
			t.Run(method+" "+name, func(t *testing.T) {
				if err := call(t.Context(), e, name); !errors.Is(err, ErrSpecInvalid) {
					t.Errorf("got %v, want an ErrSpecInvalid", err)
				}
			})
		}
	}
	for name, err := range map[string]error{
		"StopContainer":           e.StopContainer(t.Context(), "good", -1),
		"RestartContainer":        e.RestartContainer(t.Context(), "good", -time.Second),
		"RemoveContainersByLabel": e.RemoveContainersByLabel(t.Context(), nil),
		"RemoveByLabel":           e.RemoveByLabel(t.Context(), map[string]string{}),
		"label with =":            e.RemoveContainersByLabel(t.Context(), map[string]string{"a=b": ""}),
		"CreateContainer":         e.CreateContainer(t.Context(), "good", "", nil, nil, nil),
	} {
		if !errors.Is(err, ErrSpecInvalid) {
			t.Errorf("%s: got %v, want an ErrSpecInvalid", name, err)
		}
	}
	for _, port := range []int{-1, 0, 65536} {
		if _, err := e.PublishedHostPort(t.Context(), "good", port); !errors.Is(err, ErrSpecInvalid) {
			t.Errorf("port %d: got %v, want an ErrSpecInvalid", port, err)
		}
	}
	if asked != 0 {
		t.Errorf("the daemon was asked %d times", asked)
	}
}

// containerCalls are all methods that take the name of a container.
var containerCalls = map[string]func(ctx context.Context, e *Docker, name string) error{
	"CreateContainer": func(ctx context.Context, e *Docker, name string) error {
		return e.CreateContainer(ctx, name, testbed.Alpine, nil, nil, nil)
	},
	"StartContainer": func(ctx context.Context, e *Docker, name string) error { return e.StartContainer(ctx, name) },
	"StopContainer":  func(ctx context.Context, e *Docker, name string) error { return e.StopContainer(ctx, name, 0) },
	"RestartContainer": func(ctx context.Context, e *Docker, name string) error {
		return e.RestartContainer(ctx, name, 0)
	},
	"RemoveContainer": func(ctx context.Context, e *Docker, name string) error { return e.RemoveContainer(ctx, name) },
	"ContainerExists": func(ctx context.Context, e *Docker, name string) error {
		_, err := e.ContainerExists(ctx, name)
		return err
	},
	"ContainerIsRunning": func(ctx context.Context, e *Docker, name string) error {
		_, err := e.ContainerIsRunning(ctx, name)
		return err
	},
	"PublishedHostPort": func(ctx context.Context, e *Docker, name string) error {
		_, err := e.PublishedHostPort(ctx, name, 80)
		return err
	},
	"Inspect": func(ctx context.Context, e *Docker, name string) error {
		_, err := e.Inspect(ctx, name)
		return err
	},
}

func TestContainerMethodsWithoutAClient(t *testing.T) {
	e := New()
	errs := map[string]error{
		"RemoveContainersByLabel": e.RemoveContainersByLabel(t.Context(), map[string]string{LabelPlatform: ""}),
	}
	_, errs["EnsureContainer"] = e.EnsureContainer(t.Context(), ContainerSpec{Name: "good", Image: "alpine:3"})
	_, errs["ContainersByLabel"] = e.ContainersByLabel(t.Context(), nil)
	for method, call := range containerCalls {
		errs[method] = call(t.Context(), e, "good")
	}
	for method, err := range errs {
		if !errors.Is(err, ErrDaemonUnreachable) {
			t.Errorf("%s: got %v, want an ErrDaemonUnreachable", method, err)
		}
	}
}
