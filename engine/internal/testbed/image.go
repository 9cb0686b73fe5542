package testbed

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"
)

// Layer is a layer of an image that a test makes.
type Layer struct {
	Size   int64 // of the compressed layer, in bytes
	blob   []byte
	digest string
	diffID string // the digest of the layer before compression
}

// NewLayer returns a layer that nothing else has, a little larger than size bytes: one file of noise.
func NewLayer(tb testing.TB, size int) Layer {
	tb.Helper()
	noise := make([]byte, size)
	_, _ = rand.Read(noise) // never fails
	var plain, packed bytes.Buffer
	files := tar.NewWriter(&plain)
	err := files.WriteHeader(&tar.Header{Name: NewName(), Mode: 0o644, Size: int64(size)})
	if err == nil {
		_, err = files.Write(noise)
	}
	if err == nil {
		err = files.Close()
	}
	zip, _ := gzip.NewWriterLevel(&packed, gzip.NoCompression) // noise does not get smaller; the level is a known one
	if err == nil {
		_, err = zip.Write(plain.Bytes())
	}
	if err == nil {
		err = zip.Close()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return Layer{Size: int64(packed.Len()), blob: packed.Bytes(), digest: sha(packed.Bytes()), diffID: sha(plain.Bytes())}
}

// NewLayers returns one layer for each size.
func NewLayers(tb testing.TB, sizes ...int) []Layer {
	tb.Helper()
	layers := make([]Layer, 0, len(sizes))
	for _, size := range sizes {
		layers = append(layers, NewLayer(tb, size))
	}
	return layers
}

// LayersSize returns the size of layers, compressed, in bytes.
func LayersSize(layers []Layer) int64 {
	var sum int64
	for _, l := range layers {
		sum += l.Size
	}
	return sum
}

// PushImage puts an image of these layers into the test bed's registry and returns "name:tag", which nothing else has:
// the registry's address goes before it. It never was on a daemon, and is removed from the registry at the end of the
// test. The registry keeps the bytes on disk until the test bed is made anew: a few megabytes should do.
func PushImage(tb testing.TB, layers ...Layer) string {
	tb.Helper()
	name := NewName()
	base := "http://" + Registry(tb) + "/v2/" + name
	diffIDs, blobs := []string{}, []map[string]any{}
	for _, l := range layers {
		push(tb, base, l.digest, l.blob)
		diffIDs = append(diffIDs, l.diffID)
		blobs = append(blobs, map[string]any{
			"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": l.Size, "digest": l.digest,
		})
	}
	config := marshal(tb, map[string]any{
		"architecture": "amd64", "os": "linux", "config": map[string]any{"Cmd": []string{"/" + name}},
		"rootfs": map[string]any{"type": "layers", "diff_ids": diffIDs},
	})
	push(tb, base, sha(config), config)
	const kind = "application/vnd.docker.distribution.manifest.v2+json"
	manifest := marshal(tb, map[string]any{
		"schemaVersion": 2, "mediaType": kind, "layers": blobs,
		"config": map[string]any{
			"mediaType": "application/vnd.docker.container.image.v1+json", "size": len(config), "digest": sha(config),
		},
	})
	ask(tb, http.MethodPut, base+"/manifests/1", kind, manifest)
	tb.Cleanup(func() { ask(tb, http.MethodDelete, base+"/manifests/"+sha(manifest), "", nil) })
	return name + ":1"
}

// Image registers the removal of the image for the end of the test.
func (d Daemon) Image(tb testing.TB, ref string) string {
	d.remove(tb, "image", "rm", "-f", ref)
	return ref
}

// push uploads one blob.
func push(tb testing.TB, base, digest string, blob []byte) {
	tb.Helper()
	at, err := url.Parse(ask(tb, http.MethodPost, base+"/blobs/uploads/", "", nil).Get("Location"))
	if err != nil {
		tb.Fatal(err)
	}
	query := at.Query()
	query.Set("digest", digest)
	at.RawQuery = query.Encode()
	ask(tb, http.MethodPut, at.String(), "application/octet-stream", blob)
}

// ask sends one request to the registry, which must do as it is asked, and returns the answer's header.
func ask(tb testing.TB, method, address, kind string, body []byte) http.Header {
	tb.Helper()
	req, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	req.Close = true // leaves no idle connection, which would look like a leak
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= 300 {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
		tb.Fatalf("%s %s: %s %s", method, address, resp.Status, text)
	}
	return resp.Header
}

func marshal(tb testing.TB, v any) []byte {
	tb.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

func sha(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}
