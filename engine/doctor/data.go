package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine/store"
)

// config asks whether config.toml can be used.
func (x examiner) config(context.Context) ([]Finding, error) {
	if x.ConfigError == nil {
		return []Finding{{Severity: OK, Title: "config.toml is in order"}}, nil
	}
	return []Finding{{
		Severity: Warn, Title: "config.toml cannot be used", Detail: sentence(x.ConfigError.Error()) + " Nothing of it is used.",
		Fix: "Mend what is named there, or remove the file.",
	}}, nil
}

// database asks whether the site database opens, may be written and names no two sites alike.
func (x examiner) database(ctx context.Context) ([]Finding, error) {
	if x.Store == nil {
		if x.StoreError == nil {
			return nil, nil
		}
		return []Finding{{
			Severity: Blocker, Title: "the site database does not open", Detail: sentence(x.StoreError.Error()),
			Fix: "Look at storage.db in the data folder; a copy of an earlier day, put in its place, brings the list of sites back.",
		}}, nil
	}
	var findings []Finding
	if err := x.Store.Writable(); err != nil {
		f := Finding{Check: "database-readonly", Severity: Warn, Title: "the site database is read only", Detail: sentence(err.Error())}
		var readOnly *store.ReadOnlyError
		if errors.As(err, &readOnly) {
			f.Detail, f.Fix = sentence(readOnly.Reason), sentence(readOnly.NextStep)
		}
		findings = append(findings, f)
	}
	sites, err := x.sites(ctx)
	if err != nil {
		return findings, err
	}
	if f, found := duplicates(store.Duplicates(sites)); found {
		findings = append(findings, f)
	}
	if len(findings) == 0 {
		findings = []Finding{{Severity: OK, Title: "the site database is in order, with " + count(len(sites), "site")}}
	}
	return findings, nil
}

// duplicates is the finding that sites share what must be their own.
func duplicates(taken []*store.TakenError) (Finding, bool) {
	if len(taken) == 0 {
		return Finding{}, false
	}
	var which []string
	for _, t := range taken {
		which = append(which, t.What+" "+t.Value)
	}
	return Finding{
		Check: "database-duplicates", Severity: Warn, Title: count(len(taken), "thing") + " that two sites share",
		Detail: sentence(list(atMost(which))) + " A change of one of them would change both, so they are not changed.",
		Fix:    "Rename or delete one of each pair in the desktop app.",
	}, true
}

// operations lists operations that broke off.
func (x examiner) operations(ctx context.Context) ([]Finding, error) {
	if x.Operations == nil {
		return nil, nil
	}
	broken, err := x.Operations(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the operations: %w", err)
	}
	if len(broken) == 0 {
		return []Finding{{Severity: OK, Title: "no operation broke off"}}, nil
	}
	var findings []Finding
	for _, op := range broken[:min(len(broken), maxNamed)] {
		f := Finding{
			Check: "operation-interrupted", Severity: Warn, Title: "an operation broke off: " + strings.TrimSpace(op.Kind+" "+op.Slug),
			Fix: "Start the site: that mends what was left half done.", Command: siteCommand("start", op.Slug),
		}
		if !op.Since.IsZero() {
			f.Detail = "It began on " + op.Since.Local().Format(time.DateTime) + "."
		}
		if op.Kind == "delete" {
			f.Fix, f.Command = "Delete the site again.", siteCommand("delete", op.Slug)
		}
		findings = append(findings, f)
	}
	if more := len(broken) - maxNamed; more > 0 {
		findings = append(findings, Finding{Check: "operation-interrupted", Severity: Warn, Title: "and " + count(more, "more operation") + " broke off",
			Fix: "Start those sites too."})
	}
	return findings, nil
}
