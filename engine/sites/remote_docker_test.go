package sites_test

import (
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
	"github.com/Locorum/locorum-tui/engine/sites"
)

// overTCP returns an address of the daemon as that of another machine's looks.
func overTCP(t *testing.T, d testbed.Daemon) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("unix", strings.TrimPrefix(d.Host, "unix://"))
			if err != nil {
				_ = client.Close()
				continue
			}
			for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
				running.Go(func() {
					_, _ = io.Copy(way[1], way[0])
					_ = way[0].Close()
					_ = way[1].Close()
				})
			}
		}
	})
	t.Cleanup(func() { _ = l.Close(); running.Wait() })
	return "tcp://" + l.Addr().String()
}

// remoteEnv makes the test binary check whether a site can be created in that home folder.
const remoteEnv = "LOCORUM_TEST_REMOTE_HOME"

// TestRemoteChild is the child process of the test below. By itself it has nothing to do.
func TestRemoteChild(t *testing.T) {
	home := os.Getenv(remoteEnv)
	if home == "" {
		return
	}
	w := openWorld(t, &testbed.Throwaway{Daemon: testbed.Daemon{Host: os.Getenv("DOCKER_HOST")}}, home)
	_, err := w.m.CheckCreate(t.Context(), sites.CreateOptions{Name: "acme"})
	os.Stdout.WriteString("refused: " + errorText(err) + "\n")
	if entries, readErr := os.ReadDir(sites.DataDir(home)); readErr != nil || strings.Contains(entries[0].Name(), "seen") {
		t.Errorf("the check left %v, %v", entries, readErr)
	}
	if !errors.Is(err, sites.ErrRemote) {
		t.Error("it is no ErrRemote")
	}
}

func errorText(err error) string {
	if err == nil {
		return "no"
	}
	return err.Error()
}

// TestRemoteDaemon has a daemon on another machine as far as its address tells: one that sees the folder all the same, and
// one that does not, for which the folder is mounted where only the one who asks sees it.
func TestRemoteDaemon(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		home, host := t.TempDir(), overTCP(t, d)
		w := openWorld(t, &testbed.Throwaway{Daemon: testbed.Daemon{Host: host}}, home)
		for range 2 {
			if _, err := w.m.CheckCreate(t.Context(), sites.CreateOptions{Name: testbed.NewName()}); err != nil {
				t.Errorf("where the folder is shared: %v", err)
			}
		}
		hidden := t.TempDir()
		child := exec.CommandContext(t.Context(), "unshare", "--mount", "--propagation", "private",
			"sh", "-c", `mount -t tmpfs tmpfs "$1" && exec "$2" -test.run='^TestRemoteChild$'`, "sh", hidden, os.Args[0])
		child.Env = append(os.Environ(), remoteEnv+"="+hidden, "DOCKER_HOST="+host)
		out, err := child.CombinedOutput()
		want := "refused: this Docker daemon cannot see the folders of this machine: " + sites.DataDir(hidden) + " is not on the machine of " + host
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("where it is not: %v\n%s", err, out)
		}
		if entries, err := os.ReadDir(hidden); err != nil || len(entries) != 0 {
			t.Errorf("outside of the child its home has %v, %v", entries, err)
		}
	})
}
