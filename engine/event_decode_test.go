package engine

import (
	"errors"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestDecodeEvent(t *testing.T) {
	t.Parallel()
	const actor = `"Actor":{"ID":"c0ffee","Attributes":{"name":"web","image":"alpine:3","io.locorum.site":"shop"}},"timeNano":1795471037069212749`
	labels := map[string]string{"io.locorum.site": "shop"}
	at := time.Unix(0, 1795471037069212749)
	for _, c := range []struct {
		name string
		line string
		want Event
		ok   bool
	}{
		{"start", `{"Type":"container","Action":"start",` + actor + `}`,
			Event{Kind: EventContainer, Time: at, Action: ActionStart, ID: "c0ffee", Name: "web", Labels: labels}, true},
		{"healthy", `{"Type":"container","Action":"health_status: healthy",` + actor + `}`,
			Event{Kind: EventContainer, Time: at, Action: ActionHealth, ID: "c0ffee", Name: "web", Labels: labels, Health: "healthy"}, true},
		{"unhealthy", `{"Type":"container","Action":"health_status: unhealthy",` + actor + `}`,
			Event{Kind: EventContainer, Time: at, Action: ActionHealth, ID: "c0ffee", Name: "web", Labels: labels, Health: "unhealthy"}, true},
		{"health without a space", `{"Type":"container","Action":"health_status:starting",` + actor + `}`,
			Event{Kind: EventContainer, Time: at, Action: ActionHealth, ID: "c0ffee", Name: "web", Labels: labels, Health: "starting"}, true},
		{"health with a probe's output", "{\"Type\":\"container\",\"Action\":\"health_status: \\u001b[2J boo\"," + actor + `}`,
			Event{Kind: EventContainer, Time: at, Action: ActionHealth, ID: "c0ffee", Name: "web", Labels: labels}, true},
		{"health without a state", `{"Type":"container","Action":"health_status",` + actor + `}`,
			Event{Kind: EventContainer, Time: at, Action: ActionHealth, ID: "c0ffee", Name: "web", Labels: labels}, true},
		{"die", `{"Type":"container","Action":"die","Actor":{"ID":"a","Attributes":{"exitCode":"137","execDuration":"2","name":"/x"}}}`,
			Event{Kind: EventContainer, Action: ActionDie, ID: "a", Name: "x", ExitCode: 137, Labels: map[string]string{}}, true},
		{"die of Windows", `{"Type":"container","Action":"die","Actor":{"ID":"a","Attributes":{"exitCode":"3221225786"}}}`,
			Event{Kind: EventContainer, Action: ActionDie, ID: "a", ExitCode: 3221225786, Labels: map[string]string{}}, true},
		{"die without a code", `{"Type":"container","Action":"die","Actor":{"ID":"a"}}`,
			Event{Kind: EventContainer, Action: ActionDie, ID: "a", ExitCode: -1}, true},
		{"die with nonsense for a code", `{"Type":"container","Action":"die","Actor":{"ID":"a","Attributes":{"exitCode":"99999999999999999999"}}}`,
			Event{Kind: EventContainer, Action: ActionDie, ID: "a", ExitCode: -1, Labels: map[string]string{}}, true},
		{"kill", `{"Type":"container","Action":"kill","Actor":{"ID":"a","Attributes":{"signal":"9","x":"y"}}}`,
			Event{Kind: EventContainer, Action: ActionKill, ID: "a", Labels: map[string]string{"x": "y"}}, true},
		{"exec_create", `{"Type":"container","Action":"exec_create: /bin/sh -c exit 0",` + actor + `}`, Event{}, false},
		{"exec_die", `{"Type":"container","Action":"exec_die",` + actor + `}`, Event{}, false},
		{"exec that names an action", `{"Type":"container","Action":"exec_start: die",` + actor + `}`, Event{}, false},
		{"another action with a colon", `{"Type":"container","Action":"start: x",` + actor + `}`, Event{}, false},
		{"of a network", `{"Type":"network","Action":"destroy",` + actor + `}`, Event{}, false},
		{"without an ID", `{"Type":"container","Action":"start"}`, Event{}, false},
		{"empty object", `{}`, Event{}, false},
		{"null", `null`, Event{}, false},
		{"blank", "  \r", Event{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, ok, err := decodeEvent([]byte(c.line))
			if err != nil || ok != c.ok || !reflect.DeepEqual(got, c.want) {
				t.Errorf("decodeEvent:\n%+v, %v, %v; want\n%+v, %v, nil", got, ok, err, c.want, c.ok)
			}
		})
	}
	for _, line := range []string{`{`, `garbage`, `[]`, `"text"`, `{"Type":1}`, `{"Actor":{"Attributes":[]}}`, "\x00\xff", `{}{}`} {
		if _, ok, err := decodeEvent([]byte(line)); err == nil || ok {
			t.Errorf("decodeEvent(%q) = %v, %v; want an error", line, ok, err)
		}
	}
}

// The streams under testdata are what the two daemons sent for one container with a health check that was killed and
// removed.
func TestEventReaderReadsBothDaemons(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"events-20.10.jsonl", "events-26.1.jsonl"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			f, err := os.Open("testdata/" + file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			var got []string
			r := newEventReader(f)
			for {
				e, err := r.Next()
				if err != nil {
					if err != io.EOF {
						t.Errorf("the stream ended with %v, want EOF", err)
					}
					break
				}
				text := string(e.Action)
				if e.Health != "" {
					text += "=" + e.Health
				}
				got = append(got, text)
				if e.Action == ActionDie && e.ExitCode != 137 {
					t.Errorf("exit code %d, want 137", e.ExitCode)
				}
				if e.Name != "probe" || len(e.Labels) != 1 || e.Labels["io.locorum.site"] != "shop" || e.Time.IsZero() {
					t.Errorf("%s: name %q, labels %v, time %v", e.Action, e.Name, e.Labels, e.Time)
				}
			}
			if want := "create start health_status=healthy kill die destroy"; strings.Join(got, " ") != want {
				t.Errorf("actions %v, want %s", got, want)
			}
		})
	}
}

