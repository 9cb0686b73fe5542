//go:build !unix

package keyboard

import (
	"os"
	"time"
)

// readable says no: here the system itself makes keys of what is typed.
func readable(*os.File, time.Duration) bool { return false }
