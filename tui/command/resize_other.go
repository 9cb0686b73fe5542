//go:build !unix

package command

import (
	"os"

	"github.com/Locorum/locorum-tui/engine"
)

// watchSize never sends: no signal tells of a new size here.
func watchSize(*os.File) (sizes <-chan engine.TerminalSize, stop func()) { return nil, func() {} }
