package engine

// Containers that all sites share.
const (
	// MailContainer is the mail catcher. The router sends mail.localhost to its port 8025; PHP sends mail to port 1025.
	MailContainer = "locorum-global-mail"
	// AdminerContainer is the database browser. The router sends db.localhost to its port 8080.
	AdminerContainer = "locorum-global-adminer"

	mailImage    = "axllent/mailpit:v1.27"
	adminerImage = "adminer:5.4.2-standalone"
)

// MailSpec describes the mail catcher, Mailpit: it takes every mail on port 1025, shows them on port 8025 and delivers
// none. It keeps the newest 500 until it stops.
func MailSpec() ContainerSpec {
	return ContainerSpec{
		Name:  MailContainer,
		Image: mailImage,
		Env: []string{
			"MP_DATABASE=/dev/shm/mailpit.db", // memory that any user may write, at every start
			"MP_MAX_MESSAGES=500",
			// Sites come with SMTP plugins that log in somewhere; any name and password will do, without TLS.
			"MP_SMTP_AUTH_ACCEPT_ANY=1",
			"MP_SMTP_AUTH_ALLOW_INSECURE=1",
		},
		User:        "65534:65534", // nobody: the image has no user of its own, and both ports are high
		Labels:      roleLabels(RoleMail, ""),
		Ports:       []PortMap{{ContainerPort: "1025", Proto: "tcp"}, {ContainerPort: "8025", Proto: "tcp"}},
		Networks:    []NetworkAttachment{{Network: GlobalNetwork, Aliases: []string{"mail"}}},
		Healthcheck: readiness("CMD", "/mailpit", "readyz"),
		Resources:   Resources{MemoryLimit: 256 * mib}, // its database counts
		Security:    sealed(),
		Init:        true,
		Restart:     RestartNo,
	}
}

// AdminerSpec describes the database browser. It reaches the database of a site only once it has joined that site's
// network.
func AdminerSpec() ContainerSpec {
	return ContainerSpec{
		Name:        AdminerContainer,
		Image:       adminerImage,
		Env:         []string{"ADMINER_DEFAULT_SERVER=database"},
		Labels:      roleLabels(RoleAdminer, ""),
		Ports:       []PortMap{{ContainerPort: "8080", Proto: "tcp"}},
		Networks:    []NetworkAttachment{{Network: GlobalNetwork, Aliases: []string{"adminer"}}},
		Healthcheck: readiness("CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1:8080/"),
		Resources:   Resources{MemoryLimit: 128 * mib},
		// Its root file system stays writable: the image links plugins and designs into place when it starts.
		Security: hardened(),
		Init:     true,
		Restart:  RestartNo,
	}
}
