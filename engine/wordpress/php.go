package wordpress

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/model"
)

// WritePHP renders the settings that every site's PHP reads: php.ini and the profiler's.
func WritePHP(homeDir string) error {
	if err := writeInPlace(engine.PHPIniPath(homeDir), phpIni(), 0o644); err != nil {
		return fmt.Errorf("write PHP's settings: %w", err)
	}
	spx := "; " + Marker + ": written by locorum-tui. It has no effect until the profiler is switched on.\n" +
		"spx.http_enabled = 1\nspx.http_ip_whitelist = \"*\"\nspx.data_dir = /var/spx/data\n"
	if err := writeInPlace(engine.SPXIniPath(homeDir), []byte(spx), 0o644); err != nil {
		return fmt.Errorf("write the profiler's settings: %w", err)
	}
	return nil
}

// phpIni returns php.ini. A request gets 256 MiB of the container's memory; what it logs goes to standard error, where it
// is told apart from the access log.
func phpIni() []byte {
	const mib = 1 << 20
	return fmt.Appendf(nil, `; %s: written by locorum-tui.
memory_limit = %dM
upload_max_filesize = %dM
post_max_size = %dM
max_file_uploads = 100
max_input_vars = 5000
max_execution_time = %d
max_input_time = -1
display_errors = Off
log_errors = On
error_log = /proc/self/fd/2
opcache.validate_timestamps = 1
opcache.revalidate_freq = 0
sendmail_path = "/usr/bin/env true"
xdebug.client_host = host.docker.internal
xdebug.client_port = 9003
xdebug.start_with_request = trigger
`, Marker, engine.PHPMemoryLimit/mib, MaxUpload/mib, MaxUpload/mib, requestTime)
}

// WriteFPMPool renders the part of FPM's pool that every site has in common. FPM listens on the address of the site's own
// network only, where nobody but the site's web server is: the other network of the container is everybody's.
func WriteFPMPool(homeDir string) error {
	pool := "; " + Marker + ": written by locorum-tui.\n[www]\nlisten = php:9000\npm.status_path = /.locorum/fpm-status\n"
	if err := writeInPlace(engine.FPMPoolPath(homeDir), []byte(pool), 0o644); err != nil {
		return fmt.Errorf("write FPM's pool: %w", err)
	}
	return nil
}

// WriteSPXKey writes the key that opens the site's profiler.
func WriteSPXKey(homeDir string, site model.Site) error {
	text := fmt.Sprintf("; %s\nspx.http_key = %q\n", Marker, site.SPXKey)
	if err := writeInPlace(engine.SPXKeyINIPath(homeDir, site.Slug), []byte(text), 0o600); err != nil {
		return fmt.Errorf("write the profiler's key: %w", err)
	}
	return nil
}

// RemoveSPXKey removes the key; an absent one is no error.
func RemoveSPXKey(homeDir string, site model.Site) error {
	if err := os.Remove(engine.SPXKeyINIPath(homeDir, site.Slug)); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("remove the profiler's key: %w", err)
	}
	return nil
}

// writeInPlace writes a file whose bytes differ. It is not renamed into place: containers that run have the file itself
// mounted, and would keep the old one.
func writeInPlace(path string, text []byte, mode os.FileMode) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, text, mode)
}
