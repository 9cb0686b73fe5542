package engine

import (
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Validate returns nil when the spec can be right, else an ErrSpecInvalid that names the first field that cannot, or
// ErrSpecAmbiguous for a mount of no kind or of several. It asks nobody: whether the image, the networks and the bind
// sources exist is the daemon's to say. Values of Env and EnvSecrets are not part of the text.
//
// EnsureContainer validates first, so that a bad spec changes nothing.
func (s ContainerSpec) Validate() error {
	for _, check := range []func() error{
		s.validateIdentity, s.validateEnv, s.validateProcess, s.validatePorts, s.validateMounts, s.validateNetworks,
		s.Healthcheck.validate, s.Resources.validate, s.Security.validate,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// invalid is an ErrSpecInvalid about one field. What is quoted from the spec goes through %q, which leaves nothing in it
// that a terminal would obey.
func invalid(field, format string, args ...any) error {
	return fmt.Errorf("%w: %s: %s", ErrSpecInvalid, field, fmt.Sprintf(format, args...))
}

func (s ContainerSpec) validateIdentity() error {
	if err := validateName("Name", s.Name); err != nil {
		return err
	}
	if _, err := parseImageRef(s.Image); err != nil {
		return fmt.Errorf("field Image: %w", err)
	}
	if err := validateLabels(s.Labels); err != nil {
		return fmt.Errorf("field Labels: %w", err)
	}
	if platform, set := s.Labels[LabelPlatform]; set && platform != PlatformValue {
		return invalid("Labels", "%s is %q; it is always %q", LabelPlatform, platform, PlatformValue)
	}
	return nil
}

// validateEnv also refuses a key that is set twice: which one wins is not the same in every image's shell.
func (s ContainerSpec) validateEnv() error {
	seen := map[string]string{}
	once := func(field, key string) error {
		if first, twice := seen[key]; twice {
			return invalid(field, "%q is set by %s already", key, first)
		}
		seen[key] = field
		return nil
	}
	for i, entry := range s.Env {
		field := fmt.Sprintf("Env[%d]", i)
		key, value, ok := strings.Cut(entry, "=")
		switch {
		case !ok:
			return invalid(field, "has no '='; write KEY=VALUE") // it may be a bare secret: not quoted
		case key == "":
			return invalid(field, "has no key before the '='")
		case strings.Contains(key+value, "\x00"):
			return invalid(field, "%q holds a NUL byte", key)
		}
		if err := once(field, key); err != nil {
			return err
		}
	}
	for i, secret := range s.EnvSecrets {
		field := fmt.Sprintf("EnvSecrets[%d]", i)
		switch {
		case secret.Key == "":
			return invalid(field, "the key is empty")
		case strings.ContainsAny(secret.Key, "=\x00"):
			return invalid(field, "a key has no '=' and no NUL byte")
		case strings.Contains(secret.Value, "\x00"):
			return invalid(field, "the value of %q holds a NUL byte", secret.Key)
		}
		if err := once(field, secret.Key); err != nil {
			return err
		}
	}
	return nil
}

func (s ContainerSpec) validateProcess() error {
	for _, list := range []struct {
		field string
		words []string
	}{{"Cmd", s.Cmd}, {"Entrypoint", s.Entrypoint}, {"User", []string{s.User}}} {
		if slices.ContainsFunc(list.words, func(w string) bool { return strings.Contains(w, "\x00") }) {
			return invalid(list.field, "holds a NUL byte")
		}
	}
	if s.WorkingDir != "" && !path.IsAbs(s.WorkingDir) {
		return invalid("WorkingDir", "%q is not absolute", s.WorkingDir)
	}
	for i, entry := range s.ExtraHosts {
		host, ip, ok := strings.Cut(entry, ":")
		if !ok || host == "" || ip == "" || strings.ContainsAny(entry, " \t\r\n\x00") {
			return invalid(fmt.Sprintf("ExtraHosts[%d]", i), "%q is not HOST:IP", entry)
		}
		if _, err := netip.ParseAddr(strings.Trim(ip, "[]")); err != nil && ip != "host-gateway" {
			return invalid(fmt.Sprintf("ExtraHosts[%d]", i), "%q has neither an IP address nor host-gateway behind the ':'", entry)
		}
	}
	return nil
}

func (s ContainerSpec) validatePorts() error {
	type binding struct{ ip, host, container, proto string }
	seen := map[binding]int{}
	for i, p := range s.Ports {
		field := fmt.Sprintf("Ports[%d]", i)
		if !isPort(p.ContainerPort, 1) {
			return invalid(field+".ContainerPort", "%q is not a number from 1 to 65535", p.ContainerPort)
		}
		if p.HostPort != "" && !isPort(p.HostPort, 0) {
			return invalid(field+".HostPort", "%q is not a number from 0 to 65535", p.HostPort)
		}
		if p.HostIP != "" {
			if _, err := netip.ParseAddr(p.HostIP); err != nil {
				return invalid(field+".HostIP", "%q is not an IP address", p.HostIP)
			}
		}
		if !slices.Contains([]string{"", "tcp", "udp", "sctp"}, p.Proto) {
			return invalid(field+".Proto", "%q is not tcp, udp or sctp", p.Proto)
		}
		key := binding{p.hostIP(), p.HostPort, "", p.proto()}
		if p.HostPort == "" || p.HostPort == "0" { // takes no port of the host that another could want
			key.container = p.ContainerPort
		}
		if first, twice := seen[key]; twice {
			return invalid(field, "takes the same port as Ports[%d]", first)
		}
		seen[key] = i
	}
	return nil
}

// isPort reports whether text is a decimal number from least to 65535, without sign or leading zeros.
func isPort(text string, least int) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= least && n <= 65535 && strconv.Itoa(n) == text
}

func (s ContainerSpec) validateMounts() error {
	targets := map[string]int{}
	for i, m := range s.Mounts {
		field := fmt.Sprintf("Mounts[%d]", i)
		kinds := 0
		for _, set := range []bool{m.Bind != nil, m.Volume != nil, m.Tmpfs != nil} {
			if set {
				kinds++
			}
		}
		if kinds != 1 {
			return fmt.Errorf("%w: %s has %d kinds", kindError{ErrSpecInvalid, ErrSpecAmbiguous}, field, kinds)
		}
		field, err := m.validate(field)
		if err != nil {
			return err
		}
		target := m.target()
		switch {
		case !path.IsAbs(target):
			return invalid(field+".Target", "%q is not absolute", target)
		case path.Clean(target) == "/":
			return invalid(field+".Target", "must not be /")
		case strings.Contains(target, "\x00"):
			return invalid(field+".Target", "%q holds a NUL byte", target)
		}
		if first, twice := targets[path.Clean(target)]; twice {
			return invalid(field+".Target", "%q is the target of Mounts[%d] too", target, first)
		}
		targets[path.Clean(target)] = i
	}
	return nil
}

// validate checks what is particular to the one kind that m has, and returns the name of its field.
func (m Mount) validate(field string) (string, error) {
	switch {
	case m.Bind != nil:
		field += ".Bind"
		if source := m.Bind.Source; !path.IsAbs(source) || strings.Contains(source, "\x00") {
			return field, invalid(field+".Source", "%q is not an absolute path", source)
		}
	case m.Volume != nil:
		field += ".Volume"
		if err := validateName(field+".Name", m.Volume.Name); err != nil {
			return field, err
		}
	default:
		field += ".Tmpfs"
		if err := validateTmpfsOptions(m.Tmpfs.Options); err != nil {
			return field, invalid(field+".Options", "%v", err)
		}
	}
	return field, nil
}

func (s ContainerSpec) validateNetworks() error {
	seen := map[string]int{}
	for i, n := range s.Networks {
		field := fmt.Sprintf("Networks[%d]", i)
		if err := validateName(field+".Network", n.Network); err != nil {
			return err
		}
		if first, twice := seen[n.Network]; twice {
			return invalid(field+".Network", "%q is Networks[%d] too", n.Network, first)
		}
		seen[n.Network] = i
		if (n.Network == "host" || n.Network == "none") && len(s.Networks) > 1 {
			return invalid(field+".Network", "%q goes with no other network", n.Network)
		}
		for j, alias := range n.Aliases {
			if alias == "" || strings.ContainsAny(alias, " \t\r\n\x00") {
				return invalid(fmt.Sprintf("%s.Aliases[%d]", field, j), "%q is no host name", alias)
			}
		}
	}
	return nil
}
