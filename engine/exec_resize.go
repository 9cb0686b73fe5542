package engine

import (
	"context"
	"time"

	"github.com/docker/docker/api/types/container"
)

// A resize meets an exec that is still being started; it is tried again resizeTries times, a little later each time, 10 ms
// at first.
const (
	resizeTries = 10
	resizePause = 10 * time.Millisecond
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
	pending, tries := wanted != (TerminalSize{}), 0
	for pending || resize != nil {
		if !pending {
			select {
			case <-ctx.Done():
				return
			case size, ok := <-resize:
				if !ok {
					return
				}
				wanted, pending, tries = size, true, 0
			}
		}
		if newest, ok := newestSize(resize); ok {
			wanted, tries = newest, 0
		}
		err := e.cli.ContainerExecResize(ctx, e.id, container.ResizeOptions{Height: wanted.Rows, Width: wanted.Cols})
		tries++
		pending = err != nil && tries < resizeTries
		if pending && e.d.clock.Sleep(ctx, time.Duration(tries)*resizePause) != nil {
			return
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
