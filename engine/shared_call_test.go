package engine

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func TestSharedCall(t *testing.T) {
	t.Run("callers at the same time share one call", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var shared sharedCall[int]
			var calls atomic.Int32
			release := make(chan struct{})
			results := make(chan int)
			for range 8 {
				go func() {
					n, _ := shared.do(t.Context(), func(context.Context) (int, error) {
						<-release
						return int(calls.Add(1)), nil
					})
					results <- n
				}()
			}
			synctest.Wait()
			close(release)
			for range 8 {
				if n := <-results; n != 1 {
					t.Errorf("got the result of call %d, want 1", n)
				}
			}
			if n, _ := shared.do(t.Context(), func(context.Context) (int, error) { return 7, nil }); n != 7 {
				t.Errorf("a later caller got %d of an earlier call", n)
			}
		})
	})

	t.Run("one caller's cancel leaves the others alone", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var shared sharedCall[string]
			release := make(chan struct{})
			fn := func(ctx context.Context) (string, error) {
				select {
				case <-release:
					return "there", nil
				case <-ctx.Done():
					return "", ctx.Err()
				}
			}
			first, cancelFirst := context.WithCancelCause(t.Context())
			firstErr, second := make(chan error, 1), make(chan string, 1)
			go func() { _, err := shared.do(first, fn); firstErr <- err }()
			synctest.Wait()
			go func() { v, _ := shared.do(t.Context(), fn); second <- v }()
			synctest.Wait()

			gone := errors.New("gone for lunch")
			cancelFirst(gone)
			if err := <-firstErr; !errors.Is(err, gone) {
				t.Errorf("the caller that left got %v, want its own cause", err)
			}
			close(release)
			if v := <-second; v != "there" {
				t.Errorf("the other got %q", v)
			}
		})
	})

	t.Run("the last to leave ends the call", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var shared sharedCall[int]
			ctx, cancel := context.WithCancel(t.Context())
			var ended atomic.Bool
			back := make(chan error)
			go func() {
				_, err := shared.do(ctx, func(ctx context.Context) (int, error) {
					<-ctx.Done()
					ended.Store(true)
					return 0, ctx.Err()
				})
				back <- err
			}()
			synctest.Wait()
			cancel()
			if err := <-back; !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want context.Canceled", err)
			}
			if !ended.Load() {
				t.Error("do came back before its call had ended")
			}
		})
	})
}
