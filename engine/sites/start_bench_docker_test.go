package sites_test

import (
	"net/http"
	"os/exec"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// BenchmarkStart is a stopped site, images present, to its page through the router: by the operation, and by hand, which is
// to start the same containers side by side and to ask for the page every 50 ms. The row x-hand is the ratio of the two.
func BenchmarkStart(b *testing.B) {
	for name, modern := range map[string]bool{"Docker 20.10": false, "Docker 26": true} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, modern)
			created := w.create(b, sites.CreateOptions{Name: "timed"})
			var ours, hand time.Duration
			for b.Loop() {
				w.stopByHand(b, "timed")
				began := time.Now()
				w.must(b, sites.Request{Verb: sites.VerbStart, Slug: "timed"})
				ours += time.Since(began)
				w.stopByHand(b, "timed")
				began = time.Now()
				w.startByHand(b, "timed", created.URL)
				hand += time.Since(began)
			}
			b.ReportMetric(0, "ns/op") // of both together it says nothing
			b.ReportMetric(ours.Seconds()/float64(b.N), "s/start")
			b.ReportMetric(hand.Seconds()/float64(b.N), "s/by-hand")
			b.ReportMetric(ours.Seconds()/hand.Seconds(), "x-hand")
		})
	}
}

func (w *world) containerNames(slug string) []string {
	var names []string
	for _, role := range model.SiteRoles() {
		names = append(names, engine.SiteContainerName(slug, role))
	}
	return names
}

func (w *world) stopByHand(t testing.TB, slug string) {
	w.daemon.Docker(t, append([]string{"stop"}, w.containerNames(slug)...)...)
}

// startByHand starts the containers and asks for the page until it comes.
func (w *world) startByHand(t testing.TB, slug, url string) {
	done := make(chan error)
	names := w.containerNames(slug)
	for _, name := range names {
		go func() { done <- exec.Command("docker", "-H", w.daemon.Host, "start", name).Run() }()
	}
	for range names {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	c := client()
	for {
		if response, err := c.Get(url); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
}
