// Package screen writes the dashboard's frames to the terminal: only the cells that changed, only when something wants to
// be seen, and no faster than the line to the terminal takes them.
//
// Bubble Tea's own renderer wakes sixty times a second for ever and sends whole lines again. Here nothing runs while
// nothing changes; a frame is made when the terminal can take one and not before, so a slow line costs frames and never
// a queue of stale ones; what a person's key changes goes out ahead of what changes by itself.
//
// Cells and the sequences between them are charmbracelet/ultraviolet's; when to draw, and who has the terminal, is ours.
package screen
