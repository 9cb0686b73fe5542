package fake

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
	networktypes "github.com/docker/docker/api/types/network"
)

// network is one network.
type network struct {
	id      string
	name    string
	created time.Time
	opts    networktypes.CreateOptions
	subnet  int
	nextIPn int
	builtin bool
}

func (n *network) nextIP() string {
	n.nextIPn = n.nextIPn%65000 + 1
	host := n.nextIPn + 1
	return fmt.Sprintf("172.%d.%d.%d", 16+n.subnet%16, host>>8, host&255)
}

// ipam returns the addresses that the network takes up; those without a bridge take none.
func (n *network) ipam() networktypes.IPAM {
	ipam := networktypes.IPAM{Driver: "default"}
	if n.opts.Driver == "bridge" {
		ipam.Config = []networktypes.IPAMConfig{{Subnet: fmt.Sprintf("172.%d.0.0/16", 16+n.subnet%16)}}
	}
	return ipam
}

func (d *Daemon) addDefaultNetworks() {
	for _, name := range []string{"bridge", "host", "none"} {
		driver := name
		if name == "none" {
			driver = "null"
		}
		n := &network{id: digest(64, name), name: name, created: d.clock.Now(), builtin: true}
		n.opts.Driver, n.opts.Scope = driver, "local"
		d.networks[n.id] = n
	}
}

// networkLocked finds a network by ID, name, or the beginning of an ID; nil when there is none.
func (d *Daemon) networkLocked(ref string) *network {
	if n := d.networks[ref]; n != nil {
		return n
	}
	var found *network
	for _, n := range d.networks {
		if n.name == ref {
			return n
		}
		if ref != "" && strings.HasPrefix(n.id, ref) {
			found = n
		}
	}
	return found
}

// createNetwork is POST /networks/create.
func (d *Daemon) createNetwork(r *request) error {
	var body networktypes.CreateRequest
	if err := r.decode(&body); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if strings.TrimSpace(body.Name) == "" {
		return failf(http.StatusBadRequest, "invalid network name: name is empty")
	}
	for _, n := range d.networks {
		if n.name == body.Name {
			return failf(http.StatusConflict, "network with name %s already exists", body.Name)
		}
	}
	switch body.Driver {
	case "", "bridge", "macvlan", "ipvlan", "overlay":
	default:
		return failf(http.StatusNotFound, "plugin \"%s\" not found", body.Driver)
	}
	n := &network{id: d.newIDLocked(), name: body.Name, created: d.clock.Now(), opts: body.CreateOptions, subnet: d.nextSubnet}
	d.nextSubnet++
	if n.opts.Driver == "" {
		n.opts.Driver = "bridge"
	}
	n.opts.Scope = "local"
	d.networks[n.id] = n
	d.emitNetworkLocked(n, events.ActionCreate)
	return r.answer(http.StatusCreated, networktypes.CreateResponse{ID: n.id})
}

func (d *Daemon) emitNetworkLocked(n *network, action events.Action) {
	d.emitLocked(events.NetworkEventType, action, n.id, map[string]string{"name": n.name, "type": n.opts.Driver})
}

// view is the network as the API shows it; with the running containers when full.
func (d *Daemon) viewLocked(n *network, full bool) networktypes.Inspect {
	labels := n.opts.Labels
	if labels == nil {
		labels = map[string]string{}
	}
	v := networktypes.Inspect{
		Name: n.name, ID: n.id, Created: n.created, Scope: "local", Driver: n.opts.Driver, Internal: n.opts.Internal,
		Labels: labels, Options: n.opts.Options, Containers: map[string]networktypes.EndpointResource{},
		IPAM: n.ipam(),
	}
	if full {
		for _, c := range d.endpointsLocked(n) {
			v.Containers[c.id] = networktypes.EndpointResource{Name: c.name, EndpointID: digest(64, c.id, n.id)}
		}
	}
	return v
}

// endpointsLocked returns the containers that run on n.
func (d *Daemon) endpointsLocked(n *network) (list []*container) {
	for _, c := range d.containers {
		if slices.ContainsFunc(c.nets, func(ep *endpoint) bool { return ep.id == n.id && ep.ip != "" }) {
			list = append(list, c)
		}
	}
	return list
}

