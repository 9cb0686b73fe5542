package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine/sites"
)

// dbCommand has the commands about a site's database.
func (a *app) dbCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "db", Short: "export and import databases", Args: noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usage("%s takes export or import", cmd.CommandPath())
		},

		SuggestionsMinimumDistance: 2,
	}
	cmd.AddCommand(a.exportCommand(), a.importCommand())
	return cmd
}

func (a *app) exportCommand() *cobra.Command {
	var flags changeFlags
	var file string
	cmd := &cobra.Command{
		Use: "export SITE", Short: "write a site's database to a file, as SQL",
		Long: "Write a consistent dump of the site's database to a new file, whose path is printed. A site that does not run has\n" +
			"its database started meanwhile.",
		Example: "  locorum-tui db export acme-shop\n  locorum-tui db export acme-shop -o - | gzip > acme.sql.gz",
		Args:    takes(1, 1, oneSite),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.export(cmd.Context(), args[0], file, flags)
		},
		ValidArgsFunction: a.completeSite,
	}
	cmd.Flags().StringVarP(&file, "output", "o", "", "the file, which must not exist yet, or - for standard output; SITE-DATE-TIME.sql without it")
	flags.add(cmd)
	return cmd
}

func (a *app) export(ctx context.Context, slug, file string, flags changeFlags) error {
	if _, err := a.known(ctx, slug); err != nil {
		return err
	}
	switch file {
	case "-":
		return a.exportToStdout(ctx, slug, flags)
	case "":
		file = slug + a.Now().Format("-20060102-150405") + ".sql"
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s exists, and is not written over: %w", path, os.ErrExist)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return usage("there is no folder %s to write to", filepath.Dir(path))
	}
	return a.carryOut(ctx, flags, sites.Request{Verb: sites.VerbExport, Slug: slug, Export: &sites.ExportOptions{File: path}})
}

// exportToStdout exports to a file that nobody else can read, which becomes standard output once it is whole.
func (a *app) exportToStdout(ctx context.Context, slug string, flags changeFlags) (err error) {
	if flags.json {
		return usage("--json and --output - would both go to standard output")
	}
	dir, err := os.MkdirTemp("", "locorum-export-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, slug+".sql")
	ops, err := a.openOperations()
	if err != nil {
		return err
	}
	request := sites.Request{Verb: sites.VerbExport, Slug: slug, Force: flags.force, Export: &sites.ExportOptions{File: path}}
	err = a.newWatch(ops, false, false).begin(ctx, []sites.Request{request}, func(sites.Operation, sites.Result) error { return nil })
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(a.Stdout, f)
	return errors.Join(err, f.Close())
}

func (a *app) importCommand() *cobra.Command {
	var flags changeFlags
	var o sites.ImportOptions
	var yes bool
	cmd := &cobra.Command{
		Use: "import SITE FILE", Short: "replace a site's database by a dump",
		Long: "Replace a site's database by a dump: SQL, plain or packed with gzip or zstd. The dump is read to its end before\n" +
			"anything goes, and what is there is dumped to ~/.locorum/snapshots. Addresses in it become the site's.",
		Args: takes(2, 2, "a site's name and a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.importDump(cmd.Context(), args[0], args[1], o, flags, yes)
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 1 {
				return nil, cobra.ShellCompDirectiveDefault
			}
			return a.completeSite(cmd, args, word)
		},
	}
	cmd.Flags().BoolVar(&o.NoDump, "no-dump", false, "do not dump what is there before it goes")
	cmd.Flags().BoolVar(&o.NoRewrite, "no-rewrite", false, "leave the addresses in the dump as they are")
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask before what is there goes without a dump")
	flags.add(cmd)
	return cmd
}

func (a *app) importDump(ctx context.Context, slug, file string, o sites.ImportOptions, flags changeFlags, yes bool) error {
	if _, err := a.known(ctx, slug); err != nil {
		return err
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return &markedError{errUsage, fmt.Errorf("the dump cannot be read: %w", err)}
	case !info.Mode().IsRegular():
		return usage("%s is no file", path)
	}
	if o.NoDump && !yes {
		if err := a.confirm(ctx, "lose what the database of "+slug+" holds", slug, "--yes"); err != nil {
			return err
		}
	}
	o.File = path
	return a.carryOut(ctx, flags, sites.Request{Verb: sites.VerbImport, Slug: slug, Import: &o})
}
