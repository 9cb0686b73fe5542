package router

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/crypto/bcrypt"
)

// state is router.json: which ports were chosen, and for which wish.
type state struct {
	Ports
	API  int   `json:"api"`
	Wish Ports `json:"wish"`
}

// readState returns what was chosen; ok is false when nothing was, or when the file is damaged: then it is chosen anew.
func (r *Router) readState() (s state, ok bool) {
	text, err := os.ReadFile(r.stateFile())
	if err != nil || json.Unmarshal(text, &s) != nil {
		return state{}, false
	}
	for _, port := range []int{s.HTTP, s.HTTPS, s.API} {
		if port < 1 || port > maxPort {
			return state{}, false
		}
	}
	return s, true
}

func (r *Router) writeState(s state) error {
	text, err := json.Marshal(s)
	if err == nil {
		_, err = writeChanged(r.stateFile(), append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("remember the router's ports: %w", err)
	}
	return nil
}

// Ports returns the ports that the router has, or had when it last ran. It asks no Docker. When it never ran ok is false
// and the ports are the wished ones.
func (r *Router) Ports() (ports Ports, ok bool) {
	s, ok := r.readState()
	if !ok {
		return r.opts.Ports, false
	}
	return s.Ports, true
}

// passwordBytes is how much randomness the API's password has.
const passwordBytes = 32

// password returns the API's password, or fs.ErrNotExist when there is none or what is there is none.
func (r *Router) password() (string, error) {
	text, err := os.ReadFile(r.passwordFile())
	if err != nil {
		return "", err
	}
	word := strings.TrimSpace(string(text))
	if raw, err := base64.RawURLEncoding.DecodeString(word); err != nil || len(raw) != passwordBytes {
		return "", fs.ErrNotExist
	}
	return word, nil
}

func (r *Router) newPassword() (string, error) {
	raw := make([]byte, passwordBytes)
	if _, err := io.ReadFull(r.opts.Random, raw); err != nil {
		return "", err
	}
	word := base64.RawURLEncoding.EncodeToString(raw)
	if err := os.MkdirAll(filepath.Dir(r.passwordFile()), 0o700); err != nil {
		return "", err
	}
	return word, writeAtomic(r.passwordFile(), []byte(word+"\n"), 0o600)
}

// prepareAPI makes sure that there is a password and that api.yaml lets it in, and returns the password.
//
// When api.yaml is gone the password is a new one. Somebody may have removed the whole folder: a container that was
// started before still mounts the removed one and will never see another file. It does not learn the new password either,
// and so gives itself away.
func (r *Router) prepareAPI() (string, error) {
	old, err := os.ReadFile(r.apiFile())
	gone := errors.Is(err, fs.ErrNotExist)
	if err != nil && !gone {
		return "", err
	}
	word, err := r.password()
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && gone:
		word, err = r.newPassword()
	case err == nil && letsIn(old, word):
		return word, nil
	}
	if err != nil {
		return "", err
	}
	return word, r.writeAPI(word)
}

func (r *Router) apiFile() string { return filepath.Join(r.dynamicDir(), "api.yaml") }

// writeAPI writes api.yaml, whatever is there: a write is also what makes Traefik look.
func (r *Router) writeAPI(password string) error {
	// The least cost: nobody guesses 32 random bytes, and Traefik hashes again with each request.
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		return err
	}
	text, err := renderAPI(string(hash))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(r.dynamicDir(), 0o700); err != nil {
		return err
	}
	return writeAtomic(r.apiFile(), text, 0o600)
}

// letsIn reports whether text is the api.yaml that we would write for the password.
func letsIn(text []byte, password string) bool {
	var file dynamicFile
	if yaml.Unmarshal(text, &file) != nil {
		return false
	}
	for _, middleware := range file.HTTP.Middlewares {
		for _, entry := range middleware.BasicAuth.Users {
			_, hash, _ := strings.Cut(entry, ":")
			want, err := renderAPI(hash)
			if err == nil && bytes.Equal(want, text) && bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil {
				return true
			}
		}
	}
	return false
}
