package demo

import (
	"context"
	"fmt"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/tui/backend"
)

// CheckExport is Backend's: the demo writes no file.
func (d *Demo) CheckExport(context.Context, string) (backend.Dump, error) {
	return backend.Dump{}, fmt.Errorf("%w: the demo writes no file", sites.ErrInvalid)
}

// CheckImport is Backend's: the demo reads no file.
func (d *Demo) CheckImport(context.Context, string) (backend.Dump, error) {
	return backend.Dump{}, fmt.Errorf("%w: the demo reads no file", sites.ErrInvalid)
}
