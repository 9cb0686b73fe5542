package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
)

// listCommand lists the sites.
func (a *app) listCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "ls", Short: "list the sites", Args: takes(0, 0, "no arguments"),
		Long: "List the sites: those of the database, then those of which only containers are known.\n\n" +
			"When no Docker daemon answers, what the database says is listed all the same.",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.list(cmd.Context(), asJSON) },
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

// jsonFlag adds --json.
func jsonFlag(cmd *cobra.Command, asJSON *bool) {
	cmd.Flags().BoolVar(asJSON, "json", false, "print JSON")
}

// list prints every site. The rows are printed when the daemon's error comes with them, and the error is returned.
func (a *app) list(ctx context.Context, asJSON bool) error {
	views, daemonErr := a.views(ctx)
	if daemonErr != nil && !errors.Is(daemonErr, engine.ErrDaemonUnreachable) {
		return daemonErr
	}
	var err error
	switch {
	case asJSON:
		rows := make([]siteRecord, 0, len(views))
		for _, v := range views {
			rows = append(rows, newRecord(v, daemonErr == nil))
		}
		err = writeJSON(a.Stdout, rows)
	case len(views) == 0 && daemonErr == nil:
		fmt.Fprintln(a.Stderr, "There are no sites yet.")
	case len(views) > 0:
		err = a.paint.table(a.Stdout, a.listRows(views, daemonErr == nil))
	}
	return errors.Join(daemonErr, err)
}

// listRows returns the table of the sites. known says whether the daemon told how they are.
func (a *app) listRows(views []sites.View, known bool) [][]cell {
	rows := [][]cell{{{"NAME", dim}, {"STATUS", dim}, {"URL", dim}, {"PHP", dim}, {"DATABASE", dim}}}
	for _, v := range views {
		rows = append(rows, []cell{
			text(v.Site.Slug), a.statusCell(v, known), text(v.URL), text(v.Site.PHPVersion), text(databaseName(v)),
		})
	}
	return rows
}

// text is a cell of text that may come from anywhere.
func text(s string) cell {
	if s == "" {
		return cell{text: "-"}
	}
	return cell{text: plain(s)}
}

// plain returns text without anything that a terminal acts on, colours included: they would leave their cell.
func plain(s string) string {
	s = engine.SanitizeString(s)
	for {
		before, rest, found := strings.Cut(s, "\x1b") // what is left of escapes is ESC [ … m
		if !found {
			return s
		}
		_, after, _ := strings.Cut(rest, "m")
		s = before + after
	}
}

// statusCell is a site's glyph, its word and why.
func (a *app) statusCell(v sites.View, known bool) cell {
	if !known {
		return cell{"- unknown", dim}
	}
	glyph, sgr := a.paint.glyph(v.Status.State)
	phrase := glyph + " " + v.Status.State.String()
	switch {
	case v.Status.Reason == "":
	case v.Status.Service != "":
		phrase += ": " + v.Status.Service + " " + v.Status.Reason
	default:
		phrase += ": " + v.Status.Reason
	}
	return cell{plain(phrase), sgr}
}

// databaseName is the database program with its version.
func databaseName(v sites.View) string {
	if v.Site.DBEngine == "" {
		return ""
	}
	return v.Site.DBEngine + " " + v.Site.DBVersion
}

// writeJSON writes one value for people and programs.
func writeJSON(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}
