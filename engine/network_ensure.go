package engine

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/client"
)

const bridgeDriver = "bridge"

// How long a network that others make or remove at this moment is waited for. A loaded daemon takes seconds for one.
const (
	networkWaitFirst   = 20 * time.Millisecond
	networkWaitCeiling = 500 * time.Millisecond
	networkWaitBudget  = 60 * time.Second
	// bridgeNamePatience is when we stop asking for a bridge of our own name: the daemon may hold on to one of a network
	// that it no longer lists, until it is restarted.
	bridgeNamePatience = 20 * time.Second
)

// EnsureNetwork makes the network if it is absent and returns its ID. What it makes carries the platform label and our
// data folder besides the labels of spec; labels of an existing network are not changed.
//
// A network of that name that is not ours is an *OwnerError. One of ours with another driver or another Internal is
// replaced while no container refers to it. With containers it is kept as it is and its ID returned: a container that was
// started on a network cannot be started again without it, and those that run would lose their connections.
//
// Docker before API 1.44 lets two callers make two networks of one name. We prevent that among ourselves (see createNetwork);
// where another program did it, the one that containers use is kept, else the oldest, and the others are removed. When
// containers use several of them the error says so and is an ErrAlreadyExists.
func (d *Docker) EnsureNetwork(ctx context.Context, spec NetworkSpec) (string, error) {
	op := "ensure network " + spec.Name
	if err := spec.validate(); err != nil {
		return "", d.fail(err, "ensure network")
	}
	cli, err := d.ready(ctx)
	if err != nil {
		return "", d.fail(err, op)
	}
	id, err := d.ensureNetwork(ctx, cli, spec)
	return id, d.fail(err, op)
}

// CreateNetwork is EnsureNetwork of a bridge network without its ID.
func (d *Docker) CreateNetwork(ctx context.Context, name string, internal bool, labels map[string]string) error {
	_, err := d.EnsureNetwork(ctx, NetworkSpec{Name: name, Internal: internal, Labels: labels})
	return err
}

// validate names the field that cannot be right.
func (s NetworkSpec) validate() error {
	if err := validateName("network Name", s.Name); err != nil {
		return err
	}
	if s.Driver != "" {
		if err := validateName("network Driver", s.Driver); err != nil {
			return err
		}
	}
	return validateLabels(s.Labels)
}

// driver returns the name of the driver, the default filled in.
func (s NetworkSpec) driver() string { return cmp.Or(s.Driver, bridgeDriver) }

// fits reports whether n is what s describes.
func (s NetworkSpec) fits(n network.Inspect) bool {
	return n.Driver == s.driver() && n.Internal == s.Internal
}

// ensureNetwork looks and creates in turns until a look finds exactly one network. Whoever loses the race for a name finds
// the winner's network at one of the next looks.
func (d *Docker) ensureNetwork(ctx context.Context, cli *client.Client, spec NetworkSpec) (string, error) {
	begin, wait := d.clock.Now(), networkWaitFirst
	for {
		id, err := d.settleNetwork(ctx, cli, spec)
		if err != nil || id != "" {
			return id, err
		}
		waited := d.clock.Now().Sub(begin)
		err = d.createNetwork(ctx, cli, spec, waited < bridgeNamePatience)
		if err == nil {
			continue
		}
		if !isNameTaken(err) {
			return "", err
		}
		if waited > networkWaitBudget {
			return "", kindError{ErrTransient, err}
		}
		if err := d.clock.Sleep(ctx, wait); err != nil {
			return "", err
		}
		wait = min(2*wait, networkWaitCeiling)
	}
}

// settleNetwork returns the ID of the one network that has the name, or "" when there is none. Twins and what does not fit
// are removed on the way.
func (d *Docker) settleNetwork(ctx context.Context, cli *client.Client, spec NetworkSpec) (string, error) {
	nets, err := d.networksNamed(ctx, cli, spec.Name)
	if err != nil || len(nets) == 0 {
		return "", err
	}
	for _, n := range nets {
		if !d.owns(n.Labels) {
			return "", ownerError("network", n.Name, n.Labels, "")
		}
	}
	if len(nets) == 1 && spec.fits(nets[0]) {
		return nets[0].ID, nil
	}
	use, err := d.networkUse(ctx, cli)
	if err != nil {
		return "", err
	}
	keep, err := d.keepOneNetwork(ctx, cli, nets, use)
	if err != nil {
		return "", err
	}
	if spec.fits(keep) || len(use.of(keep)) > 0 {
		return keep.ID, nil
	}
	switch err := d.removeNetwork(ctx, cli, keep.ID); {
	case isInUse(err): // something joined it after we looked
		return keep.ID, nil
	default:
		return "", err
	}
}

