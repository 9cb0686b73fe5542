// Package detail shows one site: what it is and how it is reached, its containers, and what was done to it.
//
// The pane does no I/O. The site comes with SetView, what takes asking with SetFacts, readings with SetUsage. Passwords are
// masked until Reveal, and masked again when another site is shown.
package detail
