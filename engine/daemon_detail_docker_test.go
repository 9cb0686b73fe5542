package engine

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestDaemonDetail(t *testing.T) {
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connect(t, d)
		before := time.Now()
		got, err := e.DaemonDetail(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := d.Docker(t, "info", "--format", "{{.Name}}|{{.KernelVersion}}|{{.DockerRootDir}}|{{.CgroupVersion}}|{{.CgroupDriver}}|{{.MemoryLimit}}"+
			"{{range .DefaultAddressPools}}|{{.Base}} {{.Size}}{{end}}")
		is := []string{got.Name, got.KernelVersion, got.RootDir, got.CgroupVersion, got.CgroupDriver, strconv.FormatBool(got.MemoryLimit)}
		for _, pool := range got.Pools {
			is = append(is, pool.Base.String()+" "+strconv.Itoa(pool.Size))
		}
		if is := strings.Join(is, "|"); is != want {
			t.Errorf("got %s, docker info says %s", is, want)
		}
		if got.Time.Before(before) || got.Time.After(time.Now()) { // the daemon is on this machine
			t.Errorf("its clock says %v, ours between %v and %v", got.Time, before, time.Now())
		}
	})
}
