package model

import (
	"cmp"
	"strconv"
	"strings"
)

// PHPVersions returns the PHP versions a site can have, the newest first.
func PHPVersions() []string { return []string{"8.4", "8.3", "8.2", "8.1", "8.0", "7.4"} }

// RedisVersions returns the Redis versions a site can have, the newest first.
func RedisVersions() []string { return []string{"8.0", "7.4", "7.2"} }

// DBVersions returns the versions of the engine that a site can have, the newest first; nil for an unknown engine.
func DBVersions(engine DBEngine) []string {
	switch engine {
	case DBEngineMySQL:
		return []string{"8.4", "8.0"}
	case DBEngineMariaDB:
		return []string{"11.4", "11.0", "10.11"}
	}
	return nil
}

// What a new site gets unless asked otherwise. MariaDB is the default because its images exist for every platform and it
// upgrades in place over several versions.
const (
	DefaultPHPVersion   = "8.3"
	DefaultRedisVersion = "7.4"
	DefaultDBEngine     = DBEngineMariaDB
	DefaultWebServer    = WebServerNginx
)

// DefaultDBVersion returns the version that a new site gets of the engine; "" for an unknown engine.
func DefaultDBVersion(engine DBEngine) string {
	if versions := DBVersions(engine); len(versions) > 0 {
		return versions[0]
	}
	return ""
}

// CompareVersions compares dotted numbers part by part: "10.11" is older than "11.4", "8" equals "8.0". A part that is not
// a number counts as 0. The result is that of cmp.Compare.
func CompareVersions(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(x), len(y)) {
		if c := cmp.Compare(versionPart(x, i), versionPart(y, i)); c != 0 {
			return c
		}
	}
	return 0
}

func versionPart(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, err := strconv.Atoi(parts[i])
	if err != nil {
		return 0
	}
	return n
}

// CanUpgradeDB reports whether a data folder that one version of the engine wrote may be opened by another. MariaDB
// upgrades to anything newer; MySQL within one major version only. An unknown origin ("") is allowed: there is nothing to
// compare with. No engine opens what a newer version wrote.
func CanUpgradeDB(engine DBEngine, from, to string) bool {
	if from == "" || to == "" {
		return true
	}
	if CompareVersions(to, from) < 0 {
		return false
	}
	switch engine {
	case DBEngineMariaDB:
		return true
	case DBEngineMySQL:
		return versionPart(strings.Split(from, "."), 0) == versionPart(strings.Split(to, "."), 0)
	}
	return false
}
