package command

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// versionsCommand changes the versions of a site's programs.
func (a *app) versionsCommand() *cobra.Command {
	var flags changeFlags
	var o sites.VersionOptions
	cmd := &cobra.Command{
		Use: "versions SITE", Short: "change a site's versions; without flags, print what there is to choose",
		Long: "Change the versions of a site's PHP, database or Redis. The new images are pulled first. Before the database\n" +
			"changes it is dumped to ~/.locorum/snapshots. A database never goes back to an older version.",
		Example: "  locorum-tui versions acme-shop --php 8.4 --db-version 11.4",
		Args:    takes(1, 1, oneSite),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.versions(cmd.Context(), args[0], o, flags)
		},
		ValidArgsFunction: a.completeSite,
	}
	choice(cmd, &o.PHP, "php", "PHP's version", model.PHPVersions())
	choice(cmd, &o.Redis, "redis", "Redis's version", model.RedisVersions())
	cmd.Flags().StringVar(&o.DBVersion, "db-version", "", "the database's version")
	cmd.Flags().BoolVar(&o.NoDump, "no-dump", false, "do not dump the database before it changes")
	flags.add(cmd)
	return cmd
}

func (a *app) versions(ctx context.Context, slug string, o sites.VersionOptions, flags changeFlags) error {
	v, err := a.known(ctx, slug)
	if err != nil {
		return err
	}
	if o.PHP == "" && o.Redis == "" && o.DBVersion == "" {
		return a.printVersions(v.Site, flags.json)
	}
	if err := sites.CheckVersions(v.Site, o); err != nil {
		return err
	}
	return a.carryOut(ctx, flags, sites.Request{Verb: sites.VerbVersions, Slug: slug, Versions: &o})
}

// printVersions prints what a site has and what it can have.
func (a *app) printVersions(site model.Site, asJSON bool) error {
	type choice struct {
		Program string   `json:"program"`
		Version string   `json:"version"`
		Choices []string `json:"choices"`
	}
	var upgrades []string
	for _, version := range model.DBVersions(site.DBEngine) {
		if model.CanUpgradeDB(site.DBEngine, site.DBVersion, version) {
			upgrades = append(upgrades, version)
		}
	}
	choices := []choice{
		{"php", site.PHPVersion, model.PHPVersions()}, {site.DBEngine, site.DBVersion, upgrades},
		{"redis", site.RedisVersion, model.RedisVersions()},
	}
	if asJSON {
		return writeJSON(a.Stdout, choices)
	}
	rows := [][]cell{{{"PROGRAM", dim}, {"VERSION", dim}, {"CHOICES", dim}}}
	for _, c := range choices {
		rows = append(rows, []cell{text(c.Program), text(c.Version), text(strings.Join(c.Choices, " "))})
	}
	return a.paint.table(a.Stdout, rows)
}
