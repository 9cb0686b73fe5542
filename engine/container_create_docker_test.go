package engine

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestCreateContainer(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connectAs(t, d, "/home/me/.locorum")
		nets := []string{newNetwork(t, d), newNetwork(t, d)}
		name := sleeper(t, d).Name
		cfg := &container.Config{Cmd: []string{"sleep", "1000000"}, Labels: PlatformLabels(RoleRouter, "", "dev")}
		host := &container.HostConfig{NetworkMode: container.NetworkMode(nets[1]), Init: new(true)}
		joined := &network.NetworkingConfig{EndpointsConfig: map[string]*network.EndpointSettings{
			nets[0]: nil, nets[1]: {Aliases: []string{"router"}},
		}}
		create := func(name string) error {
			return e.CreateContainer(t.Context(), name, testbed.Alpine, cfg, host, joined)
		}
		if err := create(name); err != nil {
			t.Fatal(err)
		}
		c := raw(t, d, name)
		if !c.State.Running || len(c.NetworkSettings.Networks) != 2 || c.Config.Labels[LabelHome] != "/home/me/.locorum" {
			t.Errorf("it is %s in %v with %v", c.State.Status, c.NetworkSettings.Networks, c.Config.Labels)
		}
		if !slices.Contains(c.NetworkSettings.Networks[nets[1]].Aliases, "router") {
			t.Errorf("the alias is missing: %v", c.NetworkSettings.Networks[nets[1]].Aliases)
		}
		if cfg.Image != "" || len(cfg.Labels) != 3 {
			t.Errorf("the caller's configuration became %+v", cfg)
		}
		t.Run("again", func(t *testing.T) {
			var owner *OwnerError
			if err := create(name); !errors.Is(err, ErrAlreadyExists) || errors.As(err, &owner) {
				t.Errorf("got %v, want an ErrAlreadyExists that is no OwnerError", err)
			}
			wantAlone(t, d, name, c.ID)
		})
		t.Run("over another's", func(t *testing.T) {
			other := sleeper(t, d).Name
			id := d.Docker(t, "run", "-d", "--name", other, testbed.Alpine, "sleep", "1000000")
			wantOwner(t, create(other), "")
			wantAlone(t, d, other, id)
		})
		t.Run("that does not start", func(t *testing.T) {
			spec := sleeper(t, d)
			err := e.CreateContainer(t.Context(), spec.Name, testbed.Alpine, &container.Config{Cmd: []string{"/no/such/program"}}, nil, nil)
			if err == nil || !strings.Contains(err.Error(), "/no/such/program") {
				t.Errorf("got %v, want the daemon's reason", err)
			}
			wantAbsent(t, e, spec.Name)
		})
	})
}
