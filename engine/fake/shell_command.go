package fake

import (
	"bufio"
	"fmt"
	"path"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
)

// shellCommands are what only a shell can do itself; they return the exit code.
func shellCommands() map[string]func(sh *shell, args []string) int {
	return map[string]func(*shell, []string) int{
		":":        func(*shell, []string) int { return 0 },
		"exit":     (*shell).exitCommand,
		"return":   func(sh *shell, args []string) int { code := sh.exitCommand(args); sh.stop = flowReturn; return code },
		"cd":       (*shell).cd,
		"exec":     (*shell).exec,
		"eval":     func(sh *shell, args []string) int { sh.eval(strings.Join(args, " ")); return sh.last },
		"set":      func(sh *shell, args []string) int { return sh.set(args) },
		"shift":    (*shell).shift,
		"unset":    (*shell).unset,
		"read":     (*shell).read,
		"trap":     (*shell).trapCommand,
		"wait":     (*shell).wait,
		"break":    func(sh *shell, args []string) int { return sh.leave(flowBreak, args) },
		"continue": func(sh *shell, args []string) int { return sh.leave(flowContinue, args) },
		"command":  (*shell).commandCommand,
		"umask":    func(*shell, []string) int { return 0 },
	}
}

func (sh *shell) exitCommand(args []string) int {
	sh.stop = flowExit
	if len(args) == 0 {
		return sh.last
	}
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return 2
	}
	return n & 0xff
}

func (sh *shell) cd(args []string) int {
	dir := sh.vars["HOME"]
	if len(args) > 0 {
		dir = args[0]
	}
	if dir == "" {
		dir = "/"
	}
	sh.p.Dir = sh.p.abs(dir)
	sh.vars["PWD"] = sh.p.Dir
	return 0
}

// exec goes on as another program: nothing of the script runs after it. Without a program it changes nothing, since the
// redirections of a single command are all that is played.
func (sh *shell) exec(args []string) int {
	if len(args) == 0 {
		return 0
	}
	if own := shellCommands()[args[0]]; own != nil {
		sh.last = own(sh, args[1:])
	} else {
		sh.trap = &traps{actions: map[string]string{}}
		sh.program(args, nil)
	}
	sh.stop = flowExit
	return sh.last
}

func (sh *shell) set(args []string) int {
	if len(args) > 0 && args[0] == "--" {
		sh.params = append(sh.params[:1:1], args[1:]...)
	}
	return 0
}

func (sh *shell) shift(args []string) int {
	n := 1
	if len(args) > 0 {
		n, _ = strconv.Atoi(args[0])
	}
	if n < 0 || n > len(sh.params)-1 {
		return 1
	}
	sh.params = append(sh.params[:1:1], sh.params[1+n:]...)
	return 0
}

func (sh *shell) unset(args []string) int {
	for _, name := range args {
		delete(sh.vars, name)
		delete(sh.export, name)
	}
	return 0
}

// read takes one line of the input apart; the last variable gets the rest.
func (sh *shell) read(args []string) int {
	if len(args) > 0 && args[0] == "-r" {
		args = args[1:]
	}
	if sh.input == nil {
		sh.input = bufio.NewReader(sh.p.Stdin)
	}
	line, err := sh.input.ReadString('\n')
	if err != nil && line == "" {
		return 1
	}
	values := expand.ReadFields(sh.config(), strings.TrimSuffix(line, "\n"), len(args), true)
	for i, name := range args {
		sh.vars[name] = ""
		if i < len(values) {
			sh.vars[name] = values[i]
		}
	}
	return oneIf(err != nil)
}

// trapCommand sets, with "-" removes, what is done about signals and at the end.
func (sh *shell) trapCommand(args []string) int {
	if len(args) < 2 {
		return 0
	}
	var names []string
	for _, s := range args[1:] {
		name, ok := signalName(s)
		if s == "EXIT" || s == "0" {
			name, ok = "EXIT", true
		}
		switch {
		case !ok:
			return 1
		case args[0] == "-":
			delete(sh.trap.actions, name)
			sh.p.task.ignore(name)
		default:
			sh.trap.actions[name] = args[0]
		}
	}
	for name := range sh.trap.actions {
		if name != "EXIT" {
			names = append(names, name)
		}
	}
	sh.trap.signals = sh.p.task.notify(names...)
	return 0
}

// wait blocks until the background commands are done; a signal with a trap ends it, and the trap runs next.
func (sh *shell) wait([]string) int {
	done := make(chan struct{})
	go func() {
		defer close(done)
		sh.jobs.Wait()
	}()
	select {
	case <-done:
		return 0
	case <-sh.ctx.Done():
		return 143
	case name := <-sh.trap.signals:
		sh.eval(sh.trap.actions[name])
		if sh.stop == flowExit {
			return sh.last
		}
		return 128 + signalNumbers[name]
	}
}

func (sh *shell) leave(how flow, args []string) int {
	sh.stop, sh.count = how, 1
	if len(args) > 0 {
		if n, err := strconv.Atoi(args[0]); err == nil && n > 0 {
			sh.count = n
		}
	}
	return 0
}

// commandCommand is command -v name, and command name args….
func (sh *shell) commandCommand(args []string) int {
	if len(args) > 1 && args[0] == "-v" {
		switch name := args[1]; {
		case shellCommands()[name] != nil:
			fmt.Fprintln(sh.p.Stdout, name)
		case sh.p.task.d.program(args[1:]) != nil:
			fmt.Fprintln(sh.p.Stdout, path.Join("/bin", path.Base(name)))
		default:
			return 127
		}
		return 0
	}
	if len(args) == 0 {
		return 0
	}
	if own := shellCommands()[args[0]]; own != nil {
		return own(sh, args[1:])
	}
	sh.program(args, nil)
	return sh.last
}
