package conformance

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/internal/sharedtest"
)

// witness is a parser that Custard had no hand in.
type witness struct {
	dialect custard.Dialect
	read    func(string) (Facts, error)
	shape   func(string) (string, error) // what it understands, without parentheses and positions
	knows   func(*query.Query) bool      // false where it is known to read something otherwise; each case says why
}

// agree reads sql, prints it in both ways, and asks the witness what it understands. With lenient, the witness may say
// that there is no such syntax: then nothing runs, which does no harm.
func (w witness) agree(t *testing.T, sql string, lenient bool) {
	t.Helper()
	q, err := parse.Parse(w.dialect, sql)
	if err != nil {
		return // package parse tests what it must read
	}
	w.agreeOn(t, sql, q, lenient)
}

func (w witness) agreeOn(t *testing.T, sql string, q *query.Query, lenient bool) {
	t.Helper()
	if !w.knows(q) {
		return
	}
	for _, write := range []func(custard.Dialect, *query.Query) (string, error){print.SQL, print.Pretty} {
		text, err := write(w.dialect, q)
		if err != nil {
			if e := custard.AsError(err); e.Code != custard.CodeFailed {
				t.Errorf("%s\nprint: %v", sql, err)
			}
			return
		}
		if len(text) > maxBytes {
			return
		}
		got, err := w.read(text)
		if lenient && errors.Is(err, ErrSyntax) {
			return
		}
		if err != nil {
			t.Errorf("%s\nwas printed as\n%s\nwhich the other parser refuses: %v", sql, text, err)
			return
		}
		if diff := cmp.Diff(Of(w.dialect, q), got); diff != "" {
			t.Errorf("%s\nwas printed as\n%s\nour tree and the other parser's differ (-ours +theirs):\n%s", sql, text, diff)
			return
		}
	}
	w.sameShape(t, sql, q)
}

// sameShape asks the witness whether it reads the text with all parentheses as it reads the text with those that matter.
func (w witness) sameShape(t *testing.T, sql string, q *query.Query) {
	t.Helper()
	text, err := print.SQL(w.dialect, q)
	if err != nil {
		t.Fatal(err)
	}
	explicit, err := print.Explicit(w.dialect, q)
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.shape(text)
	if err != nil {
		t.Fatalf("%s\nwas printed as\n%s\n%v", sql, text, err)
	}
	want, err := w.shape(explicit)
	if err != nil {
		if !errors.Is(err, ErrSyntax) || len(explicit) < maxBytes {
			t.Errorf("%s\nwith all parentheses is\n%s\n%v", sql, explicit, err)
		}
		return
	}
	if got != want {
		t.Errorf("%s\nwas printed as\n%s\nwhich is read otherwise than with all parentheses\n%s\n%s", sql, text, explicit, cmp.Diff(want, got))
	}
}

// maxBytes bounds what the other parsers are given: PostgreSQL's ends the process on text that is nested too deep.
const maxBytes = 40_000

func (w witness) corpus(t *testing.T) {
	t.Helper()
	lines := sharedtest.Lines[sharedtest.Statement](t, sharedtest.Path(t, "corpus", "benign-"+string(w.dialect)+".jsonl"))
	for _, line := range lines {
		w.agree(t, line.SQL, false)
	}
}

// escapes are statements that must not do harm: where ours are read at all, the other parser must see a query too.
func (w witness) escapes(t *testing.T) {
	t.Helper()
	for _, line := range sharedtest.Lines[sharedtest.Statement](t, sharedtest.Path(t, "corpus", "readonly-escapes.jsonl")) {
		if line.Dialect == string(w.dialect) {
			w.agree(t, line.SQL, true)
		}
	}
}

// constructs are the printer's own statements of every kind. Each must be read and known.
func constructs(t testing.TB, d custard.Dialect) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "print", "testdata", string(d)+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

func (w witness) constructs(t *testing.T) {
	t.Helper()
	unknown := 0
	for _, sql := range constructs(t, w.dialect) {
		q, err := parse.Parse(w.dialect, sql)
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		if !w.knows(q) {
			unknown++
		}
		w.agreeOn(t, sql, q, false)
	}
	if unknown > 3 {
		t.Errorf("%d statements are left out as unknown to the other parser", unknown)
	}
}

func (w witness) fuzz(f *testing.F) {
	for _, sql := range constructs(f, w.dialect) {
		f.Add(sql)
	}
	f.Fuzz(func(t *testing.T, sql string) { w.agree(t, sql, true) })
}
