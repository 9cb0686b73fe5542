// Package keymap has the keys of the dashboard as data: which action each key is, where it works, and what people read
// about it. The help, the footer, the palette and the table in the README are made from it, so none of them can lie.
//
// # Scopes
//
// A key is looked up in the scopes that are open, the innermost first: Match(key, ScopeSite, ScopeList, ScopeGlobal). A scope may hide a key of another pane's scope, never one of ScopeList or ScopeGlobal: those work
// everywhere the same way.
//
// # Overrides
//
// The person's config.toml gives actions other keys:
//
//	[keys]
//	"site.stop" = ["s", "f5"]
//
// The list replaces the action's own keys; an empty one takes the action off the keyboard (the palette still has it).
// Keys are named as Bubble Tea names them: "a", "A", "ctrl+a", "alt+a", "f5", "enter", "esc", "tab", "shift+tab", "up",
// "pgdown", "home", "space". Two actions of one key that could both be meant are a collision, and the error names both;
// so is an action that there is not, and a key that no terminal sends.
package keymap
