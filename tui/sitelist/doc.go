// Package sitelist is the list of sites: one row each, with what a person looks for first.
//
// Rows are known by their slug: the cursor and the marks follow the site through every sort, filter and refresh, and a
// site that goes leaves the cursor on its neighbour. A row is drawn by copying; only visible ones are.
//
// The list does nothing itself. The root tells it keys and news, and asks it what is chosen.
package sitelist
