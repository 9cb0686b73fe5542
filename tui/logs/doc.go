// Package logs is the view of a site's logs: the lines of its containers and of its debug.log, merged by time.
//
// # The path of a line
//
// Each service has a goroutine, which reads batches from an engine.LogFollower, or lines from a file, and copies them
// into the service's Ring, under the one lock of the store. That sets a flag; the first change after the view has drawn
// sends one message, and the next is waited for no sooner than 40 ms later: a flood costs 25 drawings in a second however
// many lines it has. Drawing walks from the first line on the screen to the last, merging the rings as it goes, so it costs
// what the screen is tall, not what the rings hold.
//
// A line's place is its time, its service and its number in the ring, never an index: what the person looks at stays
// where it is while lines come at the end, are loaded at the beginning, or are dropped.
//
// # What is dropped, and where
//
// The rings share a bound in lines and one in bytes. Beyond it the oldest line goes of the ring that has most, and is
// counted. What the person looks at after scrolling up does not go: when nothing else is left to drop, the readers wait,
// and the lines with them, in the daemon's file.
//
// # What it trusts
//
// Nothing that it shows. Container text is sanitised by the engine, a file's here, and of the colours in it only those
// that cannot hide text are drawn.
package logs
