package mail

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	texttemplate "text/template"
	"unicode"

	"github.com/custard-ai/custard/internal/custard"
)

//go:embed templates/*.txt templates/*.html
var files embed.FS

// The kinds of mail, each a pair of templates: NAME.txt, whose first line is "Subject: …", and NAME.html. package auth
// sends them under the same names.
const (
	KindVerify          = "verify"           // confirms a new user's address
	KindTaken           = "taken"            // somebody signed up with an address that has an account
	KindReset           = "reset"            // sets a new password
	KindPasswordChanged = "password-changed" // tells that it was set
	KindInvite          = "invite"           // asks into an organisation
)

func kinds() []string {
	return []string{KindVerify, KindTaken, KindReset, KindPasswordChanged, KindInvite}
}

// Data fills a template. What a kind has no use for is empty.
type Data struct {
	Name         string `json:"name,omitempty"`         // of who gets it
	Link         string `json:"link,omitempty"`         // to follow; may hold a token
	Reset        string `json:"reset,omitempty"`        // the page for a forgotten password
	Expires      string `json:"expires,omitempty"`      // how long the link is good for, in words
	By           string `json:"by,omitempty"`           // who invites
	Organisation string `json:"organisation,omitempty"` // into which
	Role         string `json:"role,omitempty"`         // as what
}

func dataOf(m map[string]string) Data {
	return Data{
		Name: oneLine(m["name"]), Link: m["link"], Reset: m["reset"], Expires: m["expires"],
		By: oneLine(m["by"]), Organisation: oneLine(m["organisation"]), Role: oneLine(m["role"]),
	}
}

// oneLine is what somebody else wrote, as it may stand in a sentence or a subject: without lines of its own.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// sample is the data that templates are checked with.
func sample() Data {
	return Data{
		Name: "Ada", Link: "https://custard.example.com/verify?token=sample", Reset: "https://custard.example.com/reset",
		Expires: "24 hours", By: "Grace", Organisation: "Example & Sons", Role: "member",
	}
}

// pair is a kind's templates.
type pair struct {
	text *texttemplate.Template
	html *template.Template
}

// Templates make messages. A file of an operator's folder goes before the built-in one of that name, one by one. They are
// parsed on first use; Check does it at once.
type Templates struct {
	parsed func() (map[string]pair, error)
}

// NewTemplates returns the templates with those of a folder before them; dir may be empty.
func NewTemplates(dir string) *Templates {
	return &Templates{parsed: sync.OnceValues(func() (map[string]pair, error) { return parse(dir) })}
}

// Check parses every template and fills it with sample data: CodeUsage names the file that is wrong and says what is.
func (t *Templates) Check() error {
	for _, kind := range kinds() {
		if _, _, _, err := t.Render(kind, sample()); err != nil {
			return err
		}
	}
	return nil
}

// Render returns the subject, on one line, and the two bodies of a mail.
func (t *Templates) Render(kind string, data Data) (subject, text, html string, err error) {
	all, err := t.parsed()
	if err != nil {
		return "", "", "", err
	}
	p, ok := all[kind]
	if !ok {
		return "", "", "", custard.Errorf(custard.CodeInternal, "there is no mail of the kind %q", kind)
	}
	var plain, rich bytes.Buffer
	if err := p.text.Execute(&plain, data); err != nil {
		return "", "", "", broken(p.text.Name(), err)
	}
	if err := p.html.Execute(&rich, data); err != nil {
		return "", "", "", broken(p.html.Name(), err)
	}
	head, body, _ := strings.Cut(plain.String(), "\n")
	subject, ok = strings.CutPrefix(head, "Subject:")
	subject = strings.Join(strings.Fields(subject), " ")
	if !ok || subject == "" {
		return "", "", "", broken(p.text.Name(), errors.New(`its first line must be "Subject: …"`))
	}
	body = strings.TrimSpace(body)
	if body == "" {
		return "", "", "", broken(p.text.Name(), errors.New("it has no text below its subject"))
	}
	return subject, body + "\n", strings.TrimSpace(rich.String()) + "\n", nil
}

func broken(file string, err error) error {
	return custard.Errorf(custard.CodeUsage, "the mail template %s is wrong: %v", file, err).
		WithHint("Mend or remove the file; the built-in template takes the place of one that is missing.")
}

func parse(dir string) (map[string]pair, error) {
	if dir != "" {
		if err := known(dir); err != nil {
			return nil, err
		}
	}
	all := map[string]pair{}
	for _, kind := range kinds() {
		name, text, err := read(dir, kind+".txt")
		if err != nil {
			return nil, err
		}
		var p pair
		if p.text, err = texttemplate.New(name).Parse(text); err != nil {
			return nil, broken(name, err)
		}
		if name, text, err = read(dir, kind+".html"); err != nil {
			return nil, err
		}
		if p.html, err = template.New(name).Parse(text); err != nil {
			return nil, broken(name, err)
		}
		all[kind] = p
	}
	return all, nil
}

// read returns a template and where it is from.
func read(dir, file string) (name, text string, err error) {
	if dir != "" {
		path := filepath.Join(dir, file)
		b, err := os.ReadFile(path)
		if err == nil {
			return path, string(b), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", "", broken(path, err)
		}
	}
	b, err := files.ReadFile("templates/" + file)
	if err != nil {
		return "", "", broken(file, err)
	}
	return file, string(b), nil
}

// known refuses a folder that is none, or that holds a template under a name that nothing uses: a misspelt one would
// silently do nothing.
func known(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return custard.Errorf(custard.CodeUsage, "the folder of mail templates cannot be read: %w", err).
			WithHint("Set MAIL_TEMPLATES to a folder, or leave it out.")
	}
	names := map[string]bool{}
	for _, kind := range kinds() {
		names[kind+".txt"], names[kind+".html"] = true, true
	}
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		if (ext == ".txt" || ext == ".html") && !names[e.Name()] {
			return broken(filepath.Join(dir, e.Name()), fmt.Errorf("no mail has this name; there are %s, each as .txt and .html", strings.Join(kinds(), ", ")))
		}
	}
	return nil
}
