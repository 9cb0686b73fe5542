package engine

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

// pullStep is a moment of a scripted stream: after a wait, a message or the error that ends it.
type pullStep struct {
	after time.Duration
	text  string
	err   error
}

// layerStep is a message about a layer.
func layerStep(after time.Duration, id, status string, current, total int64) pullStep {
	return pullStep{after: after, text: fmt.Sprintf(`{"id":%q,"status":%q,"progressDetail":{"current":%d,"total":%d}}`, id, status, current, total) + "\n"}
}

// stepDone is the daemon's last message of a pull that worked.
var stepDone = pullStep{text: `{"status":"Status: Downloaded newer image for x"}` + "\n"}

// stepFails is an error that the daemon reports within the stream.
func stepFails(text string) pullStep {
	return pullStep{text: fmt.Sprintf(`{"errorDetail":{"message":%q},"error":%q}`, text, text) + "\n"}
}

// scriptedPulls is a source whose pulls follow scripts: one for each try, the last of them for all that follow.
type scriptedPulls struct {
	scripts map[string][][]pullStep

	mu      sync.Mutex // guards the rest
	present map[string]bool
	opened  map[string]int
	open    int
	most    int // open at once
}

func (s *scriptedPulls) ImagePresent(_ context.Context, ref string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.present[ref], nil
}

func (s *scriptedPulls) OpenPull(ctx context.Context, ref string) (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opened == nil {
		s.opened = map[string]int{}
	}
	scripts := s.scripts[ref]
	script := scripts[min(s.opened[ref], len(scripts)-1)]
	s.opened[ref]++
	s.open++
	s.most = max(s.most, s.open)
	return &scriptedBody{ctx: ctx, src: s, steps: script}, nil
}

// scriptedBody plays one script.
type scriptedBody struct {
	ctx   context.Context
	src   *scriptedPulls
	steps []pullStep
	text  string
}

func (b *scriptedBody) Read(p []byte) (int, error) {
	for b.text == "" {
		if len(b.steps) == 0 {
			return 0, io.EOF
		}
		step := b.steps[0]
		b.steps = b.steps[1:]
		if err := (systemClock{}).Sleep(b.ctx, step.after); err != nil {
			return 0, err
		}
		if step.err != nil {
			return 0, step.err
		}
		b.text = step.text
	}
	n := copy(p, b.text)
	b.text = b.text[n:]
	return n, nil
}

func (b *scriptedBody) Close() error {
	b.src.mu.Lock()
	defer b.src.mu.Unlock()
	b.src.open--
	return nil
}

// one is a source for the image "x".
func one(scripts ...[]pullStep) *scriptedPulls {
	return &scriptedPulls{scripts: map[string][][]pullStep{"x": scripts}}
}

// steady downloads one layer of n KB, one KB each millisecond.
func steady(n int64) []pullStep {
	var steps []pullStep
	for i := range n {
		steps = append(steps, layerStep(time.Millisecond, "a", "Downloading", i*1000, n*1000))
	}
	return append(steps, layerStep(0, "a", "Pull complete", 0, 0), stepDone)
}
