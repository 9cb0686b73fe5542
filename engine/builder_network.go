package engine

import "github.com/Locorum/locorum-tui/model"

// GlobalNetworkSpec describes the network that all sites, the router and the shared services are on. It has a way out.
func GlobalNetworkSpec() NetworkSpec {
	return NetworkSpec{Name: GlobalNetwork, Driver: bridgeDriver, Labels: roleLabels(RoleGlobalNetwork, "")}
}

// SiteNetworkSpec describes the site's own network, which has no way out: the database and Redis are on it alone.
func SiteNetworkSpec(site *model.Site) NetworkSpec {
	return NetworkSpec{
		Name:     SiteNetworkName(site.Slug),
		Internal: true,
		Driver:   bridgeDriver,
		Labels:   roleLabels(RoleSiteNetwork, site.Slug),
	}
}

// SiteVolumeSpec describes the volume that holds the site's database.
func SiteVolumeSpec(site *model.Site) VolumeSpec {
	return VolumeSpec{Name: SiteVolumeName(site.Slug), Labels: roleLabels(RoleDatabaseData, site.Slug)}
}
