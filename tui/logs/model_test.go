package logs

import (
	"testing"
	"testing/synctest"
)

func TestFollow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{}, "web", "php")
		d.say("web", "GET /one")
		d.open("web", "php")
		d.wantRow("GET /one")
		d.wantRow("following")
		d.say("php", "\x1b[31mWarning\x1b[0m \x1b]52;c;AAAA\x07here")
		d.settle()
		d.wantRow("Warning here")
		for i := range 100 {
			d.say("web", "line %03d", i)
		}
		d.settle()
		d.wantRow("line 099")
		d.wantNoRow("line 070")
		d.press("space")
		for i := 100; i < 200; i++ {
			d.say("web", "line %03d", i)
		}
		d.settle()
		d.wantRow("line 099")
		d.wantRow("paused, 100 below")
		d.press("k", "k")
		d.wantRow("line 097")
		d.wantNoRow("line 098")
		d.press("G")
		d.wantRow("line 199")
		d.wantRow("following")
	})
}

func TestRestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{}, "php")
		d.open("php")
		d.say("php", "before")
		d.settle()
		if err := d.engine.Daemon().Exit("php", 1); err != nil {
			t.Fatal(err)
		}
		d.settle()
		d.wantRow("php stopped")
		if err := d.engine.StartContainer(t.Context(), "php"); err != nil {
			t.Fatal(err)
		}
		d.say("php", "after")
		d.settle()
		d.wantRow("php restarted")
		d.wantRow("after")
	})
}
