package doctor

import "context"

// limitsHold asks whether the kernel keeps containers to their limits.
func (x examiner) limitsHold(ctx context.Context) ([]Finding, error) {
	detail, err := x.Docker.DaemonDetail(ctx)
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, limit := range []struct {
		name  string
		holds bool
	}{{"memory", detail.MemoryLimit}, {"processors", detail.CPULimit}, {"processes", detail.PidsLimit}} {
		if !limit.holds {
			missing = append(missing, limit.name)
		}
	}
	if len(missing) > 0 {
		return []Finding{{
			Check: "cgroup", Severity: Warn, Title: "Docker cannot limit " + list(missing),
			Detail: "One site can then take what the others and this machine need.",
			Fix:    "Enable the missing cgroup controllers of the kernel; on a Raspberry Pi add cgroup_enable=memory to /boot/firmware/cmdline.txt and reboot.",
		}}, nil
	}
	if detail.CgroupVersion == "1" {
		return []Finding{{
			Check: "cgroup", Severity: Info, Title: "Docker uses cgroup v1", Detail: "Everything works; Docker and systemd are about to drop it.",
			Fix: "Boot with systemd.unified_cgroup_hierarchy=1, or update the distribution.",
		}}, nil
	}
	return []Finding{{Check: "cgroup", Severity: OK, Title: "Docker keeps containers to their limits"}}, nil
}
