package wordpress

import (
	"context"
	"fmt"
	"net/http"
	"os"
)

// The release of wp-cli that sites get, and the digest that its publisher gives.
const (
	CLIURL    = "https://github.com/wp-cli/wp-cli/releases/download/v2.12.0/wp-cli-2.12.0.phar"
	CLISHA512 = "be928f6b8ca1e8dfb9d2f4b75a13aa4aee0896f8a9a0a1c45cd5d2c98605e6172e6d014dda2e27f88c98befc16c040cbb2bd1bfa121510ea5cdf5f6a30fe8832"
	// maxCLI bounds the file, in bytes; the release has 7 MB.
	maxCLI = 15 << 20
)

// EnsureCLI has wp-cli at path, checked against its digest, which PHP's containers mount. One that is there and right is
// not fetched.
func EnsureCLI(ctx context.Context, client *http.Client, path, url, digest string, report func(current, total int64)) error {
	d := Download{URL: url, Digest: digest, MaxBytes: maxCLI, Path: path}
	if err := d.Fetch(ctx, client, report); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o755); err != nil {
		return fmt.Errorf("make wp-cli executable: %w", err)
	}
	return nil
}
