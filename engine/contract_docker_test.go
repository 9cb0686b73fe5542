package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/docker/docker/api/types/image"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/enginetest"
	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

var (
	_ engine.Engine      = (*engine.Docker)(nil)
	_ enginetest.Subject = (*engine.Docker)(nil)
)

// TestContract holds the engine to the contract, on every daemon.
func TestContract(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		d.Pull(t, testbed.Alpine)
		enginetest.Suite{
			Open: func(t *testing.T, home string) enginetest.Subject { return contractEngine(t, home, d.Host) },
			Gone: func(t *testing.T) enginetest.Subject {
				return contractEngine(t, "/gone", "unix://"+filepath.Join(t.TempDir(), "none.sock"))
			},
			Fresh:        func(t *testing.T) string { return freshImage(t, d) },
			Image:        testbed.Alpine,
			MissingImage: testbed.Registry(t) + "/" + testbed.NewName() + ":1",
			HostDir:      hostDir,
		}.Run(t)
	})
}

func contractEngine(t *testing.T, home, host string) *engine.Docker {
	t.Helper()
	e, err := engine.Connect(engine.ConnectOptions{
		Options: engine.Options{Home: home, AppVersion: "test"},
		LookupEnv: func(name string) (string, bool) {
			if name == "DOCKER_HOST" {
				return host, true
			}
			return "", false
		},
		ConfigDir: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// freshImage puts an image of three layers into the registry; the daemon does not have it.
func freshImage(t *testing.T, d testbed.Daemon) string {
	t.Helper()
	ref := testbed.Registry(t) + "/" + testbed.PushImage(t, testbed.NewLayers(t, 300_000, 1_000_000, 100)...)
	cli := d.Client(t)
	t.Cleanup(func() {
		_, _ = cli.ImageRemove(context.WithoutCancel(t.Context()), ref, image.RemoveOptions{Force: true})
	})
	return ref
}

// hostDir returns a folder that the daemons, which run on this machine, see too, and that can be removed again after it
// was given away.
func hostDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Cleanup(func() { _ = os.Chown(dir, os.Getuid(), os.Getgid()) })
	return dir
}

// TestContractCoversDocker wants every exported method of Docker in the contract, or here with the reason why it is not.
func TestContractCoversDocker(t *testing.T) {
	reasons := map[string]string{
		"SetClient":       "takes a client of Docker's SDK, which the fake's callers do not have",
		"HasClient":       "is about that client; no daemon is asked",
		"Close":           "is the end of that client; no daemon is asked",
		"Endpoint":        "says where the engine connects to; no daemon is asked",
		"CreateContainer": "takes the types of Docker's SDK",
		"OpenLog":         "is the source that FollowLogs reads from",
		"AwaitStart":      "is the source that FollowLogs reads from",
		"OpenPull":        "is the source that PullImages reads from",
		"SeesFolder":      "is about the folders of this machine, of which the fake's daemon has none",
		"ImagePresent":    "is the source that PullImages reads from",
	}
	docker, contract := reflect.TypeFor[*engine.Docker](), reflect.TypeFor[enginetest.Subject]()
	for i := range docker.NumMethod() {
		name := docker.Method(i).Name
		_, covered := contract.MethodByName(name)
		if covered == (reasons[name] != "") {
			t.Errorf("%s: in the contract %v, the reason not to be: %q", name, covered, reasons[name])
		}
	}
	for name := range reasons {
		if _, ok := docker.MethodByName(name); !ok {
			t.Errorf("Docker has no method %s", name)
		}
	}
}
