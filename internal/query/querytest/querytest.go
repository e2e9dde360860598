// Package querytest makes random expressions, for tests that ask a database or another parser whether what was printed
// means what the tree says.
package querytest

import (
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// Source makes expressions of one dialect. Leaf makes what stands at the bottom: columns where a parser is asked, literals
// where a database computes.
type Source struct {
	Rand    *rand.Rand
	Dialect custard.Dialect
	Leaf    func(*rand.Rand) query.Expr
}

// Column is a Leaf: one of a, b, c.
func Column(r *rand.Rand) query.Expr {
	return &query.Column{Name: query.Name{{Name: string(rune('a' + r.IntN(3)))}}}
}

// Literal is a Leaf: a small number, a string, NULL, TRUE or FALSE.
func Literal(r *rand.Rand) query.Expr {
	switch r.IntN(8) {
	case 0:
		return &query.String{Value: []string{"a", "ab", "%", "1", ""}[r.IntN(5)]}
	case 1:
		return &query.Null{}
	case 2:
		return &query.Bool{Value: r.IntN(2) == 0}
	case 3:
		return &query.Number{Text: "-" + strconv.Itoa(r.IntN(5))}
	}
	return &query.Number{Text: strconv.Itoa(r.IntN(5))}
}

// Expr returns an expression that is at most depth operators deep.
func (s Source) Expr(depth int) query.Expr {
	if depth == 0 {
		return s.Leaf(s.Rand)
	}
	x := func() query.Expr { return s.Expr(s.Rand.IntN(depth)) }
	not := s.Rand.IntN(2) == 0
	switch s.Rand.IntN(14) {
	case 0:
		return &query.Unary{Op: s.pick(s.prefix()), X: x()}
	case 1:
		return &query.Unary{Op: "NOT", X: x()}
	case 2:
		return &query.Like{Op: "LIKE", Not: not, X: x(), Pattern: x()}
	case 3:
		return &query.Between{Not: not, X: x(), Lo: x(), Hi: x()}
	case 4:
		return &query.In{Not: not, X: x(), List: []query.Expr{x(), x()}}
	case 5:
		return &query.Is{Not: not, What: query.IsNull, X: x()}
	case 6:
		return &query.Is{Not: not, What: query.IsDistinct, X: x(), Y: x()}
	case 7:
		return &query.Case{Whens: []query.When{{Cond: x(), Then: x()}}, Else: x()}
	case 8:
		return s.own(x)
	}
	return &query.Binary{Op: s.pick(s.infix()), L: x(), R: x()}
}

func (s Source) pick(list []string) string { return list[s.Rand.IntN(len(list))] }

func (s Source) prefix() []string {
	switch s.Dialect {
	case custard.Postgres:
		return []string{"-", "+", "~", "@", "|/"}
	case custard.MySQL:
		return []string{"-", "~", "!"}
	}
	return []string{"-", "+", "~"}
}

func (s Source) infix() []string {
	common := []string{"AND", "OR", "=", "<>", "<", ">=", "+", "-", "*", "/", "%", "&", "|", "<<", ">>"}
	switch s.Dialect {
	case custard.Postgres:
		return append(common, "||", "^", "->", "@>", "~*", "#")
	case custard.MySQL:
		return append(common, "XOR", "DIV", "MOD", "^", "<=>", "||")
	}
	return append(common, "||")
}

// own makes what only some dialects have.
func (s Source) own(x func() query.Expr) query.Expr {
	text := &query.Type{Name: query.Name{{Name: "text"}}}
	switch s.Dialect {
	case custard.Postgres:
		switch s.Rand.IntN(6) {
		case 0:
			return &query.Cast{X: x(), Type: text, Style: query.CastColons}
		case 1:
			return &query.AtTimeZone{X: x(), Zone: x()}
		case 2:
			return &query.Collate{X: x(), Name: query.Name{query.ID("C")}}
		case 3:
			return &query.Quantified{Op: s.pick([]string{"=", "<", "~"}), X: x(), Array: x(), All: s.Rand.IntN(2) == 0}
		case 4:
			return &query.Index{X: x(), I: x()}
		}
		return &query.Like{Op: s.pick([]string{"ILIKE", "SIMILAR TO"}), X: x(), Pattern: x(), Escape: x()}
	case custard.MySQL:
		switch s.Rand.IntN(3) {
		case 0:
			return &query.Collate{X: x(), Name: query.Name{{Name: "utf8mb4_bin"}}}
		case 1:
			return &query.Like{Op: "REGEXP", X: x(), Pattern: x()}
		}
		return &query.Binary{Op: s.pick([]string{"+", "-"}), L: x(), R: &query.Interval{Value: x(), Unit: "DAY"}}
	}
	switch s.Rand.IntN(3) {
	case 0:
		return &query.Cast{X: x(), Type: text}
	case 1:
		return &query.Collate{X: x(), Name: query.Name{{Name: "NOCASE"}}}
	}
	return &query.Is{What: query.IsValue, X: x(), Y: x()}
}

// Named returns a query that uses name wherever a name may stand: a common table expression, a table's alias, a column,
// with and without its table, a column's alias, a window. Its one value is 1.
func Named(name string) *query.Query {
	id := query.ID(name)
	column := &query.Column{Name: query.Name{id}}
	inner := &query.Select{Items: []query.Item{{Expr: &query.Number{Text: "1"}, Alias: &id}}}
	window := &query.Window{OrderBy: []query.Order{{Expr: column}}}
	max := &query.Func{Name: query.Name{{Name: "max"}}, Args: []query.Arg{{Value: column}}, Over: &query.Window{Ref: &id, Bare: true}}
	return &query.Query{
		With: &query.With{CTEs: []*query.CTE{{Name: id, Columns: []query.Ident{id}, Query: &query.Query{Body: inner}}}},
		Body: &query.Select{
			Items: []query.Item{{Expr: &query.Binary{
				Op: "*", R: max,
				L: &query.Binary{Op: "*", L: column, R: &query.Column{Name: query.Name{id, id}}},
			}, Alias: &id}},
			From: []query.TableExpr{&query.Join{
				Kind: query.LeftJoin, Using: []query.Ident{id},
				Left:  &query.Table{Name: query.Name{id}, Alias: &id},
				Right: &query.Table{Name: query.Name{id}, Alias: &query.Ident{Name: "other"}},
			}},
			Where:   &query.Binary{Op: "=", L: column, R: &query.Number{Text: "1"}},
			Windows: []query.NamedWindow{{Name: id, Window: window}},
		},
		OrderBy: []query.Order{{Expr: column}},
	}
}

// Words returns the words in quotes in the given Go files: every keyword that the parser and the printer know.
func Words(t testing.TB, files ...string) []string {
	t.Helper()
	seen := map[string]bool{"Name": true, "NAME": true, "two words": true, `it's "odd"`: true, "größe": true, "1st": true, "a-b": true, "ROWID": true}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"([A-Za-z_0-9]+)"`).FindAllStringSubmatch(string(text), -1) {
			seen[m[1]] = true
			seen[strings.ToLower(m[1])] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
