package engine

import (
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestPrune(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		d.Pull(t, testbed.Alpine)
		home := newHome()
		e := connectAs(t, d, home)
		container := func(role, owner string, args ...string) string {
			name := d.Container(t, testbed.NewName())
			run := []string{"run", "-d", "--init", "--name", name, "--label", platformLabel, "--label", LabelRole + "=" + role, "--label", LabelHome + "=" + owner, testbed.Alpine}
			d.Docker(t, append(run, args...)...)
			if args[0] == "true" {
				d.Docker(t, "wait", name)
			}
			return name
		}
		ended := container(roleChownHelper, home, "true")
		keep := []string{
			container(roleOneShot, home, "sleep", "600"),
			container(RoleDatabase, home, "true"),
			container(roleOneShot, "", "true"),
			container(roleOneShot, "/somebody/else", "true"),
		}
		young := d.Container(t, testbed.NewName())
		d.Docker(t, "create", "--name", young, "--label", platformLabel, "--label", LabelRole+"="+roleOneShot, "--label", LabelHome+"="+home, testbed.Alpine)
		keep = append(keep, young)
		vol := makeVolume(t, d, testbed.NewName(), platformLabel, LabelHome+"="+home)
		orphan, used := d.Network(t, testbed.NewName()), d.Network(t, testbed.NewName())
		for _, name := range []string{orphan, used} {
			if _, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: name}); err != nil {
				t.Fatal(err)
			}
		}
		onNetwork(t, d, used, "exited")

		report, err := e.Prune(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Containers) != 1 || report.Containers[0] != ended || len(report.Networks) != 1 || report.Networks[0] != orphan {
			t.Errorf("removed %+v, want container %s and network %s", report, ended, orphan)
		}
		for _, name := range keep {
			if !containerExists(t, d, name) {
				t.Errorf("container %s was removed", name)
			}
		}
		if !volumeExists(t, d, vol) {
			t.Error("a volume was removed")
		}
		if again, err := e.Prune(t.Context()); err != nil || len(again.Containers)+len(again.Networks) != 0 {
			t.Errorf("the second time: %+v, %v", again, err)
		}
	})
}
