package wordpress

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha1"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// server serves one file with its SHA-1 beside it, as wordpress.org does.
type server struct {
	*httptest.Server
	content  []byte
	asked    atomic.Int64 // requests for the file
	cutAfter atomic.Int64 // when positive, the connection breaks after so many bytes of the file
	ranges   atomic.Int64 // requests that went on from an offset
	digest   string
}

func serve(t *testing.T, content []byte) *server {
	t.Helper()
	sum := sha1.Sum(content)
	s := &server{content: content, digest: hex.EncodeToString(sum[:])}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".sha1") {
			_, _ = w.Write([]byte(s.digest + "  latest.tar.gz\n"))
			return
		}
		s.asked.Add(1)
		if r.Header.Get("Range") != "" {
			s.ranges.Add(1)
		}
		if cut := s.cutAfter.Swap(0); cut > 0 {
			w.Header().Set("Content-Length", "999999")
			_, _ = w.Write(s.content[:cut])
			panic(http.ErrAbortHandler)
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.content))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) download(t *testing.T) Download {
	t.Helper()
	return Download{URL: s.URL + "/latest.tar.gz", DigestURL: s.URL + "/latest.tar.gz.sha1", MaxBytes: 1 << 20, Path: filepath.Join(t.TempDir(), "cache", "wp.tar.gz")}
}

// fetch fetches d and returns the last progress.
func fetch(t *testing.T, s *server, d Download) (current, total int64, err error) {
	t.Helper()
	err = d.Fetch(t.Context(), s.Client(), func(c, of int64) {
		if c < current {
			t.Errorf("progress went from %d back to %d", current, c)
		}
		current, total = c, of
	})
	return current, total, err
}

func TestFetch(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("wordpress "), 5000)
	s := serve(t, content)
	d := s.download(t)
	current, total, err := fetch(t, s, d)
	if err != nil || current != int64(len(content)) || total != current {
		t.Fatalf("progress ended at %d of %d, %v", current, total, err)
	}
	if got, err := os.ReadFile(d.Path); err != nil || !bytes.Equal(got, content) {
		t.Errorf("kept %d bytes, %v, want %d", len(got), err, len(content))
	}
	if _, _, err := fetch(t, s, d); err != nil || s.asked.Load() != 1 {
		t.Errorf("fetched again: asked %d times, %v, want once", s.asked.Load(), err)
	}
	s.Close()
	if _, _, err := fetch(t, s, d); err != nil {
		t.Errorf("offline, with the file kept: %v", err)
	}
	if err := os.WriteFile(d.Path, []byte("spoilt"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := fetch(t, s, d); !errors.Is(err, ErrDownload) {
		t.Errorf("offline, with the file spoilt: %v, want ErrDownload", err)
	}
}

func TestFetchGoesOn(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("0123456789"), 5000)
	s := serve(t, content)
	d := s.download(t)
	s.cutAfter.Store(12345)
	if _, _, err := fetch(t, s, d); !errors.Is(err, ErrDownload) {
		t.Fatalf("cut off: %v, want ErrDownload", err)
	}
	if _, err := os.Stat(d.Path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a file is kept under the whole one's name: %v", err)
	}
	if _, _, err := fetch(t, s, d); err != nil || s.ranges.Load() != 1 {
		t.Errorf("went on %d times, %v, want once", s.ranges.Load(), err)
	}
	if got, err := os.ReadFile(d.Path); err != nil || !bytes.Equal(got, content) {
		t.Errorf("kept %d bytes, %v, want %d", len(got), err, len(content))
	}
}

func TestFetchRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		edit func(s *server, d *Download)
		want error
	}{
		{"another content", func(s *server, _ *Download) { s.content = []byte("evil") }, ErrChecksum},
		{"wrong pinned digest", func(_ *server, d *Download) { d.Digest = strings.Repeat("ab", sha512.Size) }, ErrChecksum},
		{"digest of no known length", func(_ *server, d *Download) { d.Digest = "abcd" }, ErrChecksum},
		{"no digest published", func(s *server, _ *Download) { s.digest = "<html>" }, ErrDownload},
		{"too large", func(_ *server, d *Download) { d.MaxBytes = 100 }, ErrDownload},
		{"another scheme", func(_ *server, d *Download) { d.URL = "file:///etc/passwd" }, ErrDownload},
		{"absent", func(s *server, d *Download) { s.content = nil; d.URL = "http://127.0.0.1:1/x" }, ErrDownload},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, bytes.Repeat([]byte("x"), 1000))
			d := s.download(t)
			c.edit(s, &d)
			if _, _, err := fetch(t, s, d); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if _, err := os.Stat(d.Path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a file was kept: %v", err)
			}
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		s := serve(t, []byte("x"))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.download(t).Fetch(ctx, s.Client(), func(_, _ int64) {}); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want the context's error", err)
		}
	})
}

