package fake

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// duration reads what sleep takes: seconds with a fraction, or "infinity".
func duration(s string) (time.Duration, error) {
	if s == "infinity" {
		return math.MaxInt64, nil
	}
	seconds, err := strconv.ParseFloat(strings.TrimSuffix(s, "s"), 64)
	if err != nil || seconds < 0 {
		return 0, errors.New("invalid number")
	}
	return time.Duration(min(seconds*float64(time.Second), math.MaxInt64/2)), nil
}

func sleep(ctx context.Context, p *Process) int {
	if len(p.Args) != 2 {
		return 1
	}
	pause, err := duration(p.Args[1])
	if err != nil {
		fmt.Fprintf(p.Stderr, "sleep: invalid number '%s'\n", p.Args[1])
		return 1
	}
	return oneIf(p.Sleep(ctx, pause) != nil)
}

// timeout runs a command and kills it after some seconds, then with 143 as BusyBox's does.
func timeout(ctx context.Context, p *Process) int {
	args := p.Args[1:]
	for len(args) > 1 && strings.HasPrefix(args[0], "-") {
		args = args[2:]
	}
	if len(args) < 2 {
		return 1
	}
	limit, err := duration(args[0])
	if err != nil {
		return 1
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	expired := make(chan bool, 1)
	go func() {
		expired <- p.Sleep(ctx, limit) == nil
		cancel()
	}()
	code := p.Run(ctx, args[1:]...)
	cancel()
	if <-expired {
		return 143
	}
	return code
}

func setsid(ctx context.Context, p *Process) int { return p.Run(ctx, p.Args[1:]...) }
