// Package mail sends mail: templates make messages, a queue in the outbox keeps them until a Sender took them, and its
// workers try again what failed. resend/, smtp/ and logfile/ are the senders.
//
// A mail may carry a token in its link. The outbox holds it in the letter's body until the letter is sent, given up or of
// no use any more, and empties the body in the same statement that notes so. Nothing else writes it down: no log line and
// no error holds a link or an address's mail, but for logfile, which is for development and says so.
package mail

import (
	"context"
	netmail "net/mail"
	"strings"
	"unicode"

	"github.com/custard-ai/custard/internal/custard"
)

// Message is a mail ready to be sent.
type Message struct {
	ID      string // the same at every try: a sender that knows it sends once
	From    string // an address, or a name and an address: Custard <no-reply@example.com>
	To      string // one address
	Subject string
	Text    string
	HTML    string // the same for readers of HTML; may be empty
}

// Sender hands a message to what delivers it. An error says with Retry whether trying again may help, and with After how
// long to wait first. It comes back when ctx ends, and is safe for concurrent use.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Check refuses a message whose addresses are none or that would write header lines of its own: CodeFailed, not to be
// tried again. Every sender calls it first.
func (m Message) Check() error {
	for _, field := range [...]struct{ name, text string }{{"sender", m.From}, {"recipient", m.To}, {"subject", m.Subject}, {"id", m.ID}} {
		if strings.ContainsFunc(field.text, unicode.IsControl) {
			return custard.Errorf(custard.CodeFailed, "the mail's %s holds control characters", field.name)
		}
	}
	if _, err := netmail.ParseAddress(m.From); err != nil {
		return custard.Errorf(custard.CodeFailed, "the mail's sender is no address").WithHint("Set MAIL_FROM to an address such as: Custard <no-reply@example.com>")
	}
	to, err := netmail.ParseAddress(m.To)
	if err != nil || to.Address != m.To {
		return custard.Errorf(custard.CodeFailed, "the mail's recipient is no address")
	}
	return nil
}
