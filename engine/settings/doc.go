// Package settings reads what a person has chosen: this program's config.toml, and the rows of the desktop app's
// database that both programs obey.
//
// The file is the person's: it is only read. What it does not say has the default that Default documents; what it says
// wrongly (an unknown key, a value out of bounds) is one error that names every such place, and nothing of the file is
// then used: half a configuration would surprise more than none.
package settings
