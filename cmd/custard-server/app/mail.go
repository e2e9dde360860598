package app

import (
	"cmp"
	"io"
	"log/slog"

	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/server/mail"
	"github.com/custard-ai/custard/server/mail/logfile"
	"github.com/custard-ai/custard/server/mail/resend"
	"github.com/custard-ai/custard/server/mail/smtp"
)

// mailer makes the queue that mails leave through, and says how they do: resend, smtp or log.
func mailer(c *config.Server, outbox mail.Outbox, stderr io.Writer, log *slog.Logger) (*mail.Queue, string, error) {
	templates := mail.NewTemplates(c.MailTemplates)
	if c.MailTemplates != "" {
		if err := templates.Check(); err != nil {
			return nil, "", err
		}
	}
	var sender mail.Sender
	mode := "log"
	switch {
	case c.ResendKey != "":
		sender, mode = resend.New(resend.URL, c.ResendKey), "resend"
	case c.SMTPURL != "":
		server, err := smtp.Parse(c.SMTPURL)
		if err != nil {
			return nil, "", err
		}
		sender, mode = smtp.New(server), "smtp"
	default:
		sender = logfile.New(stderr)
	}
	return mail.NewQueue(mail.Config{
		Outbox: outbox, Sender: sender, Templates: templates, From: cmp.Or(c.MailFrom, "Custard <custard@localhost>"), Logger: log,
	}), mode, nil
}
