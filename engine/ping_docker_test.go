package engine

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestPing(t *testing.T) {
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		e := connect(t, d)
		if err := e.Ping(t.Context()); err != nil {
			t.Error(err)
		}
		if err := e.CheckDockerAvailable(t.Context()); err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := e.Ping(ctx); !errors.Is(err, context.Canceled) || errors.Is(err, ErrDaemonUnreachable) {
			t.Errorf("cancelled: %v", err)
		}
	})
	t.Run("no client", func(t *testing.T) {
		if err := New().Ping(t.Context()); !errors.Is(err, ErrDaemonUnreachable) {
			t.Errorf("got %v", err)
		}
	})
}

func TestCheckDockerAvailableLogs(t *testing.T) {
	var logged bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })

	host := "unix://" + filepath.Join(t.TempDir(), "none.sock")
	if err := engineOn(t, host).CheckDockerAvailable(t.Context()); !errors.Is(err, ErrDaemonUnreachable) {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(logged.String(), host) {
		t.Errorf("the log does not name the host: %s", logged.String())
	}
}
