package engine

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
)

// errOutputTooLong ends a one-shot whose output would not fit into memory.
var errOutputTooLong = errors.New("the command wrote too much")

// captureOneShot starts the container and returns what it wrote and how it ended. It attaches and waits before the start,
// so that neither the first byte nor a quick end is missed. When it fails the container may still run.
func captureOneShot(ctx context.Context, cli *client.Client, id string, maxOutput int64) (OneShotResult, error) {
	stream, err := cli.ContainerAttach(ctx, id, container.AttachOptions{Stream: true, Stdout: true, Stderr: true})
	if err != nil {
		return OneShotResult{}, fmt.Errorf("attach: %w", err)
	}
	defer stream.Close()
	// The stream is a connection that ctx does not end by itself.
	defer context.AfterFunc(ctx, stream.Close)()

	waitCtx, stopWaiting := context.WithCancel(ctx)
	exited, waitFailed := cli.ContainerWait(waitCtx, id, container.WaitConditionNextExit)
	// The client's goroutine hands over exactly one value, on one of the two, and would wait for ever to be heard: after
	// a failure it is heard here, so that it ends.
	heard := false
	defer func() {
		stopWaiting()
		if !heard {
			select {
			case <-exited:
			case <-waitFailed:
			}
		}
	}()

	if err := cli.ContainerStart(ctx, id, container.StartOptions{}); err != nil {
		return OneShotResult{}, fmt.Errorf("start: %w", err)
	}
	var result OneShotResult
	if err := result.read(stream.Reader, maxOutput); err != nil {
		if ctx.Err() != nil {
			return OneShotResult{}, Ended(ctx)
		}
		return OneShotResult{}, fmt.Errorf("read the output: %w", err)
	}
	heard = true
	select {
	case end := <-exited:
		if end.Error != nil {
			return OneShotResult{}, fmt.Errorf("wait for the end: the daemon reports: %s", plainText(end.Error.Message))
		}
		result.ExitCode = int(end.StatusCode)
		return result, nil
	case err := <-waitFailed:
		if ctx.Err() != nil {
			err = Ended(ctx)
		}
		return OneShotResult{}, fmt.Errorf("wait for the end: %w", err)
	}
}

// read collects both streams until they end. A frame is a header, of which the first byte is the stream's number and the
// last four the length, and that many bytes.
func (o *OneShotResult) read(r io.Reader, limit int64) error {
	var stdout, stderr bytes.Buffer
	var header [8]byte
	for {
		if _, err := io.ReadFull(r, header[:]); err == io.EOF {
			o.Stdout, o.Stderr = stdout.Bytes(), stderr.Bytes()
			return nil
		} else if err != nil {
			return err
		}
		size := int64(binary.BigEndian.Uint32(header[4:]))
		to := &stdout
		switch header[0] {
		case 0, 1:
		case 2:
			to = &stderr
		case 3: // the daemon's own failure
			text, _ := io.ReadAll(io.LimitReader(r, min(size, maxDaemonText)))
			return fmt.Errorf("the daemon reports: %s", plainText(string(text)))
		default:
			return fmt.Errorf("the daemon sent a frame of the unknown stream %d", header[0])
		}
		if limit -= size; limit < 0 {
			return errOutputTooLong
		}
		// CopyN takes what comes, so a length that is a lie costs nothing.
		if _, err := io.CopyN(to, r, size); err != nil {
			return errors.Join(io.ErrUnexpectedEOF, err)
		}
	}
}
