package fake

import (
	"fmt"
	"slices"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// call runs a simple command: assignments alone, one of the shell's own, or a program.
func (sh *shell) call(cmd *syntax.CallExpr) {
	sh.last = 0
	args, err := sh.fields(cmd.Args...)
	if err != nil {
		sh.fatal(err)
		return
	}
	assigned := map[string]string{}
	for _, a := range cmd.Assigns {
		value, err := sh.assignment(a)
		if err != nil {
			sh.fatal(err)
			return
		}
		assigned[a.Name.Value] = value
	}
	if len(args) == 0 {
		for name, value := range assigned {
			sh.vars[name] = value
		}
		return
	}
	if body := sh.funcs[args[0]]; body != nil {
		sh.function(body, args)
		return
	}
	if own := shellCommands()[args[0]]; own != nil {
		sh.last = own(sh, args[1:])
		return
	}
	sh.program(args, assigned)
}

// function runs one of the script's own functions, which has parameters of its own and the variables of all.
func (sh *shell) function(body *syntax.Stmt, args []string) {
	before := sh.params
	sh.params = append([]string{before[0]}, args[1:]...)
	sh.stmt(body)
	sh.params = before
	if sh.stop == flowReturn {
		sh.stop = flowNone
	}
}

func (sh *shell) assignment(a *syntax.Assign) (string, error) {
	if a.Value == nil {
		return "", nil
	}
	return expand.Literal(sh.config(), a.Value)
}

// fatal ends the shell over something that cannot be expanded.
func (sh *shell) fatal(err error) {
	fmt.Fprintf(sh.p.Stderr, "sh: %v\n", err)
	sh.last, sh.stop = 2, flowExit
}

// program runs a program with the exported variables and those set for it alone.
func (sh *shell) program(args []string, extra map[string]string) {
	child := *sh.p
	child.Env = sh.environment(extra)
	if sh.input != nil {
		child.Stdin = sh.input
	}
	sh.last = child.Run(sh.ctx, args...)
}

// environment is what a program gets: the exported variables, and over them those set for it alone.
func (sh *shell) environment(extra map[string]string) (env []string) {
	for name, value := range sh.vars {
		if _, over := extra[name]; sh.export[name] && !over {
			env = append(env, name+"="+value)
		}
	}
	for name, value := range extra {
		env = append(env, name+"="+value)
	}
	slices.Sort(env)
	return env
}

func (sh *shell) declare(cmd *syntax.DeclClause) {
	sh.last = 0
	for _, a := range cmd.Args {
		if a.Name == nil {
			continue
		}
		if a.Value != nil {
			value, err := sh.assignment(a)
			if err != nil {
				sh.fatal(err)
				return
			}
			sh.vars[a.Name.Value] = value
		}
		if cmd.Variant.Value == "export" {
			sh.export[a.Name.Value] = true
		}
	}
}
