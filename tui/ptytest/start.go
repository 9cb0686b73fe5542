//go:build unix

package ptytest

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// Options say what runs on a terminal, and on which. The zero value is the dashboard, on an empty home folder and without
// Docker, in 80 columns and 24 rows.
type Options struct {
	// Command runs in place of the built program, a shell for instance; its first word is looked up in PATH.
	Command []string
	// Args are the program's, or follow Command.
	Args []string
	// Env are NAME=value lines over those of a plain xterm. CI, which changes how programs treat a terminal, is never there,
	// and no Docker is unless DOCKER_HOST is among these.
	Env []string
	// Home is the person's home directory; empty makes one for this test.
	Home string
	// Cols and Rows are the terminal's size in cells, each at least 1; 0 stands for 80 and 24.
	Cols, Rows int
	// Mute makes a terminal that answers no query.
	Mute bool
	// Patience bounds every wait; 0 stands for two minutes. A wait that is over early costs nothing.
	Patience time.Duration
}

// Terminal is a terminal with a program on it. Its methods may be called from any goroutine, those that take a testing.TB
// and may fail it only from the test's own.
type Terminal struct {
	cmd      *exec.Cmd
	master   *os.File
	patience time.Duration
	before   term.State

	ttyMu    sync.Mutex // guards tty and settings
	tty      *os.File   // nil once the program has ended and Wait has returned
	settings term.State

	mu       sync.Mutex // guards what follows
	emulator *vt.Emulator
	modes    map[int]bool // the private modes that are set
	alt      bool
	bells    int
	tail     []byte // what was written last
	written  int64
	changed  chan struct{} // closed, and another put in its place, when the screen has changed

	exited   chan struct{} // closed when the program has ended
	drained  chan struct{} // closed when there is nothing more to read
	answered chan struct{} // closed when no more answers are passed on
}

// Start starts the program. The end of the test ends it.
func Start(tb testing.TB, o Options) *Terminal {
	tb.Helper()
	if o.Cols == 0 {
		o.Cols = 80
	}
	if o.Rows == 0 {
		o.Rows = 24
	}
	if o.Patience == 0 {
		o.Patience = 2 * time.Minute
	}
	if o.Home == "" {
		o.Home = tb.TempDir()
	}
	words := o.Command
	if len(words) == 0 {
		words = []string{Build(tb)}
	}
	words = slices.Concat(words, o.Args)
	master, tty, err := open()
	if err != nil {
		tb.Fatalf("open a pseudo-terminal: %v", err)
	}
	t := &Terminal{
		cmd: exec.Command(words[0], words[1:]...), master: master, tty: tty, patience: o.Patience,
		modes: map[int]bool{}, changed: make(chan struct{}),
		exited: make(chan struct{}), drained: make(chan struct{}), answered: make(chan struct{}),
	}
	t.emulator = t.newEmulator(o.Cols, o.Rows)
	if err := t.start(o, tty); err != nil {
		_ = master.Close()
		_ = tty.Close()
		tb.Fatal(err)
	}
	go t.wait()
	go t.read()
	go t.answer(o.Mute)
	tb.Cleanup(func() { t.close(tb) })
	return t
}

// start sizes the terminal and starts the process, as the leader of a session whose terminal it is.
func (t *Terminal) start(o Options, tty *os.File) error {
	if err := t.setSize(o.Cols, o.Rows); err != nil {
		return err
	}
	state, err := term.GetState(int(tty.Fd()))
	if err != nil {
		return err
	}
	t.before = *state
	t.cmd.Env, t.cmd.Dir = environment(o), o.Home
	t.cmd.Stdin, t.cmd.Stdout, t.cmd.Stderr = tty, tty, tty
	t.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	return t.cmd.Start()
}

// told are the prefixes of variables by which this process was told about its own terminal, session or Docker.
var told = []string{
	"CI=", "COLORTERM=", "NO_COLOR=", "CLICOLOR", "TERM", "TMUX", "STY=", "SSH_", "XDG_", "DOCKER_", "LC_", "LANG", "COLUMNS=",
	"LINES=", "ENV=", "PS1=", "PAGER=",
}

// environment is what the program finds in its environment.
func environment(o Options) []string {
	env := slices.DeleteFunc(os.Environ(), func(line string) bool {
		return slices.ContainsFunc(told, func(prefix string) bool { return strings.HasPrefix(line, prefix) })
	})
	env = append(env, "TERM=xterm-256color", "LC_ALL=C.UTF-8", "HOME="+o.Home, "DOCKER_HOST=unix:///nowhere/docker.sock")
	return append(env, o.Env...)
}

// open opens a pseudo-terminal. Reads of its master end when it is closed, whoever else still has the terminal open: for that
// the descriptor must not block, and the one that pty.Open returns does.
func open() (master, tty *os.File, err error) {
	blocking, tty, err := pty.Open()
	if err != nil {
		return nil, nil, err
	}
	defer blocking.Close()
	fd, err := unix.FcntlInt(blocking.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		_ = tty.Close()
		return nil, nil, err
	}
	return os.NewFile(uintptr(fd), blocking.Name()), tty, nil
}

// setSize tells the system the terminal's size, which tells the program.
func (t *Terminal) setSize(cols, rows int) error {
	conn, err := t.master.SyscallConn()
	if err != nil {
		return err
	}
	size := &unix.Winsize{Col: uint16(cols), Row: uint16(rows)}
	controlErr := conn.Control(func(fd uintptr) { err = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, size) })
	return errors.Join(controlErr, err)
}

// close ends what Start has started and waits for it.
func (t *Terminal) close(tb testing.TB) {
	select {
	case <-t.exited:
	default: // the session's processes share the group of its leader, but for jobs of a shell, which lose their terminal
		_ = syscall.Kill(-t.cmd.Process.Pid, syscall.SIGKILL)
	}
	<-t.exited
	if err := t.master.Close(); err != nil && !errors.Is(err, os.ErrClosed) { // HangUp has closed it
		tb.Errorf("close the pseudo-terminal: %v", err)
	}
	t.closeTTY(tb)
	<-t.drained
	<-t.answered
}

// closeTTY closes our own end of the program's side, once.
func (t *Terminal) closeTTY(tb testing.TB) {
	t.ttyMu.Lock()
	defer t.ttyMu.Unlock()
	if t.tty == nil {
		return
	}
	if err := t.tty.Close(); err != nil {
		tb.Errorf("close the terminal: %v", err)
	}
	t.tty = nil
}
