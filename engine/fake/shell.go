package fake

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"
)

// shell runs a script in a container. mvdan.cc/sh parses it and expands its words; its interpreter is not used, since
// that one runs on the machine: its files, its pipes, its processes.
type shell struct {
	ctx    context.Context
	p      *Process // with the streams of the command at hand
	vars   map[string]string
	export map[string]bool
	params []string // $0 and what follows
	funcs  map[string]*syntax.Stmt

	last   int           // $?
	bgLast int           // $!
	stop   flow          // why the statements after this one do not run
	count  int           // how many loops to leave
	jobs   *jobs         // shared with subshells
	trap   *traps        // of the whole shell
	input  *bufio.Reader // of read
}

// flow is what ends a sequence of statements early.
type flow uint8

const (
	flowNone flow = iota
	flowExit
	flowBreak
	flowContinue
	flowReturn
)

// jobs counts the background commands.
type jobs struct {
	sync.WaitGroup
}

// traps are the signals that the script handles.
type traps struct {
	actions map[string]string
	signals <-chan string
}

// runShell is sh(1): sh -c script [name args…], sh file [args…], or the script from the standard input.
func runShell(ctx context.Context, p *Process) int {
	ctx, cancel := context.WithCancel(ctx)
	sh := &shell{
		ctx: ctx, p: p, vars: map[string]string{}, export: map[string]bool{}, params: []string{p.Args[0]},
		funcs: map[string]*syntax.Stmt{}, jobs: &jobs{}, trap: &traps{actions: map[string]string{}},
	}
	for _, kv := range p.Env {
		k, v, _ := strings.Cut(kv, "=")
		sh.vars[k], sh.export[k] = v, true
	}
	args := p.Args[1:]
	for len(args) > 0 && (args[0] == "-l" || args[0] == "-i" || args[0] == "-e") {
		args = args[1:]
	}
	defer sh.jobs.Wait()
	defer cancel() // what still runs behind it ends with it
	switch {
	case len(args) >= 2 && (args[0] == "-c" || args[0] == "-ec" || args[0] == "-lc"):
		if len(args) > 2 {
			sh.params = args[2:]
		}
		return sh.script(args[1])
	case len(args) > 0:
		text, err := p.ReadFile(args[0])
		if err != nil {
			fmt.Fprintf(p.Stderr, "sh: can't open '%s': No such file or directory\n", args[0])
			return 2
		}
		sh.params = args
		return sh.script(string(text))
	}
	return sh.interactive()
}

// script runs a whole text.
func (sh *shell) script(text string) int {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "")
	if err != nil {
		fmt.Fprintf(sh.p.Stderr, "sh: syntax error: %v\n", err)
		return 2
	}
	sh.stmts(file.Stmts)
	sh.trapped()
	return sh.exit()
}

// interactive reads one statement after the other from the standard input, with a prompt on a terminal.
func (sh *shell) interactive() int {
	sh.input = bufio.NewReader(sh.p.Stdin)
	for sh.stop == flowNone && sh.ctx.Err() == nil {
		if sh.p.tty != nil {
			sign := "#"
			if sh.p.User != "" && sh.p.User != "root" && sh.p.User != "0" {
				sign = "$"
			}
			fmt.Fprintf(sh.p.Stderr, "%s %s ", sh.p.Dir, sign)
		}
		line, err := sh.input.ReadString('\n')
		if line == "" && err != nil {
			break
		}
		file, parseErr := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(line), "")
		if parseErr != nil {
			fmt.Fprintf(sh.p.Stderr, "sh: syntax error: %v\n", parseErr)
			sh.last = 2
			continue
		}
		sh.stmts(file.Stmts)
	}
	return sh.exit()
}

// exit runs the trap on EXIT and returns the script's exit code.
func (sh *shell) exit() int {
	if action := sh.trap.actions["EXIT"]; action != "" && sh.ctx.Err() == nil {
		delete(sh.trap.actions, "EXIT")
		code := sh.last
		sh.stop = flowNone
		sh.eval(action)
		if sh.stop != flowExit {
			sh.last = code
		}
	}
	return sh.last
}

