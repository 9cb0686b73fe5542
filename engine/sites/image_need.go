package sites

import (
	"context"
	"slices"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/database"
	"github.com/Locorum/locorum-tui/model"
)

// ImageNeed is an image that a site is made of.
type ImageNeed struct {
	Ref string
	// Present says that it need not be pulled; Size is then its size on the disk in bytes.
	Present bool
	Size    int64
}

// ImageNeeds returns the images that a site with these versions and what sites share are made of, and which of them are
// there already.
func (m *Manager) ImageNeeds(ctx context.Context, site model.Site) ([]ImageNeed, error) {
	images, err := m.o.Docker.Images(ctx)
	if err != nil {
		return nil, err
	}
	home := m.o.HomeDir
	var needs []ImageNeed
	for _, ref := range []string{
		engine.WebSpec(&site, home).Image, engine.PHPSpec(&site, home).Image, database.Spec(&site, home).Image, engine.RedisSpec(&site).Image,
		routerImage, engine.MailSpec().Image, engine.AdminerSpec().Image,
	} {
		need := ImageNeed{Ref: ref}
		for _, image := range images {
			if slices.Contains(image.Tags, ref) {
				need.Present, need.Size = true, image.Size
			}
		}
		needs = append(needs, need)
	}
	return needs, nil
}
