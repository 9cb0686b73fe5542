// Package testbed lends the daemons that the engine's tests run on to the tests of packages outside of the engine. It is
// imported by tests only.
package testbed
