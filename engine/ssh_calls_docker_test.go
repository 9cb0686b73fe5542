package engine

import (
	"bytes"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// TestSSH does over ssh what a dashboard does most: it lists, reads and follows logs, runs commands and pulls.
func TestSSH(t *testing.T) {
	testbed.Each(t, func(t *testing.T, daemon testbed.Daemon) {
		t.Parallel()
		daemon.Pull(t, testbed.Alpine)
		d := connectSSH(t, testbed.SSH(t, "DOCKER_HOST="+daemon.Host))
		name := daemon.Container(t, testbed.NewName())
		daemon.Docker(t, "run", "-d", "--name", name, "--label", "ltt.ssh="+name, testbed.Alpine,
			"sh", "-c", "echo out; echo err >&2; while [ ! -e /go ]; do sleep 0.05; done; echo late; sleep 600")

		t.Run("listing", func(t *testing.T) {
			got, err := d.ContainersByLabel(t.Context(), map[string]string{"ltt.ssh": name})
			if err != nil || len(got) != 1 || got[0].State != "running" || got[0].Names[0] != "/"+name {
				t.Errorf("got %+v, %v", got, err)
			}
		})
		t.Run("logs", func(t *testing.T) { sshLogs(t, d, name) })
		t.Run("exec", func(t *testing.T) { sshExec(t, d, name) })
		t.Run("pull", func(t *testing.T) {
			ref := testbed.Registry(t) + "/" + testbed.NewName()
			daemon.Docker(t, "tag", testbed.Alpine, ref)
			t.Cleanup(func() { daemon.Docker(t, "rmi", ref) })
			daemon.Docker(t, "push", "-q", ref)
			daemon.Docker(t, "rmi", ref)
			if err := d.PullImage(t.Context(), ref, nil); err != nil {
				t.Fatal(err)
			}
			daemon.Docker(t, "image", "inspect", ref)
		})
	})
}

// sshLogs reads what is there, and follows until a line comes that an exec has called for.
func sshLogs(t *testing.T, d *Docker, name string) {
	f, err := d.FollowLogs(t.Context(), name, LogOptions{Follow: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	seen := map[string]LogStream{}
	called := false
	for {
		batch, err := f.Next()
		if err != nil {
			t.Fatalf("after %v: %v", seen, err)
		}
		for _, line := range batch.Lines {
			seen[strings.Clone(line.Text)] = line.Stream
		}
		if _, late := seen["late"]; late {
			break
		}
		if len(seen) == 2 && !called {
			called = true
			if _, err := d.ExecInContainer(t.Context(), name, []string{"touch", "/go"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if seen["out"] != LogStreamStdout || seen["err"] != LogStreamStderr || len(seen) != 3 {
		t.Errorf("got %v", seen)
	}
	text, err := d.ContainerLogs(t.Context(), name, 1)
	if err != nil || strings.TrimSpace(text) != "late" {
		t.Errorf("the last line is %q, %v", text, err)
	}
}

// sshExec checks output, exit code, and that the end of the input arrives while output still comes.
func sshExec(t *testing.T, d *Docker, name string) {
	var stdout, stderr bytes.Buffer
	code, err := d.ExecInContainerWriter(t.Context(), name, ExecOptions{Cmd: []string{"sh", "-c", "echo a; echo b >&2; exit 7"}}, &stdout, &stderr)
	if code != 7 || err != nil || stdout.String() != "a\n" || stderr.String() != "b\n" {
		t.Errorf("got %d, %v, %q, %q", code, err, &stdout, &stderr)
	}
	input := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // 1 MiB
	stdout.Reset()
	code, err = d.ExecInContainerWriterStdin(t.Context(), name, ExecOptions{Cmd: []string{"cat"}}, bytes.NewReader(input), &stdout, nil)
	if code != 0 || err != nil || !bytes.Equal(stdout.Bytes(), input) {
		t.Errorf("got %d, %v, %d bytes of %d", code, err, stdout.Len(), len(input))
	}
}
