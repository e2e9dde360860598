package ask

import (
	"slices"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate"
)

// ballot is a translation of several candidates.
func ballot(texts ...string) *translate.Translation {
	var all []translate.Translation
	for _, text := range texts {
		all = append(all, translate.Translation{SQL: text, Confidence: 0.9})
	}
	first := all[0]
	first.Others = all[1:]
	return &first
}

func TestTheResultThatMostCandidatesHaveWins(t *testing.T) {
	t.Parallel()
	const (
		byCountry = "SELECT country, count(*) AS n FROM customers GROUP BY country"
		turned    = "SELECT country, count(id) AS n FROM customers GROUP BY country ORDER BY n DESC"
		other     = "SELECT country, 1 AS n FROM customers GROUP BY country"
		up        = "SELECT name FROM customers ORDER BY name"
		upToo     = "SELECT customers.name FROM customers ORDER BY 1"
		down      = "SELECT name FROM customers ORDER BY name DESC"
		none      = "SELECT name FROM customers WHERE id > 99"
		wrong     = "SELECT shoe FROM customers"
		failing   = "SELECT json(name) FROM customers"
	)
	for _, c := range []struct {
		name       string
		texts      []string
		won, votes string
		doubt      bool // a warning that they do not agree
	}{
		{"rows in any order", []string{other, byCountry, turned}, "count(*)", "2 of 3", false},
		{"rows in their order, where most ask for one", []string{down, up, upToo}, "ORDER BY name", "2 of 3", false},
		{"the first where none agree", []string{other, up, down}, "1 AS n", "1 of 3", true},
		{"rows before none", []string{none, up}, "ORDER BY name", "1 of 2", true},
		{"what fails has no vote", []string{wrong, failing, up}, "ORDER BY name", "1 of 3", true},
		{"one text twice is two votes", []string{other, up, up}, "ORDER BY name", "2 of 3", false},
		{"all agree", []string{up, up}, "ORDER BY name", "2 of 2", false},
	} {
		a := gather(t.Context(), service(t, &drafts{reply: ballot(c.texts...)}), custard.Request{Question: "x"})
		if a.err != nil {
			t.Errorf("%s: %v", c.name, a.err)
			continue
		}
		if !strings.Contains(a.query.SQL, c.won) || strings.Contains(a.query.SQL, "DESC") != strings.Contains(c.won, "DESC") || !slices.ContainsFunc(a.query.Assumptions, func(s string) bool { return strings.HasPrefix(s, c.votes) }) {
			t.Errorf("%s: %s, %q", c.name, a.query.SQL, a.query.Assumptions)
		}
		if doubt := len(a.query.Warnings) > 0; doubt != c.doubt {
			t.Errorf("%s: warnings %q", c.name, a.query.Warnings)
		}
		if a.done.TimingsMS["compare"] <= 0 {
			t.Errorf("%s: timings %v", c.name, a.done.TimingsMS)
		}
	}
}

// Where no candidate works the first is repaired like any other; a dry run compares texts and runs nothing.
func TestCandidatesThatFailAndThatMayNotRun(t *testing.T) {
	t.Parallel()
	d := &drafts{reply: ballot("SELECT shoe FROM customers", "SELECT hat FROM customers")}
	a := gather(t.Context(), service(t, d), custard.Request{Question: "x"})
	if a.err == nil || a.err.Code != custard.CodeUnknownColumn || len(d.asked) < 2 || d.asked[1].Failed == nil || !strings.Contains(d.asked[1].Failed.SQL, "shoe") {
		t.Errorf("%v, asked %d times", a.err, len(d.asked))
	}
	a = gather(t.Context(), service(t, &drafts{reply: ballot("SELECT 1 FROM customers", "SELECT name FROM customers", "select NAME from CUSTOMERS")}), custard.Request{Question: "x", DryRun: true})
	if a.err != nil || a.query.SQL != "SELECT name FROM customers" || len(a.cells) != 0 {
		t.Errorf("%v, %+v", a.err, a.query)
	}
}
