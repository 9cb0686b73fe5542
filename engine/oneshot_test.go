package engine

import (
	"bytes"
	"errors"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
)

func TestOneShotValidate(t *testing.T) {
	t.Parallel()
	good := OneShotMount{Bind: "/a", Target: "/b"}
	tests := []struct {
		name  string
		run   oneShot
		field string // in the text
	}{
		{"no name", oneShot{image: "i", cmd: []string{"c"}}, "name"},
		{"bad name", oneShot{name: "a b", image: "i", cmd: []string{"c"}}, "name"},
		{"no image", oneShot{name: "nn", cmd: []string{"c"}}, "image"},
		{"bad image", oneShot{name: "nn", image: "I I", cmd: []string{"c"}}, "image"},
		{"no command", oneShot{name: "nn", image: "i"}, "cmd"},
		{"empty command", oneShot{name: "nn", image: "i", cmd: []string{""}}, "cmd"},
		{"NUL in the command", oneShot{name: "nn", image: "i", cmd: []string{"c", "\x00"}}, "cmd[1]"},
		{"no kind of mount", mounting(good, OneShotMount{Target: "/c"}), "mounts[1]"},
		{"two kinds of mount", mounting(OneShotMount{Bind: "/a", Volume: "vv", Target: "/c"}), "mounts[0]"},
		{"relative bind", mounting(OneShotMount{Bind: "a", Target: "/c"}), "mounts[0].Bind"},
		{"bad volume", mounting(OneShotMount{Volume: "a/b", Target: "/c"}), "mounts[0].Volume"},
		{"no target", mounting(OneShotMount{Bind: "/a"}), "mounts[0].Target"},
		{"relative target", mounting(OneShotMount{Bind: "/a", Target: "b"}), "mounts[0].Target"},
		{"root target", mounting(OneShotMount{Bind: "/a", Target: "//"}), "mounts[0].Target"},
		{"one target twice", mounting(good, OneShotMount{Volume: "vv", Target: "/b/"}), "mounts[1].Target"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.run.validate()
			if !errors.Is(err, ErrSpecInvalid) || !strings.Contains(err.Error(), tt.field) {
				t.Errorf("got %v, want an ErrSpecInvalid naming %s", err, tt.field)
			}
			if kinds := strings.Contains(tt.name, "kind"); errors.Is(err, ErrSpecAmbiguous) != kinds {
				t.Errorf("%v is ErrSpecAmbiguous: %v, want %v", err, !kinds, kinds)
			}
		})
	}
	if err := mounting(good, OneShotMount{Volume: "vv", Target: "/c"}).validate(); err != nil {
		t.Errorf("a good one: %v", err)
	}
}

func mounting(mounts ...OneShotMount) oneShot {
	return oneShot{name: "nn", image: "i", cmd: []string{"c"}, mounts: mounts}
}

func TestOneShotRead(t *testing.T) {
	t.Parallel()
	frame := func(stream byte, size byte, text string) string {
		return string([]byte{stream, 0, 0, 0, 0, 0, 0, size}) + text
	}
	tests := []struct {
		name           string
		input          string
		stdout, stderr string
		want           string // in the error; empty is none
	}{
		{"nothing", "", "", "", ""},
		{"both", frame(1, 2, "ab") + frame(2, 1, "c") + frame(1, 0, "") + frame(0, 1, "d"), "abd", "c", ""},
		{"to the limit", frame(1, 10, "0123456789"), "0123456789", "", ""},
		{"over the limit", frame(1, 9, "012345678") + frame(2, 2, "ab"), "", "", errOutputTooLong.Error()},
		{"a lie about the length", "\x01\x00\x00\x00\xff\xff\xff\xffx", "", "", errOutputTooLong.Error()},
		{"cut in a header", frame(1, 1, "a") + "\x01\x00", "", "", io.ErrUnexpectedEOF.Error()},
		{"cut in a frame", frame(1, 5, "ab"), "", "", io.ErrUnexpectedEOF.Error()},
		{"the daemon's failure", frame(3, 5, "a\x1b[2J"), "", "", "the daemon reports: a"},
		{"no frames", "\x09garbage that is no frame", "", "", "unknown stream 9"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var result OneShotResult
			err := result.read(strings.NewReader(tt.input), 10)
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got error %v, want %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "\x1b") {
				t.Errorf("%q holds an escape", err)
			}
			if string(result.Stdout) != tt.stdout || string(result.Stderr) != tt.stderr {
				t.Errorf("got %q and %q", result.Stdout, result.Stderr)
			}
		})
	}
}

