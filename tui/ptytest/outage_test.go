//go:build unix

package ptytest

import "testing"

// TestDaemonIsAway ends the daemon under the dashboard, whose containers live on, and starts it again: all is live again
// without a key.
func TestDaemonIsAway(t *testing.T) {
	t.Parallel()
	p := newPerson(t, false, "--live-restore")
	p.must("create", "Acme Shop")
	term := p.opens()
	term.WaitFor(t, "a site that runs", says("acme-shop", "running"))
	p.daemon.Kill(t)
	term.WaitText(t, unreachable)
	p.daemon.Start(t)
	term.WaitFor(t, "the site that ran all the time", func(s Screen) bool {
		return !s.Contains(unreachable) && s.Contains("1 of 1 running") && says("acme-shop", "running")(s)
	})
	p.daemon.Docker(t, "stop", "locorum-acme-shop-web") // what happens now is seen too
	term.WaitFor(t, "the end of a container", says("acme-shop", "web "))
	term.Type(t, "q")
	if code := term.Wait(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	term.Restored(t)
}

// TestReboot ends the daemon with its containers under the dashboard, as a reboot does: what ran before is started again
// with one key.
func TestReboot(t *testing.T) {
	t.Parallel()
	p := newPerson(t, true)
	p.must("create", "Acme Shop")
	term := p.opens()
	term.WaitFor(t, "a site that runs", says("acme-shop", "running"))
	p.daemon.Stop(t)
	term.WaitText(t, unreachable)
	p.daemon.Start(t)
	term.WaitText(t, "1 ran before; L starts them again")
	term.Type(t, "L")
	term.WaitFor(t, "the site that ran before", says("acme-shop", "running"))
	term.Type(t, "q")
	if code := term.Wait(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	term.Restored(t)
}
