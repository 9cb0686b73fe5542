// Package store reads and writes the SQLite database that this program and Locorum's desktop app share.
//
// # Whose database it is
//
// The desktop app owns the schema. An absent file is created as its newest known migration (SchemaVersion) leaves it, so
// that the app opens it without migrating. An older file is read only, because migrating it is the app's to do; a newer
// one is writable as long as every column that we write is there and every column that we do not know either may be NULL
// or has a default. A file whose last migration broke off is read only. Store.Writable says which it is, with the way out.
//
// # Two writers
//
// Both programs may write at the same time. Transactions take the write lock when they begin and wait up to five seconds
// for it; an update writes the columns that its caller changed and no other, so neither program undoes the other's work.
// Slug, domain and folder of sites are unique for us, although the schema does not say so: a site that would take a taken
// one is refused within the transaction that would add it. Duplicates that the desktop app made are listed by
// Store.Duplicates and refuse changes.
//
// # Secrets
//
// The database holds passwords and salts. Its file is made 0600 in a folder of 0700. No error of this package carries a
// column's value.
package store
