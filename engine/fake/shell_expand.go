package fake

import (
	"errors"
	"io"
	"slices"
	"strconv"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// fields expands words as the shell does for arguments.
func (sh *shell) fields(words ...*syntax.Word) ([]string, error) {
	return expand.Fields(sh.config(), words...)
}

// config is the expansion's view of the shell.
func (sh *shell) config() *expand.Config {
	return &expand.Config{
		Env: environ{sh}, ReadDir2: sh.p.readDir,
		CmdSubst: func(w io.Writer, cs *syntax.CmdSubst) error {
			sub := sh.subshell()
			sub.p.Stdout = w
			sub.stmts(cs.Stmts)
			sh.last = sub.exit()
			return nil
		},
	}
}

// environ gives the expansion the shell's variables and parameters.
type environ struct{ sh *shell }

func (e environ) Get(name string) expand.Variable {
	text := func(s string) expand.Variable { return expand.Variable{Set: true, Kind: expand.String, Str: s} }
	sh := e.sh
	switch name {
	case "?":
		return text(strconv.Itoa(sh.last))
	case "$":
		return text(strconv.Itoa(sh.p.task.pid))
	case "!":
		return text(strconv.Itoa(sh.bgLast))
	case "#":
		return text(strconv.Itoa(len(sh.params) - 1))
	case "@", "*":
		return expand.Variable{Set: true, Kind: expand.Indexed, List: slices.Clone(sh.params[1:])}
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 0 {
		if n < len(sh.params) {
			return text(sh.params[n])
		}
		return expand.Variable{}
	}
	if value, ok := sh.vars[name]; ok {
		return text(value)
	}
	return expand.Variable{}
}

func (e environ) Each(yield func(string, expand.Variable) bool) {
	for name, value := range e.sh.vars {
		if !yield(name, expand.Variable{Set: true, Kind: expand.String, Exported: e.sh.export[name], Str: value}) {
			return
		}
	}
}

// Set lets ${name:=value} assign.
func (e environ) Set(name string, v expand.Variable) error {
	if v.Kind != expand.String {
		return errors.New("only plain variables are played")
	}
	e.sh.vars[name] = v.Str
	return nil
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}
