package command

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// stampLayout is a time to the millisecond, which is as far as the clocks of containers and people agree.
const stampLayout = "2006-01-02T15:04:05.000Z07:00"

// logPrinter writes entries as text or as JSON.
type logPrinter struct {
	out        *bufio.Writer
	paint      paint
	timestamps bool
	json       bool
}

// logRecord is an entry as --json shows it.
type logRecord struct {
	Time    time.Time `json:"time"`
	Service string    `json:"service"`
	Stream  string    `json:"stream,omitempty"`
	Text    *string   `json:"text,omitempty"`
	Event   string    `json:"event,omitempty"`
}

// write prints the entries, all of them before it returns.
func (p *logPrinter) write(entries []logEntry) error {
	for _, e := range entries {
		if err := p.one(e); err != nil {
			return err
		}
	}
	return p.out.Flush()
}

func (p *logPrinter) one(e logEntry) error {
	switch {
	case p.json:
		return p.object(e)
	case e.event != engine.LogNothing:
		_, err := fmt.Fprintln(p.out, p.paint.in(dim, fmt.Sprintf("-- %s %s --", e.service, eventWord(e.event))))
		return err
	}
	if p.timestamps {
		p.out.WriteString(p.paint.in(dim, e.Time.Local().Format(stampLayout)) + " ")
	}
	mark := "|"
	if e.Stream == engine.LogStreamStderr {
		mark = p.paint.in(red, "!")
	}
	p.out.WriteString(p.paint.in(serviceColour(e.service), fmt.Sprintf("%-8s", e.service)) + " " + mark + " " + e.Text)
	if strings.IndexByte(e.Text, '\x1b') >= 0 {
		p.out.WriteString("\x1b[0m") // its colours end with the line
	}
	return p.out.WriteByte('\n')
}

func (p *logPrinter) object(e logEntry) error {
	r := logRecord{Time: e.Time, Service: e.service}
	if e.event != engine.LogNothing {
		r.Event = eventWord(e.event)
	} else {
		r.Text, r.Stream = &e.Text, "stdout"
		if e.Stream == engine.LogStreamStderr {
			r.Stream = "stderr"
		}
	}
	enc := json.NewEncoder(p.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}

// serviceColour tells the services apart at a glance.
func serviceColour(service string) string {
	return map[string]string{
		engine.RoleWeb: "36", engine.RolePHP: "35", engine.RoleDatabase: "34", engine.RoleRedis: "33",
	}[service]
}

func eventWord(event engine.LogEvent) string {
	if event == engine.LogExited {
		return "exited"
	}
	return "restarted"
}
