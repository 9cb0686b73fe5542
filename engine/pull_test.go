package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestPullSeveral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &scriptedPulls{scripts: map[string][][]pullStep{}, present: map[string]bool{"there": true}}
		refs := []string{"there"}
		for i := range 6 {
			ref := fmt.Sprint("image", i)
			refs = append(refs, ref, ref)
			src.scripts[ref] = [][]pullStep{{layerStep(time.Second, ref, "Pull complete", 0, 0), stepDone}}
		}
		began := time.Now()
		pull := NewPull(t.Context(), src, refs)
		ticks := map[string][]PullProgress{}
		for tick := range pull.Progress() {
			ticks[tick.Image] = append(ticks[tick.Image], tick)
		}
		if err := pull.Wait(); err != nil {
			t.Fatal(err)
		}
		if src.most != pullsAtOnce || time.Since(began) < 2*time.Second || time.Since(began) > 2*time.Second+time.Millisecond {
			t.Errorf("%d at once, %s for six", src.most, time.Since(began))
		}
		for ref, n := range src.opened {
			if n != 1 {
				t.Errorf("%s was pulled %d times", ref, n)
			}
		}
		if len(ticks) != 7 || len(ticks["there"]) != 1 || ticks["there"][0] != (PullProgress{Image: "there", Status: "Already present"}) {
			t.Errorf("%d images, ticks of the present one %+v", len(ticks), ticks["there"])
		}
		if got := pull.Layers("image3"); len(got) != 1 || got[0] != (LayerProgress{ID: "image3", State: LayerDone}) {
			t.Errorf("layers of image3: %+v", got)
		}
		if got := pull.Layers("there"); len(got) != 0 {
			t.Errorf("layers of an image that was there: %+v", got)
		}
		if got := pull.Layers("another"); len(got) != 0 {
			t.Errorf("layers of an image not asked for: %+v", got)
		}
	})
}

func TestPullNothing(t *testing.T) {
	pull := NewPull(t.Context(), one(), nil)
	if _, ok := <-pull.Progress(); ok {
		t.Error("a tick of nothing")
	}
	if err := pull.Wait(); err != nil {
		t.Error(err)
	}
}

func TestPullJoinsErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := one(steady(10))
		src.scripts["gone"] = [][]pullStep{{stepFails("manifest for gone:latest not found: manifest unknown: manifest unknown")}}
		src.scripts["weak"] = [][]pullStep{{stepFails("Get https://registry/v2/: net/http: TLS handshake timeout")}}
		pull := NewPull(t.Context(), src, []string{"gone", "NOT VALID", "x", "weak"})
		err := pull.Wait()
		for _, want := range []error{ErrNotFound, ErrSpecInvalid, ErrTransient} {
			if !errors.Is(err, want) {
				t.Errorf("the error lacks %v", want)
			}
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != 3 || !strings.HasPrefix(lines[0], "pull image gone: ") || !strings.Contains(lines[1], `image "NOT VALID"`) ||
			!strings.HasPrefix(lines[2], "pull image weak: ") {
			t.Errorf("the errors are\n%s", err)
		}
		status := map[string]string{}
		for tick := range pull.Progress() {
			status[tick.Image] = tick.Status
		}
		if want := map[string]string{"gone": "Failed", "NOT VALID": "Failed", "x": "Pull complete", "weak": "Failed"}; !maps.Equal(status, want) {
			t.Errorf("the last ticks say %v", status)
		}
	})
}

func TestPullInvalidReference(t *testing.T) {
	for _, ref := range []string{
		"", " ", "a b", "UPPER", "x:", "x:tag:tag", "x@sha256:12", "-x", "http://x/y", "x\n", "x\x1b[31m\u202e", strings.Repeat("a", 40),
		strings.Repeat("long/", 20_000) + "x", strings.Repeat("ab", 32),
	} {
		t.Run(plainText(ref[:min(20, len(ref))]), func(t *testing.T) {
			err := New().PullImage(t.Context(), ref, nil)
			if ref == strings.Repeat("a", 40) { // a name, though it looks like the beginning of an ID
				if !errors.Is(err, ErrDaemonUnreachable) {
					t.Errorf("the error is %v", err)
				}
				return
			}
			if !errors.Is(err, ErrSpecInvalid) || !strings.Contains(err.Error(), "image") {
				t.Fatalf("the error is %v", err)
			}
			if text := err.Error(); len(text) > 3*maxDaemonText || strings.ContainsAny(text, "\x1b\n\u202e") {
				t.Errorf("the error reads %q", text)
			}
		})
	}
}

