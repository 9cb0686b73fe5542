package engine

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// isConnectionLost reports whether err is the failure of a connection and not an answer of the daemon.
func isConnectionLost(err error) bool {
	if isConnectionFailure(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		return true
	}
	var op *net.OpError
	return errors.As(err, &op)
}
