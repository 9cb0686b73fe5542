package command

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine/sites"
)

// operationsCommand lists operations.
func (a *app) operationsCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "operations", Short: "list what is being done to sites, and what was done lately", Args: takes(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ops, err := a.openOperations()
			if err != nil {
				return err
			}
			list, err := ops.List()
			records := newOperationRecords(list)
			switch {
			case err != nil:
				return err
			case asJSON:
				return writeJSON(a.Stdout, records)
			case len(records) == 0:
				fmt.Fprintln(a.Stderr, "Nothing was done to sites yet.")
				return nil
			}
			return a.paint.table(a.Stdout, operationRows(records))
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

// operationRecord is an operation as --json shows it in a list.
type operationRecord struct {
	ID    string     `json:"id"`
	Verb  sites.Verb `json:"verb"`
	Site  string     `json:"site"`
	Begun time.Time  `json:"begun"`
	// State is running, or the outcome: interrupted is that of an operation whose process was killed.
	State string `json:"state"`
	// Error is one sentence; empty unless it failed.
	Error string `json:"error,omitempty"`
}

// stateRunning is the state of an operation whose process lives.
const stateRunning = "running"

func newOperationRecords(list []sites.Operation) []operationRecord {
	records := make([]operationRecord, 0, len(list))
	for _, op := range list {
		r := operationRecord{ID: op.ID, Verb: op.Request.Verb, Site: op.Request.Slug, Begun: op.Begun, State: stateRunning}
		if op.Result != nil {
			r.State, r.Error = string(op.Result.Outcome), op.Result.Error
		}
		records = append(records, r)
	}
	return records
}

func operationRows(list []operationRecord) [][]cell {
	rows := [][]cell{{{"ID", dim}, {"SITE", dim}, {"OPERATION", dim}, {"BEGUN", dim}, {"STATE", dim}}}
	for _, o := range list {
		state := text(o.State)
		switch o.State {
		case stateRunning:
			state.sgr = yellow
		case string(sites.Failed), string(sites.Interrupted):
			state.sgr = red
		}
		if o.Error != "" {
			state.text += ": " + plain(o.Error)
		}
		rows = append(rows, []cell{text(o.ID), text(o.Site), text(string(o.Verb)), text(o.Begun.Local().Format(time.DateTime)), state})
	}
	return rows
}

// followCommand attaches to operations.
func (a *app) followCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "follow [ID]", Short: "follow what is being done to sites, from its beginning to its end",
		Long: "Follow an operation, or all that are under way, until the end. The exit code is that of the operation; the highest\n" +
			"of several. ctrl+c asks it to cancel, a second one leaves it running.",
		Args:        takes(0, 1, "an operation's ID as `locorum-tui operations` shows it, or nothing"),
		Annotations: map[string]string{ownInterrupts: "yes"},
		RunE:        func(cmd *cobra.Command, args []string) error { return a.follow(cmd.Context(), args, asJSON) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return a.completeOperations(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the operation's record, one JSON object a line")
	return cmd
}

func (a *app) follow(ctx context.Context, ids []string, asJSON bool) error {
	ops, err := a.openOperations()
	if err != nil {
		return err
	}
	list, err := ops.List()
	if err != nil {
		return err
	}
	var wanted []sites.Operation
	for _, op := range list {
		if len(ids) == 0 && op.Result == nil || slices.Contains(ids, op.ID) {
			wanted = append(wanted, op)
		}
	}
	switch {
	case len(wanted) > 0:
		w := a.newWatch(ops, asJSON, len(wanted) > 1)
		return w.attach(ctx, wanted, w.done)
	case len(ids) > 0:
		return usage("there is no operation %q; `locorum-tui operations` lists them", plain(ids[0]))
	}
	fmt.Fprintln(a.Stderr, "Nothing is being done to any site.")
	return nil
}

// completeOperations offers the operations under way to the shell.
func (a *app) completeOperations() []string {
	ops, err := a.openOperations()
	if err != nil {
		return nil
	}
	list, err := ops.List()
	if err != nil {
		return nil
	}
	var offers []string
	for _, op := range list {
		if op.Result == nil {
			offers = append(offers, op.ID+"\t"+string(op.Request.Verb)+" "+op.Request.Slug)
		}
	}
	return offers
}

// operationCommand carries out an operation. It is what Begin runs in a process of its own, and nobody types it.
func (a *app) operationCommand() *cobra.Command {
	return &cobra.Command{
		Use: "operation ID", Short: "carry out an operation that was begun", Hidden: true, Args: takes(1, 1, "an operation's ID"),
		Annotations: map[string]string{ownInterrupts: "yes"},
		RunE: func(cmd *cobra.Command, args []string) error {
			// What ends a command must not end this one: Run decides which signals cancel it.
			ctx := context.WithoutCancel(cmd.Context())
			m, err := a.manager(ctx)
			if err != nil {
				return err
			}
			return a.recordedOperations().Run(ctx, args[0], m.Operate)
		},
	}
}

// openOperations returns what begins and follows operations.
func (a *app) openOperations() (operations, error) {
	if a.ops != nil {
		return a.ops, nil
	}
	ops := a.recordedOperations()
	if err := ops.Sweep(); err != nil {
		return nil, err
	}
	return recorded{ops}, nil
}

func (a *app) recordedOperations() *sites.Operations {
	return sites.NewOperations(sites.OperationsOptions{HomeDir: a.HomeDir, Now: a.Now, Random: a.Random})
}
