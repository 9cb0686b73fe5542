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
