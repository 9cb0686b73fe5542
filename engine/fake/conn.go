package fake

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// conn is one end of a connection in memory. Each direction is a net.Pipe of its own, so that one can be closed while
// the other goes on, which net.Pipe alone cannot; an exec needs it to end its input.
type conn struct {
	in  net.Conn // only read from
	out net.Conn // only written to
}

// newConns returns the two ends of a connection.
func newConns() (client, server *conn) {
	r1, w1 := net.Pipe()
	r2, w2 := net.Pipe()
	return &conn{in: r1, out: w2}, &conn{in: r2, out: w1}
}

func (c *conn) Read(b []byte) (int, error) { return c.in.Read(b) }

// Write reports a reader that is gone as the kernel does.
func (c *conn) Write(b []byte) (int, error) {
	n, err := c.out.Write(b)
	if errors.Is(err, io.ErrClosedPipe) {
		err = &net.OpError{Op: "write", Net: "unix", Addr: address{}, Err: os.NewSyscallError("write", syscall.EPIPE)}
	}
	return n, err
}

// CloseWrite ends the direction away from here; the other one stays open.
func (c *conn) CloseWrite() error { return c.out.Close() }

func (c *conn) Close() error { return errors.Join(c.in.Close(), c.out.Close()) }

func (c *conn) LocalAddr() net.Addr  { return address{} }
func (c *conn) RemoteAddr() net.Addr { return address{} }

func (c *conn) SetReadDeadline(t time.Time) error  { return c.in.SetReadDeadline(t) }
func (c *conn) SetWriteDeadline(t time.Time) error { return c.out.SetWriteDeadline(t) }
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.in.SetReadDeadline(t), c.out.SetWriteDeadline(t))
}

// socketPath is where every fake daemon seems to listen. There is no such file.
const socketPath = "/fake/docker.sock"

// address is that path as an address.
type address struct{}

func (address) Network() string { return "unix" }
func (address) String() string  { return socketPath }

// listener hands the server ends of new connections to an http.Server, and can be made to refuse them.
type listener struct {
	backlog chan *conn
	closed  chan struct{}

	mu   sync.Mutex     // guards the fields below
	down bool           // refuse new connections
	live map[*conn]bool // server ends that were handed out since the daemon came up
	done bool           // closed is closed
}

func newListener() *listener {
	return &listener{backlog: make(chan *conn), closed: make(chan struct{}), live: map[*conn]bool{}}
}

// dial makes a connection, as the dialer of a Docker client. A daemon that is down is a socket that is not there.
func (l *listener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := newConns()
	l.mu.Lock()
	refuse := l.down || l.done
	if !refuse {
		l.live[server] = true
	}
	l.mu.Unlock()
	if refuse {
		return nil, &net.OpError{Op: "dial", Net: "unix", Addr: address{}, Err: os.NewSyscallError("connect", syscall.ENOENT)}
	}
	select {
	case l.backlog <- server:
		return client, nil
	case <-l.closed:
		return nil, &net.OpError{Op: "dial", Net: "unix", Addr: address{}, Err: os.NewSyscallError("connect", syscall.ENOENT)}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// setDown breaks every connection and refuses new ones, or accepts again.
func (l *listener) setDown(down bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = down
	if down {
		for c := range l.live {
			_ = c.Close()
		}
		clear(l.live)
	}
}

// forget drops a connection that has ended.
func (l *listener) forget(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c, ok := c.(*conn); ok {
		delete(l.live, c)
	}
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.backlog:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener; it breaks the connections that are open too.
func (l *listener) Close() error {
	l.setDown(true)
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.done {
		l.done = true
		close(l.closed)
	}
	return nil
}

// Addr implements net.Listener.
func (l *listener) Addr() net.Addr { return address{} }
