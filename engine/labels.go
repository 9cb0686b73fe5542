package engine

import "maps"

// Labels that mark what Locorum made. The desktop app writes and reads the same keys on containers, networks and
// volumes, so neither a key nor a value may change. Ask for resources by label, never by the prefix of a name.
const (
	// LabelPlatform carries PlatformValue on every resource that either program made.
	LabelPlatform = "io.locorum.platform"
	// LabelSite carries the slug of the site; the key is absent on what sites share.
	LabelSite = "io.locorum.site"
	// LabelRole carries one of the Role constants.
	LabelRole = "io.locorum.role"
	// LabelVersion carries the version of the program that made the resource. It is not part of ConfigHash.
	LabelVersion = "io.locorum.version"
	// LabelConfigHash carries ContainerSpec.ConfigHash; only EnsureContainer writes it.
	LabelConfigHash = "io.locorum.confighash"
	// LabelHome carries the absolute path of the data folder that owns the resource. The desktop app does not write
	// it, and it is not part of ConfigHash: two people on one daemon are told apart by it.
	LabelHome = "io.locorum.home"

	// PlatformValue is the only value that LabelPlatform ever has.
	PlatformValue = "locorum"
)

// PlatformLabels returns a new map with the labels of a resource of the given role. An empty site leaves LabelSite out,
// as it is for what sites share. LabelHome is added by the engine when it creates the resource.
func PlatformLabels(role, site, appVersion string) map[string]string {
	labels := map[string]string{
		LabelPlatform: PlatformValue,
		LabelRole:     role,
		LabelVersion:  appVersion,
	}
	if site != "" {
		labels[LabelSite] = site
	}
	return labels
}

// owned returns a copy of labels that carries home as its owner, unless it names one or home is empty.
func owned(labels map[string]string, home string) map[string]string {
	out := maps.Clone(labels)
	if out == nil {
		out = map[string]string{}
	}
	if home != "" && out[LabelHome] == "" {
		out[LabelHome] = home
	}
	return out
}