// networksNamed returns the networks of exactly that name, the oldest first.
func (d *Docker) networksNamed(ctx context.Context, cli *client.Client, name string) ([]network.Inspect, error) {
	nets, err := d.listNetworks(ctx, cli, filters.NewArgs(filters.Arg("name", name)))
	nets = slices.DeleteFunc(nets, func(n network.Inspect) bool { return n.Name != name }) // the filter takes parts of names
	slices.SortFunc(nets, func(a, b network.Inspect) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return nets, err
}

// keepOneNetwork removes all of several networks of one name but one, which it returns: the one that containers refer to
// by ID, else the first.
func (d *Docker) keepOneNetwork(ctx context.Context, cli *client.Client, nets []network.Inspect, use networkUse) (network.Inspect, error) {
	keep := max(0, slices.IndexFunc(nets, func(n network.Inspect) bool { return len(use.exact(n)) > 0 }))
	for i, n := range nets {
		if i == keep {
			continue
		}
		err := error(nil)
		if users := use.exact(n); len(users) > 0 {
			err = fmt.Errorf("the containers %s use it", strings.Join(users, ", "))
		} else {
			err = d.removeNetwork(ctx, cli, n.ID)
		}
		if err != nil {
			return network.Inspect{}, kindError{ErrAlreadyExists, fmt.Errorf(
				"there are %d networks of that name; remove network %s, then try again: %w", len(nets), plainText(n.ID), err)}
		}
	}
	return nets[keep], nil
}

// createNetwork makes the network.
//
// Network names are not unique before API 1.44: the daemon compares them a while before it stores the new one, and eight
// callers get eight networks. The names of bridges are compared and taken under one lock, so a bridge whose name follows
// from the network's lets one caller win; the others are refused (isNameTaken). The name holds the daemon's ID, since two
// daemons on one machine share the names of bridges.
func (d *Docker) createNetwork(ctx context.Context, cli *client.Client, spec NetworkSpec, ownBridge bool) error {
	opts := network.CreateOptions{Driver: spec.driver(), Internal: spec.Internal, Labels: d.stamp(spec.Labels)}
	if ownBridge && opts.Driver == bridgeDriver {
		id, err := d.DaemonID(ctx)
		if err != nil {
			return err
		}
		opts.Options = map[string]string{"com.docker.network.bridge.name": bridgeName(id, spec.Name)}
	}
	err := d.retry(ctx, func(ctx context.Context) error {
		_, err := cli.NetworkCreate(ctx, spec.Name, opts)
		return err
	})
	if isOutOfAddresses(err) {
		return &outOfAddressesError{err}
	}
	return err
}

// bridgeName returns the name of the bridge: as long as those that Docker makes up, the longest that Linux takes.
func bridgeName(daemonID, network string) string {
	sum := sha256.Sum256([]byte(daemonID + "\x00" + network))
	return "br-" + hex.EncodeToString(sum[:6])
}

// isNameTaken reports whether a create failed because the network's or its bridge's name is there. The second is a plain
// refusal, so the daemon's text has to tell.
func isNameTaken(err error) bool {
	return cerrdefs.IsConflict(err) || cerrdefs.IsAlreadyExists(err) || err != nil && strings.Contains(err.Error(), "bridge name")
}

// isOutOfAddresses reports whether a create failed for want of an address range; the daemon's status does not say it.
func isOutOfAddresses(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "non-overlapping IPv4 address pool") ||
		strings.Contains(err.Error(), "address pools have been fully subnetted"))
}

// outOfAddressesError has the next step. It hides what kind the daemon's error is: it calls this one not found.
type outOfAddressesError struct{ cause error }

func (e *outOfAddressesError) Error() string {
	return "Docker has no address range left for another network; remove networks that are not used, or add to " +
		"default-address-pools in the daemon's configuration: " + e.cause.Error()
}

func (e *outOfAddressesError) As(target any) bool { return errors.As(e.cause, target) }
