// Package tui is the dashboard: the root that routes messages, lays out the screens and carries out actions.
//
// # Messages
//
// A key goes to the first of these that takes it: the dialog that is open, the pane whose text input is open, the pane
// that is shown, the keys that work everywhere. Keys that a slow line glued together are taken one by one.
//
// What the machine says comes as messages through commands, at most one under way for each source: the daemon's events,
// gathered for a moment; the lines of each operation's record, likewise. Update and View wait for nothing.
//
// # Errors
//
// What fails in passing is a line above the footer until the next key; what lasts is shown where it belongs.
package tui
