package logs

import (
	"strings"
	"time"
)

// stampLayout is how PHP begins the lines of its log, in brackets, with the name of a zone behind.
const stampLayout = "02-Jan-2006 15:04:05"

// fileStamp finds when the lines of a PHP log were written. A line without a stamp belongs to the one before it.
type fileStamp struct {
	last time.Time
	name string // of zone
	zone *time.Location
}

// of returns when a line was written.
func (f *fileStamp) of(line string) time.Time {
	inside, _, ok := strings.Cut(line, "]")
	if !ok || len(inside) < len(stampLayout)+2 || inside[0] != '[' {
		return f.last
	}
	stamp, zone := inside[1:len(stampLayout)+1], inside[len(stampLayout)+1:]
	t, err := time.ParseInLocation(stampLayout, stamp, f.location(strings.TrimPrefix(zone, " ")))
	if err != nil {
		return f.last
	}
	f.last = t
	return t
}

// location returns the zone of that name, UTC when there is none. The name comes from a file that others write:
// LoadLocation looks only where zones are.
func (f *fileStamp) location(name string) *time.Location {
	if f.zone != nil && f.name == name {
		return f.zone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		zone = time.UTC
	}
	f.name, f.zone = name, zone
	return zone
}
