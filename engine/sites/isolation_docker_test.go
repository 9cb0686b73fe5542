package sites_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// TestIsolation looks from one site's PHP at every address of another site's containers: only the web server answers.
func TestIsolation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	for _, name := range []string{"inside", "outside"} {
		w.create(t, sites.CreateOptions{Name: name})
	}
	// Every port that anything of a site listens on, and some that it might.
	const ports = "22 25 80 443 1025 3306 5432 6379 8025 8080 9000 9001 9003 33060"
	for _, role := range model.SiteRoles() {
		detail, err := w.docker.Inspect(t.Context(), engine.SiteContainerName("inside", role))
		if err != nil {
			t.Fatal(err)
		}
		targets := []string{engine.SiteContainerName("inside", role)}
		for _, network := range detail.Networks {
			targets = append(targets, network.IP)
		}
		for _, target := range targets {
			open := w.php(t, "outside", "bash", "-c", fmt.Sprintf(
				`for p in %s; do timeout 1 bash -c "exec 3<>/dev/tcp/%s/$p" 2>/dev/null && echo -n "$p "; done; true`, ports, target))
			for _, port := range strings.Fields(open) {
				if role != engine.RoleWeb || port != "80" {
					t.Errorf("%s of %s (%s) answers to another site", port, role, target)
				}
			}
			if target == engine.SiteContainerName("inside", engine.RoleWeb) && strings.TrimSpace(open) != "80" {
				t.Errorf("the web server answers on %q: the look finds nothing", open)
			}
		}
	}
}
