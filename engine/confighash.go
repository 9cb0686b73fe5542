package engine

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// ConfigHash returns 64 hex digits that are equal for two specs that ask for the same container. EnsureContainer writes
// them to LabelConfigHash and replaces a container whose digits differ.
//
// Not part of it: Name, the values of EnvSecrets (a changed password is not a changed shape), LabelVersion, LabelHome and
// LabelConfigHash, and the order of Env, EnvSecrets, Labels, ExtraHosts and of the lists in Security. The order of
// everything else counts, and so does the difference between nil and an empty list there: the daemon tells them apart
// too.
//
// The desktop app computes the same digits from the same spec, so each adopts what the other made. That fixes the form:
// encoding/json's default output of the fields in the order of hashedSpec. The defaults that are filled in at creation
// (log size, process limit, capabilities) are not part of it.
func (s ContainerSpec) ConfigHash() string {
	form := hashedSpec{
		Image:       s.Image,
		Cmd:         s.Cmd,
		Entrypoint:  s.Entrypoint,
		Env:         sorted(s.Env),
		EnvSecrets:  make([]hashedSecret, 0, len(s.EnvSecrets)),
		User:        s.User,
		WorkingDir:  s.WorkingDir,
		Tty:         s.Tty,
		Labels:      make([][2]string, 0, len(s.Labels)),
		Ports:       s.Ports,
		Mounts:      s.Mounts,
		Networks:    s.Networks,
		ExtraHosts:  sorted(s.ExtraHosts),
		Healthcheck: s.Healthcheck,
		Resources:   s.Resources,
		Security:    s.Security,
		Init:        s.Init,
		Restart:     s.Restart,
	}
	for _, secret := range s.EnvSecrets {
		form.EnvSecrets = append(form.EnvSecrets, hashedSecret{secret.Key})
	}
	slices.SortFunc(form.EnvSecrets, func(a, b hashedSecret) int { return cmp.Compare(a.Key, b.Key) })
	for key, value := range s.Labels {
		switch key {
		case LabelVersion, LabelConfigHash, LabelHome:
		default:
			form.Labels = append(form.Labels, [2]string{key, value})
		}
	}
	slices.SortFunc(form.Labels, func(a, b [2]string) int { return cmp.Compare(a[0], b[0]) })
	form.Security.CapDrop = sorted(s.Security.CapDrop)
	form.Security.CapAdd = sorted(s.Security.CapAdd)
	form.Security.SecurityOpt = sorted(s.Security.SecurityOpt)

	text, err := json.Marshal(form)
	if err != nil {
		panic("engine: a spec has no JSON: " + err.Error()) // strings, integers and bools only: it always has
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// hashedSpec is what ConfigHash digests. Names, order and types of the fields are the format.
type hashedSpec struct {
	Image       string
	Cmd         []string
	Entrypoint  []string
	Env         []string
	EnvSecrets  []hashedSecret // never nil
	User        string
	WorkingDir  string
	Tty         bool
	Labels      [][2]string // never nil
	Ports       []PortMap
	Mounts      []Mount
	Networks    []NetworkAttachment
	ExtraHosts  []string
	Healthcheck *Healthcheck
	Resources   Resources
	Security    SecurityOptions
	Init        bool
	Restart     RestartPolicy
}

type hashedSecret struct{ Key string }

// sorted returns a sorted copy of list, and nil for an empty one.
func sorted(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return slices.Sorted(slices.Values(list))
}