func networkMatches(n *network, args filters.Args) bool {
	kind := "custom"
	if n.builtin {
		kind = "builtin"
	}
	return args.MatchKVList("label", n.opts.Labels) && args.Match("name", n.name) && args.ExactMatch("driver", n.opts.Driver) &&
		args.ExactMatch("type", kind) && args.ExactMatch("scope", "local") && matchPrefix(args.Get("id"), n.id)
}

// listNetworks is GET /networks.
func (d *Daemon) listNetworks(r *request) error {
	args, err := r.filters()
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	list := []networktypes.Summary{}
	for _, n := range d.networks {
		dangling := !n.builtin && len(d.endpointsLocked(n)) == 0
		if want, _ := args.GetBoolOrDefault("dangling", dangling); want == dangling && networkMatches(n, args) {
			list = append(list, d.viewLocked(n, false))
		}
	}
	slices.SortFunc(list, func(a, b networktypes.Summary) int { return strings.Compare(a.Name, b.Name) })
	return r.answer(http.StatusOK, list)
}

// inspectNetwork is GET /networks/{id}.
func (d *Daemon) inspectNetwork(r *request) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.networkLocked(r.PathValue("id"))
	if n == nil {
		return failf(http.StatusNotFound, "network %s not found", r.PathValue("id"))
	}
	return r.answer(http.StatusOK, d.viewLocked(n, true))
}

// removeNetwork is DELETE /networks/{id}. Only running containers keep a network.
func (d *Daemon) removeNetwork(r *request) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.networkLocked(r.PathValue("id"))
	switch {
	case n == nil:
		return failf(http.StatusNotFound, "network %s not found", r.PathValue("id"))
	case n.builtin:
		return failf(http.StatusForbidden, "%s is a pre-defined network and cannot be removed", n.name)
	case len(d.endpointsLocked(n)) > 0:
		return failf(http.StatusForbidden, "error while removing network: network %s id %s has active endpoints", n.name, n.id)
	}
	delete(d.networks, n.id)
	d.emitNetworkLocked(n, events.ActionDestroy)
	return r.noContent()
}

// withEndpoint calls do, with the lock held, on the network of the path and the container that body, once it is read, names
// in ref.
func (d *Daemon) withEndpoint(r *request, body any, ref *string, do func(n *network, c *container) error) error {
	if err := r.decode(body); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.networkLocked(r.PathValue("id"))
	if n == nil {
		return failf(http.StatusNotFound, "network %s not found", r.PathValue("id"))
	}
	c, err := d.containerLocked(*ref)
	if err != nil {
		return err
	}
	return do(n, c)
}

// connectNetwork is POST /networks/{id}/connect.
func (d *Daemon) connectNetwork(r *request) error {
	var body networktypes.ConnectOptions
	return d.withEndpoint(r, &body, &body.Container, func(n *network, c *container) error {
		if slices.ContainsFunc(c.nets, func(ep *endpoint) bool { return ep.network == n.name || ep.id == n.id }) {
			return failf(http.StatusForbidden, "endpoint with name %s already exists in network %s", c.name, n.name)
		}
		ep := &endpoint{network: n.name, id: n.id, settings: body.EndpointConfig}
		if body.EndpointConfig != nil {
			ep.aliases = body.EndpointConfig.Aliases
		}
		if c.running() {
			ep.ip = n.nextIP()
		}
		c.nets = append(c.nets, ep)
		d.emitNetworkLocked(n, events.ActionConnect)
		r.WriteHeader(http.StatusOK)
		return nil
	})
}

// disconnectNetwork is POST /networks/{id}/disconnect.
func (d *Daemon) disconnectNetwork(r *request) error {
	var body networktypes.DisconnectOptions
	return d.withEndpoint(r, &body, &body.Container, func(n *network, c *container) error {
		before := len(c.nets)
		c.nets = slices.DeleteFunc(c.nets, func(ep *endpoint) bool { return ep.network == n.name || ep.id == n.id })
		if len(c.nets) == before {
			return failf(http.StatusForbidden, "container %s is not connected to network %s", c.id, n.name)
		}
		d.emitNetworkLocked(n, events.ActionDisconnect)
		r.WriteHeader(http.StatusOK)
		return nil
	})
}
