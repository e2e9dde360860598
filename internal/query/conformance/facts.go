package conformance

import (
	"errors"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// ErrSyntax is wrapped in the error of a parser that has no such syntax. A database would say the same and run nothing.
var ErrSyntax = errors.New("syntax error")

// Facts are what two parsers must agree on about a statement.
type Facts struct {
	Tables    []string // a set: schema.table, without those that are names of common table expressions
	Functions []string // each call's name in lower case, as often as it is called; without a schema
}

// facts gathers them from either side.
type facts struct {
	tables    map[string]bool
	ctes      map[string]bool
	functions []string
}

func newFacts() *facts { return &facts{tables: map[string]bool{}, ctes: map[string]bool{}} }

func (f *facts) call(name string) { f.functions = append(f.functions, strings.ToLower(name)) }

// sorted leaves the common table expressions' names out: where one is defined anywhere, a bare table of that name is not
// counted on either side.
func (f *facts) sorted() Facts {
	out := Facts{Functions: slices.Sorted(slices.Values(f.functions))}
	for name := range f.tables {
		if !f.ctes[name] {
			out.Tables = append(out.Tables, name)
		}
	}
	slices.Sort(out.Tables)
	return out
}

// Of returns what our tree says. Nodes that the other parser reads as a call are named as it names them; the operators
// that it writes as calls are in callOf.
func Of(d custard.Dialect, q *query.Query) Facts {
	f := newFacts()
	query.Inspect(q, func(n query.Node) bool {
		switch n := n.(type) {
		case *query.CTE:
			f.ctes[n.Name.Key(d)] = true
		case *query.Table:
			var parts []string
			for _, id := range n.Name {
				parts = append(parts, id.Key(d))
			}
			f.tables[strings.Join(parts, ".")] = true
		case *query.Func:
			if name := callName(d, n); name != "" {
				f.call(name)
			}
		default:
			for _, name := range callOf(d, n) {
				f.call(name)
			}
		}
		return true
	})
	return f.sorted()
}

// callName returns what the other parser calls a function; empty where it reads an operator.
func callName(d custard.Dialect, f *query.Func) string {
	name := f.Name.Last().Name
	switch {
	case d == custard.Postgres && strings.EqualFold(name, "trim") && f.Name.Last().Quote == 0:
		return "btrim"
	case d == custard.MySQL && strings.EqualFold(name, "mod"):
		return ""
	}
	return name
}

// callOf names the calls that PostgreSQL's and TiDB's parsers make of syntax that our tree keeps.
func callOf(d custard.Dialect, n query.Node) []string {
	switch n := n.(type) {
	case *query.Keyword:
		if !strings.ContainsRune(n.Name, '_') && !strings.HasPrefix(n.Name, "LOCAL") && !strings.HasSuffix(n.Name, "USER") {
			return nil // the unit of MySQL's TIMESTAMPDIFF
		}
		return []string{n.Name}
	case *query.Extract:
		return []string{"extract"}
	case *query.Position:
		return []string{"position"}
	case *query.Substring:
		return []string{"substring"}
	case *query.Overlay:
		return []string{"overlay"}
	case *query.Trim:
		if d == custard.MySQL {
			return []string{"trim"}
		}
		return []string{map[string]string{"": "btrim", "BOTH": "btrim", "LEADING": "ltrim", "TRAILING": "rtrim"}[n.Side]}
	}
	if d == custard.MySQL {
		return mysqlCallOf(n)
	}
	switch n := n.(type) {
	case *query.AtTimeZone:
		return []string{"timezone"}
	case *query.Like:
		switch {
		case n.Op == "SIMILAR TO":
			return []string{"similar_to_escape"}
		case n.Escape != nil:
			return []string{"like_escape"}
		}
	}
	return nil
}

func mysqlCallOf(n query.Node) []string {
	switch n := n.(type) {
	case *query.Binary:
		switch n.Op {
		case "||":
			// One CONCAT for a chain of them.
			if l, ok := n.L.(*query.Binary); ok && l.Op == "||" {
				return nil
			}
			return []string{"concat"}
		case "->":
			return []string{"json_extract"}
		case "->>":
			return []string{"json_unquote", "json_extract"}
		case "MEMBER OF":
			return []string{"json_memberof"}
		case "+", "-":
			if _, ok := n.R.(*query.Interval); ok {
				return []string{map[string]string{"+": "date_add", "-": "date_sub"}[n.Op]}
			}
			if _, ok := n.L.(*query.Interval); ok {
				return []string{"date_add"}
			}
		}
	case *query.Cast:
		switch n.Style {
		case query.CastUsing:
			return []string{"convert"}
		case query.CastLiteral:
			return []string{"'tidb`.(" + n.Type.Name.Last().Name + "literal"}
		}
	}
	return nil
}
