// Command loud imports Bubble Tea and nothing else: the least program without a guard against its questions.
package main

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"
)

func main() { fmt.Printf("started %T\n", tea.QuitMsg{}) }
