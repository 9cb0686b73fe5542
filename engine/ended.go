package engine

import (
	"context"
	"io"
	"net/http"
)

// Ended returns why ctx has ended, for errors that leave a function: it is both ctx.Err(), which callers tell a
// cancellation by, and the cause that was given with it, whose text it has. It is nil while ctx goes on.
func Ended(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if err == nil || cause == err { //nolint:errorlint // the very value: without a cause of its own
		return err
	}
	return kindError{err, cause}
}

// endedOr returns why ctx has ended, if it has, since what broke then says less; else err.
func endedOr(ctx context.Context, err error) error {
	if ended := Ended(ctx); ended != nil {
		return ended
	}
	return err
}

// EndedTransport is a transport whose errors say why the context of their request has ended, where that is what they are
// about. net/http's own have the cause alone, which the Docker client takes for a daemon that is gone.
type EndedTransport struct{ Next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t EndedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.Next.RoundTrip(r)
	if err != nil {
		return nil, endedOr(r.Context(), err)
	}
	if response.StatusCode != http.StatusSwitchingProtocols { // that body is a connection
		response.Body = endedBody{response.Body, r.Context()}
	}
	return response, nil
}

// endedBody is the body of an answer, with the same errors.
type endedBody struct {
	io.ReadCloser
	ctx context.Context
}

// Read implements io.Reader.
func (b endedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // a reader's end is that very value
		err = endedOr(b.ctx, err)
	}
	return n, err
}
