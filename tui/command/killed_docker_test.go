//go:build unix

package command

import (
	"bufio"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/Locorum/locorum-tui/engine/testbed"
)

// overSSH returns the program at the other end of an SSH session with a terminal, on the person's home folder and daemon.
func (p *person) overSSH(args ...string) *exec.Cmd {
	p.t.Helper()
	path, err := binary()
	if err != nil {
		p.t.Fatal(err)
	}
	server := testbed.SSH(p.t)
	address, err := url.Parse(server.Host)
	if err != nil {
		p.t.Fatal(err)
	}
	there := []string{"env", "HOME=" + p.home, "XDG_CONFIG_HOME=", "DOCKER_HOST=" + p.host, "LOCORUM_HEALTH_TIMEOUT_MULT=4"}
	for _, variable := range os.Environ() { // where the test bed has its downloads
		if strings.HasPrefix(variable, "LOCORUM_W") {
			there = append(there, variable)
		}
	}
	ssh := append(slices.Clone(server.Options), "-tt", "-p", address.Port(), address.User.Username()+"@"+address.Hostname())
	return exec.Command("ssh", append(append(append(ssh, there...), path), args...)...)
}

// TestCommandIsKilled ends the command that creates a site: as a crash does, as a closed terminal does, and by an SSH
// session that is cut. The site is created all the same, and another terminal sees how.
func TestCommandIsKilled(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	for _, c := range []struct {
		slug   string
		ssh    bool
		signal syscall.Signal // to the command, or to ssh on this side
	}{
		{"crashed", false, syscall.SIGKILL},
		{"hung-up", false, syscall.SIGHUP},
		{"cut", true, syscall.SIGKILL},
	} {
		t.Run(c.slug, func(t *testing.T) {
			var cmd *exec.Cmd
			if c.ssh {
				cmd = p.overSSH("create", c.slug)
			} else {
				cmd = process(t, p.home, "create", c.slug)
				cmd.Env = append(cmd.Env, "DOCKER_HOST="+p.host, "LOCORUM_HEALTH_TIMEOUT_MULT=4")
			}
			stream := cmd.StderrPipe
			if c.ssh { // a terminal has one stream
				stream = cmd.StdoutPipe
			}
			progress, err := stream()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if line, err := bufio.NewReader(progress).ReadString('\n'); err != nil {
				t.Fatalf("it said %q, %v", line, err)
			}
			if err := cmd.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			_ = progress.Close()
			_ = cmd.Wait()
			seen := p.must("follow")
			if status, _ := page(t, seen); status != http.StatusOK {
				t.Errorf("%s answers %d", seen, status)
			}
			if list := p.must("operations"); !strings.Contains(list, c.slug) || !strings.Contains(list, "succeeded") || strings.Contains(list, "cancelled") {
				t.Errorf("operations prints\n%s", list)
			}
		})
	}
}
