//go:build unix

package command

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/Locorum/locorum-tui/engine"
)

// watchSize sends the terminal's size whenever it changes, until stop is called, which joins the watcher. The newest size
// replaces one that nobody took.
func watchSize(terminal *os.File) (sizes <-chan engine.TerminalSize, stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGWINCH)
	changes := make(chan engine.TerminalSize, 1)
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-signals:
			case <-quit:
				return
			}
			select {
			case <-changes:
			default:
			}
			changes <- sizeOf(terminal) // there is room: nobody else sends
		}
	}()
	return changes, func() {
		signal.Stop(signals)
		close(quit)
		<-done
	}
}
