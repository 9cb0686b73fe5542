package engine

import (
	"context"
	"strconv"
	"time"
)

// waitLogLines is how much of the container's log a NotReadyError carries.
const waitLogLines = 50

// waitLogTime is how long fetching that log may delay the error.
const waitLogTime = 5 * time.Second

// NotReadyError says why a container did not become ready, as far as it could be learnt. It is an ErrContainerNotReady.
// Its texts are sanitised and hold no secret that the engine knows.
type NotReadyError struct {
	Name string
	// Reason continues "container NAME": "exited with code 1".
	Reason string
	// State is Docker's word at the last look; empty when there was none.
	State string
	// ExitCode is of the last run that ended; 0 before one did.
	ExitCode int
	// OOMKilled says that the kernel ended a process of the container because its memory limit was reached.
	OOMKilled bool
	// Logs are its last 50 lines; empty when there are none, or when they could not be read.
	Logs string
	// Err is why the daemon could not be asked at the end; nil when it could.
	Err error
}

// Error returns the reason, and below it the log.
func (e *NotReadyError) Error() string {
	text := "container " + e.Name + " " + e.Reason
	if e.Logs != "" {
		text += "\n--- last " + strconv.Itoa(waitLogLines) + " lines of its log ---\n" + e.Logs
	}
	return text
}

// Unwrap returns the sentinel and the cause.
func (e *NotReadyError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrContainerNotReady}
	}
	return []error{ErrContainerNotReady, e.Err}
}

// report makes the error of a wait that failed.
func (w *waiter) report(ctx context.Context, seen waitResult) error {
	if seen.err != nil {
		return seen.err
	}
	e := &NotReadyError{Name: w.name, Reason: seen.reason}
	if w.lastErr != nil {
		e.Err = w.d.fail(w.lastErr, "inspect container "+w.name)
	}
	if w.last.ContainerJSONBase != nil {
		e.State, e.ExitCode, e.OOMKilled = w.last.State.Status, w.last.State.ExitCode, w.last.State.OOMKilled
		logs, cancel := context.WithTimeout(ctx, waitLogTime)
		defer cancel()
		if text, err := w.logs(logs, w.id, waitLogLines); err == nil {
			e.Logs = w.d.secrets.text(text)
		}
	}
	if ctx.Err() != nil {
		return Ended(ctx)
	}
	return e
}