func TestPullCancel(t *testing.T) {
	forever := []pullStep{layerStep(0, "a", "Downloading", 1, 10), layerStep(1000*time.Hour, "a", "Pull complete", 0, 0)}
	failing := []pullStep{stepFails("toomanyrequests")}
	why := errors.New("the site was deleted")
	cases := []struct {
		name   string
		script []pullStep
		after  time.Duration
		cause  error
	}{
		{"before it began", forever, 0, nil},
		{"in the middle of a stream", forever, time.Second, nil},
		{"between two tries", failing, 250 * time.Millisecond, nil},
		{"with a reason", forever, time.Second, why},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				src := one(tc.script)
				refs := []string{"x"}
				for i := range 6 { // more than are pulled at once
					refs = append(refs, fmt.Sprint("x", i))
					src.scripts[refs[i+1]] = [][]pullStep{tc.script}
				}
				if tc.after == 0 {
					cancel(tc.cause)
				}
				pull := NewPull(ctx, src, refs)
				time.Sleep(tc.after)
				cancel(tc.cause)
				began := time.Now()
				err := pull.Wait()
				if time.Since(began) > 0 {
					t.Errorf("it took %s to end", time.Since(began))
				}
				if !errors.Is(err, context.Canceled) || tc.cause != nil && !errors.Is(err, tc.cause) || errors.Is(err, ErrTransient) {
					t.Errorf("the error is %v", err)
				}
				for _, ref := range refs {
					if !strings.Contains(err.Error(), "pull image "+ref+": ") {
						t.Errorf("the error does not name %s: %v", ref, err)
					}
				}
				ticks := rest(pull)
				if len(ticks) != len(refs) || slices.ContainsFunc(ticks, func(p PullProgress) bool { return p.Status != "Cancelled" }) {
					t.Errorf("what waits is %+v", ticks)
				}
				if src.open != 0 {
					t.Errorf("%d streams left open", src.open)
				}
			})
		})
	}
}

func TestPullKeepsErrorsFromBeforeTheCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		src := one([]pullStep{layerStep(time.Hour, "a", "Pull complete", 0, 0)})
		src.scripts["gone"] = [][]pullStep{{stepFails("manifest unknown")}}
		err := NewPull(ctx, src, []string{"x", "gone"}).Wait()
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrNotFound) {
			t.Errorf("the error is %v", err)
		}
	})
}

// cancelledOnOpen ends the pull's context while the daemon answers.
type cancelledOnOpen struct {
	*scriptedPulls
	cancel context.CancelFunc
}

func (s cancelledOnOpen) OpenPull(ctx context.Context, ref string) (io.ReadCloser, error) {
	s.cancel()
	return s.scriptedPulls.OpenPull(context.WithoutCancel(ctx), ref)
}

func TestPullCancelledAsTheAnswerComes(t *testing.T) {
	for text, want := range map[string]error{"manifest unknown": ErrNotFound, "something broke": context.Canceled} {
		t.Run(text, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			src := cancelledOnOpen{one([]pullStep{stepFails(text)}), cancel}
			if err := NewPull(ctx, src, []string{"x"}).Wait(); !errors.Is(err, want) {
				t.Errorf("the error is %v, want %v", err, want)
			}
		})
	}
}

func TestPullWithoutAClient(t *testing.T) {
	d := New()
	for name, err := range map[string]error{
		"PullImage":  d.PullImage(t.Context(), "alpine:3", nil),
		"PullImages": d.PullImages(t.Context(), []string{"alpine:3"}).Wait(),
		"NewPull":    NewPull(t.Context(), d, []string{"alpine:3"}).Wait(),
	} {
		if !errors.Is(err, ErrDaemonUnreachable) || !strings.Contains(err.Error(), "alpine:3") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
