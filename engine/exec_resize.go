package engine

import (
	"context"
	"time"

	"github.com/docker/docker/api/types/container"
)

const (
	// A resize may meet an exec that is still being started; it is tried again resizeTries times, resizePause later at
	// first and a little later each time.
	resizeTries = 10
	resizePause = 10 * time.Millisecond
	// Where sizeScript sets the first size, it may do so after a newer one was applied. Sizes are therefore applied again
	// until the program has printed something, after pauses that double from settleFirst to settleLast. To apply the size
	// that the terminal has changes nothing and tells the program nothing.
	settleFirst = 50 * time.Millisecond
	settleLast  = 3200 * time.Millisecond
)

// execResizer keeps the terminal of an exec at the size that was asked for last. Its goroutine ends with stop.
type execResizer struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// followSize starts to apply the first size and those that come after. Without a terminal there is nothing to do.
func (e *execRun) followSize(ctx context.Context) *execResizer {
	ctx, cancel := context.WithCancel(ctx)
	r := &execResizer{cancel: cancel, done: make(chan struct{})}
	if e.tty == nil {
		close(r.done)
		return r
	}
	go func() {
		defer close(r.done)
		e.applySizes(ctx)
	}()
	return r
}

func (r *execResizer) stop() {
	r.cancel()
	<-r.done
}

// applySizes resizes until ctx ends or no more sizes can come. The first size is applied too, though the terminal should
// have it: the container may have no stty.
func (e *execRun) applySizes(ctx context.Context) {
	wanted, resize := e.tty.size, e.tty.resize
	settle := time.Duration(0)
	if e.tty.wrap {
		settle = settleFirst
	}
	for {
		if wanted != (TerminalSize{}) {
			wanted = e.resizeTo(ctx, wanted, resize)
		}
		var again <-chan time.Time
		var printed <-chan struct{}
		if settle > 0 {
			again, printed = time.After(settle), e.tty.printed
		} else if resize == nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case size, open := <-resize:
			if open {
				wanted = size
			} else {
				resize = nil
			}
		case <-again:
			if settle *= 2; settle > settleLast {
				settle = 0
			}
		case <-printed: // so the script has run, and this time is the last
			settle = 0
		}
	}
}

// resizeTo applies size, or what has come on resize since. It returns the one that it ended with.
func (e *execRun) resizeTo(ctx context.Context, size TerminalSize, resize <-chan TerminalSize) TerminalSize {
	for try := 1; ; try++ {
		if newest, ok := newestSize(resize); ok {
			size, try = newest, 1
		}
		err := e.cli.ContainerExecResize(ctx, e.id, container.ResizeOptions{Height: size.Rows, Width: size.Cols})
		if err == nil || try == resizeTries || e.d.clock.Sleep(ctx, time.Duration(try)*resizePause) != nil {
			return size
		}
	}
}

// newestSize takes all sizes that wait in resize and returns the last one.
func newestSize(resize <-chan TerminalSize) (size TerminalSize, ok bool) {
	for {
		select {
		case next, open := <-resize:
			if !open {
				return size, ok
			}
			size, ok = next, true
		default:
			return size, ok
		}
	}
}
