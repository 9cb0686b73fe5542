package doctor

import (
	"cmp"
	"slices"
	"time"
)

// Report is what Run found.
type Report struct {
	// Findings are sorted: the worst first, then by Check; those of one check are in
	// its own order.
	Findings []Finding `json:"findings"`
	// Skipped names the checks that could not be made because Docker does not answer, which a finding says, or because
	// Run's context ended; sorted.
	Skipped []string `json:"skipped,omitempty"`
	// Took is how long Run took; nanoseconds in JSON.
	Took time.Duration `json:"took"`
}

// Worst returns the worst severity of the findings; OK without any.
func (r Report) Worst() Severity {
	worst := OK
	for _, f := range r.Findings {
		worst = max(worst, f.Severity)
	}
	return worst
}

// OK reports whether nothing is worse than Info.
func (r Report) OK() bool { return r.Worst() <= Info }

// sort puts the report into the order that it promises.
func (r *Report) sort() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Check, b.Check))
	})
	slices.Sort(r.Skipped)
}
