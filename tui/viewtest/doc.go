// Package viewtest holds what tests of views share: the sizes and looks that every view has a golden file for, and the rule
// that every line is exactly as wide as its pane. Only tests import it.
package viewtest
