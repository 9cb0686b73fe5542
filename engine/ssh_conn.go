package engine

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/docker/cli/cli/connhelper"
)

// sshDummyHost is what requests over ssh carry as their host: the connection is made before and the name never resolved.
const sshDummyHost = "http://docker.example.com"

// sshAlive makes ssh notice within a minute that the network has gone; otherwise a stream over it is silent for ever.
var sshAlive = [...]string{"-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"}

// sshDialer makes connections to one daemon over ssh: each is an ssh process that runs `docker system dial-stdio` on the
// far side. It knows those that are open, so that the engine can end them.
type sshDialer struct {
	helper *connhelper.ConnectionHelper

	mu   sync.Mutex // guards open
	open map[*sshConn]struct{}
}

// newSSHDialer returns a dialer for an ssh:// host.
func newSSHDialer(host string, options []string) (*sshDialer, error) {
	// The first value that ssh meets for an option counts: the caller's before ours, ours before ~/.ssh/config.
	flags := append(append([]string{}, options...), sshAlive[:]...)
	helper, err := connhelper.GetConnectionHelperWithSSHOpts(host, flags)
	if err != nil {
		return nil, err
	}
	return &sshDialer{helper: helper, open: map[*sshConn]struct{}{}}, nil
}

// DialContext starts ssh. Whether the far side is there shows at the first read.
func (s *sshDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	inner, err := s.helper.Dialer(ctx, network, address)
	if err != nil {
		return nil, &dialError{err}
	}
	conn := &sshConn{Conn: inner, dialer: s}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[conn] = struct{}{}
	return conn, nil
}

// closeAll ends every ssh process and waits for it.
func (s *sshDialer) closeAll() {
	s.mu.Lock()
	open := make([]*sshConn, 0, len(s.open))
	for conn := range s.open {
		open = append(open, conn)
	}
	s.mu.Unlock()
	var closing sync.WaitGroup
	for _, conn := range open {
		closing.Go(func() { _ = conn.Close() })
	}
	closing.Wait()
}

// sshConn is a connection over ssh whose errors are *sshError.
type sshConn struct {
	net.Conn
	dialer   *sshDialer
	answered atomic.Bool // the far side has said something
}

// Read tells why ssh has ended.
func (c *sshConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.answered.Store(true)
	}
	return n, c.explain(err)
}

// Write tells why ssh has ended. The pipe to a process that is gone says only that it is broken; the reason is at the end
// of its output.
func (c *sshConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		if _, readErr := c.Read(make([]byte, 1)); readErr != nil && readErr != io.EOF {
			err = readErr
		}
	}
	return n, c.explain(err)
}

// Close ends the ssh process and waits for it.
func (c *sshConn) Close() error {
	c.dialer.mu.Lock()
	delete(c.dialer.open, c)
	c.dialer.mu.Unlock()
	return c.Conn.Close()
}

// CloseRead closes the far side's output.
func (c *sshConn) CloseRead() error {
	if half, ok := c.Conn.(interface{ CloseRead() error }); ok {
		return half.CloseRead()
	}
	return errors.ErrUnsupported
}

// CloseWrite closes the far side's input; its output still comes.
func (c *sshConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// explain makes an *sshError of what the connection helper says when ssh has failed. The helper has no type for it; what
// it does not say in this form is returned as it is.
func (c *sshConn) explain(err error) error {
	if err == nil || err == io.EOF || errors.Is(err, os.ErrClosed) {
		return err
	}
	head, stderr, ok := strings.Cut(err.Error(), ": stderr=")
	if !ok {
		return err
	}
	_, status, _ := strings.Cut(head, " has exited with exit status ")
	status, _, _ = strings.Cut(status, ",")
	code, convErr := strconv.Atoi(status)
	if convErr != nil {
		code = -1
	}
	return &sshError{code: code, said: lastLine(stderr), answered: c.answered.Load()}
}

// lastLine returns the last line that is not empty, fit for a terminal: ssh's reason comes after banners and warnings.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	if i := strings.LastIndexAny(text, "\r\n"); i >= 0 {
		text = text[i+1:]
	}
	const most = 300 // bytes; a reason is shorter
	if text = SanitizeString(text); len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// sshError is an ssh process that failed, or whose far side did.
type sshError struct {
	code     int    // exit status: 255 is ssh's own failure, 127 a missing docker command there; -1 is unknown
	said     string // the last line of its standard error
	answered bool   // the daemon had spoken before
}

// Error does not repeat what ssh said: the Docker client drops the chain of an error whose text it knows. explainSSH tells
// it.
func (e *sshError) Error() string { return "ssh ended with exit status " + strconv.Itoa(e.code) }

// isNoSSH reports whether there is no ssh command on this machine.
func isNoSSH(err error) bool { return errors.Is(err, exec.ErrNotFound) }
