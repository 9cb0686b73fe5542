// Package usage measures what the containers on the screen use, and no others.
//
// Each container that is watched has a stream of its own; what they bring is kept by the Meter and handed out together, at
// most once a period: a screen of forty containers is drawn once, not forty times.
package usage
