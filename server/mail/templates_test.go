package mail_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/mail"
)

var update = flag.Bool("update", false, "write golden files")

func sampleData() mail.Data {
	return mail.Data{
		Name: "Ada <b>Lovelace</b>", Link: "https://custard.example.com/x?token=a&b=c", Reset: "https://custard.example.com/reset",
		Expires: "24 hours", By: "Grace", Organisation: "Example & Sons", Role: "member",
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	templates := mail.NewTemplates("")
	if err := templates.Check(); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{mail.KindVerify, mail.KindTaken, mail.KindReset, mail.KindPasswordChanged, mail.KindInvite} {
		subject, text, html, err := templates.Render(kind, sampleData())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(html, "<b>Lovelace") {
			t.Errorf("%s: a name became HTML:\n%s", kind, html)
		}
		got := "Subject: " + subject + "\n\n" + text + "\n" + html
		file := filepath.Join("testdata", kind+".golden")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", kind, got, want)
		}
	}
}

func TestTemplatesOfAnOperator(t *testing.T) {
	t.Parallel()
	write := func(t *testing.T, files map[string]string) *mail.Templates {
		t.Helper()
		dir := t.TempDir()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return mail.NewTemplates(dir)
	}
	t.Run("one file goes before the built-in one", func(t *testing.T) {
		t.Parallel()
		templates := write(t, map[string]string{"verify.txt": "Subject:  Bitte\tbestätigen \n\nHallo {{.Name}}: {{.Link}}", "README.md": "ours"})
		if err := templates.Check(); err != nil {
			t.Fatal(err)
		}
		subject, text, html, err := templates.Render(mail.KindVerify, sampleData())
		if err != nil || subject != "Bitte bestätigen" || !strings.HasPrefix(text, "Hallo Ada") || !strings.Contains(html, "please confirm") {
			t.Errorf("got %q %q %q %v", subject, text, html, err)
		}
	})
	for name, files := range map[string]map[string]string{
		"syntax":      {"verify.txt": "Subject: x\n\n{{.Name"},
		"field":       {"verify.html": "{{.Password}}"},
		"subject":     {"reset.txt": "Hello\n\nthere"},
		"empty":       {"reset.txt": "Subject: x\n"},
		"script":      {"invite.html": "<a href={{if}}>"},
		"unknown one": {"verfy.txt": "Subject: x\n\ny"},
	} {
		t.Run("broken "+name, func(t *testing.T) {
			t.Parallel()
			err := custard.AsError(write(t, files).Check())
			if err == nil || err.Code != custard.CodeUsage || err.Hint == "" {
				t.Fatalf("got %v, want the code usage with a hint", err)
			}
			for file := range files {
				if !strings.Contains(err.Message, file) {
					t.Errorf("%q does not name the file %s", err.Message, file)
				}
			}
		})
	}
	if err := mail.NewTemplates(filepath.Join(t.TempDir(), "none")).Check(); err == nil {
		t.Error("a folder that does not exist passed")
	}
}

// Whoever signs up or invites chooses the names in a mail to somebody else.
func TestNamesCannotWriteLines(t *testing.T) {
	t.Parallel()
	m := mail.Message{ID: "x", From: "a@example.com", To: "b@example.com", Subject: "s\r\nBcc: c@example.com", Text: "t"}
	if err := m.Check(); err == nil {
		t.Error("a subject of two lines passed")
	}
	m.Subject, m.ID = "s", "x>\r\nBcc: c@example.com"
	if err := m.Check(); err == nil {
		t.Error("an id of two lines passed")
	}
}
