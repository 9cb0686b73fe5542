package engine

import (
	"errors"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
)

func TestContainerOwner(t *testing.T) {
	const home = "/home/me/.locorum"
	ours := map[string]string{LabelPlatform: PlatformValue}
	for _, tc := range []struct {
		name                string
		labels              map[string]string
		binds               []string
		wanted              []string
		noReplace, noRemove bool
	}{
		{name: "no labels", noReplace: true, noRemove: true},
		{name: "platform of another name", labels: map[string]string{LabelPlatform: "x"}, noReplace: true, noRemove: true},
		{name: "no data folder, no binds", labels: ours},
		{name: "our data folder, any bind", labels: map[string]string{LabelPlatform: PlatformValue, LabelHome: home}, binds: []string{"/elsewhere"}},
		{name: "another data folder", labels: map[string]string{LabelPlatform: PlatformValue, LabelHome: "/home/you/.locorum"}, binds: []string{home + "/x"}, noReplace: true, noRemove: true},
		{name: "binds of ours", labels: ours, binds: []string{home, home + "/config/nginx.conf"}},
		{name: "a site's folder that we want", labels: ours, binds: []string{home + "/a", "/srv/site"}, wanted: []string{"/srv/site/"}},
		{name: "a folder in one that we want", labels: ours, binds: []string{home + "/a", "/srv/site/.locorum"}, wanted: []string{"/srv/site"}},
		{name: "a site's folder that we do not want", labels: ours, binds: []string{home + "/a", "/srv/site"}, noReplace: true},
		{name: "another's folders", labels: ours, binds: []string{"/home/you/.locorum/a", "/srv/site"}, wanted: []string{"/srv/site"}, noReplace: true, noRemove: true},
		{name: "a folder that begins like ours", labels: ours, binds: []string{home + "2/a"}, noReplace: true, noRemove: true},
		{name: "a way out of ours", labels: ours, binds: []string{home + "/../../you"}, noReplace: true, noRemove: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := NewWithOptions(Options{Home: home})
			for form, host := range map[string]*container.HostConfig{"binds": asBinds(tc.binds), "mounts": asMounts(tc.binds)} {
				c := withoutNils(container.InspectResponse{
					ContainerJSONBase: &container.ContainerJSONBase{Name: "/web", HostConfig: host},
					Config:            &container.Config{Labels: tc.labels},
				})
				for what, check := range map[string]struct {
					err  error
					want bool
				}{"replace": {d.refuseReplace(c, tc.wanted), tc.noReplace}, "remove": {d.refuseRemove(c), tc.noRemove}} {
					var owner *OwnerError
					if errors.As(check.err, &owner) != check.want || check.err != nil != check.want {
						t.Errorf("%s with %s: got %v, refused should be %v", what, form, check.err, check.want)
					}
					if check.want && owner.Name != "web" {
						t.Errorf("%s: the name is %q", what, owner.Name)
					}
				}
			}
		})
	}
}

// asBinds also has a named volume, which the old list of binds may hold.
func asBinds(sources []string) *container.HostConfig {
	h := &container.HostConfig{Binds: []string{"volume:/v"}}
	for _, s := range sources {
		h.Binds = append(h.Binds, s+":/target:ro")
	}
	return h
}

func asMounts(sources []string) *container.HostConfig {
	h := &container.HostConfig{Mounts: []mount.Mount{{Type: mount.TypeVolume, Source: "volume"}}}
	for _, s := range sources {
		h.Mounts = append(h.Mounts, mount.Mount{Type: mount.TypeBind, Source: s})
	}
	return h
}
