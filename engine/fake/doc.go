// Package fake is a Docker daemon in memory and an engine on it: for tests, and for the dashboard's demonstration.
//
// A Daemon answers the part of Docker's HTTP API that package engine uses, on connections that never leave the process.
// An Engine is a real *engine.Docker on such a daemon. So what the engine decides (ownership, drift, retries, the
// aggregation of pulls, the resume of logs) is decided by the same code as in production, and only the daemon is played.
// The contract suite in enginetest holds the player to what real daemons do.
//
//	f := fake.New(fake.Options{Images: []fake.Image{{Ref: "nginx:1.28-alpine", Main: fake.Service}}})
//	defer f.Close()
//	id, err := f.EnsureContainer(ctx, spec)
//
// # What runs in a container
//
// Programs are Go functions. A small POSIX shell with echo, cat, sleep, test and a few more is built in; Daemon.Handle
// adds programs, and an Image brings its main one. They see the container's environment, its files (kept in memory, one
// tree per volume and per bind source) and its terminal, and end when they are killed.
//
// # Scripts
//
// Engine.Fail and Engine.Delay make a method of that engine fail or wait before it does anything. Daemon.Down and Up
// break every connection and bring the daemon back. Daemon.Exit, OOM, Probe and Log script one container. Engine.Calls
// returns what was called, in order.
//
// # Time
//
// The daemon's time is Options.Clock: stamps, health, pulls, sleep inside of containers, statistics. The engine's own
// pauses (retries, throttles, settling) use the machine's clock. Inside a testing/synctest bubble both are the bubble's.
//
// # Ownership
//
// A Daemon owns goroutines for its connections and for every running container; Close ends and joins them all.
package fake
