package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/network"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestEnsureNetworkRace(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		name := d.Network(t, testbed.NewName())
		spec := NetworkSpec{Name: name, Internal: true, Labels: map[string]string{LabelRole: RoleSiteNetwork}}
		ids, errs := race(t, d, newHome(), func(e *Docker) (string, error) { return e.EnsureNetwork(t.Context(), spec) })
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		there := networkIDs(t, d, name)
		if len(there) != 1 {
			t.Fatalf("there are %d networks of the name, want 1", len(there))
		}
		for _, id := range ids {
			if id != there[0] {
				t.Errorf("a caller got %q, want %q", id, there[0])
			}
		}
	})
}

func TestEnsureNetwork(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		home := newHome()
		e := connectAs(t, d, home)
		ensure := func(t *testing.T, spec NetworkSpec) string {
			t.Helper()
			id, err := e.EnsureNetwork(t.Context(), spec)
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		inspect := func(t *testing.T, ref, format string) string {
			t.Helper()
			return d.Docker(t, "network", "inspect", "-f", format, ref)
		}
		t.Run("made with labels and found again", func(t *testing.T) {
			t.Parallel()
			name := d.Network(t, testbed.NewName())
			labels := map[string]string{LabelSite: "demo"}
			id := ensure(t, NetworkSpec{Name: name, Internal: true, Labels: labels})
			if again := ensure(t, NetworkSpec{Name: name, Internal: true}); again != id {
				t.Errorf("the second call returned %q, want %q", again, id)
			}
			got := inspect(t, id, `{{.Driver}} {{.Internal}} {{index .Labels "io.locorum.platform"}} {{index .Labels "io.locorum.home"}} {{index .Labels "io.locorum.site"}}`)
			if want := "bridge true locorum " + home + " demo"; got != want {
				t.Errorf("made %q, want %q", got, want)
			}
			if len(labels) != 1 {
				t.Errorf("the caller's labels were changed to %v", labels)
			}
		})
		t.Run("drift without containers is replaced", func(t *testing.T) {
			t.Parallel()
			name := d.Network(t, testbed.NewName())
			id := ensure(t, NetworkSpec{Name: name})
			other := ensure(t, NetworkSpec{Name: name, Internal: true})
			if other == id || inspect(t, name, "{{.Internal}}") != "true" {
				t.Errorf("the network was not replaced: %s, then %s", id, other)
			}
		})
		for _, state := range []string{"running", "exited", "created"} {
			t.Run("drift under a container is kept: "+state, func(t *testing.T) {
				t.Parallel()
				name := d.Network(t, testbed.NewName())
				id := ensure(t, NetworkSpec{Name: name})
				onNetwork(t, d, name, state)
				if again := ensure(t, NetworkSpec{Name: name, Internal: true}); again != id {
					t.Errorf("returned %q, want the one in use, %q", again, id)
				}
			})
		}
		t.Run("the desktop app's is adopted", func(t *testing.T) {
			t.Parallel()
			name := d.Network(t, testbed.NewName())
			id := d.Docker(t, "network", "create", "--label", LabelPlatform+"="+PlatformValue, name)
			if got := ensure(t, NetworkSpec{Name: name}); got != id {
				t.Errorf("returned %q, want %q", got, id)
			}
		})
		t.Run("others' are refused", func(t *testing.T) {
			t.Parallel()
			for _, labels := range [][]string{
				nil,
				{"--label", LabelPlatform + "=" + PlatformValue, "--label", LabelHome + "=/somebody/else"},
			} {
				name := d.Network(t, testbed.NewName())
				d.Docker(t, slices.Concat([]string{"network", "create"}, labels, []string{name})...)
				_, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: name})
				var owner *OwnerError
				if !errors.As(err, &owner) || owner.Kind != "network" || owner.Name != name || !errors.Is(err, ErrAlreadyExists) {
					t.Errorf("labels %q: got %v, want an OwnerError", labels, err)
				}
				if len(labels) > 0 && owner != nil && owner.Owner != "/somebody/else" {
					t.Errorf("the owner is %q", owner.Owner)
				}
			}
		})
		t.Run("CreateNetwork is idempotent", func(t *testing.T) {
			t.Parallel()
			name := d.Network(t, testbed.NewName())
			for range 2 {
				if err := e.CreateNetwork(t.Context(), name, true, nil); err != nil {
					t.Fatal(err)
				}
			}
			if got := inspect(t, name, "{{.Internal}}"); got != "true" {
				t.Errorf("internal is %s", got)
			}
		})
	})
}

