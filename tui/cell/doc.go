// Package cell measures, cuts and frames text for views, in cells of the terminal.
//
// Every function takes styled text: SGR sequences and OSC 8 links have no width. Plain text and plain ASCII, which is most
// of what is drawn, takes a short way past the grapheme tables. Nothing here allocates more than the text it returns.
//
// Text from outside (names, paths, what a container said) goes through Plain once before it is measured: a line break or
// an escape sequence in it would draw where it likes.
package cell
