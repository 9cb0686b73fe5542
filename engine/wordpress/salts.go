package wordpress

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

const (
	// saltLength is how long each salt is, in characters: WordPress's own length.
	saltLength = 64
	// saltAlphabet has neither quote nor backslash, so a salt stands in PHP as it is. It is the desktop app's.
	saltAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!@"
)

// saltNames are WordPress's keys and salts, in the order in which they are written.
func saltNames() []string {
	return []string{
		"AUTH_KEY", "AUTH_SALT", "LOGGED_IN_KEY", "LOGGED_IN_SALT", "NONCE_KEY", "NONCE_SALT", "SECURE_AUTH_KEY", "SECURE_AUTH_SALT",
	}
}

// NewSalts returns fresh salts as the JSON object that a site's row keeps. random is a source of secrets. Changing a
// site's salts logs everybody out of it.
func NewSalts(random io.Reader) (string, error) {
	salts := map[string]string{}
	for _, name := range saltNames() {
		var raw [saltLength]byte
		if _, err := io.ReadFull(random, raw[:]); err != nil {
			return "", fmt.Errorf("make salts: %w", err)
		}
		for i, b := range raw {
			raw[i] = saltAlphabet[int(b)%len(saltAlphabet)] // 64 characters divide 256: none is likelier
		}
		salts[name] = string(raw[:])
	}
	text, err := json.Marshal(salts)
	return string(text), err
}

// parseSalts reads what NewSalts, or the desktop app, wrote. Its errors do not quote it.
func parseSalts(text string) (map[string]string, error) {
	var salts map[string]string
	if json.Unmarshal([]byte(text), &salts) != nil {
		return nil, errors.New("the site's salts cannot be read")
	}
	for _, name := range saltNames() {
		if salts[name] == "" {
			return nil, fmt.Errorf("the site has no salt %s", name)
		}
	}
	return salts, nil
}