// Only a daemon that lets one name be used twice can have twins, and only if somebody else makes them.
func TestEnsureNetworkTwins(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connectAs(t, d, newHome())
		unique, err := e.apiAtLeast(t.Context(), "1.44")
		if err != nil {
			t.Fatal(err)
		}
		if unique {
			name := d.Network(t, testbed.NewName())
			if _, err := twin(t, e, name); err != nil {
				t.Fatal(err)
			}
			if _, err := twin(t, e, name); err == nil {
				t.Error("a daemon of API 1.44 took a name twice; the cases below should run on it")
			}
			return
		}
		t.Run("empty ones leave the oldest", func(t *testing.T) {
			t.Parallel()
			name := testbed.NewName()
			first, second := twins(t, d, e, name)
			ids, errs := race(t, d, e.opts.Home, func(e *Docker) (string, error) {
				return e.EnsureNetwork(t.Context(), NetworkSpec{Name: name})
			})
			if err := errors.Join(errs...); err != nil {
				t.Fatal(err)
			}
			for _, id := range ids {
				if id != first {
					t.Errorf("a caller got %q, want the older %q, not %q", id, first, second)
				}
			}
			if left := networkIDs(t, d, name); !slices.Equal(left, []string{first}) {
				t.Errorf("left are %q", left)
			}
		})
		t.Run("the one in use stays", func(t *testing.T) {
			t.Parallel()
			name := testbed.NewName()
			_, second := twins(t, d, e, name)
			onNetwork(t, d, second, "created") // the daemon starts none on a name that is ambiguous
			id, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: name})
			if err != nil || id != second {
				t.Errorf("got %q, %v, want %q", id, err, second)
			}
		})
		t.Run("two in use are an error", func(t *testing.T) {
			t.Parallel()
			name := testbed.NewName()
			first, second := twins(t, d, e, name)
			onNetwork(t, d, first, "created")
			user := onNetwork(t, d, second, "created")
			_, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: name})
			if !errors.Is(err, ErrAlreadyExists) || !strings.Contains(err.Error(), user) {
				t.Errorf("got %v, want an ErrAlreadyExists naming %s", err, user)
			}
			if left := networkIDs(t, d, name); len(left) != 2 {
				t.Errorf("left are %q", left)
			}
		})
	})
}

// twin makes a network of ours as a program does that lets the daemon name the bridge.
func twin(t *testing.T, e *Docker, name string) (string, error) {
	t.Helper()
	cli, err := e.client()
	if err != nil {
		t.Fatal(err)
	}
	off := false
	//lint:ignore SA1019 this asks an old daemon for what programs asked of it then
	body := network.CreateRequest{Name: name, CheckDuplicate: &off}
	body.Driver, body.Labels = "bridge", map[string]string{LabelPlatform: PlatformValue}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := cli.HTTPClient().Post("http://docker/v"+cli.ClientVersion()+"/networks/create", "application/json", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var made network.CreateResponse
	if resp.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("the daemon answered %s", resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(&made); err != nil {
		t.Fatal(err)
	}
	return made.ID, nil
}

// twins makes two networks of one name and returns their IDs, the older first.
func twins(t *testing.T, d testbed.Daemon, e *Docker, name string) (first, second string) {
	t.Helper()
	var ids [2]string
	for i := range ids {
		id, err := twin(t, e, name)
		if err != nil {
			t.Fatal(err)
		}
		ids[i] = id
		d.Network(t, id)
	}
	return ids[0], ids[1]
}

// The daemon calls it not found when it has no address range left; a person needs another sentence.
func TestEnsureNetworkOutOfRealAddresses(t *testing.T) {
	t.Parallel()
	for _, modern := range []bool{false, true} {
		pool := map[bool]string{false: "10.215.77.0/28", true: "10.215.77.16/28"}[modern] // four networks each
		t.Run(fmt.Sprintf("modern %v", modern), func(t *testing.T) {
			t.Parallel()
			d := testbed.NewThrowaway(t, modern, "--default-address-pool=base="+pool+",size=30")
			e := connect(t, d.Daemon)
			var err error
			for i := 0; err == nil && i < 10; i++ {
				name := d.Network(t, fmt.Sprintf("nn%d", i)) // removed before the daemon, which would leave its bridge behind
				_, err = e.EnsureNetwork(t.Context(), NetworkSpec{Name: name})
			}
			if err == nil || errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "remove networks that are not used") {
				t.Errorf("got %v, want the next step, and not ErrNotFound", err)
			}
		})
	}
}
