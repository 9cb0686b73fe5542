// Package command has the program's commands: what a person types at a prompt, and what a script runs.
//
// # Two kinds of commands
//
// Those that look (ls, show, url, logs) and those that work inside of a site (exec, wp) act in this process. Those that
// change a site begin an operation, which runs in a process of its own and outlives this one, and follow its record: a
// terminal that closes takes the view away and not the work.
//
// # Streams
//
// Standard output has what was asked for and nothing else, so that it can be piped; everything said about it goes to
// standard error. With --json standard output is JSON: one value, or one object a line where lines come over time. Colour
// needs a terminal, and NO_COLOR takes it away.
//
// # Errors
//
// Commands return errors. One table gives each its exit code, and the help, the README and Run go by it. Nothing but Run
// turns an error into text.
//
// # Docker
//
// A command connects when it has to. What the database alone can answer works without a daemon, and ls shows its rows all
// the same when none answers.
package command
