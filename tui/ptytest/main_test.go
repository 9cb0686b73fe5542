package ptytest

import "testing"

// TestMain fails the package when a test leaves a goroutine behind.
func TestMain(m *testing.M) { Main(m) }
