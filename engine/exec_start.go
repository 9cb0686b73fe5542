package engine

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
)

// maxAPIError bounds how much of a refusal's body is read, in bytes.
const maxAPIError = 16 << 10

// execConn is the stream of a started exec: what is written to it goes to the process, what is read comes from there.
type execConn struct {
	net.Conn
	buffered *bufio.Reader
}

func (c *execConn) Read(p []byte) (int, error) { return c.buffered.Read(p) }

// CloseWrite tells the daemon that no more input comes.
func (c *execConn) CloseWrite() error {
	if half, ok := c.Conn.(types.CloseWriter); ok {
		return half.CloseWrite()
	}
	return errors.New("the connection to the daemon cannot be closed in one direction")
}

// start starts the exec and returns its stream, which the caller closes. Unlike the SDK's ContainerExecAttach it gives up
// as soon as ctx ends, even if the daemon has stopped answering, and it reads the reason of a refusal.
func (e *execRun) start(ctx context.Context) (*execConn, error) {
	req, err := e.startRequest(ctx)
	if err != nil {
		return nil, err
	}
	conn, err := e.cli.Dialer()(ctx)
	if err != nil && ctx.Err() != nil {
		return nil, Ended(ctx)
	}
	if err != nil {
		return nil, e.d.unreachable(err)
	}
	unhook := context.AfterFunc(ctx, func() { _ = conn.Close() })
	buffered := bufio.NewReaderSize(conn, 2*execBuffer)
	err = req.Write(conn)
	var resp *http.Response
	if err == nil {
		resp, err = http.ReadResponse(buffered, req)
	}
	if !unhook() {
		return nil, Ended(ctx)
	}
	if err == nil && resp.StatusCode != http.StatusSwitchingProtocols {
		err = refusedStart(resp)
	} else if err != nil {
		err = e.d.unreachable(err)
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return &execConn{Conn: conn, buffered: buffered}, nil
}

// startRequest builds the request that turns its connection into the stream. The API version has been negotiated by then.
func (e *execRun) startRequest(ctx context.Context) (*http.Request, error) {
	options := container.ExecStartOptions{}
	if e.tty != nil {
		options.Tty, options.ConsoleSize = true, e.tty.consoleSize
	}
	body, err := json.Marshal(options)
	if err != nil {
		return nil, err
	}
	host, err := client.ParseHostURL(e.cli.DaemonHost())
	if err != nil {
		return nil, err
	}
	name := host.Host
	if host.Scheme == "unix" || host.Scheme == "npipe" { // there it is a path
		name = client.DummyHost
	}
	address := url.URL{Scheme: "http", Host: name, Path: path.Join("/", host.Path, "v"+e.cli.ClientVersion(), "exec", e.id, "start")}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Connection", "Upgrade")
	req.Header.Set("Upgrade", "tcp")
	return req, nil
}

// refusedStart makes an error of an answer that does not open the stream.
func refusedStart(resp *http.Response) error {
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxAPIError))
	var answer struct{ Message string }
	if json.Unmarshal(body, &answer) != nil || answer.Message == "" {
		answer.Message = string(bytes.TrimSpace(body))
	}
	err := fmt.Errorf("the daemon refused to start it (%s): %s", resp.Status, SanitizeString(answer.Message))
	switch resp.StatusCode {
	case http.StatusNotFound: // the container was removed since
		return kindError{ErrNotFound, err}
	case http.StatusConflict: // or stopped, or paused
		return kindError{ErrNotRunning, err}
	}
	return err
}
