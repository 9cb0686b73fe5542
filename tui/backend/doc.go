// Package backend is what the dashboard asks of the machine: one interface, Backend, and Live, which is the real thing.
// The demo is another one (package demo).
//
// The interface is wide because the dashboard shows everything; the screens declare the narrow ones that they need, and
// only the root holds this one. Its methods may wait for a daemon or a disk, so they are called from commands, never from
// Update or View. All are safe for concurrent use.
package backend
