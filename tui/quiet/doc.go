// Package quiet keeps the program from asking the terminal for its background colour. Bubble Tea does that when it is
// initialised and waits up to five seconds for an answer that many terminals never give; no theme of ours needs it.
//
// Go initialises packages in the order of their paths as far as imports allow, so this one must sort before Bubble Tea's
// and import nothing that imports it. Importing it is all there is to do.
package quiet
