//go:build unix

package ptytest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/Locorum/locorum-tui/engine/testbed"
)

// comes opens the dashboard as a person does who comes over ssh.
func (p *person) comes(server *testbed.SSHServer) *Terminal {
	p.t.Helper()
	return Start(p.t, Options{
		Command: slices.Concat([]string{"ssh"}, server.Options, []string{"-tt", server.Host, "locorum-tui"}),
		Cols:    120, Rows: 36, Patience: patience,
	})
}

// server starts an sshd whose logins find this person's home folder and daemon, and the program in their PATH.
func (p *person) server() *testbed.SSHServer {
	p.t.Helper()
	env := append(p.env(), "HOME="+p.home, "LC_ALL=C.UTF-8", "PATH="+filepath.Dir(Build(p.t))+":"+os.Getenv("PATH"))
	for _, line := range os.Environ() {
		if strings.HasPrefix(line, "LOCORUM_") {
			env = append(env, line)
		}
	}
	return testbed.SSH(p.t, env...)
}

// TestConnectionIsCut makes a site on a machine that is reached over ssh, and loses the connection half way. The site is
// made all the same; who comes back sees how, and has a site to work with.
func TestConnectionIsCut(t *testing.T) {
	t.Parallel()
	p := newPerson(t, true)
	server := p.server()
	p.registry.hold()
	lost := p.comes(server)
	lost.WaitText(t, "No sites yet")
	p.makes(lost, "Far Away", "far-away")
	lost.Signal(t, syscall.SIGKILL)
	if code := lost.Wait(t); code != -int(syscall.SIGKILL) {
		t.Fatalf("ssh ended with %d", code)
	}

	term := p.comes(server)
	term.WaitFor(t, "the site that is made", says("far-away", "create"))
	term.Type(t, "O")
	term.WaitText(t, "mariadb:11.4")
	term.Type(t, KeyEsc)
	p.registry.release()
	term.WaitFor(t, "a site that runs", says("far-away", "running"))
	p.visits(term, "Far Away", "far-away")
	term.Type(t, "s")
	term.WaitFor(t, "a site that is stopped", says("far-away", "stopped"))
	term.Type(t, "q")
	if code := term.Wait(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	term.Restored(t)
}
