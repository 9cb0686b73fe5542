package sites

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/router"
)

const (
	// pagePoll is how often the page is asked for while the router has nobody to send the request to.
	pagePoll = 50 * time.Millisecond
	// pageWithin is how long that may last: the first page of a new site compiles all of WordPress.
	pageWithin = time.Minute
	// pageBody is how much of an answer is looked at, in bytes.
	pageBody = 64 << 10
)

// ErrPage says that the site's containers run and its page does not come.
var ErrPage = errors.New("the site's page does not answer")

// awaitPage returns when the site's own page comes through the router. A page that WordPress answers with an error of its
// own is a notice, not a failure: the site runs, and the person has to see what is wrong with it. It reports whether the
// page asks to install WordPress.
func (j *job) awaitPage(ctx context.Context) (uninstalled bool, err error) {
	client, err := j.pageClient()
	if err != nil {
		return false, err
	}
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithTimeoutCause(ctx, pageWithin, fmt.Errorf("%w within %s", ErrPage, pageWithin))
	defer cancel()
	url := router.URL(j.site.Domain, j.ports.HTTPS) + "/"
	last := "no answer yet"
	tick := time.NewTicker(pagePoll)
	defer tick.Stop()
	for {
		code, location, body, err := fetch(ctx, client, url)
		switch {
		case err != nil:
			last = err.Error()
		case code >= http.StatusBadGateway && !strings.Contains(body, "<"): // WordPress's own errors are pages
			last = fmt.Sprintf("the router answers %d", code)
		case code == http.StatusNotFound && strings.HasPrefix(body, "404 page not found"):
			last = "the router does not know the site yet"
		case strings.Contains(location, "/wp-admin/install.php"):
			return true, nil
		default:
			if code >= http.StatusInternalServerError {
				j.notice(fmt.Sprintf("the page answers %d: WordPress or a plugin fails; see the logs of php and wp-content/debug.log", code))
			}
			return false, nil
		}
		select {
		case <-ctx.Done():
			return false, fmt.Errorf("%w; last: %s", engine.Ended(ctx), engine.SanitizeString(last))
		case <-tick.C:
		}
	}
}

// pageClient returns a client that asks the router of this machine, whatever the site's name resolves to, and follows no
// redirects.
func (j *job) pageClient() (*http.Client, error) {
	ca, err := j.router.CA()
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca.Certificate())
	config := &tls.Config{RootCAs: roots}
	if !underLocalhost(j.site.Domain) {
		config.InsecureSkipVerify = true // our authority cannot sign such a name, so the router answers with its own certificate
	}
	address := net.JoinHostPort(j.m.routerAddress(), strconv.Itoa(j.ports.HTTPS))
	dialer := net.Dialer{Timeout: time.Second}
	return &http.Client{
		Transport: &http.Transport{
			TLSClientConfig: config,
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return dialer.DialContext(ctx, network, address)
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       20 * time.Second,
	}, nil
}

func underLocalhost(domain string) bool { return strings.HasSuffix(domain, ".localhost") }

// fetch asks for the page once.
func fetch(ctx context.Context, client *http.Client, url string) (code int, location, body string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, "", "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, "", "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, pageBody))
	return response.StatusCode, response.Header.Get("Location"), string(text), err
}
