package command

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine/router"
)

// caCommand prints the certificate that makes browsers trust the sites.
func (a *app) caCommand() *cobra.Command {
	var asPEM, asJSON bool
	cmd := &cobra.Command{
		Use:   "ca",
		Short: "print our certificate authority's certificate, and how to trust it",
		Long: "Print where the certificate is that signs the sites' certificates, and how to make a computer trust it. It is made\n" +
			"if there is none yet. It can sign names under localhost and no others; its key never leaves its folder.",
		Example: "  ssh dev-box locorum-tui ca --pem > locorum.crt    # on the laptop",
		Args:    takes(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asPEM && asJSON {
				return usage("--pem and --json exclude each other")
			}
			m, err := a.offlineManager(cmd.Context())
			if err != nil {
				return err
			}
			ca, err := m.CA(cmd.Context())
			if err != nil {
				return err
			}
			switch {
			case asPEM:
				_, err = a.Stdout.Write(ca.Certificate())
				return err
			case asJSON:
				return writeJSON(a.Stdout, map[string]any{
					"certificate": ca.CertificatePath(), "fingerprint": ca.Fingerprint(), "expires": ca.Expires(),
					"pem": string(ca.Certificate()),
				})
			}
			return a.printTrust(ca)
		},
	}
	cmd.Flags().BoolVar(&asPEM, "pem", false, "print the certificate itself")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// printTrust prints the certificate's data and how each system is made to trust it.
func (a *app) printTrust(ca *router.CA) error {
	rows := [][]cell{
		{{"certificate", dim}, text(ca.CertificatePath())},
		{{"SHA-256", dim}, text(ca.Fingerprint())},
		{{"valid until", dim}, text(ca.Expires().Local().Format(time.DateOnly))},
	}
	if err := a.paint.table(a.Stdout, rows); err != nil {
		return err
	}
	fmt.Fprintf(a.Stdout, `
Copy it to the computer that your browser runs on, then trust it there:

  ssh %s locorum-tui ca --pem > locorum.crt

  macOS           sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain locorum.crt
  Windows         certutil -addstore -user Root locorum.crt
  Debian, Ubuntu  sudo cp locorum.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates
  Fedora          sudo cp locorum.crt /etc/pki/ca-trust/source/anchors/ && sudo update-ca-trust
  Arch            sudo trust anchor --store locorum.crt
  Firefox         Settings, Privacy & Security, View Certificates, Authorities, Import: trust it for websites
`, clean(a.HostName))
	return nil
}
