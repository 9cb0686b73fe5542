package doctor

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
)

// TestRealSocket asks at sockets where no daemon can be reached.
func TestRealSocket(t *testing.T) {
	dir := t.TempDir()
	for _, tc := range []struct {
		name, host string
		want       string
	}{
		{"absent", "unix://" + dir + "/none.sock", "blocker docker: Docker is not installed or not running: there is no " + dir + "/none.sock $ sudo systemctl start docker"},
		{"not a socket", "unix:///dev/null", "blocker docker: Docker is stopped: nobody listens on /dev/null $ sudo systemctl start docker"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			opts := Options{HomeDir: dir, Docker: connectTo(t, tc.host, dir)}
			if got := lines(Run(t.Context(), only(t, opts, idDocker))); !slices.Equal(got, []string{tc.want}) {
				t.Errorf("got %q", got)
			}
		})
	}
	t.Run("of a system without Docker", func(t *testing.T) {
		const socket = "/var/run/docker.sock"
		if _, err := os.Stat(socket); !errors.Is(err, os.ErrNotExist) {
			return // there is one here
		}
		opts := Options{HomeDir: dir, Docker: connectTo(t, "unix://"+socket, dir), Root: fstest.MapFS{}}
		if got := lines(Run(t.Context(), only(t, opts, idDocker))); !slices.Equal(got, []string{"blocker docker: Docker is not installed"}) {
			t.Errorf("got %q", got)
		}
	})
}

// TestRealPermission runs itself again as nobody, since root may use every socket.
func TestRealPermission(t *testing.T) {
	const child = "LOCORUM_TEST_DOCTOR_CHILD"
	if host := os.Getenv(child); host != "" {
		opts := Options{HomeDir: "/nonexistent", Docker: connectTo(t, host, "/nonexistent")}
		fmt.Println(lines(Run(t.Context(), only(t, opts, idDocker))))
		return
	}
	dir, err := os.MkdirTemp("", "ltt-doctor-")
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
	self, err := os.Open("/proc/self/exe")
	if err := errors.Join(err, os.Chmod(dir, 0o755), os.Chmod(path, 0o000)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = self.Close() })
	cmd := exec.Command("/proc/self/fd/3", "-test.run=^TestRealPermission$", "-test.count=1")
	cmd.ExtraFiles, cmd.Dir, cmd.Env = []*os.File{self}, "/", append(os.Environ(), child+"=unix://"+path, "TMPDIR=/tmp")
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "blocker docker-permission: you may not use Docker: permission denied on "+path) {
		t.Errorf("%v\n%s", err, out)
	}
}
