// Package ptytest runs the program as a person does: the built binary on a pseudo-terminal, with a terminal emulator behind
// it. It is imported by tests only.
//
// # A terminal
//
// Start returns a Terminal. What is typed goes to the program byte for byte (Type), what the program writes is drawn by the
// emulator, and Screen is what a person would see. WaitFor waits for a screen; nothing here sleeps, and no wait is shorter
// than a slow machine needs. When a wait fails, the failure has the screen in it.
//
//	term := ptytest.Start(t, ptytest.Options{Env: []string{"DOCKER_HOST=" + host}})
//	term.WaitText(t, "No sites yet")
//	term.Type(t, "q")
//	if code := term.Wait(t); code != 0 { … }
//	term.Restored(t)
//
// # Answers
//
// A real terminal answers queries (colours, cursor position, device attributes) on the program's standard input. So does this
// one, unless Options.Mute says that it is one of those that do not. Asked returns the queries that were seen.
//
// # Ends
//
// The end of the test ends the process with everything in its session, closes the pseudo-terminal, and joins the goroutines
// that read the two of them. Main removes the binary and looks for goroutines that are left.
package ptytest
