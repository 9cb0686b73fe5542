package model

import "testing"

func TestCanUpgradeDB(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		engine   DBEngine
		from, to string
		want     bool
	}{
		{DBEngineMariaDB, "10.11", "11.4", true},
		{DBEngineMariaDB, "11.4", "10.11", false},
		{DBEngineMariaDB, "11.4", "11.4", true},
		{DBEngineMariaDB, "", "10.11", true},
		{DBEngineMySQL, "8.0", "8.4", true},
		{DBEngineMySQL, "8.4", "8.0", false},
		{DBEngineMySQL, "5.7", "8.0", false},
		{DBEngineMySQL, "8.4", "", true},
		{"postgres", "1", "2", false},
	} {
		if got := CanUpgradeDB(c.engine, c.from, c.to); got != c.want {
			t.Errorf("CanUpgradeDB(%s, %q, %q) = %v, want %v", c.engine, c.from, c.to, got, c.want)
		}
	}
}

func TestCompareVersions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"10.11", "11.4", -1}, {"10.11", "10.4", 1}, {"8", "8.0", 0}, {"8.0.1", "8.0", 1}, {"x", "0", 0}, {"", "1", -1},
	} {
		if got := CompareVersions(c.a, c.b); got != c.want {
			t.Errorf("CompareVersions(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestDefaultsAreChoices(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, value string
		choices     []string
	}{
		{"PHP", DefaultPHPVersion, PHPVersions()},
		{"Redis", DefaultRedisVersion, RedisVersions()},
		{"database", DefaultDBVersion(DefaultDBEngine), DBVersions(DefaultDBEngine)},
	} {
		found := false
		for _, choice := range c.choices {
			found = found || choice == c.value
		}
		if !found {
			t.Errorf("the default %s version %q is none of %v", c.what, c.value, c.choices)
		}
	}
	if DefaultDBVersion("oracle") != "" {
		t.Error("an unknown engine has a default version")
	}
}
