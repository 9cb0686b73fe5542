package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"
)

// wireStats is the part of the daemon's answer that we show. Decoding it takes less time and memory than decoding the
// SDK's own type (BenchmarkDecodeStats), and a dashboard does it forty times every two seconds.
type wireStats struct {
	Read time.Time `json:"read"` // zero when the container does not run
	CPU  struct {
		Usage struct {
			Total uint64 `json:"total_usage"` // nanoseconds
		} `json:"cpu_usage"`
	} `json:"cpu_stats"`
	Memory struct {
		Usage uint64 `json:"usage"`
		Limit uint64 `json:"limit"`
		Stats struct {
			// TotalInactiveFile is there on cgroup v1 only, where InactiveFile leaves out the groups below.
			TotalInactiveFile *uint64 `json:"total_inactive_file"`
			InactiveFile      uint64  `json:"inactive_file"`
		} `json:"stats"`
	} `json:"memory_stats"`
	Networks map[string]struct {
		Rx uint64 `json:"rx_bytes"`
		Tx uint64 `json:"tx_bytes"`
	} `json:"networks"`
	Block struct {
		Bytes []struct {
			Op    string `json:"op"` // Read and Write on cgroup v1, read and write on v2
			Value uint64 `json:"value"`
		} `json:"io_service_bytes_recursive"`
	} `json:"blkio_stats"`
	PIDs struct {
		Current uint64 `json:"current"`
	} `json:"pids_stats"`
}

// statsDecoder turns the daemon's answers about one container into readings. Its zero value is ready.
type statsDecoder struct {
	buf bytes.Buffer // reused
	// read and cpu are the reading before; read is zero before the first.
	read time.Time
	cpu  uint64
}

// decode reads one answer. errStatsOver says that it is of a container that does not run. A number that is none counts
// as zero, so that one odd field of a daemon does not take the others away.
func (d *statsDecoder) decode(r io.Reader) (Stats, error) {
	d.buf.Reset()
	if _, err := d.buf.ReadFrom(r); err != nil {
		return Stats{}, err
	}
	var w wireStats
	var odd *json.UnmarshalTypeError
	if err := json.Unmarshal(d.buf.Bytes(), &w); err != nil && !errors.As(err, &odd) {
		return Stats{}, fmt.Errorf("the daemon's statistics cannot be read: %w", err)
	}
	if w.Read.IsZero() {
		return Stats{}, errStatsOver
	}
	reading := w.reading()
	reading.CPUPercent, reading.HasCPU = d.share(w.Read, w.CPU.Usage.Total)
	return reading, nil
}

// share returns the CPU time since the reading before as a share of the time that passed, 100 being one core. There is
// none for the first reading, nor when the counter or the clock went back, as they do when the container was restarted or
// the daemon's clock set, nor beside a counter of zero, which is one that could not be read.
func (d *statsDecoder) share(read time.Time, cpu uint64) (percent float64, ok bool) {
	before, used := d.read, d.cpu
	d.read, d.cpu = read, cpu
	if cpu == 0 {
		d.read = time.Time{}
		return 0, false
	}
	if before.IsZero() || !read.After(before) || cpu < used {
		return 0, false
	}
	return float64(cpu-used) / float64(read.Sub(before)) * 100, true
}

// reading converts everything but the CPU.
func (w *wireStats) reading() Stats {
	s := Stats{
		Time:        w.Read,
		Memory:      size(w.Memory.Usage - min(w.Memory.Usage, w.cache())),
		MemoryLimit: size(w.Memory.Limit),
		PIDs:        size(w.PIDs.Current),
	}
	for _, n := range w.Networks {
		s.NetRx = addSize(s.NetRx, n.Rx)
		s.NetTx = addSize(s.NetTx, n.Tx)
	}
	for _, b := range w.Block.Bytes {
		switch {
		case strings.EqualFold(b.Op, "read"):
			s.BlockRead = addSize(s.BlockRead, b.Value)
		case strings.EqualFold(b.Op, "write"):
			s.BlockWrite = addSize(s.BlockWrite, b.Value)
		}
	}
	return s
}

// cache is the memory that the kernel takes back when it is needed: file pages that were not used lately.
func (w *wireStats) cache() uint64 {
	if total := w.Memory.Stats.TotalInactiveFile; total != nil {
		return *total
	}
	return w.Memory.Stats.InactiveFile
}

// size converts a counter, which stops at the largest int64.
func size(n uint64) int64 { return int64(min(n, math.MaxInt64)) }

// addSize adds n to sum without overflow.
func addSize(sum int64, n uint64) int64 { return size(uint64(sum) + min(n, math.MaxInt64)) }
