package sites

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/sys/atomicwriter"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/database"
)

// inInitFile is where the database finds the statements that it runs before anything else.
const inInitFile = "/run/locorum-passwords.sql"

// leftVolume deals with the volume that an earlier site of the slug has left: it goes, or it gets the new site's
// passwords, which are in no environment variable that a database with data would look at.
func (j *job) leftVolume(ctx context.Context, answer string) error {
	volumes, err := j.m.o.Docker.VolumesByLabel(ctx, volumeLabels(j.site.Slug))
	if err != nil || len(volumes) == 0 {
		return err
	}
	if answer == VolumeClean {
		if err := j.m.o.Docker.RemoveContainer(ctx, engine.SiteContainerName(j.site.Slug, engine.RoleDatabase)); err != nil {
			return err
		}
		return j.m.o.Docker.RemoveVolumesByLabel(ctx, volumeLabels(j.site.Slug))
	}
	if err := j.ensureVolume(ctx); err != nil {
		return err
	}
	return j.resetPasswords(ctx)
}

// resetPasswords starts the database once with statements that give its accounts the site's password: it has run them
// before it answers anybody.
func (j *job) resetPasswords(ctx context.Context) (err error) {
	path := j.m.data("tui", "sites", j.site.Slug+".passwords.sql")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("set the database's passwords: %w", err)
	}
	// The server reads it as its own user. The folder around it lets nobody else in.
	if err := atomicwriter.WriteFile(path, passwordStatements(j.site.DBPassword), 0o644); err != nil {
		return fmt.Errorf("set the database's passwords: %w", err)
	}
	defer func() { err = closing(err, unlinker(path)) }()
	docker, spec := j.m.o.Docker, j.spec(engine.RoleDatabase)
	spec.Cmd = append(spec.Cmd, "--init-file="+inInitFile)
	spec.Mounts = append(spec.Mounts, engine.Mount{Bind: &engine.BindMount{Source: path, Target: inInitFile, ReadOnly: true}})
	if _, err := docker.EnsureContainer(ctx, spec); err != nil {
		return err
	}
	if err := docker.StartContainer(ctx, spec.Name); err != nil {
		return err
	}
	if err := docker.WaitReady(ctx, spec.Name, databaseReady); err != nil {
		return err
	}
	if err := docker.StopContainer(ctx, spec.Name, databaseGrace); err != nil {
		return err
	}
	return docker.RemoveContainer(ctx, spec.Name)
}

// passwordStatements give root and WordPress's account the password, and make what is missing of them. Both engines know
// these statements. The password has letters and digits only when it is ours; the desktop app's too.
func passwordStatements(password string) []byte {
	quoted := "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(password) + "'"
	var text strings.Builder
	fmt.Fprintf(&text, "CREATE DATABASE IF NOT EXISTS `%s`;\n", database.Schema)
	for _, account := range []string{"'root'@'localhost'", "'root'@'%'", "'" + database.User + "'@'%'"} {
		fmt.Fprintf(&text, "CREATE USER IF NOT EXISTS %s IDENTIFIED BY %s;\nALTER USER %s IDENTIFIED BY %s;\n", account, quoted, account, quoted)
	}
	fmt.Fprintf(&text, "GRANT ALL ON *.* TO 'root'@'localhost' WITH GRANT OPTION;\nGRANT ALL ON *.* TO 'root'@'%%' WITH GRANT OPTION;\n")
	fmt.Fprintf(&text, "GRANT ALL ON `%s`.* TO '%s'@'%%';\n", database.Schema, database.User)
	return []byte(text.String())
}

// unlinker removes the file it names.
type unlinker string

func (u unlinker) Unlock() error { return removeFile(string(u)) }
