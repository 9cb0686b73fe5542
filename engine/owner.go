package engine

// owns reports whether a resource with these labels is ours to replace, reuse and remove: it carries the platform label
// and either no data folder (the desktop app writes none), or ours, or we have none ourselves and so own all of them.
func (d *Docker) owns(labels map[string]string) bool {
	if labels[LabelPlatform] != PlatformValue {
		return false
	}
	home := labels[LabelHome]
	return home == "" || d.opts.Home == "" || home == d.opts.Home
}

// ownerError says that the named resource with these labels is not ours. why may be empty.
func ownerError(kind, name string, labels map[string]string, why string) *OwnerError {
	e := &OwnerError{Kind: kind, Name: name, Why: why}
	if labels[LabelPlatform] == PlatformValue {
		e.Owner = SanitizeString(labels[LabelHome])
	}
	return e
}

// made reports whether this data folder made the resource, by its label. Without a data folder of our own it is whatever
// carries the platform label.
//
// What goes unasked goes by this, not by owns: a resource without a data folder may be the desktop app's of somebody else
// on this daemon, which is fine to adopt by name, but not to clean up.
func (d *Docker) made(labels map[string]string) bool {
	return labels[LabelPlatform] == PlatformValue && (d.opts.Home == "" || labels[LabelHome] == d.opts.Home)
}

// stamp returns a copy of labels with what tells later calls that we made the resource: the platform label, our data
// folder and our version, each unless labels have it.
func (d *Docker) stamp(labels map[string]string) map[string]string {
	out := owned(labels, d.opts.Home)
	out[LabelPlatform] = PlatformValue
	if out[LabelVersion] == "" {
		delete(out, LabelVersion)
		if d.opts.AppVersion != "" {
			out[LabelVersion] = d.opts.AppVersion
		}
	}
	return out
}
