package wp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/tui/backend"
	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/logs"
)

// The bounds of what a console keeps: more than anybody scrolls through, and with every console full some 20 MB.
const (
	maxLines    = 20_000
	maxBytes    = 2 << 20
	maxConsoles = 8
	// pieceSize is where a longer line is cut into several.
	pieceSize = 16 << 10
)

// What a line of a console is, besides logs.Stdout and logs.Stderr.
const (
	asked  = logs.FirstMark + iota // a command
	ended                          // how it ended, well
	failed                         // how it ended, otherwise
)

// console is what was run in a site.
type console struct {
	view sites.View
	// wake gets a value when something has changed since it was emptied.
	wake chan struct{}

	mu   sync.Mutex // guards what follows
	ring *logs.Ring
	// run is the number of the command that runs, or that ran last; running says which.
	run     int
	running bool
	began   time.Time
	result  Done // of the last command
	scratch []byte

	// These are Update's alone.
	cancel     context.CancelFunc // of the command that runs
	cancelling bool
	awaited    bool // a ChangedMsg will come
	following  bool
	top        int64 // the line of the first row, unless following
	skip       int   // rows of it that are above the screen
}

func newConsole() *console {
	return &console{wake: make(chan struct{}, 1), ring: logs.NewRing(maxLines, maxBytes), following: true}
}

// changed wakes the view.
func (c *console) changed() {
	select {
	case c.wake <- struct{}{}:
	default: // it has not looked since the last time
	}
}

// begin notes that a command runs, and returns its number.
func (c *console) begin(line string, now time.Time) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.run++
	c.running, c.began = true, now
	c.ring.Add(asked, now.UnixNano(), []byte(cell.Plain(line)))
	return c.run
}

// add keeps a line of output, in pieces when it is long. Of a line that a progress bar has written over, the last is left.
func (c *console) add(text string, stderr bool, now time.Time) {
	kind := logs.Stdout
	if stderr {
		kind = logs.Stderr
	}
	raw := []byte(text)
	if at := bytes.LastIndexByte(bytes.TrimRight(raw, "\r"), '\r'); at >= 0 {
		raw = raw[at+1:]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		piece := raw
		if len(piece) > pieceSize {
			piece = piece[:pieceSize]
			for len(piece) > pieceSize-utf8.UTFMax && !utf8.RuneStart(raw[len(piece)]) {
				piece = piece[:len(piece)-1]
			}
		}
		c.scratch = engine.Sanitize(c.scratch[:0], piece)
		c.ring.Add(kind, now.UnixNano(), c.scratch)
		if raw = raw[len(piece):]; len(raw) == 0 {
			return
		}
	}
}

// end notes how the command ended.
func (c *console) end(code int, err error, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	took := cell.Took(now.Sub(c.began))
	kind, text := ended, "exit 0 after "+took
	switch {
	case errors.Is(err, context.Canceled):
		kind, text = failed, "cancelled after "+took
	case err != nil:
		kind, text = failed, cell.Plain(err.Error())
	case code != 0:
		kind, text = failed, fmt.Sprintf("exit %d after %s", code, took)
	}
	c.running = false
	c.result = Done{Slug: c.view.Site.Slug, Text: text, Failed: kind == failed}
	c.ring.Add(kind, now.UnixNano(), []byte(text))
}

// Runner is what runs wp-cli. The dashboard's backend is one.
type Runner interface {
	// WP is that of backend.Sites.
	WP(ctx context.Context, v sites.View, c backend.WPCommand, onLine func(line string, stderr bool)) (int, error)
}

// start runs a command in a goroutine of its own until it has ended.
func (m *Model) start(c *console, line string, words []string) {
	ctx, cancel := context.WithCancel(m.ctx)
	c.cancel, c.cancelling, c.following = cancel, false, true
	c.begin(line, m.o.Now())
	command, v := backend.WPCommand{Words: words, Columns: m.textWidth()}, c.view
	m.runs.Go(func() {
		defer cancel()
		code, err := m.o.Runner.WP(ctx, v, command, func(line string, stderr bool) {
			c.add(line, stderr, m.o.Now())
			c.changed()
		})
		c.end(code, err, m.o.Now())
		c.changed()
	})
}
