package engine

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/docker/docker/client"
)

// execDaemon is a daemon that does what real ones do rarely. Its functions are called by the server's goroutines.
type execDaemon struct {
	container func(n int) string // the answer to the nth look at the container, from 1; nil is one that runs
	inspect   func(n int) string // the answer to the nth question about the exec; empty is 404
	start     func(conn net.Conn)
	refuse    int // the status with which the start is refused

	containers, inspects, creates atomic.Int32
}

const runningContainer = `{"Id":"c1","State":{"Running":true,"Status":"running","StartedAt":"2026-01-01T00:00:00Z"}}`

func (s *execDaemon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	answer := func(text string) {
		if text == "" {
			w.WriteHeader(http.StatusNotFound)
			text = `{"message":"there is none"}`
		}
		_, _ = io.WriteString(w, text)
	}
	switch path := r.URL.Path; {
	case strings.HasSuffix(path, "/_ping"):
		w.Header().Set("Api-Version", "1.45")
	case strings.HasSuffix(path, "/exec"):
		if s.creates.Add(1) > 1 { // the second would end the first
			w.WriteHeader(http.StatusInternalServerError)
			answer(`{"message":"not now"}`)
			return
		}
		w.WriteHeader(http.StatusCreated)
		answer(`{"Id":"e1"}`)
	case strings.HasSuffix(path, "/exec/e1/start") && s.refuse != 0:
		w.WriteHeader(s.refuse)
		answer(`{"message":"no \u001b[2Jthanks"}`)
	case strings.HasSuffix(path, "/exec/e1/start"):
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		s.start(conn)
	case strings.HasSuffix(path, "/exec/e1/json"):
		answer(s.inspect(int(s.inspects.Add(1))))
	case s.container == nil:
		answer(runningContainer)
	default:
		answer(s.container(int(s.containers.Add(1))))
	}
}

// connect returns an engine on the scripted daemon.
func (s *execDaemon) connect(t *testing.T) *Docker {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	cli, err := client.NewClientWithOpts(client.WithHost("tcp://"+server.Listener.Addr().String()), client.WithAPIVersionNegotiation())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cli.Close() })
	e := New()
	e.SetClient(cli)
	return e
}

