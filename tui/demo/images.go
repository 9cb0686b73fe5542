package demo

import (
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/database"
	"github.com/Locorum/locorum-tui/engine/fake"
	"github.com/Locorum/locorum-tui/engine/router"
	"github.com/Locorum/locorum-tui/model"
)

// lineRate is how fast an image is pulled, in bytes per second.
const lineRate = 24e6

// registry has every image that a site can be made of. The sizes are about those of the real ones.
func (d *Demo) registry(ref string) (fake.Image, bool) {
	const mb = 1e6
	name, _, _ := strings.Cut(ref, ":")
	img := fake.Image{Ref: ref, Rate: lineRate}
	layers := func(sizes ...int64) {
		for _, size := range sizes {
			img.Layers = append(img.Layers, fake.Layer{Size: size})
		}
	}
	switch name {
	case "nginx", "httpd":
		layers(4*mb, 2*mb, 14*mb)
		img.Main, img.Probe = d.service(engine.RoleWeb), fake.HealthyAfter(400*time.Millisecond)
	case "wodby/php":
		layers(4*mb, 31*mb, 58*mb, 12*mb)
		img.Main, img.Probe = d.service(engine.RolePHP), fake.HealthyAfter(700*time.Millisecond)
	case "mariadb", "mysql":
		layers(28*mb, 9*mb, 71*mb)
		img.Main, img.Probe = d.service(engine.RoleDatabase), fake.HealthyAfter(2*time.Second)
	case "redis":
		layers(4*mb, 1*mb, 11*mb)
		img.Main, img.Probe = d.service(engine.RoleRedis), fake.HealthyAfter(300*time.Millisecond)
	default:
		layers(4*mb, 24*mb)
		img.Main, img.Probe = fake.Service, fake.HealthyAfter(300*time.Millisecond)
	}
	return img, true
}

// have puts an image on the daemon, as if it had been pulled some day.
func (d *Demo) have(ref string) {
	img, _ := d.registry(ref)
	d.daemon.AddImage(img)
}

// specs returns the containers of a site, by role.
func specs(site *model.Site) map[string]engine.ContainerSpec {
	return map[string]engine.ContainerSpec{
		engine.RoleWeb: engine.WebSpec(site, homeDir), engine.RolePHP: engine.PHPSpec(site, homeDir),
		engine.RoleDatabase: database.Spec(site, homeDir), engine.RoleRedis: engine.RedisSpec(site),
	}
}

// sharedImages are those of what all sites share, by role.
func sharedImages() map[string]string {
	return map[string]string{engine.RoleRouter: router.Image, engine.RoleMail: engine.MailSpec().Image, engine.RoleAdminer: engine.AdminerSpec().Image}
}

// sharedRoles are the keys of sharedImages, in order.
func sharedRoles() []string { return []string{engine.RoleRouter, engine.RoleMail, engine.RoleAdminer} }
