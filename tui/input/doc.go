// Package input has the one-line text field of filters, forms and prompts. Editing is that of bubbles/textinput, with the
// shell's keys and bracketed paste; drawing is ours, in exact cells and without a blinking cursor, which would write to the
// terminal for ever.
package input
