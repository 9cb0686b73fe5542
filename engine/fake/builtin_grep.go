package fake

import (
	"context"
	"io"
	"slices"
	"strings"
)

// tr replaces the characters of one set by those of another of the same length.
func tr(ctx context.Context, p *Process) int {
	if len(p.Args) != 3 {
		return 1
	}
	from, to := []rune(unescape.Replace(p.Args[1])), []rune(unescape.Replace(p.Args[2]))
	if len(from) != len(to) {
		return 1
	}
	return p.inputs(nil, func(in io.Reader) error {
		return eachLine(ctx, in, func(line string) bool {
			_, err := io.WriteString(p.Stdout, strings.Map(func(r rune) rune {
				if i := slices.Index(from, r); i >= 0 {
					return to[i]
				}
				return r
			}, line))
			return err == nil
		})
	})
}

// grep finds a fixed text: -q is quiet, -x wants the whole line; -F is always on, and regular expressions are not played.
func grep(ctx context.Context, p *Process) int {
	args, flags := p.Args[1:], ""
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		flags, args = flags+args[0], args[1:]
	}
	if len(args) == 0 {
		return 2
	}
	found := false
	code := p.inputs(args[1:], func(in io.Reader) error {
		return eachLine(ctx, in, func(line string) bool {
			text := strings.TrimSuffix(line, "\n")
			if hit := text == args[0] || !strings.Contains(flags, "x") && strings.Contains(text, args[0]); !hit {
				return true
			}
			found = true
			if strings.Contains(flags, "q") {
				return false
			}
			_, err := io.WriteString(p.Stdout, text+"\n")
			return err == nil
		})
	})
	if code != 0 {
		return 2
	}
	return oneIf(!found)
}
