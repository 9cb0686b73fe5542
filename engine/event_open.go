package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/client"
)

// openEvents subscribes to the daemon's events, from about one second before the call on, and returns the body that they
// come in. The caller closes it; it ends with an error when ctx ends.
//
// A daemon sends the header of the answer before it subscribes, so the header alone does not say that nothing will be
// missed. Asked for events since a time, it takes those that it remembers and subscribes in one step. That time must be
// of the daemon's clock, which can differ from ours: the Date of its answer to a ping is.
//
// The client of the SDK would decode events of any length into memory: only its way to connect and the version of the
// API that it agreed on are used.
func openEvents(ctx context.Context, cli *client.Client, filter filters.Args) (io.ReadCloser, error) {
	dial := cli.Dialer()
	transport := &http.Transport{
		DialContext:        func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
		DisableCompression: true,
	}
	body, err := subscribe(ctx, &http.Client{Transport: transport}, cli, filter)
	if err != nil {
		transport.CloseIdleConnections()
		return nil, err
	}
	return &eventBody{body, transport}, nil
}

// eventBody is a response's body that takes the connection with it.
type eventBody struct {
	io.ReadCloser
	transport *http.Transport
}

// Close closes the body and the connection.
func (b *eventBody) Close() error {
	err := b.ReadCloser.Close()
	b.transport.CloseIdleConnections()
	return err
}

// subscribe asks for the daemon's time, then for its events.
func subscribe(ctx context.Context, hc *http.Client, cli *client.Client, filter filters.Args) (io.ReadCloser, error) {
	base := url.URL{Scheme: "http", Host: "docker"} // the dialer decides where to and how
	if parsed, err := client.ParseHostURL(cli.DaemonHost()); err == nil && parsed.Scheme == "tcp" {
		base.Path = strings.TrimSuffix(parsed.Path, "/")
	}
	pong, err := get(ctx, hc, base, "/_ping", nil)
	if err != nil {
		return nil, err
	}
	_ = pong.Body.Close() // of two bytes

	encoded, err := filters.ToJSON(filter)
	if err != nil {
		return nil, err
	}
	query := url.Values{"filters": {encoded}}
	if now, err := http.ParseTime(pong.Header.Get("Date")); err == nil {
		query.Set("since", strconv.FormatInt(now.Unix(), 10))
	}
	resp, err := get(ctx, hc, base, "/v"+cli.ClientVersion()+"/events", query)
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// get sends one request. Any status but 200 is an error with what the daemon said.
func get(ctx context.Context, hc *http.Client, base url.URL, path string, query url.Values) (*http.Response, error) {
	base.Path += path
	base.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base.String(), nil)
	if err != nil {
		return nil, err
	}
	resp, err := hc.Do(req)
	if err != nil {
		if wrapped, ok := err.(*url.Error); ok { //nolint:errorlint // only its own layer, which names a URL of ours
			err = wrapped.Err
		}
		return nil, err
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(resp.Body, maxDaemonText))
	var said struct{ Message string }
	if json.Unmarshal(text, &said) == nil && said.Message != "" {
		text = []byte(said.Message)
	}
	return nil, fmt.Errorf("%s answered %s: %s", path, resp.Status, SanitizeString(string(text)))
}
