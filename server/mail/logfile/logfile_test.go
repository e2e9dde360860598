package logfile_test

import (
	"strings"
	"testing"

	"github.com/custard-ai/custard/server/mail"
	"github.com/custard-ai/custard/server/mail/logfile"
)

func TestSend(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	s := logfile.New(&out)
	m := mail.Message{ID: "x", From: "c@example.com", To: "ada@example.com", Subject: "Confirm", Text: "Hello,\n\nhttps://x/verify?token=abc\n"}
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	want := "┌ mail to ada@example.com: Confirm\n│\n│ Hello,\n│\n│ https://x/verify?token=abc\n└\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	m.To = "nobody"
	if err := s.Send(t.Context(), m); err == nil || out.String() != want {
		t.Errorf("a mail to nobody was written: %v", err)
	}
}
