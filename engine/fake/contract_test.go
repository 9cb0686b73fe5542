package fake_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/enginetest"
	"github.com/Locorum/locorum-tui/engine/fake"
)

var _ enginetest.Subject = (*fake.Engine)(nil)

// TestContract holds the fake to the contract, as a Docker before and after API 1.44.
func TestContract(t *testing.T) {
	for _, api := range []string{"1.41", "1.45"} {
		t.Run(api, func(t *testing.T) {
			t.Parallel()
			newSuite(t, api).Run(t)
		})
	}
}

func newSuite(t *testing.T, api string) enginetest.Suite {
	opts := fake.Options{
		APIVersion: api, Images: []fake.Image{{Ref: "alpine:3"}}, HostPath: func(path string) bool { return !strings.HasPrefix(path, "/enginetest/none") },
		Registry: func(ref string) (fake.Image, bool) {
			return fake.Image{Rate: 50e6, Layers: []fake.Layer{{Size: 3e6}, {Size: 5e6}, {Size: 100}}}, strings.HasPrefix(ref, "fresh-")
		},
	}
	d := fake.NewDaemon(opts)
	gone := fake.NewDaemon(opts)
	gone.Down()
	t.Cleanup(func() { _, _ = d.Close(), gone.Close() })
	open := func(t *testing.T, d *fake.Daemon, home string) enginetest.Subject {
		e := d.Engine(engine.Options{Home: home, AppVersion: "test"})
		t.Cleanup(func() { _ = e.Close() })
		return e
	}
	var number atomic.Int64
	return enginetest.Suite{
		Open: func(t *testing.T, home string) enginetest.Subject { return open(t, d, home) },
		Gone: func(t *testing.T) enginetest.Subject { return open(t, gone, "/gone") },
		Fresh: func(*testing.T) string {
			return fmt.Sprintf("fresh-%d:1", number.Add(1))
		},
		Image: "alpine:3", MissingImage: "missing:1",
		HostDir: func(t *testing.T) string { return t.TempDir() },
	}
}