// archive returns a gzipped tar of the headers; files hold their own name.
func archive(t *testing.T, headers ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	for _, h := range headers {
		if h.Typeflag == tar.TypeReg && h.Size == 0 {
			h.Size = int64(len(h.Name))
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg && h.Size == int64(len(h.Name)) {
			if _, err := w.Write([]byte(h.Name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = w.Flush()
	_ = z.Close()
	return out.Bytes()
}

func file(name string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o4777} }
func folder(name string) tar.Header {
	return tar.Header{Name: name, Typeflag: tar.TypeDir, Mode: 0o777}
}

func unpack(t *testing.T, dir string, overwrite bool, headers ...tar.Header) error {
	t.Helper()
	return Unpack(t.Context(), bytes.NewReader(archive(t, headers...)), dir, overwrite, func(int) {})
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	release := []tar.Header{folder("wordpress/"), file("wordpress/index.php"), folder("wordpress/wp-content/"), file("wordpress/wp-content/a/b.php")}
	if err := os.WriteFile(filepath.Join(dir, "mine.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := unpack(t, dir, false, release...); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "wp-content", "a", "b.php"))
	if err != nil || info.Mode() != 0o644 {
		t.Errorf("%v, %v, want a file of mode 0644", info, err)
	}
	half := filepath.Join(dir, "index.php")
	if err := os.WriteFile(half, []byte("ha"), 0o600); err != nil {
		t.Fatal(err)
	}
	changed := filepath.Join(dir, "wp-content", "a", "b.php")
	same := strings.Repeat("x", len("wordpress/wp-content/a/b.php"))
	if err := os.WriteFile(changed, []byte(same), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := unpack(t, dir, false, release...); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"mine.txt": "mine", "index.php": "wordpress/index.php", "wp-content/a/b.php": same} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v, want %q", name, got, err, want)
		}
	}
}

func TestUnpackRefuses(t *testing.T) {
	t.Parallel()
	link := func(kind byte) tar.Header {
		return tar.Header{Name: "wordpress/link", Linkname: "/etc", Typeflag: kind}
	}
	for _, c := range []struct {
		name    string
		headers []tar.Header
	}{
		{"up", []tar.Header{file("wordpress/../../evil")}},
		{"absolute", []tar.Header{file("/etc/evil")}},
		{"backslash", []tar.Header{file(`wordpress\..\evil`)}},
		{"beside the top", []tar.Header{file("evil")}},
		{"symbolic link", []tar.Header{link(tar.TypeSymlink)}},
		{"hard link", []tar.Header{link(tar.TypeLink)}},
		{"device", []tar.Header{link(tar.TypeChar)}},
		{"empty", nil},
		{"huge", []tar.Header{{Name: "wordpress/x", Typeflag: tar.TypeReg, Size: maxFileSize + 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			outer := t.TempDir()
			dir := filepath.Join(outer, "site")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := unpack(t, dir, true, c.headers...); !errors.Is(err, ErrArchive) {
				t.Errorf("got %v, want ErrArchive", err)
			}
			for _, d := range []string{outer, dir} {
				if entries, err := os.ReadDir(d); err != nil || len(entries) > 1 || d == dir && len(entries) > 0 {
					t.Errorf("%s holds %v, %v", d, entries, err)
				}
			}
		})
	}
	t.Run("through a link in the folder", func(t *testing.T) {
		t.Parallel()
		outside, dir := t.TempDir(), t.TempDir()
		if err := os.Symlink(outside, filepath.Join(dir, "wp-content")); err != nil {
			t.Fatal(err)
		}
		if err := unpack(t, dir, true, file("wordpress/wp-content/evil.php")); err == nil {
			t.Error("unpacked")
		}
		if entries, err := os.ReadDir(outside); err != nil || len(entries) > 0 {
			t.Errorf("outside lies %v, %v", entries, err)
		}
	})
	t.Run("not gzip", func(t *testing.T) {
		t.Parallel()
		if err := Unpack(t.Context(), strings.NewReader("PK"), t.TempDir(), true, func(int) {}); !errors.Is(err, ErrArchive) {
			t.Errorf("got %v, want ErrArchive", err)
		}
	})
}

func TestFind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		files []string
		want  Found
		err   error
	}{
		{"nothing", nil, Found{Empty: true}, nil},
		{"our folder", []string{".locorum/config.yaml"}, Found{Empty: true}, nil},
		{"at the top", []string{"wp-settings.php", "wp/wp-settings.php"}, Found{Core: "."}, nil},
		{"Bedrock", []string{"index.php", "wp/wp-settings.php", "app/x.php"}, Found{Core: "wp"}, nil},
		{"something else", []string{"index.html"}, Found{}, nil},
		{"a backup in vendor", []string{"vendor/wp-settings.php"}, Found{}, nil},
		{"two", []string{"a/wp-settings.php", "b/wp-settings.php"}, Found{}, ErrSeveral},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, name := range c.files {
				if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got, err := Find(dir)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %+v, %v, want %+v, %v", got, err, c.want, c.err)
			}
		})
	}
	if got, err := Find(filepath.Join(t.TempDir(), "absent")); err != nil || !got.Empty {
		t.Errorf("an absent folder: %+v, %v, want empty", got, err)
	}
}
