package engine

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// statsOf is the daemon's answer at a second, by when the container has used that many milliseconds of CPU time.
func statsOf(second, cpu int) string {
	return fmt.Sprintf(`{"read":%q,"cpu_stats":{"cpu_usage":{"total_usage":%d}}}`,
		statsRead.Add(time.Duration(second)*time.Second).Format(time.RFC3339), cpu*int(time.Millisecond))
}

// newScriptedStats is a daemon with a container web that runs, and an engine whose pauses the test steps through.
func newScriptedStats(tb testing.TB) (*scriptedDaemon, *Docker, *stepClock) {
	tb.Helper()
	s, d := newScripted(tb)
	s.HandleFunc("/containers/web/json", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"Id":"c0ffee","State":{"Status":"running","Running":true}}`))
	})
	clock := newStepClock()
	d.clock = clock
	return s, d, clock
}

func TestStatsCadence(t *testing.T) {
	t.Parallel()
	s, d, clock := newScriptedStats(t)
	var late atomic.Int64
	s.HandleFunc("/containers/c0ffee/stats", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "one-shot=1&stream=0" {
			t.Errorf("asked for %q, want one sample", r.URL.RawQuery)
		}
		clock.pass(time.Duration(late.Load()))
		_, _ = w.Write([]byte(statsOf(0, 1)))
	})
	for _, c := range []struct {
		every time.Duration
		late  time.Duration // how long the second answer takes
		want  []time.Duration
	}{
		{0, 0, []time.Duration{minStatsInterval, minStatsInterval}},
		{-time.Hour, 0, []time.Duration{minStatsInterval}},
		{249 * time.Millisecond, 0, []time.Duration{minStatsInterval}},
		{2 * time.Second, 0, []time.Duration{2 * time.Second, 2 * time.Second}},
		{2 * time.Second, time.Second / 2, []time.Duration{2 * time.Second, 3 * time.Second / 2, 3 * time.Second / 2}},
		{2 * time.Second, 5 * time.Second, []time.Duration{2 * time.Second, time.Second}},
	} {
		t.Run(fmt.Sprint(c.every, " late by ", c.late), func(t *testing.T) {
			late.Store(0)
			ctx, cancel := context.WithCancel(t.Context())
			readings, err := d.Stats(ctx, "web", c.every)
			if err != nil {
				t.Fatal(err)
			}
			<-readings
			late.Store(int64(c.late))
			for i, want := range c.want {
				if got := <-clock.pauses; got != want {
					t.Errorf("pause %d of %v, want %v", i, got, want)
				}
			}
			cancel()
			closes(t, readings)
		})
	}
}

func TestStatsLatestWins(t *testing.T) {
	t.Parallel()
	s, d, clock := newScriptedStats(t)
	var polls atomic.Int32
	s.HandleFunc("/containers/c0ffee/stats", func(w http.ResponseWriter, _ *http.Request) {
		n := int(polls.Add(1))
		_, _ = w.Write([]byte(statsOf(n, n*n*100)))
	})
	readings, err := d.Stats(t.Context(), "web", time.Second)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		<-clock.pauses // after each the next reading is made
	}
	for polls.Load() < 4 {
		time.Sleep(time.Millisecond)
	}
	var got Stats
	for got = range readings { // the fourth may not have come yet when the third is taken
		if got.Time.Equal(statsRead.Add(4 * time.Second)) {
			break
		}
		if !got.Time.Equal(statsRead.Add(3 * time.Second)) {
			t.Errorf("a reading of %v came late, want only the latest", got.Time)
		}
	}
	if got.ID != "c0ffee" || !got.HasCPU || got.CPUPercent < 69.9 || got.CPUPercent > 70.1 {
		t.Errorf("reading %+v, want 70 %% of c0ffee since the reading before", got)
	}
}

func TestStatsEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		then http.HandlerFunc // the second answer
		left bool             // it does not run when it is looked at afterwards
		want error            // nil for no last reading
		text string
	}{
		{"stopped", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"read":"0001-01-01T00:00:00Z"}`))
		}, false, nil, ""},
		{"removed", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"message":"No such container"}`, http.StatusNotFound)
		}, false, nil, ""},
		{"stopped meanwhile, with an empty answer", func(http.ResponseWriter, *http.Request) {}, true, nil, ""},
		{"stopped meanwhile, with an error", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"message":"cgroup deleted"}`, http.StatusInternalServerError)
		}, true, nil, ""},
		{"refused", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"message":"the disk is on fire"}`, http.StatusInternalServerError)
		}, false, errAny, "the disk is on fire"},
		{"garbage", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }, false, errAny, "cannot be read"},
		{"endless", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("[" + strings.Repeat(" ", 2*maxStatsBody)))
		}, false, errAny, "cannot be read"},
		{"gone", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false, ErrDaemonUnreachable, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, d, clock := newScriptedStats(t)
			s.HandleFunc("/containers/c0ffee/json", func(w http.ResponseWriter, _ *http.Request) {
				_, _ = fmt.Fprintf(w, `{"Id":"c0ffee","State":{"Running":%v}}`, !c.left)
			})
			var polls atomic.Int32
			s.HandleFunc("/containers/c0ffee/stats", func(w http.ResponseWriter, r *http.Request) {
				if polls.Add(1) > 1 {
					c.then(w, r)
					return
				}
				_, _ = w.Write([]byte(statsOf(1, 1)))
			})
			readings, err := d.Stats(t.Context(), "web", time.Second)
			if err != nil {
				t.Fatal(err)
			}
			if first := <-readings; first.Err != nil || first.HasCPU {
				t.Errorf("the first reading is %+v, want one without CPU", first)
			}
			<-clock.pauses
			if c.want == errAny { //nolint:errorlint // a mark
				<-clock.pauses // one answer of no use is passed over
			}
			last, open := <-readings
			if open != (c.want != nil) || (last.Err != nil) != (c.want != nil) {
				t.Fatalf("the last reading is %+v, %v; want an error: %v", last, open, c.want != nil)
			}
			if open && !strings.Contains(last.Err.Error(), c.text) || c.want != errAny && !errors.Is(last.Err, c.want) { //nolint:errorlint // a mark
				t.Errorf("ended with %v, want %v and %q", last.Err, c.want, c.text)
			}
			closes(t, readings)
		})
	}
}

// errAny stands for any error.
var errAny = errors.New("any")

func TestStatsOfADaemonThatStops(t *testing.T) {
	t.Parallel()
	s, d, clock := newScriptedStats(t)
	s.HandleFunc("/containers/c0ffee/stats", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(statsOf(1, 1))) })
	readings, err := d.Stats(t.Context(), "web", time.Second)
	if err != nil {
		t.Fatal(err)
	}
	<-readings
	s.stop()
	<-clock.pauses
	if last := <-readings; !errors.Is(last.Err, ErrDaemonUnreachable) || last.ID != "c0ffee" {
		t.Errorf("the last reading is %+v, want ErrDaemonUnreachable", last)
	}
	closes(t, readings)
}

func TestStatsAskInTurnOverSSH(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		ssh         *sshDialer
		least, most int32
	}{
		{"ssh", &sshDialer{}, idleConns, idleConns},
		{"socket", nil, idleConns + 1, statsAtOnce},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, d, _ := newScriptedStats(t)
			d.ssh = c.ssh // the connection is the socket's all the same
			var now, most atomic.Int32
			s.HandleFunc("/containers/c0ffee/stats", func(w http.ResponseWriter, _ *http.Request) {
				n := now.Add(1)
				defer now.Add(-1)
				for seen := most.Load(); n > seen && !most.CompareAndSwap(seen, n); seen = most.Load() {
				}
				for range 1000 { // until enough ask at the same time, or nobody comes any more
					if most.Load() >= c.least {
						break
					}
					time.Sleep(time.Millisecond)
				}
				time.Sleep(5 * time.Millisecond) // in which those who may ask, but should not, would come
				_, _ = w.Write([]byte(statsOf(1, 1)))
			})
			streams := make([]<-chan Stats, 3*idleConns)
			for i := range streams {
				var err error
				if streams[i], err = d.Stats(t.Context(), "web", time.Second); err != nil {
					t.Fatal(err)
				}
			}
			for _, readings := range streams {
				if s := <-readings; s.Err != nil {
					t.Errorf("reading: %v", s.Err)
				}
			}
			if got := most.Load(); got < c.least || got > c.most {
				t.Errorf("up to %d asked at once, want %d to %d", got, c.least, c.most)
			}
		})
	}
}

func TestStatsRefuses(t *testing.T) {
	t.Parallel()
	s, d, _ := newScriptedStats(t)
	s.HandleFunc("/containers/idle/json", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"Id":"c0ffee","State":{"Status":"exited"}}`))
	})
	s.HandleFunc("/containers/odd/json", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{}`)) })
	for _, c := range []struct {
		name string
		d    *Docker
		want error
	}{
		{"absent", d, ErrNotFound},
		{"idle", d, ErrNotRunning},
		{"odd", d, ErrNotRunning},
		{"", d, ErrSpecInvalid},
		{"../web", d, ErrSpecInvalid},
		{"web", New(), ErrDaemonUnreachable},
	} {
		if readings, err := c.d.Stats(t.Context(), c.name, time.Second); !errors.Is(err, c.want) || readings != nil {
			t.Errorf("Stats of %q: %v, want %v", c.name, err, c.want)
		}
	}
}
