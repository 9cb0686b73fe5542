package engine

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// checkLayers fails when a layer's numbers do not fit each other.
func checkLayers(tb testing.TB, p *pullLayers) {
	tb.Helper()
	if len(p.layers) > maxPullLayers {
		tb.Errorf("%d layers", len(p.layers))
	}
	for _, l := range p.snapshot() {
		switch {
		case l.Downloaded < 0, l.Extracted < 0, l.Extracted > l.Size, l.Size > maxLayerSize,
			l.Size > 0 && l.Downloaded > l.Size,
			l.State == LayerDone && (l.Downloaded != l.Size || l.Extracted != l.Size),
			l.State == LayerDownloaded && l.Downloaded != l.Size,
			l.State > LayerPresent, len(l.ID) > maxLayerIDText:
			tb.Errorf("a layer is %+v", l)
		}
	}
}

// msg makes a message; numbers are current and total.
func msg(id, status string, numbers ...int64) *pullMessage {
	m := &pullMessage{ID: id, Status: status}
	if len(numbers) == 2 {
		m.Detail.Current, m.Detail.Total = numbers[0], numbers[1]
	}
	return m
}

func TestPullLayersOfRealDaemons(t *testing.T) {
	// Compressed sizes as they were pushed.
	want := map[string]PullProgress{
		"full":         {Status: "Pull complete", LayerCount: 5, Current: 29_011_753},
		"up-to-date":   {Status: "Pull complete"},
		"some-present": {Status: "Pull complete", LayerCount: 4, Current: 1_004_163},
		"all-present":  {Status: "Pull complete", LayerCount: 5},
		"layer-twice":  {Status: "Pull complete", LayerCount: 2, Current: 8_760},
		"resumed":      {Status: "Pull complete", LayerCount: 2, Current: 3_004_185},
		"refused":      {Status: "Retrying", LayerCount: 2},
	}
	for name, text := range realPulls(t) {
		t.Run(name, func(t *testing.T) {
			messages, _, err := readPull(bytes.NewReader(text))
			var layers pullLayers
			var ticks []PullProgress
			for _, m := range messages {
				layers.apply(&m)
				ticks = append(ticks, layers.progress(""))
				checkLayers(t, &layers)
			}
			_, kind, _ := strings.Cut(name, "-")
			want, ok := want[kind]
			if !ok {
				t.Fatalf("no expectation for %s", kind)
			}
			if kind == "refused" {
				last := checkTicks(t, ticks)
				if last.Current == last.Total || last.LayerCount != want.LayerCount || err == nil {
					t.Errorf("it ends with %+v, %v", last, err)
				}
				return
			}
			before := layers.snapshot()
			layers.finish(pullComplete)
			if after := layers.snapshot(); !slices.Equal(before, after) {
				t.Errorf("the daemon's messages left %+v", before)
			}
			want.Total = want.Current
			if got := checkTicks(t, append(ticks, layers.progress(""))); got != want {
				t.Errorf("it ends with %+v, want %+v", got, want)
			}
			for i, l := range layers.snapshot() {
				if present := kind == "all-present" || kind == "some-present" && i < 2; present != (l.State == LayerPresent) {
					t.Errorf("layer %d is %+v", i, l)
				}
			}
		})
	}
}

