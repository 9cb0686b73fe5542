package engine

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestPullRetries(t *testing.T) {
	broken := pullStep{after: time.Second, err: io.ErrUnexpectedEOF}
	cases := []struct {
		name  string
		tries [][]pullStep
		opens int
		kind  error // nil: it works
		text  string
	}{
		{"works at once", [][]pullStep{{stepDone}}, 1, nil, ""},
		{"the registry refuses once", [][]pullStep{{stepFails("received unexpected HTTP status: 503 Service Unavailable")}, {stepDone}}, 2, nil, ""},
		{"the stream breaks once", [][]pullStep{{broken}, {stepDone}}, 2, nil, ""},
		{"the stream ends too early once", [][]pullStep{{}, {stepDone}}, 2, nil, ""},
		{"a snapshot goes", [][]pullStep{{stepFails("failed to prepare: parent snapshot sha256:00 does not exist: not found")}, {stepDone}}, 2, nil, ""},
		{"the registry refuses always", [][]pullStep{{stepFails("toomanyrequests: come back later")}}, retryAttempts, ErrTransient, "docker.io did not deliver it; check the network, then try again (toomanyrequests: come back later)"},
		{"the stream breaks always", [][]pullStep{{broken}}, retryAttempts, ErrTransient, "the connection to Docker broke again and again"},
		{"not there", [][]pullStep{{stepFails("manifest unknown")}}, 1, ErrNotFound, "docker.io has no such image; check its name and tag"},
		{"no repository", [][]pullStep{{stepFails("name unknown: repository x not known")}}, 1, ErrNotFound, "docker.io has no such image"},
		{"hidden", [][]pullStep{{stepFails("pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied")}}, 1, ErrNotFound, "or docker.io wants a login for it; check the name, or run: docker login docker.io"},
		{"another processor", [][]pullStep{{stepFails("no matching manifest for linux/amd64 in the manifest list entries")}}, 1, ErrNotFound, "not made for this machine's processor"},
		{"a name like a fault", [][]pullStep{{stepFails("manifest for toomanyrequests:1 not found: manifest unknown")}}, 1, ErrNotFound, "no such image"},
		{"no login", [][]pullStep{{stepFails("unauthorized: authentication required")}}, 1, errUnkind, "docker.io wants a login; run: docker login docker.io"},
		{"disk full", [][]pullStep{{stepFails("write /var/lib/docker/tmp/x: no space left on device")}}, 1, errUnkind, "the disk of Docker is full"},
		{"something else", [][]pullStep{{stepFails("unsupported media type")}}, 1, errUnkind, "pull image x: unsupported media type"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := one(tc.tries...)
				err := NewPull(t.Context(), src, []string{"x"}).Wait()
				if src.opened["x"] != tc.opens || src.open != 0 {
					t.Errorf("opened %d times, want %d; %d left open", src.opened["x"], tc.opens, src.open)
				}
				switch {
				case tc.kind == nil && err != nil:
					t.Error(err)
				case tc.kind == nil:
				case err == nil || tc.kind != errUnkind && !errors.Is(err, tc.kind) || tc.kind == errUnkind && isKnown(err):
					t.Errorf("the error is %v", err)
				case !strings.Contains(err.Error(), tc.text):
					t.Errorf("the error reads %q, without %q", err, tc.text)
				}
				var cause *daemonPullError
				if err != nil && !errors.As(err, &cause) && !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("the error has lost its cause: %v", err)
				}
			})
		})
	}
}

// errUnkind stands for an error of no kind.
var errUnkind = errors.New("no kind")

func TestPullConfirmsASilentEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := one([]pullStep{layerStep(time.Second, "a", "Pull complete", 0, 0)})
		pull := NewPull(t.Context(), src, []string{"x"})
		time.Sleep(time.Millisecond)
		src.mu.Lock()
		src.present = map[string]bool{"x": true} // what the daemon did not say
		src.mu.Unlock()
		if err := pull.Wait(); err != nil || src.opened["x"] != 1 {
			t.Errorf("%v after %d tries", err, src.opened["x"])
		}
	})
}

func TestPullGoesOnWhileItGains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tries [][]pullStep
		for try := range 12 {
			var steps []pullStep
			for have := range try {
				steps = append(steps, layerStep(0, fmt.Sprint("layer", have), "Already exists", 0, 0))
			}
			id := fmt.Sprint("layer", try)
			steps = append(steps, layerStep(10*time.Minute, id, "Downloading", 50, 100), layerStep(0, id, "Pull complete", 0, 0),
				layerStep(0, fmt.Sprint("layer", try+1), "Downloading", 5, 100), pullStep{err: io.ErrUnexpectedEOF})
			tries = append(tries, steps)
		}
		tries = append(tries, []pullStep{layerStep(0, "layer12", "Pull complete", 0, 0), stepDone})
		src := one(tries...)
		pull := NewPull(t.Context(), src, []string{"x"})
		ticks := rest(pull)
		if err := pull.Wait(); err != nil || src.opened["x"] != 13 {
			t.Errorf("%v after %d tries", err, src.opened["x"])
		}
		if last := checkTicks(t, ticks); last.Current != 1300 || last.Total != 1300 || last.LayerCount != 13 {
			t.Errorf("the last tick is %+v", last)
		}
	})
}

func TestPullGivesUpWhenItGainsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tries [][]pullStep
		for try := range int64(100) { // each gets one byte further
			tries = append(tries, []pullStep{layerStep(0, "a", "Downloading", 500+try, 1000), {err: io.ErrUnexpectedEOF}})
		}
		src := one(tries...)
		if err := NewPull(t.Context(), src, []string{"x"}).Wait(); !errors.Is(err, ErrTransient) {
			t.Errorf("the error is %v", err)
		}
		if src.opened["x"] != retryAttempts {
			t.Errorf("%d tries", src.opened["x"])
		}
	})
}
