package fake

import (
	"encoding/json"
	"hash/fnv"
	"math"
	"net/http"
	"strconv"
	"time"

	containertypes "github.com/docker/docker/api/types/container"
)

// The machine that containers share.
const (
	machineCPUs   = 4
	machineMemory = 8 << 30
)

// containerStats is GET /containers/{id}/stats: one reading per second of the daemon's clock.
func (d *Daemon) containerStats(r *request) error {
	var c *container
	if err := d.with(r, func(found *container) error { c = found; return nil }); err != nil {
		return err
	}
	once := r.query("stream") != "" && !r.flag("stream")
	if once {
		d.mu.Lock()
		defer d.mu.Unlock()
		return r.answer(http.StatusOK, d.readingLocked(c, c.started))
	}
	r.stream("application/json")
	out := json.NewEncoder(r)
	var before time.Time
	for {
		d.mu.Lock()
		gone := c.removed
		reading := d.readingLocked(c, before)
		before = d.clock.Now()
		d.mu.Unlock()
		if gone || out.Encode(reading) != nil {
			return nil
		}
		r.flush()
		if d.clock.Sleep(r.Context(), time.Second) != nil {
			return nil
		}
	}
}

// statsReading is a reading with the one before it.
type statsReading struct {
	containertypes.StatsResponse
	PreCPU containertypes.CPUStats `json:"precpu_stats"`
}

// readingLocked is what c uses now. A container that does not run has its name only, as with Docker.
func (d *Daemon) readingLocked(c *container, before time.Time) statsReading {
	r := statsReading{StatsResponse: containertypes.StatsResponse{Name: "/" + c.name, ID: c.id}}
	if !c.running() {
		return r
	}
	now := d.clock.Now()
	r.Read, r.PreRead = now, before
	r.CPUStats = d.cpuLocked(c, now)
	if !before.IsZero() {
		r.PreCPU = d.cpuLocked(c, before)
	}
	up := now.Sub(c.started).Seconds()
	seed := d.character(c)
	limit := uint64(machineMemory)
	if c.host.Memory > 0 {
		limit = uint64(c.host.Memory)
	}
	used := min(uint64(20<<20)+seed%(100<<20)+uint64(4<<20*(1+math.Sin(up/30+float64(seed%7)))), limit)
	cache := min(uint64(8<<20), limit-used)
	r.MemoryStats = containertypes.MemoryStats{Usage: used + cache, Limit: limit, Stats: map[string]uint64{
		"inactive_file": cache, "total_inactive_file": cache,
	}}
	r.PidsStats.Current = 1 + seed%12
	if len(c.nets) > 0 {
		r.Networks = map[string]containertypes.NetworkStats{"eth0": {
			RxBytes: uint64(up * float64(200+seed%2000)), TxBytes: uint64(up * float64(100+seed%1500)),
		}}
	}
	r.BlkioStats.IoServiceBytesRecursive = []containertypes.BlkioStatEntry{
		{Major: 8, Op: "read", Value: 1<<20 + seed%(8<<20)},
		{Major: 8, Op: "write", Value: uint64(up * float64(seed%4096))},
	}
	return r
}

// cpuLocked is the processor time that c has used at a time: a base that is its own, in slow waves.
func (d *Daemon) cpuLocked(c *container, at time.Time) containertypes.CPUStats {
	up := max(at.Sub(c.started).Seconds(), 0)
	base := 0.002 + float64(d.character(c)%50)/1000
	const wave = 20.0                                       // seconds per radian
	used := 0.05 + base*(up+wave*0.8*(1-math.Cos(up/wave))) // the start took some
	return containertypes.CPUStats{
		CPUUsage:    containertypes.CPUUsage{TotalUsage: uint64(used * 1e9)},
		SystemUsage: uint64(at.UnixNano()) * machineCPUs, OnlineCPUs: machineCPUs,
	}
}

// character is a number that is a container's own, whatever its ID.
func (d *Daemon) character(c *container) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(c.name + strconv.FormatUint(d.opts.Seed, 10)))
	return h.Sum64() >> 8
}
