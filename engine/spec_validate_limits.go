package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/docker/go-units"
)

func (h *Healthcheck) validate() error {
	if h == nil {
		return nil
	}
	for _, d := range []struct {
		field string
		value time.Duration
	}{
		{"Interval", h.Interval}, {"Timeout", h.Timeout}, {"StartPeriod", h.StartPeriod}, {"StartInterval", h.StartInterval},
	} {
		if d.value != 0 && d.value < time.Millisecond { // the daemon's own least
			return invalid("Healthcheck."+d.field, "%v is neither 0 nor at least 1ms", d.value)
		}
	}
	if h.Retries < 0 {
		return invalid("Healthcheck.Retries", "%d is negative", h.Retries)
	}
	if len(h.Test) == 0 {
		return nil
	}
	switch words := len(h.Test); {
	case h.Test[0] == "NONE" && words == 1, h.Test[0] == "CMD" && words >= 2, h.Test[0] == "CMD-SHELL" && words == 2:
		return nil
	}
	return invalid("Healthcheck.Test", `%q is not {"CMD", argv…}, {"CMD-SHELL", line} or {"NONE"}`, h.Test)
}

// minMemory in bytes is the least that the daemon lets a container have.
const minMemory = 6 << 20

func (r Resources) validate() error {
	switch {
	case r.MemoryLimit != 0 && r.MemoryLimit < minMemory:
		return invalid("Resources.MemoryLimit", "%d is neither 0 nor at least 6 MiB", r.MemoryLimit)
	case r.CPUShares < 0:
		return invalid("Resources.CPUShares", "%d is negative", r.CPUShares)
	case r.LogMaxFiles < 0:
		return invalid("Resources.LogMaxFiles", "%d is negative", r.LogMaxFiles)
	}
	if r.LogMaxSize != "" {
		if size, err := units.FromHumanSize(r.LogMaxSize); err != nil || size <= 0 {
			return invalid("Resources.LogMaxSize", "%q is not a size such as 10m", r.LogMaxSize)
		}
	}
	for i, u := range r.Ulimits {
		limit := units.Ulimit{Name: u.Name, Soft: u.Soft, Hard: u.Hard}
		if _, err := limit.GetRlimit(); err != nil {
			return invalid(fmt.Sprintf("Resources.Ulimits[%d]", i), "%q: no such limit", u.Name)
		}
		if u.Hard >= 0 && u.Soft > u.Hard {
			return invalid(fmt.Sprintf("Resources.Ulimits[%d]", i), "the soft limit %d is above the hard one, %d", u.Soft, u.Hard)
		}
	}
	return nil
}

func (o SecurityOptions) validate() error {
	for _, list := range []struct {
		field  string
		values []string
	}{{"CapDrop", o.CapDrop}, {"CapAdd", o.CapAdd}, {"SecurityOpt", o.SecurityOpt}} {
		if i := slices.IndexFunc(list.values, func(s string) bool { return strings.TrimSpace(s) == "" }); i >= 0 {
			return invalid(fmt.Sprintf("Security.%s[%d]", list.field, i), "is empty")
		}
	}
	return nil
}
