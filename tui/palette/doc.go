// Package palette has the overlay that finds every action, site and setting by typing.
//
// What is typed is split into words, and an entry is shown when each of them is in it, in whatever order: as a subsequence
// of its title ("rs" is in "restart site"), or as a part of its kind or of one of its keywords. The best matches come first:
// letters that begin words and letters that stand together count for most. What scores alike keeps the order in which the
// caller gave it, the shorter title first; with nothing typed the order is the caller's.
//
// The palette does nothing itself: Update comes to a dialog.Outcome, and after Accepted the root asks for Chosen.
// Titles, hints and keywords may hold what came from outside, as names of sites: they are made plain when they come in.
package palette
