package fake

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
)

// env prints the environment, or runs a command in a changed one.
func env(ctx context.Context, p *Process) int {
	child := *p
	args := p.Args[1:]
	for len(args) > 0 && strings.Contains(args[0], "=") {
		child.Env = append(slices.Clone(child.Env), args[0])
		args = args[1:]
	}
	if len(args) > 0 {
		return child.Run(ctx, args...)
	}
	seen := map[string]bool{}
	for i := len(child.Env) - 1; i >= 0; i-- {
		key, _, _ := strings.Cut(child.Env[i], "=")
		if !seen[key] {
			seen[key] = true
			fmt.Fprintln(p.Stdout, child.Env[i])
		}
	}
	return 0
}

func printenv(_ context.Context, p *Process) int {
	if len(p.Args) < 2 {
		return env(context.Background(), p)
	}
	for i := len(p.Env) - 1; i >= 0; i-- {
		if k, v, _ := strings.Cut(p.Env[i], "="); k == p.Args[1] {
			fmt.Fprintln(p.Stdout, v)
			return 0
		}
	}
	return 1
}

// kill sends a signal to processes of the same container: kill [-s NAME | -NAME] PID…, where 0 only asks.
func kill(_ context.Context, p *Process) int {
	args, name := p.Args[1:], "TERM"
	probe := false
	if len(args) > 1 && (args[0] == "-s" || args[0] == "-n") {
		args = append([]string{"-" + args[1]}, args[2:]...)
	}
	if len(args) > 0 && strings.HasPrefix(args[0], "-") && len(args) > 1 {
		value := args[0][1:]
		args = args[1:]
		if value == "0" {
			probe = true
		} else if n, ok := signalName(value); ok {
			name = n
		} else {
			return 1
		}
	}
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	code := 0
	for _, arg := range args {
		pid, err := strconv.Atoi(strings.TrimPrefix(arg, "-")) // a group is its leader
		target := p.task.d.taskOf(p.task.c, pid)
		if err != nil || target == nil {
			fmt.Fprintf(p.Stderr, "sh: can't kill pid %s: No such process\n", arg)
			code = 1
			continue
		}
		if !probe {
			target.signal(name)
		}
	}
	return code
}

// user returns the number and the name of the process's user.
func (p *Process) user() (uid, gid, name string) {
	user, group, _ := strings.Cut(p.User, ":")
	switch user {
	case "", "0", "root":
		uid, name = "0", "root"
	case "www-data":
		uid, name = "82", user
	default:
		uid, name = user, user
	}
	gid = uid
	if group != "" {
		gid = group
	} else if _, err := strconv.Atoi(user); err == nil {
		gid = "0"
	}
	return uid, gid, name
}

func id(_ context.Context, p *Process) int {
	uid, gid, name := p.user()
	switch flag := strings.Join(p.Args[1:], " "); flag {
	case "-u":
		fmt.Fprintln(p.Stdout, uid)
	case "-g":
		fmt.Fprintln(p.Stdout, gid)
	case "-un":
		fmt.Fprintln(p.Stdout, name)
	default:
		fmt.Fprintf(p.Stdout, "uid=%s(%s) gid=%s\n", uid, name, gid)
	}
	return 0
}

func whoami(_ context.Context, p *Process) int {
	_, _, name := p.user()
	fmt.Fprintln(p.Stdout, name)
	return 0
}

func pwd(_ context.Context, p *Process) int {
	fmt.Fprintln(p.Stdout, p.Dir)
	return 0
}

func hostname(_ context.Context, p *Process) int {
	fmt.Fprintln(p.Stdout, p.task.c.id[:12])
	return 0
}

func date(_ context.Context, p *Process) int {
	now := p.Now().UTC()
	switch format := strings.Join(p.Args[1:], " "); format {
	case "+%s":
		fmt.Fprintln(p.Stdout, now.Unix())
	default:
		fmt.Fprintln(p.Stdout, now.Format("Mon Jan _2 15:04:05 UTC 2006"))
	}
	return 0
}

func ttyName(_ context.Context, p *Process) int {
	if p.tty == nil {
		fmt.Fprintln(p.Stdout, "not a tty")
		return 1
	}
	fmt.Fprintln(p.Stdout, "/dev/pts/0")
	return 0
}

// stty knows size, rows N, cols N, raw, cooked and echo.
func stty(_ context.Context, p *Process) int {
	if p.tty == nil {
		fmt.Fprintln(p.Stderr, "stty: standard input: Not a tty")
		return 1
	}
	args := p.Args[1:]
	for i := 0; i < len(args); i++ {
		size := p.tty.dimensions()
		switch args[i] {
		case "size":
			fmt.Fprintf(p.Stdout, "%d %d\n", size.Rows, size.Cols)
		case "rows", "cols", "columns":
			if i+1 == len(args) {
				return 1
			}
			n, err := strconv.ParseUint(args[i+1], 10, 16)
			if err != nil {
				return 1
			}
			if args[i] == "rows" {
				p.tty.resize(engine.TerminalSize{Rows: uint(n), Cols: size.Cols})
			} else {
				p.tty.resize(engine.TerminalSize{Rows: size.Rows, Cols: uint(n)})
			}
			i++
		case "raw":
			p.tty.setMode(func(raw, echo *bool) { *raw = true })
		case "sane", "cooked", "-raw":
			p.tty.setMode(func(raw, echo *bool) { *raw, *echo = false, true })
		case "echo", "-echo":
			on := args[i] == "echo"
			p.tty.setMode(func(raw, echo *bool) { *echo = on })
		}
	}
	return 0
}
