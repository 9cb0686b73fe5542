package engine

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestEnded(t *testing.T) {
	t.Parallel()
	why := errors.New("the person left")
	if err := Ended(t.Context()); err != nil {
		t.Errorf("of a context that goes on: %v", err)
	}
	plain, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Ended(plain); err != context.Canceled {
		t.Errorf("without a cause: %v", err)
	}
	caused, cancelCause := context.WithCancelCause(t.Context())
	cancelCause(why)
	late, cancelLate := context.WithDeadlineCause(t.Context(), time.Unix(0, 0), why)
	defer cancelLate()
	for kind, ctx := range map[error]context.Context{context.Canceled: caused, context.DeadlineExceeded: late} {
		if err := Ended(ctx); !errors.Is(err, kind) || !errors.Is(err, why) || err.Error() != why.Error() {
			t.Errorf("got %v, want %v because %v", err, kind, why)
		}
	}
}

// TestEndedTransport ends a request before its answer, and another in the midst of it.
func TestEndedTransport(t *testing.T) {
	t.Parallel()
	why := errors.New("the person left")
	for name, begun := range map[string]bool{"before the answer": false, "in its midst": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if begun {
					w.WriteHeader(http.StatusOK)
					_ = http.NewResponseController(w).Flush()
				} else {
					cancel(why)
				}
				<-r.Context().Done()
			}))
			defer server.Close()
			transport := &http.Transport{DisableKeepAlives: true}
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			response, err := (&http.Client{Transport: EndedTransport{Next: transport}}).Do(request)
			if err == nil {
				cancel(why)
				_, err = io.ReadAll(response.Body)
				_ = response.Body.Close()
			}
			if !errors.Is(err, context.Canceled) || !errors.Is(err, why) || (response != nil) != begun {
				t.Errorf("got %v with an answer %v", err, response != nil)
			}
		})
	}
}
