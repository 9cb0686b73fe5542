package engine

import (
	"bytes"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestExecStdinHalfClose(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		const size = 50 << 20
		sent, received := sha256.New(), sha256.New()
		source := io.TeeReader(io.LimitReader(rand.NewChaCha8([32]byte{1}), size), sent)
		var n byteCount
		code, err := e.ExecInContainerWriterStdin(t.Context(), name, ExecOptions{Cmd: []string{"cat"}}, source, io.MultiWriter(received, &n), nil)
		wantCode(t, code, err, 0)
		if n != size || !bytes.Equal(sent.Sum(nil), received.Sum(nil)) {
			t.Errorf("%d of %d bytes came back, or other ones", n, size)
		}
	})
}

// byteCount counts what is written to it.
type byteCount int64

func (c *byteCount) Write(p []byte) (int, error) { *c += byteCount(len(p)); return len(p), nil }

func TestExecReturnsWhileStdinBlocks(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		t.Run("plain reader", func(t *testing.T) {
			source, release := io.Pipe()
			defer release.Close()
			code, err := e.ExecInContainerWriterStdin(t.Context(), name, ExecOptions{Cmd: []string{"sh", "-c", "exit 4"}}, source, nil, nil)
			wantCode(t, code, err, 4)
		})
		t.Run("reader that can be cancelled", func(t *testing.T) {
			source := newCancelReader()
			code, err := e.ExecInContainerWriterStdin(t.Context(), name, ExecOptions{Cmd: []string{"sh", "-c", "exit 4"}}, source, nil, nil)
			wantCode(t, code, err, 4)
			if reads := source.pending.Load(); reads != 0 {
				t.Errorf("%d reads are pending after the call", reads)
			}
		})
		t.Run("process that does not read", func(t *testing.T) {
			source := io.LimitReader(rand.NewChaCha8([32]byte{}), 20<<20)
			code, err := e.ExecInContainerWriterStdin(t.Context(), name, ExecOptions{Cmd: []string{"sh", "-c", "head -c 1 >/dev/null; exit 4"}}, source, nil, nil)
			wantCode(t, code, err, 4)
		})
	})
}
