package router

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

const (
	// askTime is how long one request to the API may take.
	askTime = 5 * time.Second
	// answerSize in bytes is how much of an answer is read: a thousand routes take half of it.
	answerSize = 4 << 20
)

var (
	// ErrUnauthorized says that the router's API does not take our password: another program gave it one of its own.
	ErrUnauthorized = errors.New("the router's API does not take our password")

	// errUnknown says that the API answered and does not know what was asked for.
	errUnknown = errors.New("the router does not know it")
)

// asker asks the API of Traefik on this machine, and nobody else.
type asker struct{ client *http.Client }

func newAsker() *asker {
	dialer := &net.Dialer{Timeout: askTime}
	return &asker{client: &http.Client{
		Timeout: askTime,
		Transport: &http.Transport{
			// No proxy, whatever the environment says; and no connection is kept, since its goroutines would have no owner.
			Proxy:             nil,
			DialContext:       dialer.DialContext,
			DisableKeepAlives: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// endpoint is an API: its port, and the password.
type endpoint struct {
	port     int
	password string
}

// get reads the answer of the API to path into v.
func (a *asker) get(ctx context.Context, at endpoint, path string, v any) error {
	path, query, _ := strings.Cut(path, "?")
	address := url.URL{Scheme: "http", Host: net.JoinHostPort(apiHost, strconv.Itoa(at.port)), Path: path, RawQuery: query}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return err
	}
	req.SetBasicAuth(apiUser, at.password)
	resp, err := a.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized:
		return ErrUnauthorized
	case http.StatusNotFound:
		return errUnknown
	default:
		return fmt.Errorf("the router's API answers %s", strconv.Quote(resp.Status))
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, answerSize)).Decode(v); err != nil {
		return fmt.Errorf("the router's API does not answer as Traefik's: %w", err)
	}
	return nil
}

// version returns Traefik's version.
func (a *asker) version(ctx context.Context, at endpoint) (string, error) {
	var answer struct{ Version string }
	err := a.get(ctx, at, "/api/version", &answer)
	if err == nil && answer.Version == "" {
		err = errors.New("the router's API does not answer as Traefik's")
	}
	return answer.Version, err
}

// apiRoute is a router as the API shows it.
type apiRoute struct {
	Name   string   `json:"name"`
	Rule   string   `json:"rule"`
	Status string   `json:"status"`
	Errors []string `json:"error"`
}

// route returns the router of that name; errUnknown says that there is none.
func (a *asker) route(ctx context.Context, at endpoint, name string) (apiRoute, error) {
	var answer apiRoute
	err := a.get(ctx, at, "/api/http/routers/"+name+"@file", &answer)
	return answer, err
}

// routes returns the routers, the first thousand of them.
func (a *asker) routes(ctx context.Context, at endpoint) ([]apiRoute, error) {
	var answer []apiRoute
	err := a.get(ctx, at, "/api/http/routers?per_page=1000", &answer)
	return answer, err
}

// poll calls look, at growing intervals, until it returns true or an error, or patience is out, which is errPatience.
func (p pace) poll(ctx context.Context, patience time.Duration, look func(ctx context.Context) (bool, error)) error {
	limited, cancel := context.WithTimeoutCause(ctx, patience, errPatience)
	defer cancel()
	for wait := p.first; ; wait = min(2*wait, p.ceiling) {
		done, err := look(limited)
		switch {
		case limited.Err() != nil && !done:
			return engine.Ended(limited)
		case done || err != nil:
			return err
		}
		again := time.NewTimer(wait)
		select {
		case <-again.C:
		case <-limited.Done():
		}
		again.Stop()
	}
}

// errPatience is the cause that ends a poll.
var errPatience = errors.New("the router took too long")
