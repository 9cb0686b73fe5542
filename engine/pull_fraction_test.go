package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestPullProgressNeverFalls draws random pulls: layers of any size, in any order, told in time, late or never, with
// layers that are there, begin again, resume, or fail with a full bar, over several tries, and read at random moments.
func TestPullProgressNeverFalls(t *testing.T) {
	statuses := []string{
		"Pulling fs layer", "Waiting", "Downloading", "Downloading", "Downloading", "Downloading", "Verifying Checksum",
		"Download complete", "Extracting", "Extracting", "Pull complete", "Already exists", "Retrying in 3 seconds", "else",
	}
	for seed := range uint64(3000) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		sizes := make([]int64, 1+rnd.IntN(12))
		for i := range sizes {
			sizes[i] = 1 + rnd.Int64N(1<<rnd.IntN(62))
		}
		var layers pullLayers
		var ticks []PullProgress
		downloaded := map[string]int64{}
		for range 1 + rnd.IntN(300) {
			if rnd.IntN(60) == 0 {
				layers.restart()
			}
			i := rnd.IntN(len(sizes))
			m := msg(fmt.Sprint(i), statuses[rnd.IntN(len(statuses))], rnd.Int64N(sizes[i])+1, sizes[i])
			switch rnd.IntN(12) {
			case 0:
				m.Detail.Total = 0
			case 1:
				m.Detail.Total = rnd.Int64() - math.MaxInt64/2
			case 2:
				m.Detail.Current = rnd.Int64() - math.MaxInt64/2
			}
			layers.apply(m)
			if rnd.IntN(3) == 0 {
				ticks = append(ticks, layers.progress(""))
			}
			checkLayers(t, &layers)
			for _, l := range layers.snapshot() {
				if l.Downloaded < downloaded[l.ID] {
					t.Errorf("seed %d: layer %s fell from %d to %d", seed, l.ID, downloaded[l.ID], l.Downloaded)
				}
				downloaded[l.ID] = l.Downloaded
			}
			if have, want, expect := layers.bytes(); have > want || want > expect || expect < 0 {
				t.Errorf("seed %d: %d of %d of %d", seed, have, want, expect)
			}
		}
		layers.finish(pullComplete)
		last := checkTicks(t, append(ticks, layers.progress("")))
		_, want, _ := layers.bytes()
		if last.Current != want || last.Total != want {
			t.Errorf("seed %d: it ends at %d of %d, want %d", seed, last.Current, last.Total, want)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// TestPullProgressIsNeverMoreThanTrue follows one pull whose sizes are told as downloads begin, as Docker does.
func TestPullProgressIsNeverMoreThanTrue(t *testing.T) {
	const mb = 1_000_000
	var layers pullLayers
	sizes := []int64{200, 30 * mb, 500, 3 * mb, 80 * mb, 10 * mb}
	for i := range sizes {
		layers.apply(msg(fmt.Sprint(i), "Pulling fs layer"))
	}
	var all int64
	for i, size := range sizes {
		all += size
		id := fmt.Sprint(i)
		for part := range int64(100) {
			layers.apply(msg(id, "Downloading", size*part/100, size))
			tick := layers.progress("")
			have, want, _ := layers.bytes()
			if tick.Current > have || tick.Total > want {
				t.Errorf("shown %d of %d, true %d of %d", tick.Current, tick.Total, have, want)
			}
			if i == 0 && tick.Current*20 > tick.Total {
				t.Errorf("one small layer of six makes %d of %d", tick.Current, tick.Total)
			}
		}
		layers.apply(msg(id, "Download complete"))
	}
	if tick := layers.progress(""); tick.Current != all || tick.Total != all {
		t.Errorf("with everything there it is %d of %d, want %d", tick.Current, tick.Total, all)
	}
}

func TestMulDiv(t *testing.T) {
	for _, tc := range []struct{ a, b, c, want int64 }{
		{0, 5, 3, 0}, {7, 5, 3, 11}, {1 << 59, 1 << 59, 1 << 59, 1 << 59}, {1 << 59, 1 << 59, 1, math.MaxInt64},
		{1 << 59, 1 << 5, 1 << 1, math.MaxInt64}, {3, 1 << 58, 3, 1 << 58},
	} {
		if got := mulDiv(tc.a, tc.b, tc.c); got != tc.want {
			t.Errorf("%d*%d/%d = %d, want %d", tc.a, tc.b, tc.c, got, tc.want)
		}
	}
}
