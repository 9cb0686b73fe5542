package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/tui/backend"
)

// WP is Backend's: it knows the commands that people try first. A line comes at a time, so that one can be cancelled.
func (d *Demo) WP(ctx context.Context, v sites.View, c backend.WPCommand, onLine func(string, bool)) (int, error) {
	if !v.Status.Running {
		return -1, &engine.NotReadyError{Name: engine.SiteContainerName(v.Site.Slug, engine.RolePHP), Reason: "is not running"}
	}
	if err := d.clock.Sleep(ctx, 300*time.Millisecond); err != nil {
		return -1, err
	}
	lines, code := answer(v.Site, c.Words)
	for _, line := range lines {
		onLine(line, code != 0)
		if err := d.clock.Sleep(ctx, 20*time.Millisecond); err != nil {
			return -1, err
		}
	}
	return code, nil
}

// answer is what wp-cli says to a command, and its exit code; options that come after the command make no difference.
func answer(site model.Site, words []string) ([]string, int) {
	command := strings.Join(words, " ")
	known := map[string][]string{
		"--info": {"OS:\tLinux demo", "Shell:", "PHP binary:\t/usr/local/bin/php", "PHP version:\t" + site.PHPVersion,
			"WP-CLI root dir:\tphar://wp-cli.phar", "WP-CLI version:\t2.12.0"},
		"--version":          {"WP-CLI 2.12.0"},
		"core version":       {"6.8.1"},
		"core is-installed":  {},
		"option get siteurl": {address(site)},
		"option get home":    {address(site)},
		"option get blogname": {
			site.Name,
		},
		"plugin list": table("name|status|update|version", "acme-shipping|active|none|2.3.1", "acme-widgets|active|available|0.9.4",
			"akismet|inactive|none|5.4", "redis-cache|active|none|2.6.3", "woocommerce|active|available|9.8.2"),
		"theme list":    table("name|status|update|version", "storefront|active|none|4.6.0", "twentytwentyfive|inactive|none|1.2"),
		"user list":     table("ID|user_login|display_name|roles", "1|admin|admin|administrator", "2|editor|Jo Miller|editor"),
		"cache flush":   {success("The cache was flushed.")},
		"rewrite flush": {success("Rewrite rules flushed.")},
		"cron event list": table("hook|next_run_relative|recurrence", "wp_version_check|3 hours|12 hours",
			"wc_cleanup_sessions|7 hours|12 hours", "redis_gather_metrics|12 minutes|1 hour"),
	}
	for text, lines := range known {
		if command == text || strings.HasPrefix(command, text+" ") {
			return lines, 0
		}
	}
	const red, plain = "\x1b[31;1m", "\x1b[0m"
	if len(words) > 0 && words[0] == "db" {
		return []string{red + "Error:" + plain + " the demo has no database."}, 1
	}
	name := ""
	if len(words) > 0 {
		name = words[0]
	}
	return []string{
		fmt.Sprintf("%sError:%s '%s' is not a registered wp command that the demo knows.", red, plain, name),
		"Try: plugin list, theme list, user list, option get siteurl, core version, cache flush, cron event list, --info",
	}, 1
}

func success(text string) string { return "\x1b[32;1mSuccess:\x1b[0m " + text }

// table draws rows of cells that are parted by bars, as wp-cli does; the first is the head.
func table(rows ...string) []string {
	var widths []int
	for _, row := range rows {
		for i, text := range strings.Split(row, "|") {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], len(text))
		}
	}
	rule := "+"
	for _, w := range widths {
		rule += strings.Repeat("-", w+2) + "+"
	}
	lines := []string{rule}
	for n, row := range rows {
		line := "|"
		for i, text := range strings.Split(row, "|") {
			line += fmt.Sprintf(" %-*s |", widths[i], text)
		}
		if lines = append(lines, line); n == 0 {
			lines = append(lines, rule)
		}
	}
	return append(lines, rule)
}
