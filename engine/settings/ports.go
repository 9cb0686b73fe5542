package settings

import (
	"fmt"
	"strconv"
)

// The rows of the desktop app's settings that hold the router's ports on the host.
const (
	KeyHTTPPort  = "router.http_port"
	KeyHTTPSPort = "router.https_port"
)

// Ports are the router's ports on the host.
type Ports struct {
	HTTP  int
	HTTPS int
}

// PortsFrom reads the ports from the desktop app's settings rows. A row that is absent has the port's standard; one that
// is no port is an error that names it.
func PortsFrom(rows map[string]string) (Ports, error) {
	ports := Ports{HTTP: 80, HTTPS: 443}
	for key, port := range map[string]*int{KeyHTTPPort: &ports.HTTP, KeyHTTPSPort: &ports.HTTPS} {
		text, ok := rows[key]
		if !ok || text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 65535 {
			return Ports{}, fmt.Errorf("the setting %s is %q, which is no port", key, text)
		}
		*port = n
	}
	if ports.HTTP == ports.HTTPS {
		return Ports{}, fmt.Errorf("the settings %s and %s are both %d", KeyHTTPPort, KeyHTTPSPort, ports.HTTP)
	}
	return ports, nil
}
