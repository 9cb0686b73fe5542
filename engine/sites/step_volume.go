package sites

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/database"
	"github.com/Locorum/locorum-tui/model"
)

// ErrVersion says that the data in a site's volume was written by a database that the chosen one cannot follow.
var ErrVersion = errors.New("the database's data cannot be opened by the chosen version")

// marker is the desktop app's note in the volume about who wrote it.
type marker struct {
	Engine  model.DBEngine `json:"engine"`
	Version string         `json:"version"`
	Created string         `json:"created"`
	Locorum string         `json:"locorum_version"`
}

const markerPath = "/var/lib/mysql/.locorum-marker.json"

// ensureVolume has the site's volume there, fit for the site's database. A volume that no database ever served from is
// made anew: a first start that was killed leaves half a database behind.
func (j *job) ensureVolume(ctx context.Context) error {
	docker, state := j.m.o.Docker, j.remembered()
	switch state.Volume {
	case volumeServed:
		if err := canOpen(j.site, state.DBEngine, state.DBVersion); err != nil {
			return err
		}
	case volumeFresh:
		if err := j.dropHalfMade(ctx); err != nil {
			return err
		}
	default:
		if err := j.adoptVolume(ctx); err != nil {
			return err
		}
	}
	_, err := docker.EnsureVolume(ctx, engine.SiteVolumeSpec(&j.site))
	return err
}

// dropHalfMade removes what a first start that broke off has left of a database. The container of a database that is
// being set up right now in good health is left alone.
func (j *job) dropHalfMade(ctx context.Context) error {
	docker, name := j.m.o.Docker, engine.SiteContainerName(j.site.Slug, engine.RoleDatabase)
	if running, err := docker.ContainerIsRunning(ctx, name); err != nil || running {
		return err
	}
	if err := docker.RemoveContainer(ctx, name); err != nil {
		return err
	}
	return docker.RemoveVolumesByLabel(ctx, volumeLabels(j.site.Slug))
}

func volumeLabels(slug string) map[string]string {
	return map[string]string{engine.LabelPlatform: engine.PlatformValue, engine.LabelSite: slug, engine.LabelRole: engine.RoleDatabaseData}
}

// adoptVolume looks at a volume that we know nothing of: the desktop app's, or none at all.
func (j *job) adoptVolume(ctx context.Context) error {
	volumes, err := j.m.o.Docker.VolumesByLabel(ctx, volumeLabels(j.site.Slug))
	if err != nil {
		return err
	}
	if len(volumes) == 0 {
		return j.remember(func(s *siteState) { s.Volume = volumeFresh })
	}
	wrote, err := j.readMarker(ctx)
	if err != nil {
		return err
	}
	if err := canOpen(j.site, wrote.Engine, wrote.Version); err != nil {
		return err
	}
	return j.remember(func(s *siteState) { s.Volume, s.DBEngine, s.DBVersion = volumeServed, wrote.Engine, wrote.Version })
}

// canOpen says whether the site's database may open what engine and version wrote; "" is unknown.
func canOpen(site model.Site, wrote model.DBEngine, version string) error {
	want := database.Version(&site)
	switch {
	case wrote != "" && wrote != site.DBEngine:
		return fmt.Errorf("%w: %s wrote it, and the site asks for %s; export it with %s and import it into a new site", ErrVersion, wrote, site.DBEngine, wrote)
	case !model.CanUpgradeDB(site.DBEngine, version, want):
		return fmt.Errorf("%w: %s %s wrote it, and the site asks for %s; choose %s or newer", ErrVersion, site.DBEngine, version, want, version)
	}
	return nil
}

// readMarker reads the note in the volume. A volume without one, or with one that cannot be read, has an empty marker.
func (j *job) readMarker(ctx context.Context) (marker, error) {
	result, err := j.m.o.Docker.RunOneShotCapture(ctx, "locorum-marker-"+j.site.Slug, j.spec(engine.RoleDatabase).Image,
		[]string{"cat", "/target/.locorum-marker.json"},
		[]engine.OneShotMount{{Volume: engine.SiteVolumeName(j.site.Slug), Target: "/target", ReadOnly: true}})
	if err != nil {
		return marker{}, fmt.Errorf("read who wrote the database's volume: %w", err)
	}
	var m marker
	if result.ExitCode != 0 || json.Unmarshal(result.Stdout, &m) != nil {
		return marker{}, nil
	}
	return m, nil
}

// markServed notes, in the volume and on our side, which database has come up on it. It runs.
func (j *job) markServed(ctx context.Context) error {
	version := database.Version(&j.site)
	state := j.remembered()
	if state.Volume == volumeServed && state.DBEngine == j.site.DBEngine && state.DBVersion == version {
		return nil
	}
	if state.DBVersion != "" && state.DBVersion != version {
		if err := j.upgradeTables(ctx); err != nil {
			return err
		}
	}
	text, err := json.Marshal(marker{Engine: j.site.DBEngine, Version: version, Created: j.m.o.Now().UTC().Format(time.RFC3339), Locorum: j.m.o.Version})
	if err != nil {
		return err
	}
	var said strings.Builder
	code, err := j.m.o.Docker.ExecInContainerWriterStdin(ctx, engine.SiteContainerName(j.site.Slug, engine.RoleDatabase),
		engine.ExecOptions{Cmd: []string{"sh", "-c", "cat > " + markerPath}}, strings.NewReader(string(text)), nil, &said)
	if err == nil && code != 0 {
		err = fmt.Errorf("exit code %d: %s", code, engine.SanitizeString(said.String()))
	}
	if err != nil {
		return fmt.Errorf("note in the volume which database wrote it: %w", err)
	}
	return j.remember(func(s *siteState) { s.Volume, s.DBEngine, s.DBVersion = volumeServed, j.site.DBEngine, version })
}

// upgradeTables brings the system tables that an older MariaDB wrote up to the running one. MySQL does so by itself.
func (j *job) upgradeTables(ctx context.Context) error {
	if j.site.DBEngine != model.DBEngineMariaDB {
		return nil
	}
	var said strings.Builder
	code, err := j.m.o.Docker.ExecInContainerWriter(ctx, engine.SiteContainerName(j.site.Slug, engine.RoleDatabase),
		engine.ExecOptions{Cmd: []string{"sh", "-c", `MYSQL_PWD="$MARIADB_ROOT_PASSWORD" mariadb-upgrade -uroot`}}, nil, &said)
	if err == nil && code != 0 {
		err = fmt.Errorf("exit code %d: %s", code, engine.SanitizeString(said.String()))
	}
	if err != nil {
		return fmt.Errorf("upgrade the database's system tables: %w", err)
	}
	return nil
}
