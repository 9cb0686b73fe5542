// Package engine talks to Docker.
package engine
