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
// # Operations
//
// Operations.Begin starts an operation in a process of its own, which leads a session of its own: neither the end of the
// program that began it nor that of its terminal reaches it. The process appends what happens to a record, a file of JSON
// lines, which any number of Followers read from its beginning; it holds a lock on the record as long as it lives, so a
// record without a result that nobody holds is one of a process that died. Cancel sends that process SIGTERM.
//
// Manager.Operate is what the process does: it takes the site's lock, keeps the desktop app out (OwnerLock), refuses what
// must not be done, and runs the plans of the verb one after the other.
//
// # Data
//
// Before a database's data goes, or is opened by another version, it is dumped to the snapshots folder; when the dump fails,
// nothing goes. A volume that no database ever came up on is the exception: there is nothing in it.
//
// # Locks
//
// One site is changed by one process at a time (Lock), on one machine. The lock is the kernel's, so it falls when its
// holder dies, however it dies; the file stays and says who held it last.
package sites
