package engine

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode"
)

// maxPullMessage is the longest message of a pull that is read, in bytes; the daemon's own are under 300. It is all the
// memory that a stream can make us hold, however long its lines are.
const maxPullMessage = 64 << 10

// maxDaemonText bounds the daemon's words in an error, in bytes.
const maxDaemonText = 1 << 10

// pullMessage is what we read of one message of a pull: a JSON object on a line of its own.
type pullMessage struct {
	// ID names the layer; for the first message of a stream it is the tag.
	ID     string `json:"id"`
	Status string `json:"status"`
	Detail struct {
		Current int64 `json:"current"`
		Total   int64 `json:"total"`
		// Units is empty for bytes. The containerd image store counts seconds while it extracts.
		Units string `json:"units"`
	} `json:"progressDetail"`
	Error       string `json:"error"`
	ErrorDetail *struct {
		Message string `json:"message"`
	} `json:"errorDetail"`
}

// daemonPullError is an error message within a stream. The daemon hands on what the registry's client said, as text: by
// the time it is known the status line of the response was sent long ago.
type daemonPullError struct {
	Message string
}

func (e *daemonPullError) Error() string { return e.Message }

// pullStream reads the messages of one pull. A line that is not a message, or longer than maxPullMessage, is skipped and
// counted: a pull does not fail because the daemon said something that we cannot read.
type pullStream struct {
	r       *bufio.Reader
	err     error // what reading met; it ends the stream after the lines before it
	Skipped int   // lines
}

func newPullStream(r io.Reader) *pullStream {
	return &pullStream{r: bufio.NewReaderSize(r, maxPullMessage)}
}

// Next returns the next message. The error is io.EOF at the end of the stream, a *daemonPullError when the daemon says
// that the pull failed, else what reading met.
func (s *pullStream) Next() (pullMessage, error) {
	for s.err == nil {
		line, whole := s.line()
		if line = bytes.TrimSpace(line); whole && len(line) == 0 {
			continue
		}
		var m pullMessage
		// Numbers that an int64 cannot hold make it no message either.
		if !whole || json.Unmarshal(line, &m) != nil {
			s.Skipped++
			continue
		}
		if m.ErrorDetail != nil || m.Error != "" {
			return pullMessage{}, m.failure()
		}
		return m, nil
	}
	return pullMessage{}, s.err
}

// line returns the next line, valid until the next call; of one that is too long only that it is not whole. The last line
// may lack its end.
func (s *pullStream) line() (line []byte, whole bool) {
	line, s.err = s.r.ReadSlice('\n')
	if !errors.Is(s.err, bufio.ErrBufferFull) {
		return line, true
	}
	for errors.Is(s.err, bufio.ErrBufferFull) {
		_, s.err = s.r.ReadSlice('\n')
	}
	return nil, false
}

// failure returns the error that m carries.
func (m pullMessage) failure() *daemonPullError {
	text := m.Error
	if m.ErrorDetail != nil && m.ErrorDetail.Message != "" {
		text = m.ErrorDetail.Message
	}
	if text = plainText(text); text == "" {
		text = "the daemon gave no reason"
	}
	return &daemonPullError{Message: text}
}

// plainText returns at most maxDaemonText bytes of s on one line, with nothing in it that a terminal would obey.
func plainText(s string) string {
	cut := false
	if len(s) > maxDaemonText {
		s, cut = s[:maxDaemonText], true
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsPrint(r):
			return r
		}
		return -1
	}, s)
	if cut {
		s += "…"
	}
	return strings.TrimSpace(s)
}
