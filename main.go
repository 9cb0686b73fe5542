// Command locorum-tui shows the local WordPress sites that Locorum runs in Docker.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// version is stamped by the build.
var version = "dev"

// The exit codes of the program.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitUnreachable = 3
)

// answerTime bounds how long the daemon may take to answer.
const answerTime = 10 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run does what args ask for and returns the exit code. Errors become text here and nowhere else.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	switch {
	case len(args) == 1 && args[0] == "version":
		fmt.Fprintln(stdout, "locorum-tui", version)
		return exitOK
	case len(args) > 0:
		fmt.Fprintln(stderr, "usage: locorum-tui [version]")
		return exitUsage
	}
	err := list(ctx, stdout)
	var unreachable *engine.UnreachableError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &unreachable):
		fmt.Fprintf(stderr, "Docker is not reachable: %s.\n%s\n", unreachable.Reason, unreachable.NextStep)
		return exitUnreachable
	default:
		fmt.Fprintln(stderr, "locorum-tui:", err)
		return exitFailure
	}
}

// list writes one line for each container of each site that the daemon has.
func list(ctx context.Context, w io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	docker, err := engine.Connect(engine.ConnectOptions{})
	if err != nil {
		return err
	}
	defer docker.Close()
	if err := docker.Ping(ctx); err != nil {
		return err
	}
	containers, err := docker.ContainersByLabel(ctx, map[string]string{engine.LabelPlatform: engine.PlatformValue})
	if err != nil {
		return err
	}
	return printContainers(w, containers)
}

// printContainers writes a table sorted by site, then role; what sites share comes first.
func printContainers(w io.Writer, containers []engine.ContainerInfo) error {
	if len(containers) == 0 {
		_, err := fmt.Fprintln(w, "No site has containers on this daemon.")
		return err
	}
	rows := map[string]engine.ContainerInfo{}
	for _, c := range containers {
		rows[c.Labels[engine.LabelSite]+"\x00"+c.Labels[engine.LabelRole]+"\x00"+c.ID] = c
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SITE\tROLE\tSTATE\tIMAGE\tSTATUS")
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		c := rows[key]
		cells := []string{c.Labels[engine.LabelSite], c.Labels[engine.LabelRole], c.State, c.Image, c.Status}
		if cells[0] == "" {
			cells[0] = "-"
		}
		for i, cell := range cells {
			cells[i] = engine.SanitizeString(strings.ReplaceAll(cell, "\t", " "))
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	return table.Flush()
}