func FuzzOneShotRead(f *testing.F) {
	f.Add([]byte("\x01\x00\x00\x00\x00\x00\x00\x02ab\x02\x00\x00\x00\x00\x00\x00\x01c"))
	f.Add([]byte("\x03\x00\x00\x00\x00\x00\x00\x05wrong"))
	f.Add([]byte("\x01\x00\x00\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, input []byte) {
		const limit = 1 << 10
		var result OneShotResult
		err := result.read(bytes.NewReader(input), limit)
		if n := len(result.Stdout) + len(result.Stderr); n > limit || err != nil && n > 0 {
			t.Errorf("%d bytes and %v", n, err)
		}
	})
}

func TestChownBadInput(t *testing.T) {
	t.Parallel()
	e := New() // no client: nothing can be changed
	for _, id := range [][2]int{{-1, 1}, {1, -1}, {math.MaxUint32, 1}, {1, math.MaxUint32}} {
		for _, err := range []error{
			e.ChownPath(t.Context(), "/nonexistent/x", id[0], id[1]), e.ChownVolume(t.Context(), "vol", id[0], id[1]),
		} {
			if !errors.Is(err, ErrSpecInvalid) || !strings.Contains(err.Error(), "id") {
				t.Errorf("%v: got %v, want ErrSpecInvalid", id, err)
			}
		}
	}
	for _, path := range []string{
		"", "relative", "/", "//", "/..", "/home", "/home/", "/tmp", "/var", "/etc", "/etc/ssh", "/usr/bin", "/proc/1", "/var/lib/docker/volumes", "/a\x00b",
	} {
		if err := e.ChownPath(t.Context(), path, 1, 1); !errors.Is(err, ErrSpecInvalid) {
			t.Errorf("%q: got %v, want ErrSpecInvalid", path, err)
		}
	}
	for _, path := range []string{"/home/u", "/srv/site", "/sites", "/etcetera", "/var/www"} {
		if err := refuseSystemPath(path); err != nil {
			t.Errorf("%q: %v", path, err)
		}
	}
	if err := e.ChownVolume(t.Context(), "", 1, 1); !errors.Is(err, ErrSpecInvalid) {
		t.Errorf("no volume: got %v", err)
	}
}

func TestHelperSuffix(t *testing.T) {
	t.Parallel()
	for subject, want := range map[string]string{
		"locorum-demo-dbdata":            "locorum-demo-dbdata",
		"/home/u/my site":                "_home_u_my_site",
		"-a":                             "x-a",
		".a":                             "x.a",
		"":                               "x",
		"é":                              "_",
		strings.Repeat("a", 60) + "/end": strings.Repeat("a", 44) + "_end",
	} {
		got := helperSuffix(subject)
		if !regexp.MustCompile("^" + regexp.QuoteMeta(want) + "-[0-9a-f]{8}$").MatchString(got) {
			t.Errorf("%q: got %q, want %q and a random end", subject, got, want)
		}
		if again := helperSuffix(subject); again == got {
			t.Errorf("%q: %q twice", subject, got)
		}
		if err := validateName("name", "chown-path-"+got); err != nil {
			t.Error(err)
		}
	}
}

func TestIsLeftOver(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	helper := map[string]string{LabelPlatform: PlatformValue, LabelRole: roleOneShot}
	tests := []struct {
		name   string
		labels map[string]string
		state  string
		age    time.Duration
		want   bool
	}{
		{"ended", helper, "exited", 0, true},
		{"dead", helper, "dead", 0, true},
		{"running", helper, "running", 100 * time.Hour, false},
		{"about to start", helper, "created", pruneAge, false},
		{"never started", helper, "created", pruneAge + time.Second, true},
		{"a site's", map[string]string{LabelPlatform: PlatformValue, LabelRole: RoleWeb}, "exited", 100 * time.Hour, false},
		{"foreign", map[string]string{LabelRole: roleOneShot}, "exited", 100 * time.Hour, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := container.Summary{Labels: tt.labels, State: tt.state, Created: now.Add(-tt.age).Unix()}
			if got := isLeftOver(c, now); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
