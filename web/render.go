package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"sync"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed static/style.css
var style []byte

//go:embed static/icon.svg
var icon []byte

// styleName is the style sheet's address: it changes with the content, so that browsers may keep it.
var styleName = sync.OnceValue(func() string {
	h := sha256.Sum256(style)
	return "style-" + hex.EncodeToString(h[:6]) + ".css"
})

// parsed returns the template of every page, each with the layout round it. They are parsed when the first page is shown.
var parsed = sync.OnceValues(func() (map[string]*template.Template, error) {
	names, err := fs.Glob(templates, "templates/*.html")
	if err != nil {
		return nil, err
	}
	const layout = "templates/layout.html"
	all := map[string]*template.Template{}
	for _, name := range names {
		if name == layout {
			continue
		}
		t, err := template.ParseFS(templates, layout, name)
		if err != nil {
			return nil, err
		}
		all[strings.TrimSuffix(strings.TrimPrefix(name, "templates/"), ".html")] = t
	}
	return all, nil
})

// page is what templates are filled with. Which fields matter is the template's.
type page struct {
	Title string
	Text  string
	Bad   bool // it says that something is wrong
	Good  bool
	Wide  bool // the page has room for commands

	Error string // of the form that was sent
	Hint  string

	Next   string // where to go after signing in
	Token  string // of a mail
	Email  string
	Name   string
	Org    string
	Action string // an address to go on to, and what it is called
	Label  string

	Code        string // of a device
	Client      string
	Address     string
	Self        auth.Self
	Invited     auth.Invited
	SamePerson  bool // who is signed in is who is invited
	OtherPerson bool

	Style string
	User  string // who is signed in
}

// wrong fills a form's error in.
func (g page) wrong(err error) page {
	e := custard.AsError(err)
	g.Error, g.Hint = sentence(e.Message), e.Hint
	if statusOf(err) == http.StatusInternalServerError {
		g.Error, g.Hint = "Something went wrong.", "It is our fault, not yours. Try again in a moment."
	}
	return g
}

// show answers with a page.
func (p *Pages) show(v *visit, status int, name string, g page) error {
	all, err := parsed()
	if err != nil {
		return fmt.Errorf("templates: %w", err)
	}
	g.Style, g.User = "/static/"+styleName(), v.who.Email
	var buf bytes.Buffer
	if err := all[name].ExecuteTemplate(&buf, "layout.html", g); err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	v.status = status
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(buf.Bytes()) // the visitor may have gone away; there is nobody to tell
	return nil
}

// again shows a form once more, with what was wrong.
func (p *Pages) again(v *visit, name string, g page, err error) error {
	status := statusOf(err)
	if status == http.StatusInternalServerError {
		p.log.ErrorContext(v.r.Context(), "page failed", "page", v.r.Pattern, "error", custard.Detail(err))
	}
	return p.show(v, status, name, g.wrong(err))
}

func (p *Pages) static(v *visit) error {
	if v.r.PathValue("f") != styleName() {
		return p.missing(v)
	}
	return v.asset("text/css; charset=utf-8", style)
}

func (p *Pages) icon(v *visit) error { return v.asset("image/svg+xml", icon) }

func (v *visit) asset(kind string, data []byte) error {
	v.status = http.StatusOK
	v.w.Header().Set("Content-Type", kind)
	v.w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = v.w.Write(data) // see show
	return nil
}
