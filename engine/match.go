package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/client"
)

// labelFilter turns a match into what the daemon filters by: every label must be there, with the given value unless that
// is empty. An empty match filters nothing. A key that cannot be a label's is ErrSpecInvalid.
func labelFilter(match map[string]string) (filters.Args, error) {
	if err := validateLabels(match); err != nil {
		return filters.Args{}, err
	}
	args := filters.NewArgs()
	for key, value := range match {
		if value != "" {
			key += "=" + value
		}
		args.Add("label", key)
	}
	return args, nil
}

// removalFilter is labelFilter for what will be removed: an empty match would mean everything, so it is ErrSpecInvalid.
func removalFilter(match map[string]string) (filters.Args, error) {
	if len(match) == 0 {
		return filters.Args{}, fmt.Errorf("%w: an empty label match would remove everything", ErrSpecInvalid)
	}
	return labelFilter(match)
}

// byLabel lists what carries match: the beginning of every call that is about all things with certain labels. filter is
// labelFilter or removalFilter.
func byLabel[T any](ctx context.Context, d *Docker, match map[string]string, filter func(map[string]string) (filters.Args, error),
	list func(context.Context, *client.Client, filters.Args) ([]T, error),
) (*client.Client, []T, error) {
	args, err := filter(match)
	if err != nil {
		return nil, nil, err
	}
	cli, err := d.ready(ctx)
	if err != nil {
		return nil, nil, err
	}
	found, err := list(ctx, cli, args)
	return cli, found, err
}

// removeEach removes those of list that are ours, whatever becomes of the others, and returns every failure. When ctx has
// ended it stops: each further call would fail alike.
func removeEach[T any](ctx context.Context, d *Docker, list []T, labels func(T) map[string]string, remove func(T) error) error {
	var failures []error
	for _, item := range list {
		if !d.owns(labels(item)) {
			continue
		}
		if err := remove(item); err != nil {
			failures = append(failures, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failures...)
}

// validateLabels refuses keys that Docker's KEY=VALUE notation cannot carry.
func validateLabels(labels map[string]string) error {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if key == "" || strings.ContainsAny(key, "=\x00") {
			return fmt.Errorf("%w: label %q: a key is not empty and has no '='", ErrSpecInvalid, key)
		}
	}
	return nil
}

// validateName refuses what Docker takes for no name of a container, network or volume; field says which one it is.
func validateName(field, name string) error {
	if !dockerName.MatchString(name) {
		return fmt.Errorf("%w: %s %q: a name has two or more letters, digits and . _ -, and begins with a letter or digit", ErrSpecInvalid, field, name)
	}
	return nil
}

// dockerName is Docker's own rule for names, with a bound on the length that no name of ours comes near.
var dockerName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,199}$`)