func TestPullLayerStates(t *testing.T) {
	const kb = 1000
	cases := []struct {
		name     string
		messages []*pullMessage
		want     LayerProgress
		status   string
	}{
		{"announced", []*pullMessage{msg("a", "Pulling fs layer")}, LayerProgress{State: LayerWaiting}, "Waiting"},
		{"queued", []*pullMessage{msg("a", "Pulling fs layer"), msg("a", "Waiting")}, LayerProgress{State: LayerWaiting}, "Waiting"},
		{"downloading", []*pullMessage{msg("a", "Downloading", 3*kb, 9*kb)}, LayerProgress{State: LayerDownloading, Size: 9 * kb, Downloaded: 3 * kb}, "Downloading"},
		{"downloading, size unknown", []*pullMessage{msg("a", "Downloading", 3*kb, 0)}, LayerProgress{State: LayerDownloading, Downloaded: 3 * kb}, "Downloading"},
		{"a full bar", []*pullMessage{msg("a", "Downloading", 3*kb, 9*kb), msg("a", "Downloading", 9*kb, 9*kb)}, LayerProgress{State: LayerDownloading, Size: 9 * kb, Downloaded: 3 * kb}, "Downloading"},
		{"verifying", []*pullMessage{msg("a", "Downloading", 3*kb, 9*kb), msg("a", "Verifying Checksum")}, LayerProgress{State: LayerDownloading, Size: 9 * kb, Downloaded: 3 * kb}, "Downloading"},
		{"downloaded", []*pullMessage{msg("a", "Downloading", 3*kb, 9*kb), msg("a", "Download complete")}, LayerProgress{State: LayerDownloaded, Size: 9 * kb, Downloaded: 9 * kb}, "Extracting"},
		{"downloaded, size unknown", []*pullMessage{msg("a", "Downloading", 3*kb, 0), msg("a", "Download complete")}, LayerProgress{State: LayerDownloaded, Size: 3 * kb, Downloaded: 3 * kb}, "Extracting"},
		{"extracting", []*pullMessage{msg("a", "Download complete"), msg("a", "Extracting", 4*kb, 9*kb)}, LayerProgress{State: LayerExtracting, Size: 9 * kb, Downloaded: 9 * kb, Extracted: 4 * kb}, "Extracting"},
		{"extracting, in seconds", []*pullMessage{
			msg("a", "Downloading", 3*kb, 9*kb), {ID: "a", Status: "Extracting", Detail: struct {
				Current int64  `json:"current"`
				Total   int64  `json:"total"`
				Units   string `json:"units"`
			}{4, 0, "s"}},
		}, LayerProgress{State: LayerExtracting, Size: 9 * kb, Downloaded: 9 * kb}, "Extracting"},
		{"done", []*pullMessage{msg("a", "Downloading", 3*kb, 9*kb), msg("a", "Pull complete")}, LayerProgress{State: LayerDone, Size: 9 * kb, Downloaded: 9 * kb, Extracted: 9 * kb}, "Extracting"},
		{"done stays done", []*pullMessage{msg("a", "Download complete"), msg("a", "Pull complete"), msg("a", "Downloading", 3*kb, 9*kb)}, LayerProgress{State: LayerDone, Size: 9 * kb, Downloaded: 9 * kb, Extracted: 9 * kb}, "Extracting"},
		{"present", []*pullMessage{msg("a", "Already exists")}, LayerProgress{State: LayerPresent}, "Waiting"},
		{"present after all", []*pullMessage{msg("a", "Pulling fs layer"), msg("a", "Already exists"), msg("a", "Pull complete")}, LayerProgress{State: LayerPresent}, "Waiting"},
		{"not present after all", []*pullMessage{msg("a", "Already exists"), msg("a", "Downloading", 3*kb, 9*kb)}, LayerProgress{State: LayerDownloading, Size: 9 * kb, Downloaded: 3 * kb}, "Downloading"},
		{"trying again", []*pullMessage{msg("a", "Downloading", 3*kb, 9*kb), msg("a", "Retrying in 5 seconds")}, LayerProgress{State: LayerWaiting, Size: 9 * kb, Downloaded: 3 * kb}, "Retrying"},
		{"from the beginning", []*pullMessage{msg("a", "Downloading", 3*kb, 9*kb), msg("a", "Retrying in 1 second"), msg("a", "Downloading", 1*kb, 9*kb)}, LayerProgress{State: LayerDownloading, Size: 9 * kb, Downloaded: 3 * kb}, "Downloading"},
		{"resumed", []*pullMessage{msg("a", "Downloading", 3*kb, 9*kb), msg("a", "Retrying in 1 second"), msg("a", "Downloading", 1*kb, 5*kb)}, LayerProgress{State: LayerDownloading, Size: 9 * kb, Downloaded: 5 * kb}, "Downloading"},
		{"negative", []*pullMessage{msg("a", "Downloading", -3, -9), msg("a", "Extracting", -3, -9)}, LayerProgress{State: LayerExtracting}, "Extracting"},
		{"more than can be", []*pullMessage{msg("a", "Downloading", math.MaxInt64-1, math.MaxInt64)}, LayerProgress{State: LayerDownloading, Size: maxLayerSize}, "Downloading"},
		{"more than all", []*pullMessage{msg("a", "Downloading", 3*kb, 9*kb), msg("a", "Extracting", 99*kb, 9*kb)}, LayerProgress{State: LayerExtracting, Size: 9 * kb, Downloaded: 9 * kb, Extracted: 9 * kb}, "Extracting"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			var layers pullLayers
			for _, m := range tc.messages {
				layers.apply(m)
				checkLayers(t, &layers)
			}
			tc.want.ID = "a"
			if got := layers.snapshot(); len(got) != 1 || got[0] != tc.want {
				t.Errorf("the layer is %+v, want %+v", got, tc.want)
			}
			if got := layers.status(); got != tc.status {
				t.Errorf("the status is %q, want %q", got, tc.status)
			}
		})
	}
}

