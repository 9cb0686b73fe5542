// Package sites creates, starts, stops, changes and deletes sites.
//
// # Plans
//
// Every operation is a Plan: named steps that say what they need. Steps whose needs are met run side by side. A step is
// idempotent, so that a plan which broke off anywhere, by an error or by the machine losing its power, is healed by
// running it again. When one step fails the others are asked to end and none is begun; what was done stays as it is.
// Nothing is undone unless a person asks for it: Undo then goes through the finished steps backwards.
//
// A plan knows neither Docker nor the clock: time is handed to it, and it tells what happens as Events, in order, to one
// receiver. The last event of a plan is always delivered before Run returns.
//
// # Locks
//
// One site is changed by one process at a time (Lock), on one machine. The lock is the kernel's, so it falls when its
// holder dies, however it dies; the file stays and says who held it last.
package sites
