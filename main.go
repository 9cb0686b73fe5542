// Command locorum-tui shows the local WordPress sites that Locorum runs in Docker, and works with them.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/Locorum/locorum-tui/tui/command"
)

// version is stamped by the build.
var version = "dev"

func main() {
	os.Exit(run())
}

// run hands the process to its command and returns the exit code.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	interrupts := make(chan os.Signal, 2) // the second ctrl+c may come before the first is dealt with
	signal.Notify(interrupts, os.Interrupt)
	home, err := os.UserHomeDir()
	if err != nil {
		fmt.Fprintln(os.Stderr, "locorum-tui:", err)
		return 1
	}
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return command.Run(ctx, command.Program{
		Version: version,
		Stdin:   os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		LookupEnv: os.LookupEnv, HomeDir: home, HostName: host,
		Now: time.Now, Random: rand.Reader, Interrupts: interrupts,
	}, os.Args[1:])
}
