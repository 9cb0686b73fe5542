// Package pull shows operations: what is under way on sites, image by image and step by step, and what failed.
//
// An Operation is made from the lines of its record, one after the other, so that a dashboard that opens in the middle of
// one shows what one that was there from the start shows. Success folds away after a while; failure stays, with the last
// lines of the container that is to blame and what can be done about it, until a person has decided.
//
// What is shown of a pull never falls: neither the share that is there nor the bytes of it.
package pull
