// Package doctor tells the truth about the machine: Docker, its disk and networks, ports, the router, certificates,
// limits of the system, and our own data. Each finding has a fix in a sentence and, where there is one, a command to copy.
//
// # What it does
//
// It looks and changes nothing. It talks to the Docker daemon, to loopback addresses and to the system's own resolver,
// and reads files below /proc, /sys, /etc and /run. What speaks of the daemon's machine (its limits, its disk, its
// ports) is looked at only when the daemon runs on this one.
//
// # Findings
//
// A check that finds nothing wrong says so with a finding that is OK; one that does not apply here says nothing. Without
// Docker there is one finding that says why, and the checks that need Docker are named in Report.Skipped: one fault is
// told once.
//
// # Text
//
// Names of containers, networks and files are hostile until sanitised; Run sanitises every text of every finding. No check
// reads a secret.
package doctor
