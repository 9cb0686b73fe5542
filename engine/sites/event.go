package sites

import "time"

// StepState is what an Event says of its step.
type StepState string

// The states of a step, as they are written to an operation's record.
const (
	StepStarted   StepState = "started"
	StepProgress  StepState = "progress"
	StepDone      StepState = "done"
	StepFailed    StepState = "failed"
	StepCancelled StepState = "cancelled" // it was under way when another failed or a person cancelled
	StepSkipped   StepState = "skipped"   // it was never begun, for the same reasons
	StepUndone    StepState = "undone"
)

// Event is one thing that happened in a plan.
type Event struct {
	Time  time.Time `json:"time"`
	Step  string    `json:"step"`
	State StepState `json:"state"`
	// Took is how long the step ran, in nanoseconds; set when it ended.
	Took time.Duration `json:"took,omitempty"`
	// Progress is set for StepProgress.
	Progress *Progress `json:"progress,omitempty"`
	// Error is one sentence; set for StepFailed.
	Error string `json:"error,omitempty"`
}

// Progress is how far a step is. Sizes are bytes unless the label says otherwise.
type Progress struct {
	// Label is what is being worked on: an image, a file.
	Label string `json:"label,omitempty"`
	// Status is a phrase: "Downloading".
	Status  string `json:"status,omitempty"`
	Current int64  `json:"current,omitempty"`
	// Total of 0 is unknown.
	Total int64 `json:"total,omitempty"`
}
