package crash

import (
	"context"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// run runs fn as a goroutine would, and returns what went on past Catch.
func run(ctx context.Context, fn func()) (went any) {
	defer func() { went = recover() }()
	func() {
		defer Catch(ctx)
		fn()
	}()
	return nil
}

func explode() { panic("boom") }

// TestCatch reports a panic with the stack that led to it, and nothing else.
func TestCatch(t *testing.T) {
	t.Parallel()
	var value any
	var stack string
	ctx, cancel := context.WithCancel(With(context.Background(), func(v any, s []byte) { value, stack = v, string(s) }))
	defer cancel()
	if went := run(ctx, func() {}); went != nil || value != nil {
		t.Errorf("without a panic %v went on and %v was reported", went, value)
	}
	if went := run(ctx, explode); went != nil || value != "boom" || !strings.Contains(stack, "crash.explode") {
		t.Errorf("%v went on, %v was reported with\n%s", went, value, stack)
	}
}

// TestCatchNobody lets a panic go on where nobody is to be told.
func TestCatchNobody(t *testing.T) {
	t.Parallel()
	if went := run(context.Background(), explode); went != "boom" {
		t.Errorf("%v went on", went)
	}
}
