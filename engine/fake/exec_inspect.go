package fake

import (
	"net/http"
	"path"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
)

// resizeExec is POST /exec/{id}/resize.
func (d *Daemon) resizeExec(r *request) error {
	d.mu.Lock()
	e, err := d.execLocked(r.PathValue("id"))
	var tty *terminal
	if err == nil {
		if tty = e.tty; !e.running {
			err = failf(http.StatusConflict, "exec process is not started")
		}
	}
	d.mu.Unlock()
	if err != nil {
		return err
	}
	if tty != nil {
		tty.resize(engine.TerminalSize{Rows: uint(max(r.number("h", 0), 0)), Cols: uint(max(r.number("w", 0), 0))})
	}
	r.WriteHeader(http.StatusOK)
	return nil
}

// inspectExec is GET /exec/{id}/json.
func (d *Daemon) inspectExec(r *request) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, err := d.execLocked(r.PathValue("id"))
	if err != nil {
		return err
	}
	return r.answer(http.StatusOK, map[string]any{
		"ID": e.id, "ContainerID": e.c.id, "Running": e.running, "ExitCode": e.code, "Pid": e.pid,
		"OpenStdin": e.opts.AttachStdin, "OpenStdout": e.opts.AttachStdout, "OpenStderr": e.opts.AttachStderr,
	})
}

// statPath is HEAD /containers/{id}/archive: whether a path exists.
func (d *Daemon) statPath(r *request) error {
	name := path.Clean("/" + r.query("path"))
	return d.with(r, func(c *container) error {
		exists, dir, size := c.fileSystem().stat(name)
		if !exists {
			return failf(http.StatusNotFound, "Could not find the file %s in container %s", name, c.id)
		}
		r.Header().Set("X-Docker-Container-Path-Stat", pathStat(path.Base(name), dir, size, d.clock.Now()))
		r.WriteHeader(http.StatusOK)
		return nil
	})
}

func eventCommand(cmd []string) containerAction { return containerAction(strings.Join(cmd, " ")) }
