package engine

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxEventLine bounds one event, in bytes. An event carries all labels of its container; a daemon takes labels of any
// size, but nobody means megabytes.
const maxEventLine = 4 << 20

// errEventTooLong says that a line of the stream passed maxEventLine.
var errEventTooLong = errors.New("an event of more than 4 MiB")

// wireEvent is what we read of the daemon's message.
type wireEvent struct {
	Type   string
	Action string
	Actor  struct {
		ID         string
		Attributes map[string]string
	}
	TimeNano int64 `json:"timeNano"`
}

// eventReader reads the daemon's stream: JSON objects, one a line.
type eventReader struct {
	r    *bufio.Reader
	long []byte // holds a line that did not fit into r's buffer
}

func newEventReader(r io.Reader) *eventReader {
	return &eventReader{r: bufio.NewReaderSize(r, 8<<10)}
}

// Next returns the next event that is of a kind we pass on. An error ends the stream: io.EOF at its end, whatever
// reading met, or that what came is no event.
func (e *eventReader) Next() (Event, error) {
	for {
		line, err := e.line()
		if err != nil {
			return Event{}, err
		}
		event, ok, err := decodeEvent(line)
		if err != nil {
			return Event{}, err
		}
		if ok {
			return event, nil
		}
	}
}

// line returns the next line, valid until the next call.
func (e *eventReader) line() ([]byte, error) {
	line, err := e.r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	e.long = e.long[:0]
	for errors.Is(err, bufio.ErrBufferFull) {
		if len(e.long)+len(line) > maxEventLine {
			return nil, errEventTooLong
		}
		e.long = append(e.long, line...)
		line, err = e.r.ReadSlice('\n')
	}
	return append(e.long, line...), err
}

// decodeEvent reads one message. ok is false for one that is not passed on.
func decodeEvent(line []byte) (event Event, ok bool, err error) {
	if len(bytes.TrimSpace(line)) == 0 {
		return Event{}, false, nil
	}
	var w wireEvent
	if err := json.Unmarshal(line, &w); err != nil {
		return Event{}, false, fmt.Errorf("what came is no event: %w", err)
	}
	action, health := splitAction(w.Action)
	if w.Type != "container" || w.Actor.ID == "" || !slices.Contains(eventActions[:], action) {
		return Event{}, false, nil
	}
	attributes := w.Actor.Attributes
	event = Event{
		Kind:   EventContainer,
		Action: action,
		ID:     w.Actor.ID,
		Name:   strings.TrimPrefix(attributes["name"], "/"),
		Health: health,
	}
	if w.TimeNano != 0 {
		event.Time = time.Unix(0, w.TimeNano)
	}
	if action == ActionDie {
		event.ExitCode = exitCode(attributes["exitCode"])
	}
	maps.DeleteFunc(attributes, func(key, _ string) bool { return slices.Contains(eventAttributes[:], key) })
	event.Labels = attributes
	return event, true, nil
}

// eventAttributes are the keys that a daemon adds to the labels of a container. It does not mark them: a label of such a
// name cannot be told from them.
var eventAttributes = [...]string{"image", "name", "exitCode", "execDuration", "signal", "oldName", "execID"}

// splitAction takes "health_status: healthy" apart. A daemon can also put a probe's output in that place; what is no
// state is left out.
func splitAction(text string) (action ContainerAction, health string) {
	word, rest, found := strings.Cut(text, ":")
	if !found || word != string(ActionHealth) {
		return ContainerAction(text), ""
	}
	switch state := strings.TrimSpace(rest); state {
	case "healthy", "unhealthy", "starting":
		health = state
	}
	return ActionHealth, health
}

// exitCode reads a die event's exit code; -1 for what is none. Windows has codes of 32 bits.
func exitCode(text string) int {
	code, err := strconv.ParseInt(text, 10, 64)
	if err != nil || code < math.MinInt32 || code > math.MaxUint32 {
		return -1
	}
	return int(code)
}
