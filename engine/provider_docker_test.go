package engine

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/docker/docker/api/types/system"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
	"github.com/Locorum/locorum-tui/model"
)

func TestProviderInfo(t *testing.T) {
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connect(t, d)
		got, err := e.ProviderInfo(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := d.Docker(t, "info", "--format", "{{.Name}}|{{.ServerVersion}}|{{.OSType}}|{{.Architecture}}|{{.ID}}")
		id, err := e.DaemonID(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if is := strings.Join([]string{got.Name, got.ServerVersion, got.OSType, got.Architecture, id}, "|"); is != want {
			t.Errorf("got %s, docker info says %s", is, want)
		}
		if !got.ServerVersionP.AtLeast(20, 10) || got.NCPU < 1 || got.MemTotal < 1<<20 || got.Rootless || got.IsDockerDesktop {
			t.Errorf("got %+v", got)
		}
	})
}

// infoServer serves a daemon that only knows who it is. Each question puts a value into asked and waits for one of let.
func infoServer(t *testing.T, info *atomic.Pointer[system.Info]) (e *Docker, asked, let chan struct{}) {
	asked, let = make(chan struct{}, 16), make(chan struct{}, 16)
	host, _ := serveUnix(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		if !strings.HasSuffix(r.URL.Path, "/info") {
			return
		}
		asked <- struct{}{}
		select {
		case <-let:
			_ = json.NewEncoder(w).Encode(info.Load())
		case <-r.Context().Done():
		}
	})
	return engineOn(t, host), asked, let
}

func TestProviderInfoIsAskedOnce(t *testing.T) {
	var info atomic.Pointer[system.Info]
	info.Store(&system.Info{ID: "one", OperatingSystem: "Docker Desktop"})
	e, asked, let := infoServer(t, &info)

	first, leave := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() { _, err := e.ProviderInfo(first); gone <- err }()
	<-asked
	names := make(chan string, 4)
	joined := make(chan struct{}, 4)
	for range 4 {
		go func() {
			joined <- struct{}{}
			p, err := e.ProviderInfo(t.Context())
			if err != nil {
				t.Error(err)
			}
			names <- p.Name
		}()
	}
	for range 4 {
		<-joined
	}
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the caller that left got %v", err)
	}
	for range cap(let) {
		let <- struct{}{}
	}
	for range 4 {
		if name := <-names; name != "Docker Desktop" {
			t.Errorf("got %q", name)
		}
	}
	before := len(asked)
	if id, err := e.DaemonID(t.Context()); id != "one" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	if len(asked) != before {
		t.Error("the daemon was asked again")
	}

	info.Store(&system.Info{ID: "two"})
	e.RefreshProviderInfo()
	if id, err := e.DaemonID(t.Context()); id != "two" || err != nil {
		t.Errorf("after a refresh: %q, %v", id, err)
	}
}

func TestProviderInfoRemembersNoError(t *testing.T) {
	var broken atomic.Bool
	broken.Store(true)
	host, _ := serveUnix(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		if strings.HasSuffix(r.URL.Path, "/info") && broken.Load() {
			http.Error(w, "not now", http.StatusInternalServerError)
			return
		}
		_, _ = w.Write([]byte(`{"ID":"there"}`))
	})
	e := engineOn(t, host)
	if _, err := e.DaemonID(t.Context()); err == nil {
		t.Fatal("no error of a daemon that fails")
	}
	broken.Store(false)
	if id, err := e.DaemonID(t.Context()); id != "there" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
}

func TestProviderInfoForgetsWithTheClient(t *testing.T) {
	var info atomic.Pointer[system.Info]
	info.Store(&system.Info{ID: "one"})
	e, _, let := infoServer(t, &info)
	let <- struct{}{}
	if _, err := e.DaemonID(t.Context()); err != nil {
		t.Fatal(err)
	}
	e.SetClient(nil)
	if _, err := e.DaemonID(t.Context()); !errors.Is(err, ErrDaemonUnreachable) {
		t.Errorf("without a client: %v", err)
	}
}

func TestProviderOf(t *testing.T) {
	for _, tc := range []struct {
		name string
		info system.Info
		want ProviderInfo
	}{
		{"nothing said", system.Info{}, ProviderInfo{Name: "docker"}},
		{"plain Linux", system.Info{Name: "box", OperatingSystem: "Debian GNU/Linux 12", ServerVersion: "20.10.24+dfsg1", NCPU: 2, MemTotal: 5},
			ProviderInfo{Name: "box", OperatingSystem: "Debian GNU/Linux 12", ServerVersion: "20.10.24+dfsg1", NCPU: 2, MemTotal: 5,
				ServerVersionP: model.DockerServerVersion{Major: 20, Minor: 10, Patch: 24, Suffix: "+dfsg1"}}},
		{"Docker Desktop", system.Info{Name: "docker-desktop", OperatingSystem: "Docker Desktop"},
			ProviderInfo{Name: "Docker Desktop", OperatingSystem: "Docker Desktop", IsDockerDesktop: true}},
		{"old Docker Desktop", system.Info{Name: "docker-desktop", OperatingSystem: "Alpine"},
			ProviderInfo{Name: "docker-desktop", OperatingSystem: "Alpine", IsDockerDesktop: true}},
		{"OrbStack", system.Info{OperatingSystem: "OrbStack"}, ProviderInfo{Name: "OrbStack", OperatingSystem: "OrbStack"}},
		{"Rancher", system.Info{OperatingSystem: "Rancher Desktop WSL"}, ProviderInfo{Name: "Rancher Desktop", OperatingSystem: "Rancher Desktop WSL"}},
		{"Colima", system.Info{Name: "c", OperatingSystem: "colima vm"}, ProviderInfo{Name: "Colima", OperatingSystem: "colima vm"}},
		{"Podman", system.Info{OperatingSystem: "podman machine"}, ProviderInfo{Name: "Podman", OperatingSystem: "podman machine"}},
		{"rootless", system.Info{SecurityOptions: []string{"name=seccomp,profile=default", "name=rootless"}}, ProviderInfo{Name: "docker", Rootless: true}},
		{"a profile's name is not rootless", system.Info{SecurityOptions: []string{"name=seccomp,profile=/etc/rootless.json"}}, ProviderInfo{Name: "docker"}},
		{"hostile", system.Info{Name: "a\x1b]0;owned\x07b\n", ServerVersion: "\x1b[2Jdev"},
			ProviderInfo{Name: "ab", ServerVersion: "dev", ServerVersionP: model.DockerServerVersion{Suffix: "dev"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := providerOf(tc.info); got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}
