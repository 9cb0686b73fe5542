package fake

import (
	"context"
	"path"
	"strings"
)

// Service is a Program that does nothing until it is told to stop, as a server without visitors. It ends with 0 on TERM,
// INT and QUIT.
func Service(ctx context.Context, p *Process) int {
	select {
	case <-p.Signals("TERM", "INT", "QUIT"):
		return 0
	case <-ctx.Done():
		return 0
	}
}

// Handle makes a program of that name (without a folder) available in every container, before the built-in one.
func (d *Daemon) Handle(name string, prog Program) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.programs[name] = prog
}

// program finds what args run in c: a handler, a built-in command, else the image's main program for anything that the
// image itself starts. nil says that there is no such program.
func (d *Daemon) program(c *container, args []string) Program {
	name := ""
	if len(args) > 0 {
		name = path.Base(args[0])
	}
	d.mu.Lock()
	handler := d.programs[name]
	d.mu.Unlock()
	if handler != nil {
		return handler
	}
	if prog := builtins()[name]; prog != nil {
		return prog
	}
	return nil
}

// mainProgram is program for the first process, for which the image may have one.
func (d *Daemon) mainProgram(c *container, args []string) Program {
	own := append(append([]string{}, c.image.Entrypoint...), c.image.Cmd...)
	if c.image.Main != nil && strings.Join(own, "\x00") == strings.Join(args, "\x00") {
		return c.image.Main
	}
	if prog := d.program(c, args); prog != nil {
		return prog
	}
	return c.image.Main
}
