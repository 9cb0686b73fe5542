package fake

import (
	"context"
	"path"
	"slices"
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

// program finds what args run: a handler, else a built-in program; nil says that there is none.
func (d *Daemon) program(args []string) Program {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.programLocked(args)
}

func (d *Daemon) programLocked(args []string) Program {
	if len(args) == 0 {
		return nil
	}
	name := path.Base(args[0])
	if handler := d.programs[name]; handler != nil {
		return handler
	}
	return builtins()[name]
}

// mainProgramLocked finds the first process of c. What the image itself says, and what no program is known for, is the
// image's main program, if it has one.
func (d *Daemon) mainProgramLocked(c *container) Program {
	args := c.argv()
	own := slices.Concat(c.image.Entrypoint, c.image.Cmd)
	prog := d.programLocked(args)
	if c.image.Main != nil && (prog == nil || slices.Equal(own, args)) {
		return c.image.Main
	}
	return prog
}
