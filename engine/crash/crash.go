// Package crash brings a goroutine's panic to whoever must tidy up before the process ends: a program that has made the
// terminal its own cannot let the runtime print into it and leave it as it is.
package crash

import (
	"context"
	"runtime/debug"
)

// key is where With keeps its report.
type key struct{}

// With returns a context under which Catch calls report with a panic's value and its goroutine's stack. report may be
// called from several goroutines at once, must return, and should end the program: what panicked is not done.
func With(ctx context.Context, report func(value any, stack []byte)) context.Context {
	return context.WithValue(ctx, key{}, report)
}

// Catch, deferred first thing in a goroutine, so that it runs last, reports the goroutine's panic to the report that ctx
// carries. Without one the panic goes on, as any other does.
func Catch(ctx context.Context) {
	value := recover()
	if value == nil {
		return
	}
	report, ok := ctx.Value(key{}).(func(any, []byte))
	if !ok {
		panic(value)
	}
	report(value, debug.Stack())
}
