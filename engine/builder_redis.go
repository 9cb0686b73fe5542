package engine

import (
	"strconv"

	"github.com/Locorum/locorum-tui/model"
)

// redisMemory is the container's limit in bytes; the cache itself gets half, the rest is for copies and connections.
const redisMemory = 256 * mib

// RedisSpec describes the site's Redis: an object cache that forgets the least used entries when it is full, and
// everything when it stops.
func RedisSpec(site *model.Site) ContainerSpec {
	return ContainerSpec{
		Name:  SiteContainerName(site.Slug, RoleRedis),
		Image: "redis:" + site.RedisVersion + "-alpine",
		Cmd: []string{
			"redis-server", "--save", "", "--appendonly", "no",
			"--maxmemory", strconv.Itoa(redisMemory / 2), "--maxmemory-policy", "allkeys-lru",
			"--protected-mode", "no", // it has no password: only the site's own network reaches it
		},
		User:        "redis", // the image's own; as root its start-up would need capabilities to turn into it
		Labels:      roleLabels(RoleRedis, site.Slug),
		Mounts:      []Mount{{Tmpfs: &TmpfsMount{Target: "/data", Options: "size=16m"}}},
		Networks:    []NetworkAttachment{{Network: SiteNetworkName(site.Slug), Aliases: []string{"redis"}}},
		Healthcheck: readiness("CMD-SHELL", "redis-cli ping | grep -q PONG"),
		Resources:   Resources{MemoryLimit: redisMemory},
		Security:    sealed(),
		Init:        true,
		Restart:     RestartNo,
	}
}
