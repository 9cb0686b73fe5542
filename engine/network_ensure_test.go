package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/docker/docker/api/types/network"
)

// leapClock is a clock whose sleeps take no time but pass it.
type leapClock struct {
	mu  sync.Mutex // guards now
	now time.Time
}

func (c *leapClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *leapClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// networkDaemon is a daemon without networks whose creates end as create says.
func networkDaemon(t *testing.T, create func(network.CreateRequest) (status int, message string)) *Docker {
	t.Helper()
	var mu sync.Mutex // guards nets
	nets := []network.Inspect{}
	mux := http.NewServeMux()
	mux.HandleFunc("/_ping", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.41") })
	mux.HandleFunc("/v1.41/info", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, `{"ID":"daemon-1"}`) })
	mux.HandleFunc("/v1.41/version", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, `{}`) })
	mux.HandleFunc("/v1.41/networks", func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_ = json.NewEncoder(w).Encode(nets)
	})
	mux.HandleFunc("/v1.41/networks/create", func(w http.ResponseWriter, r *http.Request) {
		var req network.CreateRequest
		if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
			t.Error(err)
		}
		status, message := create(req)
		w.WriteHeader(status)
		if status != http.StatusCreated {
			_ = json.NewEncoder(w).Encode(map[string]string{"message": message})
			return
		}
		mu.Lock()
		defer mu.Unlock()
		nets = append(nets, network.Inspect{ID: "made", Name: req.Name, Driver: req.Driver, Internal: req.Internal, Labels: req.Labels})
		_, _ = fmt.Fprint(w, `{"Id":"made"}`)
	})
	e := serve(t, mux)
	e.clock = &leapClock{now: time.Unix(1_700_000_000, 0)}
	return e
}

const bridgeOption = "com.docker.network.bridge.name"

// The bridge's name is the same for everyone who asks for the network, and fits into what Linux takes.
func TestEnsureNetworkNamesItsBridge(t *testing.T) {
	t.Parallel()
	var asked network.CreateRequest
	e := networkDaemon(t, func(req network.CreateRequest) (int, string) {
		asked = req
		return http.StatusCreated, ""
	})
	if _, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: "nn"}); err != nil {
		t.Fatal(err)
	}
	name := asked.Options[bridgeOption]
	if want := bridgeName("daemon-1", "nn"); name != want || len(name) > 15 || !strings.HasPrefix(name, "br-") {
		t.Errorf("the bridge is %q, want %q of at most 15 bytes", name, want)
	}
	for _, other := range []string{bridgeName("daemon-2", "nn"), bridgeName("daemon-1", "n2")} {
		if other == name {
			t.Errorf("two bridges are called %q", name)
		}
	}
	//lint:ignore SA1019 the daemon under test is of an API version that knows it
	if asked.CheckDuplicate == nil || !*asked.CheckDuplicate {
		t.Error("an old daemon was not asked to compare names")
	}
	if _, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: "n2", Driver: "ipvlan"}); err != nil || len(asked.Options) != 0 {
		t.Errorf("another driver got options %v, %v", asked.Options, err)
	}
}

// A daemon can hold on to a bridge of a network that it no longer has.
func TestEnsureNetworkGivesUpABridgeName(t *testing.T) {
	t.Parallel()
	refused := 0
	e := networkDaemon(t, func(req network.CreateRequest) (int, string) {
		if req.Options[bridgeOption] != "" {
			refused++
			return http.StatusForbidden, "conflicts with network x (br-x): networks have same bridge name"
		}
		return http.StatusCreated, ""
	})
	id, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: "nn"})
	if err != nil || id != "made" || refused < 2 {
		t.Errorf("got %q, %v after %d refusals", id, err, refused)
	}
}

func TestEnsureNetworkTakenForEver(t *testing.T) {
	t.Parallel()
	e := networkDaemon(t, func(network.CreateRequest) (int, string) {
		return http.StatusConflict, "network with name nn already exists"
	})
	if _, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: "nn"}); !errors.Is(err, ErrTransient) || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("got %v, want an ErrTransient with its cause", err)
	}
}

func TestEnsureNetworkOutOfAddresses(t *testing.T) {
	t.Parallel()
	for _, message := range []string{
		"could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network",
		"all predefined address pools have been fully subnetted",
	} {
		e := networkDaemon(t, func(network.CreateRequest) (int, string) { return http.StatusNotFound, message })
		_, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: "nn"})
		if err == nil || errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "remove networks that are not used") || !strings.Contains(err.Error(), message) {
			t.Errorf("got %v, want the next step and the cause, and not ErrNotFound", err)
		}
	}
}