// execStream is a start that sends frames of stdout and ends the stream.
func execStream(frames ...string) func(net.Conn) {
	return func(conn net.Conn) {
		_, _ = io.WriteString(conn, "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
		for _, frame := range frames {
			_, _ = conn.Write(execFrame(1, frame))
		}
	}
}

func execFrame(stream byte, text string) []byte {
	header := make([]byte, 8, 8+len(text))
	header[0] = stream
	binary.BigEndian.PutUint32(header[4:], uint32(len(text)))
	return append(header, text...)
}

// scriptedCase is an exec on a scripted daemon. A want of errors.ErrUnsupported is any error.
type scriptedCase struct {
	name   string
	daemon *execDaemon
	code   int
	want   error // nil for none
	text   string
}

func (c scriptedCase) run(t *testing.T) {
	t.Parallel()
	e := c.daemon.connect(t)
	code, err := e.ExecInContainerWriter(t.Context(), "web", ExecOptions{Cmd: []string{"true"}}, nil, nil)
	switch {
	case c.want == nil && err != nil, c.want != nil && err == nil, code != c.code:
		t.Fatalf("returned (%d, %v), want %d and %v", code, err, c.code, c.want)
	case c.want != nil && c.want != errors.ErrUnsupported && !errors.Is(err, c.want):
		t.Fatalf("the error is %v, want %v", err, c.want)
	case c.want != nil && (!strings.Contains(err.Error(), c.text) || strings.Contains(err.Error(), "\x1b")):
		t.Errorf("the error is %q, want it to mention %q", err, c.text)
	}
}

const runningExec = `{"Running":true,"ExitCode":null,"Pid":77}`

func exitedExec(code, pid int) string {
	return fmt.Sprintf(`{"Running":false,"ExitCode":%d,"Pid":%d}`, code, pid)
}

// answerAfter gives the first answer n times and then the other.
func answerAfter(n int, first, then string) func(int) string {
	return func(i int) string {
		if i <= n {
			return first
		}
		return then
	}
}

func TestExecTellsHowItEnded(t *testing.T) {
	for _, c := range []scriptedCase{
		{"output ends before the process", &execDaemon{inspect: answerAfter(5, runningExec, exitedExec(7, 77)), start: execStream("x")}, 7, nil, ""},
		{"code not noted yet", &execDaemon{inspect: answerAfter(3, exitedExec(0, 0), exitedExec(3, 77)), start: execStream("x")}, 3, nil, ""},
		{"exec forgotten, container runs", &execDaemon{inspect: answerAfter(0, "", ""), start: execStream()}, -1, errors.ErrUnsupported, "no longer knows"},
		{"exec forgotten, container gone", &execDaemon{
			inspect: answerAfter(0, "", ""), start: execStream(), container: answerAfter(1, runningContainer, ""),
		}, -1, ErrNotFound, "removed while the command ran"},
		{"exec forgotten, container dead", &execDaemon{
			inspect: answerAfter(0, "", ""), start: execStream(),
			container: answerAfter(1, runningContainer, `{"Id":"c1","State":{"Running":false,"ExitCode":137,"OOMKilled":true}}`),
		}, -1, ErrNotRunning, "exit code 137, out of memory"},
		{"exec forgotten, container restarted", &execDaemon{
			inspect: answerAfter(0, "", ""), start: execStream(),
			container: answerAfter(1, runningContainer, strings.Replace(runningContainer, "2026", "2027", 1)),
		}, -1, ErrNotRunning, "restarted while the command ran"},
		{"container killed, noted late", &execDaemon{
			inspect: answerAfter(0, "", exitedExec(137, 77)), start: execStream(),
			container: answerAfter(4, runningContainer, `{"Id":"c1","State":{"Running":false,"ExitCode":137}}`),
		}, 137, ErrNotRunning, "stopped while the command ran"},
		{"container killed, exec never noted", &execDaemon{
			inspect: answerAfter(0, "", runningExec), start: execStream(),
			container: answerAfter(1, runningContainer, `{"Id":"c1","State":{"Running":false,"ExitCode":137}}`),
		}, -1, ErrNotRunning, "stopped while the command ran"},
		{"process killed alone", &execDaemon{inspect: answerAfter(0, "", exitedExec(137, 77)), start: execStream()}, 137, nil, ""},
	} {
		t.Run(c.name, c.run)
	}
}

func TestExecTellsWhatWentWrong(t *testing.T) {
	for _, c := range []scriptedCase{
		{"start refused for a stopped container", &execDaemon{refuse: 409}, -1, ErrNotRunning, "thanks"},
		{"start refused for an absent container", &execDaemon{refuse: 404}, -1, ErrNotFound, "thanks"},
		{"start refused", &execDaemon{refuse: 500}, -1, errors.ErrUnsupported, "500"},
		{"answer without a state", &execDaemon{container: answerAfter(0, "", `{}`)}, -1, errors.ErrUnsupported, "no state"},
		{"start not answered", &execDaemon{start: func(net.Conn) {}}, -1, ErrDaemonUnreachable, ""},
		{"not ended by its own fault", &execDaemon{inspect: answerAfter(1, runningExec, exitedExec(0, 77)), start: func(conn net.Conn) {
			execStream("fine")(conn)
			_, _ = conn.Write(execFrame(1, "torn")[:10])
		}}, -1, io.ErrUnexpectedEOF, "the output broke off"},
		{"unknown stream", &execDaemon{inspect: answerAfter(1, runningExec, exitedExec(0, 77)), start: func(conn net.Conn) {
			execStream("fine")(conn)
			_, _ = conn.Write(execFrame(9, "?"))
		}}, -1, errors.ErrUnsupported, "unknown stream 9"},
		{"error of the daemon in the stream", &execDaemon{inspect: answerAfter(1, runningExec, exitedExec(0, 77)), start: func(conn net.Conn) {
			execStream("fine")(conn)
			_, _ = conn.Write(execFrame(3, "disk on fire"))
		}}, -1, errors.ErrUnsupported, "disk on fire"},
	} {
		t.Run(c.name, c.run)
	}
}

func TestExecNeedsRandomness(t *testing.T) {
	dry := errors.New("no entropy")
	e := (&execDaemon{}).connect(t)
	e.random = iotest.ErrReader(dry)
	_, err := e.ExecInContainer(t.Context(), "web", []string{"true"})
	wantError(t, err, dry)
}

func TestExecHidesSecrets(t *testing.T) {
	e := (&execDaemon{refuse: 500}).connect(t)
	e.secrets.learn([]EnvSecret{{Key: "P", Value: "hunter2hunter2"}})
	_, err := e.ExecInContainer(t.Context(), "web", []string{"mysql-hunter2hunter2"})
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error is %q", err)
	}
}

// TestCopyFramesIsIndifferentToReads feeds the same stream in pieces of one byte.
func TestCopyFramesIsIndifferentToReads(t *testing.T) {
	var stream []byte
	for i, text := range []string{"out", "err", "", strings.Repeat("long", 20000), "\r\n"} {
		stream = append(stream, execFrame(byte(1+i%2), text)...)
	}
	var stdout, stderr bytes.Buffer
	if err := new(execRun).copyFrames(iotest.OneByteReader(bytes.NewReader(stream)), &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	if stdout.String() != "out\r\n" || stderr.String() != "err"+strings.Repeat("long", 20000) {
		t.Errorf("stdout %d bytes, stderr %d bytes", stdout.Len(), stderr.Len())
	}
}
