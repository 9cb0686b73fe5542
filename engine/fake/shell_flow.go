package fake

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/pattern"
	"mvdan.cc/sh/v3/syntax"
)

// binary runs a && b, a || b and a | b.
func (sh *shell) binary(cmd *syntax.BinaryCmd) {
	switch cmd.Op {
	case syntax.AndStmt, syntax.OrStmt:
		sh.stmt(cmd.X)
		if sh.stop == flowNone && sh.ctx.Err() == nil && (sh.last == 0) == (cmd.Op == syntax.AndStmt) {
			sh.stmt(cmd.Y)
		}
	default:
		sh.pipeline(cmd)
	}
}

// pipeline runs both sides at the same time, each in a subshell; the exit code is the right one's.
func (sh *shell) pipeline(cmd *syntax.BinaryCmd) {
	left, right := sh.subshell(), sh.subshell()
	r, w := io.Pipe()
	left.p.Stdout, right.p.Stdin, right.input = w, r, nil
	if cmd.Op == syntax.PipeAll {
		left.p.Stderr = w
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		left.stmt(cmd.X)
		_ = w.Close()
	}()
	right.stmt(cmd.Y)
	_ = r.Close()
	<-done
	sh.last = right.last
}

func (sh *shell) ifClause(cmd *syntax.IfClause) {
	for ; cmd != nil; cmd = cmd.Else {
		if len(cmd.Cond) == 0 { // the else branch
			sh.stmts(cmd.Then)
			return
		}
		sh.stmts(cmd.Cond)
		if sh.stop != flowNone {
			return
		}
		if sh.last == 0 {
			sh.stmts(cmd.Then)
			return
		}
	}
	sh.last = 0
}

// loop runs body as long as next says so.
func (sh *shell) loop(next func() bool, body []*syntax.Stmt) {
	for sh.ctx.Err() == nil {
		if !next() || sh.stop == flowExit || sh.stop == flowReturn {
			break
		}
		sh.stmts(body)
		if sh.stop == flowExit || sh.stop == flowReturn {
			return
		}
		if sh.stop != flowNone {
			leave := sh.stop == flowBreak || sh.count > 1
			if sh.count--; sh.count <= 0 {
				sh.stop = flowNone
			}
			if leave {
				return
			}
		}
	}
	if sh.stop == flowNone {
		sh.last = 0
	}
}

func (sh *shell) forClause(cmd *syntax.ForClause) {
	iter, ok := cmd.Loop.(*syntax.WordIter)
	if !ok {
		fmt.Fprintln(sh.p.Stderr, "sh: this kind of loop is not played")
		sh.last = 2
		return
	}
	items := sh.params[1:]
	if iter.InPos.IsValid() {
		items, _ = sh.fields(iter.Items...)
	}
	sh.loop(func() bool {
		if len(items) == 0 {
			return false
		}
		sh.vars[iter.Name.Value] = items[0]
		items = items[1:]
		return true
	}, cmd.Do)
}

func (sh *shell) caseClause(cmd *syntax.CaseClause) {
	subject, _ := expand.Literal(sh.config(), cmd.Word)
	sh.last = 0
	for _, item := range cmd.Items {
		for _, word := range item.Patterns {
			glob, err := expand.Pattern(sh.config(), word)
			if err == nil && globMatches(glob, subject) {
				sh.stmts(item.Stmts)
				return
			}
		}
	}
}

// globMatches reports whether a shell pattern matches the whole text.
func globMatches(glob, text string) bool {
	expr, err := pattern.Regexp(glob, pattern.EntireString)
	if err != nil {
		return false
	}
	match, err := regexp.MatchString(expr, text)
	return err == nil && match
}

// redirect points the streams of the command at hand to files or to each other. The result closes the files.
func (sh *shell) redirect(list []*syntax.Redirect) (func(), error) {
	var files []io.Closer
	closeAll := func() {
		for _, f := range files {
			_ = f.Close()
		}
	}
	for _, r := range list {
		if r.Hdoc != nil {
			text, err := expand.Document(sh.config(), r.Hdoc)
			if err != nil {
				return closeAll, err
			}
			sh.p.Stdin, sh.input = strings.NewReader(text), nil
			continue
		}
		target, err := expand.Literal(sh.config(), r.Word)
		if err != nil {
			return closeAll, err
		}
		fd := ""
		if r.N != nil {
			fd = r.N.Value
		}
		switch r.Op {
		case syntax.RdrIn:
			in, err := sh.p.openRead(target)
			if err != nil {
				return closeAll, fmt.Errorf("can't open %s: No such file or directory", target)
			}
			sh.p.Stdin, sh.input = in, nil
		case syntax.RdrOut, syntax.AppOut, syntax.RdrClob:
			out, err := sh.p.openWrite(target, r.Op != syntax.AppOut)
			if err != nil {
				return closeAll, fmt.Errorf("can't create %s: %v", target, err)
			}
			*sh.stream(fd) = out
		case syntax.DplOut:
			*sh.stream(fd) = *sh.stream(target)
		default:
			return closeAll, fmt.Errorf("redirection %s is not played", r.Op)
		}
	}
	return closeAll, nil
}

// stream returns the place of the output with that number; none is the standard output.
func (sh *shell) stream(fd string) *io.Writer {
	if fd == "2" {
		return &sh.p.Stderr
	}
	return &sh.p.Stdout
}

// openRead opens a file or one of the devices.
func (p *Process) openRead(name string) (io.Reader, error) {
	switch name {
	case "/dev/null":
		return strings.NewReader(""), nil
	case "/dev/zero":
		return zeros{}, nil
	case "/dev/stdin", "/dev/tty", "-":
		return p.Stdin, nil
	}
	data, err := p.ReadFile(name)
	return strings.NewReader(string(data)), err
}

// openWrite opens a file, empty or to go on with, or one of the devices.
func (p *Process) openWrite(name string, truncate bool) (io.Writer, error) {
	switch name {
	case "/dev/null":
		return io.Discard, nil
	case "/dev/stdout", "/dev/tty", "/proc/self/fd/1", "/proc/1/fd/1":
		return p.Stdout, nil
	case "/dev/stderr", "/proc/self/fd/2", "/proc/1/fd/2":
		return p.Stderr, nil
	}
	path := p.abs(name)
	if err := p.files.append(path, nil, truncate); err != nil {
		return nil, err
	}
	return appender{p.files, path}, nil
}

type appender struct {
	files *fileSystem
	path  string
}

func (a appender) Write(b []byte) (int, error) {
	if err := a.files.append(a.path, b, false); err != nil {
		return 0, err
	}
	return len(b), nil
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
