package doctor

import (
	"context"
	"fmt"
	"time"
)

// maxSkew is how far two clocks may be apart. Beyond it log lines are out of order, and one-time links expire too soon.
const maxSkew = 5 * time.Second

// clock compares the daemon's clock with ours.
func (x examiner) clock(ctx context.Context) ([]Finding, error) {
	before := x.Now()
	detail, err := x.Docker.DaemonDetail(ctx)
	if err != nil {
		return nil, err
	}
	after := x.Now()
	if detail.Time.IsZero() {
		return nil, nil
	}
	// It answered between our two looks at the clock; where in between does not count as skew.
	skew := time.Duration(0)
	switch {
	case detail.Time.Before(before):
		skew = detail.Time.Sub(before)
	case detail.Time.After(after):
		skew = detail.Time.Sub(after)
	}
	if skew.Abs() <= maxSkew {
		return []Finding{{Severity: OK, Title: "Docker's clock agrees with ours"}}, nil
	}
	which := "ahead of"
	if skew < 0 {
		which = "behind"
	}
	return []Finding{{
		Severity: Warn, Title: fmt.Sprintf("Docker's clock is %v %s ours", skew.Abs().Round(time.Second), which),
		Detail: "Logs appear out of order, and one-time links and certificates may be refused.",
		Fix:    "Restart Docker Desktop, or turn on time synchronisation on both machines.", Command: "sudo timedatectl set-ntp true",
	}}, nil
}
