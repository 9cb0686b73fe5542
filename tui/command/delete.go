package command

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine/sites"
)

// deleteCommand deletes a site.
func (a *app) deleteCommand() *cobra.Command {
	var flags changeFlags
	var o sites.DeleteOptions
	var yes bool
	cmd := &cobra.Command{
		Use: "delete SITE", Short: "delete a site; its database and its files stay unless told otherwise",
		Long: "Delete a site, after listing what goes and what stays. A site created later with the same name can have the\n" +
			"database that stayed. Before a database goes it is dumped to ~/.locorum/snapshots.",
		Args: takes(1, 1, oneSite),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.delete(cmd.Context(), args[0], o, flags, yes)
		},
		ValidArgsFunction: a.completeSite,
	}
	f := cmd.Flags()
	f.BoolVar(&o.Volume, "purge", false, "the database goes too")
	f.BoolVar(&o.Files, "files", false, "the site's folder goes too")
	f.BoolVar(&o.NoDump, "no-dump", false, "do not dump the database before it goes")
	f.BoolVar(&yes, "yes", false, "do not ask")
	flags.add(cmd)
	return cmd
}

func (a *app) delete(ctx context.Context, slug string, o sites.DeleteOptions, flags changeFlags, yes bool) error {
	m, err := a.manager(ctx)
	if err != nil {
		return err
	}
	preview, err := m.PreviewDelete(ctx, slug, o)
	if err != nil {
		return a.unreachable(ctx, err)
	}
	if !flags.json {
		if err := a.printPreview(a.Stderr, preview); err != nil {
			return err
		}
	}
	if !yes {
		if err := a.confirm(ctx, "delete "+slug, slug, "--yes"); err != nil {
			return err
		}
	}
	return a.carryOut(ctx, flags, sites.Request{Verb: sites.VerbDelete, Slug: slug, Delete: &o})
}

// printPreview lists what goes and what stays.
func (a *app) printPreview(w io.Writer, p sites.DeletePreview) error {
	p.Volume, p.Folder = plain(p.Volume), plain(p.Folder)
	goes := []string{"network, route, certificate"}
	if n := len(p.Containers); n > 0 {
		goes[0] = fmt.Sprintf("%d containers, %s", n, goes[0])
	}
	var stays []string
	add := func(gone bool, text string) {
		if gone {
			goes = append(goes, text)
		} else {
			stays = append(stays, text)
		}
	}
	if p.Volume != "" {
		text := "database volume " + p.Volume + sizeText(p.VolumeSize)
		if p.Dump {
			text += ", after a dump to ~/.locorum/snapshots"
		}
		add(p.VolumeGoes, text)
	}
	if p.Folder != "" {
		add(p.FilesGo, p.Folder+sizeText(p.FolderSize))
	}
	var rows [][]cell
	for _, text := range goes {
		rows = append(rows, []cell{{"goes", red}, {text: text}})
	}
	for _, text := range stays {
		rows = append(rows, []cell{{"stays", green}, {text: text}})
	}
	return a.newPaint(w).table(w, rows)
}

// sizeText is a size in bytes for people, "" when it is not known.
func sizeText(bytes int64) string {
	if bytes < 0 {
		return ""
	}
	return " (" + strings.TrimSpace(units.HumanSize(float64(bytes))) + ")"
}
