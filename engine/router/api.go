package router

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// apiPoll is how often Traefik is asked whether it has come so far; it reads its files within a tenth of a second.
const apiPoll = 20 * time.Millisecond

// routeReady bounds how long Traefik may take to read a route.
const routeReady = 10 * time.Second

// ErrAPI says that the router runs and does not do what it was told.
var ErrAPI = errors.New("the router does not answer as it should")

// password returns the API's password, which is made once and kept for every process of this person.
func (r *Router) password() (string, error) {
	path := r.path("router", "password")
	text, err := os.ReadFile(path)
	if err == nil && len(text) > 0 {
		return strings.TrimSpace(string(text)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	secret := make([]byte, 32)
	if _, err := io.ReadFull(r.o.Random, secret); err != nil {
		return "", err
	}
	password := base64.RawURLEncoding.EncodeToString(secret)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	return password, writeAtomic(path, []byte(password+"\n"), 0o600)
}

// writeAPI writes the route to Traefik's API. Its hash is kept as long as it fits the password: each hash of one password
// differs.
func (r *Router) writeAPI() error {
	password, err := r.password()
	if err != nil {
		return err
	}
	path := filepath.Join(r.dynamicDir(), "api.yaml")
	if old, err := os.ReadFile(path); err == nil {
		_, rest, _ := strings.Cut(string(old), apiUser+":")
		hash, _, _ := strings.Cut(rest, "\n")
		hash = strings.Trim(hash, `'" `)
		if bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil {
			return nil
		}
	}
	// The least cost: the password has 256 bits, and Traefik compares at every request.
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		return err
	}
	text, err := renderAPI(string(hash))
	if err != nil {
		return err
	}
	_, err = writeChanged(path, text)
	return err
}

// ask asks the API on this machine's loopback address.
func (r *Router) ask(ctx context.Context, ports Ports, path string, answer any) (status int, err error) {
	password, err := r.password()
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+strconv.Itoa(ports.API)+path, nil)
	if err != nil {
		return 0, err
	}
	request.SetBasicAuth(apiUser, password)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK || answer == nil {
		return response.StatusCode, nil
	}
	return response.StatusCode, json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(answer)
}

// until asks again and again until ok says so, ctx ends, or the time is over.
func (r *Router) until(ctx context.Context, within time.Duration, what string, ok func(context.Context) (bool, string)) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	tick := time.NewTicker(apiPoll)
	defer tick.Stop()
	for {
		done, last := ok(ctx)
		if done {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("%w: %s (last: %s)", ErrAPI, what, last), ctx.Err())
		case <-tick.C:
		}
	}
}

// awaitAPI returns when the API answers to the password.
func (r *Router) awaitAPI(ctx context.Context, ports Ports) error {
	return r.until(ctx, apiReady, "its API does not answer", func(ctx context.Context) (bool, string) {
		status, err := r.ask(ctx, ports, "/api/version", nil)
		if err != nil {
			return false, err.Error()
		}
		return status == http.StatusOK, fmt.Sprintf("status %d", status)
	})
}

// awaitRoute returns when Traefik has read the route.
func (r *Router) awaitRoute(ctx context.Context, name, rule string) error {
	ports, known := r.Ports()
	if !known {
		return fmt.Errorf("%w: it was never started", ErrAPI)
	}
	return r.until(ctx, routeReady, "it does not take up the route "+name, func(ctx context.Context) (bool, string) {
		var answer struct {
			Rule   string `json:"rule"`
			Status string `json:"status"`
		}
		status, err := r.ask(ctx, ports, "/api/http/routers/"+name+"@file", &answer)
		switch {
		case err != nil:
			return false, err.Error()
		case status != http.StatusOK:
			return false, fmt.Sprintf("status %d", status)
		}
		return answer.Rule == rule, "another rule"
	})
}
