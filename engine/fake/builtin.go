package fake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// builtins are the programs of every container, by name.
func builtins() map[string]Program {
	return map[string]Program{
		"sh": runShell, "ash": runShell,
		"true":  func(context.Context, *Process) int { return 0 },
		"false": func(context.Context, *Process) int { return 1 },
		"echo":  echo, "printf": printf, "cat": cat, "head": head, "tail": tail, "wc": wc, "seq": seq, "yes": yes,
		"sleep": sleep, "env": env, "printenv": printenv, "kill": kill, "id": id, "whoami": whoami, "pwd": pwd,
		"hostname": hostname, "stty": stty, "test": test, "[": test, "ls": ls, "mkdir": mkdir, "rm": rm, "touch": touch,
		"chown": chown, "chmod": chmod, "stat": stat, "tty": ttyName, "date": date, "setsid": setsid, "grep": grep, "tr": tr, "timeout": timeout,
	}
}

func echo(_ context.Context, p *Process) int {
	args, end := p.Args[1:], "\n"
	for len(args) > 0 && (args[0] == "-n" || args[0] == "-e" || args[0] == "-ne") {
		if args[0] != "-e" {
			end = ""
		}
		args = args[1:]
	}
	_, err := io.WriteString(p.Stdout, strings.Join(args, " ")+end)
	return oneIf(err != nil)
}

// unescape reads the escapes of printf's format.
var unescape = strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t", `\e`, "\x1b", `\033`, "\x1b", `\a`, "\a", `\0`, "\x00", `\\`, `\`)

// printf knows %s, %d and %%.
func printf(_ context.Context, p *Process) int {
	if len(p.Args) < 2 {
		return 1
	}
	args := p.Args[2:]
	for {
		var out strings.Builder
		used := 0
		format := unescape.Replace(p.Args[1])
		for i := 0; i < len(format); i++ {
			if format[i] != '%' || i+1 == len(format) {
				out.WriteByte(format[i])
				continue
			}
			i++
			if format[i] == '%' {
				out.WriteByte('%')
				continue
			}
			if used < len(args) {
				out.WriteString(args[used])
			}
			used++
		}
		if _, err := io.WriteString(p.Stdout, out.String()); err != nil {
			return 1
		}
		if used == 0 || used >= len(args) {
			return 0
		}
		args = args[used:]
	}
}

// inputs opens the named files, or the standard input when there are none, one after the other.
func (p *Process) inputs(names []string, use func(io.Reader) error) int {
	if len(names) == 0 {
		names = []string{"-"}
	}
	code := 0
	for _, name := range names {
		in, err := p.openRead(name)
		if err != nil {
			fmt.Fprintf(p.Stderr, "%s: can't open '%s': No such file or directory\n", p.Args[0], name)
			code = 1
			continue
		}
		if err := use(in); err != nil {
			code = 1
		}
	}
	return code
}

func cat(ctx context.Context, p *Process) int {
	return p.inputs(p.Args[1:], func(in io.Reader) error { return copyUntil(ctx, p.Stdout, in) })
}

// copyUntil copies until the end of in, or the end of ctx.
func copyUntil(ctx context.Context, w io.Writer, in io.Reader) error {
	buf := make([]byte, 32<<10)
	for ctx.Err() == nil {
		n, err := in.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// count reads -n N, -c N or -N.
func count(args []string, otherwise int64) (n int64, bytes bool, rest []string) {
	n = otherwise
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		flag := args[0]
		args = args[1:]
		value := flag[1:]
		if flag[1] == 'n' || flag[1] == 'c' {
			bytes = flag[1] == 'c'
			value = flag[2:]
			if value == "" && len(args) > 0 {
				value, args = args[0], args[1:]
			}
		}
		if v, err := strconv.ParseInt(value, 10, 64); err == nil {
			n = v
		}
	}
	return n, bytes, args
}

func head(ctx context.Context, p *Process) int {
	n, bytes, names := count(p.Args[1:], 10)
	return p.inputs(names, func(in io.Reader) error {
		if bytes {
			return copyUntil(ctx, p.Stdout, io.LimitReader(in, n))
		}
		return eachLine(ctx, in, func(line string) bool {
			if n--; n < 0 {
				return false
			}
			_, err := io.WriteString(p.Stdout, line)
			return err == nil
		})
	})
}

func tail(ctx context.Context, p *Process) int {
	n, _, names := count(p.Args[1:], 10)
	if len(names) == 1 && names[0] == "/dev/null" || len(p.Args) > 1 && p.Args[1] == "-f" {
		<-ctx.Done() // tail -f /dev/null is how a container is kept running
		return 0
	}
	return p.inputs(names, func(in io.Reader) error {
		var lines []string
		err := eachLine(ctx, in, func(line string) bool {
			lines = append(lines, line)
			if int64(len(lines)) > max(n, 0) {
				lines = lines[1:]
			}
			return true
		})
		_, _ = io.WriteString(p.Stdout, strings.Join(lines, ""))
		return err
	})
}

// eachLine calls use with every line and its line feed until use returns false.
func eachLine(ctx context.Context, in io.Reader, use func(string) bool) error {
	var line []byte
	one := make([]byte, 1)
	for ctx.Err() == nil {
		n, err := in.Read(one)
		if n > 0 {
			line = append(line, one[0])
			if one[0] == '\n' {
				if !use(string(line)) {
					return nil
				}
				line = line[:0]
			}
		}
		if err != nil {
			if len(line) > 0 {
				use(string(line))
			}
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
	return ctx.Err()
}

func wc(ctx context.Context, p *Process) int {
	args := p.Args[1:]
	bytes := false
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		bytes = args[0] == "-c"
		args = args[1:]
	}
	return p.inputs(args, func(in io.Reader) error {
		var c counter
		err := copyUntil(ctx, &c, in)
		if bytes {
			fmt.Fprintln(p.Stdout, c.bytes)
		} else {
			fmt.Fprintln(p.Stdout, c.lines)
		}
		return err
	})
}

type counter struct{ bytes, lines int64 }

func (c *counter) Write(b []byte) (int, error) {
	c.bytes += int64(len(b))
	c.lines += int64(strings.Count(string(b), "\n"))
	return len(b), nil
}

func seq(ctx context.Context, p *Process) int {
	first, last := 1, 0
	switch args := p.Args[1:]; len(args) {
	case 1:
		last, _ = strconv.Atoi(args[0])
	case 2:
		first, _ = strconv.Atoi(args[0])
		last, _ = strconv.Atoi(args[1])
	}
	for i := first; i <= last && ctx.Err() == nil; i++ {
		if _, err := fmt.Fprintln(p.Stdout, i); err != nil {
			return 1
		}
	}
	return 0
}

func yes(ctx context.Context, p *Process) int {
	line := "y\n"
	if len(p.Args) > 1 {
		line = strings.Join(p.Args[1:], " ") + "\n"
	}
	for ctx.Err() == nil {
		if _, err := io.WriteString(p.Stdout, line); err != nil {
			return 1
		}
	}
	return 0
}
