package sites

import (
	"context"
	"encoding/json"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

// steps notes what an operation went through, for its activity.
type steps struct {
	began map[string]time.Time
	List  []stepNote
}

type stepNote struct {
	Name     string `json:"name"`
	Status   string `json:"status"`
	Duration int64  `json:"duration_ms"`
	Error    string `json:"error,omitempty"`
}

func (s *steps) note(e Event) {
	status, ended := map[StepState]string{StepDone: "succeeded", StepFailed: "failed", StepCancelled: "skipped", StepSkipped: "skipped"}[e.State]
	if ended {
		s.List = append(s.List, stepNote{e.Step, status, e.Took.Milliseconds(), truncate(e.Error, 1024)})
	}
}

func truncate(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return engine.SanitizeString(text[:most])
}

// activityKind is the desktop app's word for an operation.
func activityKind(v Verb) string {
	switch v {
	case VerbStart, VerbStop:
		return string(v)
	case VerbImport:
		return "import-db"
	}
	return "other"
}

// record adds the outcome to the site's activity. A site that is gone, or never was, has none.
func (m *Manager) record(ctx context.Context, site model.Site, r Request, begun time.Time, result Result, steps *steps, notice func(string)) {
	if site.ID == "" || r.Verb == VerbDelete && result.Outcome == Succeeded {
		return
	}
	details, err := json.Marshal(map[string]any{"steps": steps.List, "error": truncate(result.Error, 1024)})
	if err == nil {
		status, message := "succeeded", string(r.Verb)
		if result.Outcome != Succeeded {
			status, message = "failed", result.Error
		}
		err = m.o.Store.AddActivity(ctx, site.ID, store.Activity{
			Time: begun, Plan: planName(r), Kind: activityKind(r.Verb), Status: status, Duration: result.Took, Message: message, Details: string(details),
		})
	}
	if err != nil {
		notice("the outcome could not be added to the site's activity: " + err.Error())
	}
}
