package doctor_test

import (
	"context"
	"fmt"

	"github.com/Locorum/locorum-tui/engine/doctor"
)

// Checks of one's own go beside those of doctor.Checks. One that breaks is a finding like the others.
func ExampleRun() {
	report := doctor.Run(context.Background(), []doctor.Check{
		{ID: "coffee", Run: func(context.Context) ([]doctor.Finding, error) {
			return []doctor.Finding{{Severity: doctor.Warn, Title: "the pot is empty", Fix: "Brew some."}}, nil
		}},
		{ID: "tea", Run: func(context.Context) ([]doctor.Finding, error) { panic("no kettle") }},
		{ID: "water", Run: func(context.Context) ([]doctor.Finding, error) {
			return []doctor.Finding{{Severity: doctor.OK, Title: "there is water"}}, nil
		}},
	})
	for _, f := range report.Findings {
		fmt.Printf("%-5s %s: %s\n", f.Severity, f.Check, f.Title)
	}
	fmt.Println("all is well:", report.OK())
	// Output:
	// warn  check-tea: the check of tea broke
	// warn  coffee: the pot is empty
	// ok    water: there is water
	// all is well: false
}
