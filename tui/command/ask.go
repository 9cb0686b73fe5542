package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/muesli/cancelreader"
)

// askable reports whether there is a person to ask.
func (a *app) askable() bool { return a.IsTerminal(a.Stdin) && a.IsTerminal(a.Stderr) }

// ask prints a question and returns the line that the person types. ctrl+c and the end of ctx are errInterrupted, and so is
// the end of the input.
func (a *app) ask(ctx context.Context, question string) (string, error) {
	input, err := cancelreader.NewReader(a.Stdin)
	if err != nil {
		return "", fmt.Errorf("read the terminal: %w", err)
	}
	defer func() { _ = input.Close() }()
	fmt.Fprint(a.Stderr, question)
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		// One line is all that is read: what is typed after it belongs to whoever comes next.
		text, err := bufio.NewReaderSize(&byteReader{input}, 16).ReadString('\n')
		answers <- answer{text, err}
	}()
	select {
	case <-a.Interrupts:
	case <-ctx.Done():
	case got := <-answers:
		if errors.Is(got.err, io.EOF) {
			return "", errInterrupted
		}
		return strings.TrimSpace(got.text), got.err
	}
	fmt.Fprintln(a.Stderr)
	if input.Cancel() {
		<-answers
	}
	return "", errInterrupted
}

// byteReader reads one byte at a time.
type byteReader struct{ r io.Reader }

func (b *byteReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	return b.r.Read(p[:1])
}

// confirm has a word typed before something goes that does not come back. Without a person to ask, flag must have been
// given.
func (a *app) confirm(ctx context.Context, what, word, flag string) error {
	if !a.askable() {
		return usage("%s: without a terminal that wants %s", what, flag)
	}
	typed, err := a.ask(ctx, fmt.Sprintf("Type %s to %s: ", word, what))
	if err != nil {
		return err
	}
	if typed != word {
		return &markedError{errCancelled, fmt.Errorf("%q is not %s; nothing was done", plain(typed), word)}
	}
	return nil
}