func TestEventReaderBoundsALine(t *testing.T) {
	t.Parallel()
	line := func(labels int) string {
		return `{"Type":"container","Action":"start","Actor":{"ID":"a","Attributes":{"big":"` + strings.Repeat("x", labels) + `"}}}` + "\n"
	}
	t.Run("long", func(t *testing.T) {
		t.Parallel()
		r := newEventReader(strings.NewReader(line(1<<20) + line(3)))
		for _, want := range []int{1 << 20, 3} {
			e, err := r.Next()
			if err != nil || len(e.Labels["big"]) != want {
				t.Fatalf("a label of %d bytes came with %d, %v", want, len(e.Labels["big"]), err)
			}
		}
	})
	t.Run("endless", func(t *testing.T) {
		t.Parallel()
		endless := &countingReader{}
		if _, err := newEventReader(endless).Next(); !errors.Is(err, errEventTooLong) {
			t.Errorf("error %v, want errEventTooLong", err)
		}
		if endless.n > maxEventLine+64<<10 {
			t.Errorf("%d bytes were read, want about %d", endless.n, maxEventLine)
		}
	})
	t.Run("cut", func(t *testing.T) {
		t.Parallel()
		whole := line(20000)
		if _, err := newEventReader(strings.NewReader(whole[:len(whole)/2])).Next(); err != io.EOF {
			t.Errorf("error %v, want EOF", err)
		}
	})
}

// countingReader never ends and has no line end.
type countingReader struct{ n int }

func (r *countingReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	r.n += len(p)
	return len(p), nil
}

func BenchmarkDecodeEvent(b *testing.B) {
	line := []byte(`{"status":"start","id":"11cb2ef021faaa8190a00802c1b7f872a7b576c5983d4069ed6f1e402a38a100","from":"alpine:3","Type":"container","Action":"start","Actor":{"ID":"11cb2ef021faaa8190a00802c1b7f872a7b576c5983d4069ed6f1e402a38a100","Attributes":{"image":"alpine:3","name":"locorum-shop-web","io.locorum.platform":"locorum","io.locorum.site":"shop","io.locorum.role":"web","io.locorum.version":"1.0.0","io.locorum.home":"/home/me/.locorum","io.locorum.confighash":"ad5f0e7ea4d7e1dd2ac7d5ee31e84f0dbc0b2bd8b4f0bb5c1b5b0a5dfd1a1c2f"}},"scope":"local","time":1795471037,"timeNano":1795471037069212749}`)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if _, ok, err := decodeEvent(line); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
