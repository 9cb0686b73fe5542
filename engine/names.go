package engine

// GlobalNetwork is the bridge network that the router, the mail catcher, Adminer and every site's web and PHP
// containers share.
const GlobalNetwork = "locorum-global"

// Role says what a resource is for. It is the value of LabelRole on live resources, so the strings are fixed.
type Role = string

// The roles that both programs know.
const (
	RoleRouter   Role = "router"
	RoleWeb      Role = "web"
	RolePHP      Role = "php"
	RoleDatabase Role = "database"
	RoleRedis    Role = "redis"
	RoleMail     Role = "mail"
	RoleAdminer  Role = "adminer"

	RoleGlobalNetwork Role = "global-network"
	RoleSiteNetwork   Role = "site-network"
	RoleDatabaseData  Role = "database-data"

	// RoleDefault stands for no role in particular.
	RoleDefault Role = ""
)

// Roles of helper containers that live for one command. They carry no LabelSite.
const (
	roleChownHelper Role = "chown-helper"
	roleOneShot     Role = "oneshot"
)

// SiteContainerName returns the name of the container that plays role for the site.
func SiteContainerName(slug, role string) string { return "locorum-" + slug + "-" + role }

// SiteNetworkName returns the name of the site's own network.
func SiteNetworkName(slug string) string { return "locorum-" + slug }

// SiteVolumeName returns the name of the volume that holds the site's database.
func SiteVolumeName(slug string) string { return "locorum-" + slug + "-dbdata" }
