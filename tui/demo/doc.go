// Package demo is a machine with WordPress sites that does not exist: what `locorum-tui --demo` shows.
//
// Demo is a backend.Backend. Its containers run on a daemon in memory (engine/fake), under a real engine, so that logs,
// statistics, events, pulls and health come about as they do in earnest; the sites, and what operations do to them, are
// played here. It touches no disk, no network, no Docker and no database.
//
// What happens is decided by Options.Seed: the same seed gives the same sites with the same history, and each container
// goes on with the same lines.
//
// Demo owns every goroutine that it starts, and those of its daemon. They end with the context of New; Close joins them.
package demo
