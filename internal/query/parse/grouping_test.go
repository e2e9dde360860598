package parse

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// grouped writes an expression with every operand in parentheses, so that how it was read shows.
func grouped(e query.Expr) string {
	switch e := e.(type) {
	case *query.Number:
		return e.Text
	case *query.String:
		return "'" + e.Value + "'"
	case *query.Null:
		return "NULL"
	case *query.Bool:
		return strings.ToUpper(fmt.Sprint(e.Value))
	case *query.Column:
		return e.Name.Last().Name
	case *query.Unary:
		return "(" + e.Op + " " + grouped(e.X) + ")"
	case *query.Binary:
		return "(" + grouped(e.L) + " " + e.Op + " " + grouped(e.R) + ")"
	case *query.Like:
		s := grouped(e.X) + not(e.Not) + e.Op + " " + grouped(e.Pattern)
		if e.Escape != nil {
			s += " ESCAPE " + grouped(e.Escape)
		}
		return "(" + s + ")"
	case *query.Between:
		return "(" + grouped(e.X) + not(e.Not) + "BETWEEN " + grouped(e.Lo) + " AND " + grouped(e.Hi) + ")"
	case *query.In:
		list := make([]string, len(e.List))
		for i, item := range e.List {
			list[i] = grouped(item)
		}
		return "(" + grouped(e.X) + not(e.Not) + "IN (" + strings.Join(list, ", ") + "))"
	case *query.Is:
		s := grouped(e.X) + " IS "
		if e.Not {
			s += "NOT "
		}
		switch e.What {
		case query.IsDistinct:
			return "(" + s + "DISTINCT FROM " + grouped(e.Y) + ")"
		case query.IsValue:
			return "(" + s + grouped(e.Y) + ")"
		}
		return "(" + s + string(e.What) + ")"
	case *query.Collate:
		name := e.Name.Last().Name
		if e.Name.Last().Quote != 0 {
			name = strconv.Quote(name)
		}
		return "(" + grouped(e.X) + " COLLATE " + name + ")"
	case *query.Cast:
		return "(" + grouped(e.X) + "::" + e.Type.Name[0].Name + ")"
	case *query.AtTimeZone:
		return "(" + grouped(e.X) + " AT TIME ZONE " + grouped(e.Zone) + ")"
	case *query.Index:
		return "(" + grouped(e.X) + "[" + grouped(e.I) + "])"
	case *query.Quantified:
		return "(" + grouped(e.X) + " " + e.Op + " ANY(" + grouped(e.Array) + "))"
	}
	return fmt.Sprintf("%T", e)
}

func not(not bool) string {
	if not {
		return " NOT "
	}
	return " "
}

// parseExpr reads an expression as a select list's only element.
func parseExpr(d custard.Dialect, text string) (query.Expr, error) {
	q, err := Parse(d, "SELECT "+text)
	if err != nil {
		return nil, err
	}
	return q.Body.(*query.Select).Items[0].Expr, nil
}

// vocabulary is what random expressions of a dialect are made of; $ is an operand.
type vocabulary struct {
	operands, prefixes, operators []string
}

// random writes an expression without parentheses.
func (v vocabulary) random(r *rand.Rand, length int) string {
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	var b strings.Builder
	operand := func() {
		for r.IntN(5) == 0 {
			b.WriteString(pick(v.prefixes) + " ")
		}
		b.WriteString(pick(v.operands))
	}
	operand()
	for range length {
		b.WriteByte(' ')
		for i, part := range strings.Split(pick(v.operators), "$") {
			if i > 0 {
				operand()
			}
			b.WriteString(part)
		}
	}
	return b.String()
}

var sqliteVocabulary = vocabulary{
	operands: []string{"0", "1", "2", "3", "7", "10", "NULL", "'a'", "'A'", "'1'"},
	prefixes: []string{"NOT", "-", "+", "~"},
	operators: []string{
		"OR $", "AND $", "= $", "== $", "<> $", "!= $", "< $", "<= $", "> $", ">= $", "& $", "| $", "<< $", ">> $", "+ $", "- $", "* $", "/ $", "% $",
		"|| $", "IS $", "IS NOT $", "LIKE $", "NOT LIKE $", "GLOB $", "BETWEEN $ AND $", "NOT BETWEEN $ AND $", "IN (1, 'a')", "NOT IN (0, 3)",
		"ISNULL", "NOTNULL", "NOT NULL", "IS NULL", "IS NOT NULL", "IS DISTINCT FROM $", "IS NOT DISTINCT FROM $", "COLLATE nocase", "IS TRUE", "IS NOT FALSE",
	},
}

// TestGroupingSQLite asks SQLite whether the expressions that were read mean what it thinks they mean.
func TestGroupingSQLite(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	value := func(e string) (string, error) {
		var v sql.NullString
		err := db.QueryRowContext(t.Context(), "SELECT "+e).Scan(&v)
		return fmt.Sprint(v), err
	}
	r := rand.New(rand.NewPCG(1, 2))
	compared := 0
	for range 3000 {
		text := sqliteVocabulary.random(r, 1+r.IntN(5))
		e, err := parseExpr(custard.SQLite, text)
		want, engineErr := value(text)
		if (err != nil) != (engineErr != nil) {
			t.Errorf("%s: parsed with %v, SQLite says %v", text, err, engineErr)
			continue
		}
		if err != nil {
			continue
		}
		compared++
		if got, err := value(grouped(e)); err != nil || got != want {
			t.Errorf("%s\nwas read as %s\nwhich is %s, not %s (%v)", text, grouped(e), got, want, err)
		}
	}
	if compared < 2000 {
		t.Errorf("only %d expressions were compared", compared)
	}
}
