package database

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/model"
)

// quits is an Execer whose program ends in the middle, with exit code 0.
type quits struct{}

func (quits) ExecInContainerWriterStdin(_ context.Context, _ string, _ engine.ExecOptions, _ io.Reader, stdout, _ io.Writer) (int, error) {
	_, err := io.WriteString(stdout, "-- MariaDB dump\nINSERT INTO t VALUES (1")
	return 0, err
}

func TestSpec(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		engine, version, image, server string
	}{
		{model.DBEngineMariaDB, "11.4", "mariadb:11.4", "mariadbd"},
		{model.DBEngineMySQL, "8.4", "mysql:8.4", "mysqld"},
		{"", "8.0", "mysql:8.0", "mysqld"},
	} {
		site := &model.Site{Slug: "acme", DBEngine: c.engine, DBVersion: c.version, DBPassword: "hidden-password"}
		spec := Spec(site, "/home/u")
		if err := spec.Validate(); err != nil {
			t.Error(err)
		}
		if spec.Image != c.image || spec.Cmd[0] != c.server || spec.Name != "locorum-acme-database" {
			t.Errorf("%s %s: %s runs %v as %s", c.engine, c.version, spec.Image, spec.Cmd, spec.Name)
		}
		if len(spec.Networks) != 1 || len(spec.Ports) != 0 {
			t.Errorf("%s is reached by %v on %v, want its site's network alone", c.image, spec.Ports, spec.Networks)
		}
		text := strings.Join(slices.Concat(spec.Env, spec.Cmd, spec.Healthcheck.Test), " ")
		if strings.Contains(text, site.DBPassword) {
			t.Errorf("the password stands in %s", text)
		}
		site.PublishDBPort = true
		if spec := Spec(site, "/home/u"); len(spec.Ports) != 1 || spec.Ports[0].HostIP != "127.0.0.1" {
			t.Errorf("published as %+v, want on the loopback address only", spec.Ports)
		}
	}
	if v := Version(&model.Site{MySQLVersion: "8.0"}); v != "8.0" {
		t.Errorf("version %q of an old row, want 8.0", v)
	}
}
