// Command guarded is loud with the guard of the dashboard.
package main

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	_ "github.com/Locorum/locorum-tui/tui/quiet"
)

func main() { fmt.Printf("started %T\n", tea.QuitMsg{}) }
