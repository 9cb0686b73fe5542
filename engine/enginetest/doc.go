// Package enginetest is the contract of an engine as tests: *engine.Docker on real daemons and fake.Engine pass the same
// suite.
//
//	enginetest.Suite{
//		Open:  func(t *testing.T, home string) enginetest.Subject { … },
//		Gone:  func(t *testing.T) enginetest.Subject { … },
//		Fresh: func(t *testing.T) string { … },
//		Image: "alpine:3",
//	}.Run(t)
//
// Every method of Subject has five cases (see Kind) or the reason why one does not apply, and some have more. A case
// carries the rule that it checks and prints it when it fails. A test of this package compares the cases with the
// method set, so that a method cannot be forgotten.
//
// Cases run side by side, share the daemon with whoever uses it, give all they make random names and a data folder of
// their own, and remove it. In containers they use only what BusyBox and the fake's programs both do.
package enginetest
