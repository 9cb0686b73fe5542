package engine

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/docker/docker/api/types/container"
)

// TestUnreachableSocket asks by every way that a request goes, on an engine of Connect and on one that was given a client.
func TestUnreachableSocket(t *testing.T) {
	dir := t.TempDir()
	hangUp, _ := serveUnix(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, _ := w.(http.Hijacker).Hijack()
		_ = conn.Close()
	})
	for _, tc := range []struct{ name, host, reason, next string }{
		{"no socket", "unix://" + dir + "/none.sock", "not installed or not running: there is no " + dir + "/none.sock", "sudo systemctl start docker"},
		{"nobody listens", "unix://" + deadSocket(t, dir+"/dead.sock"), "Docker is stopped: nobody listens on " + dir + "/dead.sock", "sudo systemctl start docker"},
		{"not a socket", "unix:///dev/null", "Docker is stopped: nobody listens on /dev/null", "sudo systemctl start docker"},
		{"hangs up", hangUp, "hung up", "It may be restarting"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for name, e := range map[string]*Docker{
				"Connect":   connectTo(t, map[string]string{"DOCKER_HOST": tc.host}),
				"SetClient": engineOn(t, tc.host),
			} {
				t.Run(name, func(t *testing.T) {
					wantUnreachable(t, e.Ping(t.Context()), tc.reason, tc.next)
					_, err := e.ProviderInfo(t.Context())
					wantUnreachable(t, err, tc.reason, tc.next)
					_, err = e.cli.ContainerInspect(t.Context(), "x")
					wantUnreachable(t, e.fail(err, "inspect"), tc.reason, tc.next)
					if tc.name == "hangs up" {
						return // after an exec's connection is made, its end is the exec's
					}
					_, err = e.cli.ContainerExecAttach(t.Context(), "x", container.ExecAttachOptions{})
					wantUnreachable(t, e.fail(err, "attach"), tc.reason, tc.next)
				})
			}
		})
	}
}

func TestUnreachableNamesAnotherSocket(t *testing.T) {
	run, home := t.TempDir(), t.TempDir()
	env := map[string]string{"DOCKER_HOST": "unix:///nowhere/docker.sock", "XDG_RUNTIME_DIR": run, "HOME": home}
	e := connectTo(t, env)
	wantUnreachable(t, e.Ping(t.Context()), "not installed or not running", "https://docs.docker.com/engine/install/")

	desktop := deadSocket(t, filepath.Join(home, ".docker/desktop/docker.sock"))
	wantUnreachable(t, e.Ping(t.Context()), "not installed or not running", "export DOCKER_HOST=unix://"+desktop)

	rootless := deadSocket(t, filepath.Join(run, "docker.sock"))
	wantUnreachable(t, e.Ping(t.Context()), "not installed or not running", "export DOCKER_HOST=unix://"+rootless)

	env["DOCKER_HOST"] = "unix://" + rootless
	wantUnreachable(t, connectTo(t, env).Ping(t.Context()), "Docker is stopped", "systemctl --user start docker")
	env["DOCKER_HOST"] = "unix://" + desktop
	wantUnreachable(t, connectTo(t, env).Ping(t.Context()), "Docker is stopped", "Start Docker Desktop")
}

// TestUnreachablePermission runs itself again as nobody, since root may use every socket.
func TestUnreachablePermission(t *testing.T) {
	const child = "LOCORUM_TEST_PERMISSION_CHILD"
	if host := os.Getenv(child); host != "" {
		for _, e := range []*Docker{connectTo(t, map[string]string{"DOCKER_HOST": host}), engineOn(t, host)} {
			wantUnreachable(t, e.Ping(t.Context()), "you may not use Docker: permission denied on "+strings.TrimPrefix(host, "unix://"), "sudo usermod -aG docker $USER")
			_, err := e.cli.ContainerExecAttach(t.Context(), "x", container.ExecAttachOptions{})
			wantUnreachable(t, e.fail(err, "attach"), "you may not use Docker", "log out and in again")
		}
		fmt.Println("asked without permission")
		return
	}
	dir, err := os.MkdirTemp("", "ltt-permission-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "docker.sock")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	// The socket can be seen and not be used, as with the group docker.
	if err := errors.Join(os.Chmod(dir, 0o755), os.Chmod(path, 0o000)); err != nil {
		t.Fatal(err)
	}
	cmd := asNobody(t, "-test.run=^TestUnreachablePermission$", "-test.count=1")
	cmd.Env = append(os.Environ(), child+"=unix://"+path)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "asked without permission") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestUnreachableAllowStep(t *testing.T) {
	d := New()
	if got := d.allowStep("/var/run/docker.sock"); got != "Run `sudo usermod -aG docker $USER`, then log out and in again." {
		t.Errorf("the system's socket: %s", got)
	}
	if got := d.allowStep("/srv/d.sock"); !strings.Contains(got, "`ls -l /srv/d.sock`") {
		t.Errorf("another: %s", got)
	}
}

// asNobody returns a command that runs this test program again; as root it drops root's rights first. The program is in a
// folder that only root enters, so it is reached by its descriptor.
func asNobody(tb testing.TB, args ...string) *exec.Cmd {
	tb.Helper()
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = self.Close() })
	cmd := exec.Command("/proc/self/fd/3", args...)
	cmd.ExtraFiles = []*os.File{self}
	cmd.Dir = "/"
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	return cmd
}
