// Package theme turns a choice of colours into what views write: pairs of escape sequences, made once, so that a row costs
// a few copies and no style is built while drawing.
//
// # Colours
//
// The theme "ansi" is the default: the terminal's own sixteen colours and its own foreground and background, so that it
// is readable on whatever palette a person has. "locorum" and "light" have colours of their own, brought down to what the
// terminal can show. "mono" has none, and neither has any theme when NO_COLOR is set: bold, dim and reverse are then all.
// Colour is never the only sign: whatever has a colour here has a glyph or a word too.
//
// # Who asks the terminal
//
// Nobody. What the terminal can show is the caller's guess from its environment (DetectProfile, DetectGlyphs); a query
// that goes unanswered would hold up the first frame. Nothing global is read or written.
//
// # Nesting
//
// A Style ends what it began and nothing else: bold text on a coloured background keeps the background after it.
package theme
