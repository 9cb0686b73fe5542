package engine

import (
	"cmp"
	"context"
	"net/netip"
	"slices"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/client"
)

// NetworksByLabel lists the networks that carry every label of match, whoever made them, sorted by name; an empty value
// matches any, an empty match every network. A key with '=' is ErrSpecInvalid. Names and labels are as the daemon has
// them: sanitise them before they reach a screen.
func (d *Docker) NetworksByLabel(ctx context.Context, match map[string]string) ([]NetworkInfo, error) {
	const op = "list networks"
	_, nets, err := byLabel(ctx, d, match, labelFilter, d.listNetworks)
	if err != nil {
		return nil, d.fail(err, op)
	}
	infos := make([]NetworkInfo, len(nets))
	for i, n := range nets {
		infos[i] = NetworkInfo{ID: n.ID, Name: n.Name, Driver: n.Driver, Labels: n.Labels, Subnets: subnetsOf(n)}
	}
	return infos, nil
}

// subnetsOf returns the addresses that a network takes up; what is no prefix is left out.
func subnetsOf(n network.Inspect) []netip.Prefix {
	var subnets []netip.Prefix
	for _, config := range n.IPAM.Config {
		if subnet, err := netip.ParsePrefix(config.Subnet); err == nil {
			subnets = append(subnets, subnet.Masked())
		}
	}
	return subnets
}

// listNetworks returns what the filter lets through, by name and ID.
func (d *Docker) listNetworks(ctx context.Context, cli *client.Client, args filters.Args) ([]network.Inspect, error) {
	var nets []network.Inspect
	err := d.retry(ctx, func(ctx context.Context) (err error) {
		nets, err = cli.NetworkList(ctx, network.ListOptions{Filters: args})
		return err
	})
	slices.SortFunc(nets, func(a, b network.Inspect) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return nets, err
}