func TestPullLayersOfASecondTry(t *testing.T) {
	var layers pullLayers
	for _, m := range []*pullMessage{
		msg("kept", "Pull complete"), msg("present", "Already exists"), msg("lost", "Downloading", 50, 100),
		msg("unpacked", "Downloading", 50, 100), msg("unpacked", "Download complete"), msg("unpacked", "Extracting", 70, 100),
		msg("kept2", "Downloading", 50, 100), msg("kept2", "Pull complete"),
	} {
		layers.apply(m)
	}
	layers.restart()
	if got := layers.status(); got != "Retrying" {
		t.Errorf("the status is %q", got)
	}
	for _, m := range []*pullMessage{
		msg("kept", "Already exists"), msg("present", "Already exists"), msg("kept2", "Already exists"),
		msg("lost", "Pulling fs layer"), msg("unpacked", "Already exists"), msg("lost", "Downloading", 10, 100),
	} {
		layers.apply(m)
	}
	want := []LayerProgress{
		{ID: "kept", State: LayerDone}, {ID: "present", State: LayerPresent},
		{ID: "lost", State: LayerDownloading, Size: 100, Downloaded: 50},
		{ID: "unpacked", State: LayerDone, Size: 100, Downloaded: 100, Extracted: 100},
		{ID: "kept2", State: LayerDone, Size: 100, Downloaded: 100, Extracted: 100},
	}
	if got := layers.snapshot(); !slices.Equal(got, want) {
		t.Errorf("the layers are %+v\nwant %+v", got, want)
	}
}

func TestPullLayersIgnoreWhatCannotBeALayer(t *testing.T) {
	var layers pullLayers
	for _, m := range []*pullMessage{
		msg("1.28", "Pulling from library/nginx"), msg("", "Digest: sha256:00"), msg("a", "something new"), msg("a", ""),
	} {
		layers.apply(m)
	}
	if len(layers.layers) != 0 || layers.ignored != 0 {
		t.Errorf("%d layers, %d ignored", len(layers.layers), layers.ignored)
	}
	for _, id := range []string{"", "\x1b[31m", "a b", "é", strings.Repeat("a", maxLayerIDText+1)} {
		layers.apply(msg(id, "Downloading", 1, 2))
	}
	for i := range maxPullLayers + 10 {
		layers.apply(msg(fmt.Sprint(i), "Downloading", math.MaxInt64-1, math.MaxInt64))
		layers.apply(msg(fmt.Sprint(i), "Pull complete"))
	}
	if len(layers.layers) != maxPullLayers || layers.ignored != 5+20 {
		t.Errorf("%d layers, %d ignored", len(layers.layers), layers.ignored)
	}
	tick := layers.progress("")
	if want := int64(maxPullLayers * maxLayerSize); tick.Current != want || tick.Total != want {
		t.Errorf("%d of %d, want %d", tick.Current, tick.Total, want)
	}
}
