package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// connectSSH returns an engine of Connect on the daemon behind s; it is closed at the end of the test.
func connectSSH(tb testing.TB, s *testbed.SSHServer) *Docker {
	tb.Helper()
	d, err := Connect(ConnectOptions{
		LookupEnv:  onlyEnv(map[string]string{"DOCKER_HOST": s.Host}),
		ConfigDir:  tb.TempDir(),
		SSHOptions: s.Options,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = d.Close() })
	return d
}

func TestSSHUnreachable(t *testing.T) {
	t.Parallel()
	t.Run("dead host", func(t *testing.T) {
		// Port 1 of loopback: ssh is refused at once.
		d := connectTo(t, map[string]string{"DOCKER_HOST": "ssh://ann@127.0.0.1:1"})
		for range 2 { // the second time as well
			err := d.Ping(t.Context())
			wantUnreachable(t, err, "ssh does not get to ann@127.0.0.1: ssh: connect to host 127.0.0.1 port 1: Connection refused",
				"`ssh -p 1 ann@127.0.0.1 docker version`")
		}
		_, err := d.cli.ContainerExecAttach(t.Context(), "x", container.ExecAttachOptions{})
		wantUnreachable(t, d.fail(err, "attach"), "ssh does not get to ann@127.0.0.1", "ssh -p 1 ann@127.0.0.1")
	})
	t.Run("not let in", func(t *testing.T) {
		s := testbed.SSH(t)
		s.Options = append(s.Options, "-o", "IdentityFile=/dev/null")
		writeFile(t, filepath.Join(filepath.Dir(s.Options[1]), "authorized"), "", 0o600)
		wantUnreachable(t, connectSSH(t, s).Ping(t.Context()), "Permission denied", "it must work without a question")
	})
	t.Run("no docker command there", func(t *testing.T) {
		s := testbed.SSH(t, "PATH=/nowhere")
		wantUnreachable(t, connectSSH(t, s).Ping(t.Context()), "has no docker command", "Install Docker there")
	})
	t.Run("no daemon there", func(t *testing.T) {
		s := testbed.SSH(t, "DOCKER_HOST=unix:///nowhere.sock")
		wantUnreachable(t, connectSSH(t, s).Ping(t.Context()), "does not answer: ", "docker version`")
	})
	t.Run("no ssh here", func(t *testing.T) {
		wantUnreachable(t, New().withEndpoint("ssh://box").fail(&dialError{exec.ErrNotFound}, "ping"), "no ssh command on this machine", "Install OpenSSH")
	})
}

// withEndpoint gives an engine that will never connect an endpoint to speak of.
func (d *Docker) withEndpoint(host string) *Docker {
	d.endpoint.Host = host
	return d
}

// TestSSHConnectionLost ends the ssh processes under a stream.
func TestSSHConnectionLost(t *testing.T) {
	t.Parallel()
	daemon := testbed.One(t)
	s := testbed.SSH(t, "DOCKER_HOST="+daemon.Host)
	d := connectSSH(t, s)
	if err := d.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	errs := silentStream(ctx, d)
	children := sshChildren(t, s)
	if len(children) == 0 {
		t.Fatal("no ssh process found")
	}
	for _, pid := range children {
		if p, err := os.FindProcess(pid); err == nil {
			_ = p.Kill()
		}
	}
	if err := <-errs; err == nil {
		t.Error("the stream ended without an error")
	}
	// The engine stays usable: the next call makes a new connection.
	if err := d.Ping(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestSSHCloseEndsProcesses has a stream and idle connections open.
func TestSSHCloseEndsProcesses(t *testing.T) {
	t.Parallel()
	daemon := testbed.One(t)
	s := testbed.SSH(t, "DOCKER_HOST="+daemon.Host)
	d := connectSSH(t, s)
	if err := d.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	errs := silentStream(t.Context(), d)
	if err := d.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(sshChildren(t, s)); n == 0 {
		t.Fatal("no ssh process found")
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if n := len(sshChildren(t, s)); n != 0 {
		t.Errorf("%d ssh processes are left", n)
	}
	if err := <-errs; err == nil {
		t.Error("the stream did not end")
	}
}

// silentStream opens a stream of events that has none, and returns where its end shows.
func silentStream(ctx context.Context, d *Docker) <-chan error {
	_, errs := d.cli.Events(ctx, events.ListOptions{Filters: filters.NewArgs(filters.Arg("container", testbed.NewName()))})
	return errs
}

// sshChildren returns the ssh processes that s's options started.
func sshChildren(tb testing.TB, s *testbed.SSHServer) []int {
	tb.Helper()
	out, err := exec.Command("ps", "-eo", "pid=,args=").Output()
	if err != nil {
		tb.Fatal(err)
	}
	var pids []int
	for line := range strings.Lines(string(out)) {
		var pid int
		var name string
		if _, err := fmt.Sscan(line, &pid, &name); err == nil && name == "ssh" && strings.Contains(line, s.Options[1]) {
			pids = append(pids, pid)
		}
	}
	return pids
}

func TestSSHLastLine(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"", ""},
		{"one\n", "one"},
		{"banner\r\nssh: connect to host x port 22: Connection refused\r\n", "ssh: connect to host x port 22: Connection refused"},
		{"@@@@\n\x1b[31mHost key verification failed.\x1b]0;owned\x07\n\n", "\x1b[31mHost key verification failed."},
		{strings.Repeat("é", 400), strings.Repeat("é", 150) + "…"},
		{"a" + strings.Repeat("é", 400), "a" + strings.Repeat("é", 149) + "…"},
	} {
		if got := lastLine(tc.text); got != tc.want {
			t.Errorf("%.40q: got %q, want %q", tc.text, got, tc.want)
		}
	}
}

func TestSSHErrorForms(t *testing.T) {
	form := "command [ssh -T -- x docker system dial-stdio] has exited with %s, make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr=%s"
	for _, tc := range []struct {
		name string
		err  error
		want *sshError
	}{
		{"failed", fmt.Errorf(form, "exit status 255", "ssh: no\n"), &sshError{code: 255, said: "ssh: no"}},
		{"no command", fmt.Errorf(form, "exit status 127", "sh: docker: not found"), &sshError{code: 127, said: "sh: docker: not found"}},
		{"killed", fmt.Errorf(form, "signal: killed", ""), &sshError{code: -1}},
		{"hangs", errors.New(`command [ssh] did not exit after EOF: stderr="x"`), &sshError{code: -1, said: `"x"`}},
		{"other", io.ErrClosedPipe, nil},
		{"closed by us", os.ErrClosed, nil},
		{"end", io.EOF, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := (&sshConn{}).explain(tc.err)
			if tc.want == nil {
				if got != tc.err {
					t.Errorf("got %v, want the error itself", got)
				}
				return
			}
			var ssh *sshError
			if !errors.As(got, &ssh) || *ssh != *tc.want {
				t.Errorf("got %+v, want %+v", ssh, tc.want)
			}
		})
	}
}
