// Package dialog has what is laid over the dashboard: forms, questions, and the deletion of a site.
//
// A dialog takes every key while it is open. One that opens by itself, when an answer has come, is deaf at first: keys
// that were typed before it appeared, and were meant for something else, do nothing in it (Deaf).
//
// Dialogs do nothing themselves: a key comes to an Outcome, and the root acts on it. What has to be asked of the machine,
// as whether a name is taken, the root asks and tells the form (Form.SetError, Form.SetNote).
package dialog
