// Package flow lays lines of somebody else's text out in rows of cells: what a container wrote, with its colours.
//
// A line is sanitised first (engine.Sanitize): of escape sequences only SGR is left in it. Of that, what colours and shapes
// text is drawn, in our own words; what hides it or blinks is not. A Line is used again for line after line, so that drawing
// a screen costs no memory.
package flow
