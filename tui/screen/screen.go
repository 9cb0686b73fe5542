package screen

import (
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"time"
)

// Options are what a screen is made of.
type Options struct {
	// Out is the terminal. Each frame is one Write, which may take as long as the terminal takes.
	Out io.Writer
	// Term is the terminal's kind, as the variable TERM has it.
	Term string
	// ASCII says that the terminal's characters are not UTF-8: then not a byte beyond ASCII is written.
	ASCII bool
	// Due is called when a frame that Wants put off can be drawn, from the screen's own goroutine, which draws nothing
	// until it returns. It may wait for the caller's loop, but must return once Close has been called.
	Due func()
	// Failed is called, from the screen's own goroutine and at most once, when the terminal does not take what is
	// written or the drawing itself fails; then value is the panic's and stack its stack. It must return as Due must.
	Failed func(value any, stack []byte)
}

// Frame is what the terminal is to show: Rows lines of Cols cells, joined by newlines, each line's style its own.
type Frame struct {
	Text       string
	Cols, Rows int
}

// Screen draws frames on a terminal. Its methods may be called from any goroutine, but Wants and Show from one only.
type Screen struct {
	o      Options
	frames chan Frame    // what Show was given; one at most, for Wants sees to it
	wake   chan struct{} // something has changed that the loop waits by
	quit   chan struct{}
	ended  chan struct{}

	terminal sync.Mutex // held while the terminal is written to, which can last
	canvas   *canvas
	on       bool // we have the terminal

	mu     sync.Mutex // never held for long
	pace   pace
	busy   bool // a frame was shown and is not drawn yet
	asked  bool // a frame is wanted and was put off
	urgent bool // and it is a person who waits for it
	away   bool // somebody else has the terminal
	broken bool
	closed bool
}

// New returns a screen that leaves the terminal alone until Enter. The caller must Close it.
func New(o Options) *Screen {
	s := &Screen{
		o: o, frames: make(chan Frame, 1), wake: make(chan struct{}, 1), quit: make(chan struct{}), ended: make(chan struct{}),
		canvas: newCanvas(o.Out, o.Term), away: true,
	}
	s.canvas.ascii = o.ASCII
	go s.loop()
	return s
}

// Close gives the terminal back, when the screen has it, and ends the screen. It waits for a frame that is being written.
func (s *Screen) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	close(s.quit)
	<-s.ended
	return s.Leave()
}

// Enter takes the terminal: the alternate screen, without a cursor, pastes in brackets. A frame is then due.
func (s *Screen) Enter() error {
	s.terminal.Lock()
	defer s.terminal.Unlock()
	if s.on {
		return nil
	}
	s.on = true
	s.mu.Lock()
	s.away, s.asked, s.urgent = false, true, true
	s.mu.Unlock()
	s.poke()
	if err := s.canvas.enter(); err != nil {
		return fmt.Errorf("take the terminal: %w", err)
	}
	return nil
}

// Leave gives the terminal back as it was, for somebody else to write to, until Enter. It waits for a frame that is being
// written; none is after it.
func (s *Screen) Leave() error {
	s.mu.Lock()
	s.away = true
	s.mu.Unlock()
	s.terminal.Lock()
	defer s.terminal.Unlock()
	if !s.on {
		return nil
	}
	s.on = false
	if err := s.canvas.leave(); err != nil {
		return fmt.Errorf("give the terminal back: %w", err)
	}
	return nil
}

// reclaim mends what a program has left behind on the terminal that was given away.
func (s *Screen) reclaim() error {
	s.terminal.Lock()
	defer s.terminal.Unlock()
	if s.on {
		return nil
	}
	return s.canvas.reclaim()
}

// Redraw makes the next frame draw every cell, whatever the terminal shows.
func (s *Screen) Redraw() {
	s.terminal.Lock()
	defer s.terminal.Unlock()
	s.canvas.forget()
}

// Mouse asks the terminal for clicks and the wheel, or no longer. What it was asked for holds after Leave and Enter too.
func (s *Screen) Mouse(on bool) error {
	s.terminal.Lock()
	defer s.terminal.Unlock()
	if !s.on {
		s.canvas.mouse = on
		return nil
	}
	return s.canvas.setMouse(on)
}

// Wants reports whether a frame can be drawn now; the caller then makes one and calls Show. When it cannot, because the
// last one is still on its way, or was drawn a moment ago, Due is called as soon as it can. urgent says that a person
// waits for the frame, as after a key.
func (s *Screen) Wants(urgent bool) bool {
	s.mu.Lock()
	s.urgent = s.urgent || urgent
	now := !s.busy && !s.away && !s.broken && s.pace.wait(s.urgent, time.Now()) <= 0
	s.asked = !now
	s.mu.Unlock()
	if !now {
		s.poke()
	}
	return now
}

// Show draws a frame, after Wants has said that it can be. It does not wait.
func (s *Screen) Show(f Frame) {
	s.mu.Lock()
	again := s.busy
	s.busy, s.asked, s.urgent = true, false, false
	s.mu.Unlock()
	if !again {
		s.frames <- f // has room: the frame before has been drawn
	}
}

// poke wakes the loop to look at what it waits for.
func (s *Screen) poke() {
	select {
	case s.wake <- struct{}{}:
	default: // it is about to look
	}
}

// loop draws frames and says when one that was put off is due.
func (s *Screen) loop() {
	defer close(s.ended)
	defer func() {
		if value := recover(); value != nil {
			s.fail(value, debug.Stack())
		}
	}()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		var due <-chan time.Time
		if wait, ok := s.next(); ok {
			timer.Reset(wait)
			due = timer.C
		}
		select {
		case <-s.quit:
			return
		case <-s.wake:
		case f := <-s.frames:
			if err := s.draw(f); err != nil {
				s.fail(fmt.Errorf("write to the terminal: %w", err), nil)
			}
		case <-due:
			if s.take() {
				s.o.Due()
			}
		}
	}
}

// next returns how long a frame that was put off has to wait, when there is one.
func (s *Screen) next() (wait time.Duration, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.asked || s.busy || s.away || s.broken {
		return 0, false
	}
	return max(s.pace.wait(s.urgent, time.Now()), 0), true
}

// take takes what was put off, for Due.
func (s *Screen) take() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = false
	return asked
}

// draw draws a frame, unless somebody else has the terminal.
func (s *Screen) draw(f Frame) error {
	s.terminal.Lock()
	defer s.terminal.Unlock()
	var n int
	var err error
	if s.on {
		n, err = s.canvas.draw(f)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = false
	if n > 0 {
		s.pace.spent(n, time.Now())
	}
	return err
}

// fail says once that there will be no more frames.
func (s *Screen) fail(value any, stack []byte) {
	s.mu.Lock()
	first := !s.broken
	s.broken = true
	s.mu.Unlock()
	if first {
		s.o.Failed(value, stack)
	}
}
