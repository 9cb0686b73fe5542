package wordpress

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/moby/sys/atomicwriter"
)

// Credentials are the administrator's of a new site, as WordPress was installed with them.
type Credentials struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// CredentialsPath returns where a site's are kept, readable by its owner only.
func CredentialsPath(homeDir, slug string) string {
	return filepath.Join(homeDir, ".locorum", "tui", "sites", slug+".admin.json")
}

// WriteCredentials keeps the credentials.
func WriteCredentials(homeDir, slug string, c Credentials) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	path := CredentialsPath(homeDir, slug)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keep the administrator's password: %w", err)
	}
	if err := atomicwriter.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("keep the administrator's password: %w", err)
	}
	return nil
}

// ReadCredentials returns them; fs.ErrNotExist when none are kept.
func ReadCredentials(homeDir, slug string) (Credentials, error) {
	var c Credentials
	text, err := os.ReadFile(CredentialsPath(homeDir, slug))
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil {
		return Credentials{}, fmt.Errorf("read the administrator's password: %w", err)
	}
	return c, nil
}

// NewPassword returns a password of 24 characters, 144 bits of random.
func NewPassword(random io.Reader) (string, error) {
	secret := make([]byte, 18)
	if _, err := io.ReadFull(random, secret); err != nil {
		return "", fmt.Errorf("make a password: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(secret), nil
}
