// Package logfile writes mails down instead of sending them, links and tokens included, for development and for a first
// start without a mail service. Whoever reads what it writes can verify addresses and set passwords.
package logfile

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/custard-ai/custard/server/mail"
)

// Sender writes mails to a writer, whole, one after the other.
type Sender struct {
	mu sync.Mutex
	w  io.Writer
}

// New returns a sender that writes to w.
func New(w io.Writer) *Sender { return &Sender{w: w} }

// Send implements mail.Sender.
func (s *Sender) Send(_ context.Context, m mail.Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "┌ mail to %s: %s\n│\n", m.To, m.Subject)
	for line := range strings.Lines(m.Text) {
		b.WriteString(strings.TrimRight("│ "+strings.TrimRight(line, "\r\n"), " ") + "\n")
	}
	b.WriteString("└\n")
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := io.WriteString(s.w, b.String())
	return err
}