// eval runs a text within the shell.
func (sh *shell) eval(text string) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "")
	if err != nil {
		fmt.Fprintf(sh.p.Stderr, "sh: syntax error: %v\n", err)
		sh.last = 2
		return
	}
	sh.stmts(file.Stmts)
}

// stmts runs statements until one stops the sequence or the process is killed.
func (sh *shell) stmts(list []*syntax.Stmt) {
	for _, s := range list {
		sh.trapped()
		if sh.stop != flowNone || sh.ctx.Err() != nil {
			return
		}
		sh.stmt(s)
	}
}

// trapped runs what the script wants to do about the signals that came in.
func (sh *shell) trapped() {
	for sh.trap.signals != nil && sh.stop == flowNone {
		select {
		case name := <-sh.trap.signals:
			sh.eval(sh.trap.actions[name])
		default:
			return
		}
	}
}

// stmt runs one statement with its redirections.
func (sh *shell) stmt(s *syntax.Stmt) {
	if s.Background {
		sh.background(s)
		return
	}
	streams := *sh.p
	closeFiles, err := sh.redirect(s.Redirs)
	defer closeFiles()
	if err != nil {
		fmt.Fprintf(streams.Stderr, "sh: %v\n", err)
		sh.last = 1
	} else if s.Cmd != nil {
		sh.command(s.Cmd)
	} else {
		sh.last = 0
	}
	sh.p.Stdin, sh.p.Stdout, sh.p.Stderr = streams.Stdin, streams.Stdout, streams.Stderr
	if s.Negated && sh.stop == flowNone {
		sh.last = oneIf(sh.last == 0)
	}
}

// background starts a statement as a process of its own.
func (sh *shell) background(s *syntax.Stmt) {
	sub := sh.subshell()
	front := *s
	front.Background = false
	d, c := sh.p.task.d, sh.p.task.c
	d.mu.Lock()
	t := d.newTaskLocked(sh.ctx, c, sh.p.Args, sh.environment(nil))
	d.mu.Unlock()
	sub.ctx = t.ctx
	sub.p.task = t
	sh.bgLast, sh.last = t.pid, 0
	sub.p.Stdin = strings.NewReader("")
	sh.jobs.Go(func() {
		t.run(func(context.Context, *Process) int {
			sub.stmt(&front)
			return sub.last
		}, sub.p)
		d.forgetTask(t)
	})
}

// subshell returns a copy that changes nothing of the original.
func (sh *shell) subshell() *shell {
	sub := *sh
	p := *sh.p
	sub.p = &p
	sub.vars, sub.export = maps.Clone(sh.vars), maps.Clone(sh.export)
	sub.params, sub.funcs = slices.Clone(sh.params), maps.Clone(sh.funcs)
	sub.trap = &traps{actions: map[string]string{}}
	return &sub
}

// command runs one command of any kind.
func (sh *shell) command(cmd syntax.Command) {
	switch cmd := cmd.(type) {
	case *syntax.CallExpr:
		sh.call(cmd)
	case *syntax.DeclClause:
		sh.declare(cmd)
	case *syntax.BinaryCmd:
		sh.binary(cmd)
	case *syntax.Block:
		sh.stmts(cmd.Stmts)
	case *syntax.Subshell:
		sub := sh.subshell()
		sub.stmts(cmd.Stmts)
		sh.last = sub.exit()
	case *syntax.IfClause:
		sh.ifClause(cmd)
	case *syntax.WhileClause:
		sh.loop(func() bool { sh.stmts(cmd.Cond); return (sh.last == 0) != cmd.Until }, cmd.Do)
	case *syntax.ForClause:
		sh.forClause(cmd)
	case *syntax.CaseClause:
		sh.caseClause(cmd)
	case *syntax.FuncDecl:
		sh.funcs[cmd.Name.Value] = cmd.Body
		sh.last = 0
	default:
		fmt.Fprintf(sh.p.Stderr, "sh: this kind of command is not played\n")
		sh.last = 2
	}
}
