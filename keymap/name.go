package keymap

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// named are the keys with names of more than one character, as Bubble Tea has them.
var named = []string{
	"enter", "esc", "tab", "shift+tab", "space", "backspace", "delete", "insert",
	"up", "down", "left", "right", "home", "end", "pgup", "pgdown",
	"shift+up", "shift+down", "shift+left", "shift+right", "shift+home", "shift+end",
	"ctrl+up", "ctrl+down", "ctrl+left", "ctrl+right", "ctrl+home", "ctrl+end", "ctrl+pgup", "ctrl+pgdown",
	"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
}

// normalize returns a key of config.toml as Bubble Tea names it, or says what is wrong with it.
func normalize(key string) (string, error) {
	if key == " " {
		return "space", nil
	}
	rest, alt := strings.CutPrefix(key, "alt+")
	prefix := ""
	if alt {
		prefix = "alt+"
	}
	if utf8.RuneCountInString(rest) == 1 {
		if r, _ := utf8.DecodeRuneInString(rest); unicode.IsPrint(r) {
			return prefix + rest, nil
		}
	}
	lower := strings.ToLower(rest)
	if slices.Contains(named, lower) {
		return prefix + lower, nil
	}
	if letter, ok := strings.CutPrefix(lower, "ctrl+"); ok && len(letter) == 1 && strings.Contains(controls, letter) {
		switch letter {
		case "i", "m", "[":
			return "", fmt.Errorf("a terminal cannot tell %q from tab, enter or esc", key)
		case "c", "z":
			return "", fmt.Errorf("%q always quits or suspends", key)
		}
		return prefix + lower, nil
	}
	return "", fmt.Errorf("%q is no key that a terminal sends", key)
}

// controls are what ctrl makes a key of its own with.
const controls = `abcdefghijklmnopqrstuvwxyz[]\^_@`

// readable are the keys that people know by another name.
var readable = strings.NewReplacer("pgdown", "pgdn", "up", "↑", "down", "↓", "left", "←", "right", "→")

// Readable returns a key's name for people.
func Readable(key string) string {
	switch key {
	case "pgup", "ctrl+pgup":
		return key
	case "up", "down", "left", "right":
		return readable.Replace(key)
	}
	return strings.ReplaceAll(key, "pgdown", "pgdn")
}
