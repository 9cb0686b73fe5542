// Package keyboard reads a terminal for a program that takes what one read returned for whole keys. On a slow line that is
// not so: the three bytes of an arrow come in two reads, the first looks like the key esc, which closes what is open, and
// the rest like letters, which mean something too.
//
// # What a Reader does
//
// An escape sequence or a character that is cut off at the end of a read waits for its rest, a bounded time: the key esc is
// the beginning of every sequence, and a person who presses it sends nothing more. Answers of the terminal that nobody has
// waited for (the colours that a program in a shell asked for before it ended) are dropped: their letters would be keys.
// Of what is pasted more than MaxPaste bytes are dropped.
package keyboard
