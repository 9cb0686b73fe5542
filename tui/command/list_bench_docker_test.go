//go:build unix

package command

import (
	"fmt"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/testbed"
	"github.com/Locorum/locorum-tui/model"
)

// BenchmarkProcessList is the whole process of ls with 100 sites, ten of which run in 40 containers. It may take 80 ms.
func BenchmarkProcessList(b *testing.B) {
	d := testbed.One(b)
	home := b.TempDir()
	mark := testbed.NewName()
	d.Pull(b, testbed.Alpine)
	for i := range 100 {
		slug := fmt.Sprintf("%s-%d", mark, i)
		addSite(b, home, slug)
		if i >= 10 {
			continue
		}
		for _, role := range model.SiteRoles() {
			name := d.Container(b, engine.SiteContainerName(slug, role))
			d.Docker(b, "run", "-d", "--name", name, "--network", "none", "--label", engine.LabelPlatform+"="+engine.PlatformValue,
				"--label", engine.LabelSite+"="+slug, "--label", engine.LabelRole+"="+role,
				"--label", engine.LabelHome+"="+sites.DataDir(home), testbed.Alpine, "sh", "-c", idle)
		}
	}
	list := func(args ...string) string {
		cmd := process(b, home, args...)
		cmd.Env = append(cmd.Env, "DOCKER_HOST="+d.Host)
		out, err := cmd.Output()
		if err != nil {
			b.Fatal(err)
		}
		return string(out)
	}
	if out := list("ls"); strings.Count(out, mark+"-") < 100 || strings.Count(out, "● running") < 10 {
		b.Fatalf("ls printed\n%s", out)
	}
	b.Run("ls", func(b *testing.B) {
		for b.Loop() {
			list("ls")
		}
	})
	b.Run("version", func(b *testing.B) { // what any process of this program costs
		for b.Loop() {
			list("version")
		}
	})
	b.Run("url", func(b *testing.B) { // and the database
		for b.Loop() {
			list("url", mark+"-50")
		}
	})
}
