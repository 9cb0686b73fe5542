// Package wp is the pane that runs wp-cli commands in a site: a line to type, and above it what was run and what came of it.
//
// # The path of a line
//
// A command runs in a goroutine of the pane, which cuts, sanitises and keeps each line as it comes, in a bounded ring, the
// oldest dropped and counted. That wakes the view; the next waking is waited for no sooner than 40 ms later, so a command
// that prints without end costs 25 drawings in a second. Nothing in the output is trusted: of its escape sequences only
// colours are drawn.
//
// # Sites
//
// Each site has a console of its own, with one command at a time. Leaving the pane ends nothing: the command goes on, and
// coming back shows how far it is. What consoles keep is bounded; so is their number. Cancelling ends the process inside of
// the container, and so does the end of the dashboard.
//
// What was typed is remembered while the dashboard runs, and never written down: there are passwords among it.
package wp
