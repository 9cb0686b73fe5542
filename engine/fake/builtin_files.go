package fake

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// test is test(1) for files, texts and numbers.
func test(_ context.Context, p *Process) int {
	args := p.Args[1:]
	if p.Args[0] == "[" && len(args) > 0 && args[len(args)-1] == "]" {
		args = args[:len(args)-1]
	}
	if len(args) > 1 && args[0] == "!" {
		child := *p
		child.Args = append([]string{"test"}, args[1:]...)
		return oneIf(test(context.Background(), &child) == 0)
	}
	switch len(args) {
	case 1:
		return oneIf(args[0] == "")
	case 2:
		return oneIf(!p.testOne(args[0], args[1]))
	case 3:
		return oneIf(!testTwo(args[0], args[1], args[2]))
	}
	return 1
}

func (p *Process) testOne(op, arg string) bool {
	exists, dir, size := p.files.stat(p.abs(arg))
	switch op {
	case "-e", "-r", "-w":
		return exists
	case "-f":
		return exists && !dir
	case "-d":
		return dir
	case "-s":
		return size > 0
	case "-n":
		return arg != ""
	case "-z":
		return arg == ""
	case "-t":
		return p.tty != nil
	case "-x":
		return p.files.isProgram(p.abs(arg))
	}
	return false
}

func testTwo(a, op, b string) bool {
	x, _ := strconv.Atoi(a)
	y, _ := strconv.Atoi(b)
	switch op {
	case "=", "==":
		return a == b
	case "!=":
		return a != b
	case "-eq":
		return x == y
	case "-ne":
		return x != y
	case "-lt":
		return x < y
	case "-le":
		return x <= y
	case "-gt":
		return x > y
	case "-ge":
		return x >= y
	}
	return false
}

func ls(_ context.Context, p *Process) int {
	dir := p.Dir
	if len(p.Args) > 1 && !strings.HasPrefix(p.Args[len(p.Args)-1], "-") {
		dir = p.abs(p.Args[len(p.Args)-1])
	}
	exists, isDir, _ := p.files.stat(dir)
	switch {
	case !exists:
		fmt.Fprintf(p.Stderr, "ls: %s: No such file or directory\n", dir)
		return 1
	case !isDir:
		fmt.Fprintln(p.Stdout, path.Base(dir))
	}
	for _, name := range p.files.list(dir) {
		fmt.Fprintln(p.Stdout, name)
	}
	return 0
}

// eachPath runs do for every argument that is no flag.
func (p *Process) eachPath(do func(string) error) int {
	code := 0
	for _, arg := range p.Args[1:] {
		if strings.HasPrefix(arg, "-") {
			continue
		}
		if err := do(p.abs(arg)); err != nil {
			fmt.Fprintf(p.Stderr, "%s: %s: %v\n", p.Args[0], arg, err)
			code = 1
		}
	}
	return code
}

func mkdir(_ context.Context, p *Process) int { return p.eachPath(p.files.mkdir) }
func rm(_ context.Context, p *Process) int    { return p.eachPath(p.files.remove) }
func touch(_ context.Context, p *Process) int {
	return p.eachPath(func(name string) error { return p.files.append(name, nil, false) })
}

// chown knows the form -R uid:gid path…, of the root of a mount.
func chown(_ context.Context, p *Process) int {
	args := p.Args[1:]
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		args = args[1:]
	}
	if len(args) < 2 {
		return 1
	}
	child := *p
	child.Args = append([]string{"chown"}, args[1:]...)
	return child.eachPath(func(name string) error {
		if exists, _, _ := p.files.stat(name); !exists {
			return fs.ErrNotExist
		}
		m, _ := p.files.at(name)
		m.files.chown(args[0])
		return nil
	})
}

// stat knows the form -c %u:%g path….
func stat(_ context.Context, p *Process) int {
	if len(p.Args) < 4 || p.Args[1] != "-c" || p.Args[2] != "%u:%g" {
		return 1
	}
	child := *p
	child.Args = append([]string{"stat"}, p.Args[3:]...)
	return child.eachPath(func(name string) error {
		if exists, _, _ := p.files.stat(name); !exists {
			return fs.ErrNotExist
		}
		m, _ := p.files.at(name)
		_, err := fmt.Fprintln(p.Stdout, m.files.chowned())
		return err
	})
}

// chmod does nothing: the fake's files have no mode.
func chmod(context.Context, *Process) int { return 0 }
