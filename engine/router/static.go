package router

import "strconv"

// The ports inside Traefik's container.
const (
	portHTTP  = 80
	portHTTPS = 443
	portAPI   = 8888
)

// staticFile is the part of Traefik's static configuration that we write.
type staticFile struct {
	API         apiPart              `yaml:"api"`
	Ping        pingPart             `yaml:"ping"`
	EntryPoints map[string]entryPart `yaml:"entryPoints"`
	Providers   providersPart        `yaml:"providers"`
	Log         logPart              `yaml:"log"`
	Global      globalPart           `yaml:"global"`
}

type (
	apiPart struct {
		Dashboard bool `yaml:"dashboard"`
	}
	pingPart struct {
		EntryPoint string `yaml:"entryPoint"`
	}
	entryPart struct {
		Address string         `yaml:"address"`
		HTTP    *entryHTTPPart `yaml:"http,omitempty"`
	}
	entryHTTPPart struct {
		Redirections redirectionsPart `yaml:"redirections"`
	}
	redirectionsPart struct {
		EntryPoint redirectionPart `yaml:"entryPoint"`
	}
	redirectionPart struct {
		To        string `yaml:"to"`
		Scheme    string `yaml:"scheme"`
		Permanent bool   `yaml:"permanent"`
	}
	providersPart struct {
		Throttle string           `yaml:"providersThrottleDuration"`
		File     fileProviderPart `yaml:"file"`
	}
	fileProviderPart struct {
		Directory string `yaml:"directory"`
		Watch     bool   `yaml:"watch"`
	}
	logPart struct {
		Level string `yaml:"level"`
	}
	globalPart struct {
		CheckNewVersion    bool `yaml:"checkNewVersion"`
		SendAnonymousUsage bool `yaml:"sendAnonymousUsage"`
	}
)

// renderStatic returns Traefik's static configuration. httpsPort is the port on the host that leads to its port 443:
// plain HTTP is redirected to that one, not to the one inside. The redirection is not permanent, since browsers keep a
// permanent one when the port has changed.
func renderStatic(httpsPort int) ([]byte, error) {
	return marshal(staticFile{
		API:  apiPart{Dashboard: true},
		Ping: pingPart{EntryPoint: "traefik"},
		EntryPoints: map[string]entryPart{
			"web": {
				Address: ":" + strconv.Itoa(portHTTP),
				HTTP: &entryHTTPPart{Redirections: redirectionsPart{EntryPoint: redirectionPart{
					To: ":" + strconv.Itoa(httpsPort), Scheme: "https",
				}}},
			},
			"websecure": {Address: ":" + strconv.Itoa(portHTTPS)},
			"traefik":   {Address: ":" + strconv.Itoa(portAPI)},
		},
		// Traefik's own pause between two reloads is 2 s: a site started right after another would wait for it.
		Providers: providersPart{Throttle: "100ms", File: fileProviderPart{Directory: inDynamic, Watch: true}},
		Log:       logPart{Level: "INFO"},
	})
}

// renderAPI returns the route to Traefik's own API, for whoever knows the password. hash is the password's bcrypt.
func renderAPI(hash string) ([]byte, error) {
	return marshal(dynamicFile{HTTP: httpPart{
		Routers: map[string]routerPart{"locorum-api": {
			Rule: "PathPrefix(`/api`) || PathPrefix(`/dashboard`)", EntryPoints: []string{"traefik"},
			Service: "api@internal", Middlewares: []string{"locorum-api-auth"},
		}},
		Middlewares: map[string]middlewarePart{"locorum-api-auth": {BasicAuth: basicAuthPart{Users: []string{apiUser + ":" + hash}}}},
	}})
}

// apiUser is the name that the API's password belongs to.
const apiUser = "locorum"
