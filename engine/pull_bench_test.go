package engine

import (
	"bytes"
	"fmt"
	"testing"
)

// BenchmarkPullMessage says what one message of the daemon costs: to read it, to take it in, and to make a tick of what was
// taken in, which happens twenty times a second at most.
func BenchmarkPullMessage(b *testing.B) {
	text := realPulls(b)["20.10-full"]
	b.Run("parse", func(b *testing.B) {
		messages, _, _ := readPull(bytes.NewReader(text))
		many := bytes.Repeat(text, 1000)
		b.ReportAllocs()
		b.SetBytes(int64(len(text) / len(messages)))
		stream := newPullStream(bytes.NewReader(many))
		for b.Loop() {
			if _, err := stream.Next(); err != nil {
				stream = newPullStream(bytes.NewReader(many))
			}
		}
	})
	b.Run("apply", func(b *testing.B) {
		messages, _, _ := readPull(bytes.NewReader(text))
		var layers pullLayers
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			layers.apply(&messages[i%len(messages)])
		}
	})
	b.Run("tick", func(b *testing.B) {
		var layers pullLayers
		for i := range 20 {
			layers.apply(msg(fmt.Sprint(i), "Downloading", int64(i), 1000))
		}
		b.ReportAllocs()
		for b.Loop() {
			_ = layers.progress("")
		}
	})
}
