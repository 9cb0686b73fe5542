package command

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/model"
)

// showCommand shows one site.
func (a *app) showCommand() *cobra.Command {
	var asJSON, secrets bool
	cmd := &cobra.Command{
		Use: "show SITE", Short: "show one site with its containers", Args: takes(1, 1, oneSite),
		ValidArgsFunction: a.completeSite,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.show(cmd.Context(), args[0], asJSON, secrets)
		},
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&secrets, "secrets", false, "print the passwords of the database and of the administrator too")
	return cmd
}

// show prints one site; as list does, without the daemon too.
func (a *app) show(ctx context.Context, slug string, asJSON, secrets bool) error {
	v, daemonErr := a.view(ctx, slug)
	if daemonErr != nil && (!errors.Is(daemonErr, engine.ErrDaemonUnreachable) || v.Site.Slug == "") {
		return daemonErr
	}
	record := newRecord(v, daemonErr == nil).withDetail(v)
	if account, err := wordpress.ReadCredentials(a.HomeDir, v.Site.Slug); secrets && err == nil {
		record.Admin = &adminRecord{account.User, account.Password}
	}
	if record.Database != nil {
		record.Database.Address = a.databaseAddress(ctx, v)
		if secrets {
			record.Database.Password = v.Site.DBPassword
		}
	}
	var err error
	if asJSON {
		err = writeJSON(a.Stdout, record)
	} else {
		err = a.paint.table(a.Stdout, a.showRows(v, record, daemonErr == nil))
		if err == nil {
			err = a.paint.table(a.Stdout, a.containerRows(v))
		}
	}
	return errors.Join(daemonErr, err)
}

// databaseAddress returns where on this machine the database listens; "" when it does not.
func (a *app) databaseAddress(ctx context.Context, v sites.View) string {
	if !v.Site.PublishDBPort || !v.Status.Running {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	port, err := a.docker.PublishedHostPort(ctx, engine.SiteContainerName(v.Site.Slug, engine.RoleDatabase), 3306)
	if err != nil || port == 0 {
		return ""
	}
	return fmt.Sprintf("127.0.0.1:%d", port)
}

// showRows are the lines about the site, without those that nothing is known of.
func (a *app) showRows(v sites.View, r siteRecord, known bool) [][]cell {
	database := databaseName(v)
	if d := r.Database; d != nil && d.Address != "" {
		database += " at " + d.Address
	}
	network := v.Site.Multisite
	if network == model.MultisiteOff && v.Site.ID != "" {
		network = "single site"
	}
	var hooks, password, admin string
	if v.Hooks > 0 {
		hooks = fmt.Sprintf("%d of the desktop app, which are not run from here", v.Hooks)
	}
	if r.Database != nil {
		password = r.Database.Password
	}
	if r.Admin != nil {
		admin = r.Admin.User + " with the password " + r.Admin.Password
	}
	var rows [][]cell
	for _, line := range []struct{ name, text string }{
		{"name", v.Site.Name}, {"url", v.URL}, {"folder", r.Folder}, {"docroot", r.Docroot}, {"php", v.Site.PHPVersion},
		{"web server", v.Site.WebServer}, {"database", database}, {"password", password}, {"redis", v.Site.RedisVersion},
		{"network", network}, {"admin", admin}, {"created", v.Site.CreatedAt}, {"hooks", hooks},
	} {
		if line.text != "" {
			rows = append(rows, []cell{{line.name, dim}, text(line.text)})
		}
	}
	status := [][]cell{{{"site", dim}, text(v.Site.Slug)}, {{"status", dim}, a.statusCell(v, known)}}
	return append(status, rows...)
}

// containerRows are the lines about the site's containers.
func (a *app) containerRows(v sites.View) [][]cell {
	var rows [][]cell
	for _, c := range v.Containers {
		state := model.StateStopped
		switch {
		case c.Health == "unhealthy":
			state = model.StateDegraded
		case c.Health == "starting":
			state = model.StateStarting
		case c.Running():
			state = model.StateRunning
		}
		glyph, sgr := a.paint.glyph(state)
		rows = append(rows, []cell{{glyph, sgr}, text(c.Role), text(c.Image), text(c.Text)})
	}
	return rows
}
