// Package database knows the database engines that a site can have: how their containers look, how they are dumped, and
// how a dump from somewhere else is made fit for them.
//
// # Dumps are hostile
//
// A dump that a person imports was made elsewhere. OpenDump takes it as it comes, plain or compressed, and refuses what
// unpacks to more than its caller allows. Filter then goes over the SQL statement by statement: rows pass untouched,
// whatever their text contains; definitions are rewritten where the target would stumble over them; statements that
// would leave the site's own database are dropped. It reports a dump that ends in the middle. Both stream: memory does
// not grow with the dump.
package database
