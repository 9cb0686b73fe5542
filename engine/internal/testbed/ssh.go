package testbed

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// SSHServer is an sshd of one test's own, on loopback, that lets the test in by a key of its own.
type SSHServer struct {
	// Host is its Docker host: ssh://user@127.0.0.1:port.
	Host string
	// Options are what ssh needs to get in: a configuration file that replaces the person's.
	Options []string
	cmd     *exec.Cmd
}

// SSH starts sshd, which ends with the test. env has KEY=VALUE entries for the logins, DOCKER_HOST among them; their PATH
// is the test's own unless env says otherwise. Without sshd it skips or fails tb as All does.
func SSH(tb testing.TB, env ...string) *SSHServer {
	tb.Helper()
	sshd, err := exec.LookPath("sshd")
	if err != nil {
		sshd = "/usr/sbin/sshd" // often not on the PATH of who is not root
		if _, err := os.Stat(sshd); err != nil {
			if os.Getenv("LOCORUM_REQUIRE_DOCKER") != "" {
				tb.Fatal("LOCORUM_REQUIRE_DOCKER is set, but there is no sshd")
			}
			tb.Skip("needs sshd: apt-get install openssh-server")
		}
	}
	person, err := user.Current()
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	hostKey, loginKey := newKey(tb, path("host")), newKey(tb, path("login"))
	port := freePort(tb)
	_ = os.MkdirAll("/run/sshd", 0o755) // root's sshd wants it; where it cannot be made, it is there or not wanted

	var server strings.Builder
	fmt.Fprintf(&server, "ListenAddress 127.0.0.1:%d\nHostKey %s\nAuthorizedKeysFile %s\n", port, path("host"), path("authorized"))
	fmt.Fprintf(&server, "PidFile none\nUsePAM no\nStrictModes no\nPermitRootLogin yes\nPasswordAuthentication no\nMaxStartups 100\n")
	fmt.Fprintf(&server, "SetEnv %s\n", strings.Join(append(env, "PATH="+os.Getenv("PATH")), " ")) // sshd takes the first of a name
	for name, text := range map[string]string{
		"sshd_config": server.String(),
		"authorized":  loginKey,
		"known":       fmt.Sprintf("[127.0.0.1]:%d %s", port, hostKey),
		"ssh_config": fmt.Sprintf("IdentityFile %s\nIdentitiesOnly yes\nUserKnownHostsFile %s\nStrictHostKeyChecking yes\nBatchMode yes\n",
			path("login"), path("known")),
	} {
		if err := os.WriteFile(path(name), []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	s := &SSHServer{
		Host:    fmt.Sprintf("ssh://%s@127.0.0.1:%d", person.Username, port),
		Options: []string{"-F", path("ssh_config")},
		cmd:     exec.Command(sshd, "-D", "-e", "-f", path("sshd_config")),
	}
	var log bytes.Buffer
	s.cmd.Stderr = &log
	if err := s.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		if tb.Failed() {
			tb.Logf("sshd: %s", log.Bytes())
		}
	})
	waitListening(tb, fmt.Sprintf("127.0.0.1:%d", port))
	return s
}

// Freeze stops the server and all that it serves: to the other side the network is gone. It goes on with Thaw, and at the
// end of the test in any case.
func (s *SSHServer) Freeze(tb testing.TB) {
	tb.Helper()
	tb.Cleanup(func() { s.Thaw(tb) })
	s.signal(tb, "STOP")
}

// Thaw ends Freeze.
func (s *SSHServer) Thaw(tb testing.TB) {
	tb.Helper()
	s.signal(tb, "CONT")
}

// signal sends a signal to the server and to every process below it, the oldest first: who is stopped starts no other.
func (s *SSHServer) signal(tb testing.TB, name string) {
	tb.Helper()
	out, err := exec.Command("ps", "-eo", "pid=,ppid=", "--sort", "start_time").Output()
	if err != nil {
		tb.Fatal(err)
	}
	children := map[int][]int{}
	for line := range strings.Lines(string(out)) {
		var pid, parent int
		if _, err := fmt.Sscan(line, &pid, &parent); err == nil {
			children[parent] = append(children[parent], pid)
		}
	}
	for todo := []int{s.cmd.Process.Pid}; len(todo) > 0; {
		pid := todo[0]
		todo = append(todo[1:], children[pid]...)
		_ = exec.Command("kill", "-"+name, strconv.Itoa(pid)).Run() // it may have ended meanwhile
	}
}

// newKey makes a key pair without a passphrase and returns the public key's line.
func newKey(tb testing.TB, path string) string {
	tb.Helper()
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path).CombinedOutput(); err != nil {
		tb.Fatalf("ssh-keygen: %v\n%s", err, out)
	}
	public, err := os.ReadFile(path + ".pub")
	if err != nil {
		tb.Fatal(err)
	}
	return string(public)
}

// freePort returns a port on loopback that nobody listens on.
func freePort(tb testing.TB) int {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// waitListening returns when someone listens at address.
func waitListening(tb testing.TB, address string) {
	tb.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(deadline) {
			tb.Fatalf("nobody listens at %s: %v", address, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
