package check

import (
	"strconv"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// wrapped is SELECT * FROM (q) LIMIT bound.
func wrapped(q *query.Query, bound query.Expr) *query.Query {
	name := query.ID("limited")
	return &query.Query{
		Body: &query.Select{
			Items: []query.Item{{Expr: &query.Star{}}},
			From:  []query.TableExpr{&query.Derived{Query: q, Alias: &name}},
		},
		Limit: &query.Limit{Count: bound},
	}
}

// isValues says whether a body is, or ends with, a bare VALUES list.
func isValues(b query.Body) bool {
	switch b := b.(type) {
	case *query.Values:
		return true
	case *query.SetOp:
		return isValues(b.Right)
	}
	return false
}

// limitRows adds a row limit to a resolved query, or lowers the one that it has. The query is the resolver's own copy.
func (r *resolver) limitRows(q *query.Query, most int64) *query.Query {
	bound := &query.Number{Text: strconv.FormatInt(most, 10)}
	l := q.Limit
	switch {
	case l == nil && r.rules.dialect == custard.SQLite && isValues(q.Body):
		return wrapped(q, bound) // SQLite takes no LIMIT after VALUES
	case l == nil:
		q.Limit = &query.Limit{Count: bound}
		return q
	case l.Percent:
		r.refuse("Write a number of rows.", "a limit in percent cannot be bounded")
		return q
	case l.WithTies: // the ties may be any number of rows
		return wrapped(q, bound)
	case l.Count == nil:
		l.Count = bound
		return q
	}
	if _, null := l.Count.(*query.Null); null {
		l.Count = bound
		return q
	}
	n, ok := atMost(l.Count)
	switch {
	case ok && (n < 0 || n > most):
		l.Count = bound
	case ok:
	case r.rules.dialect == custard.Postgres || r.rules.dialect == custard.DuckDB:
		l.Count = &query.Func{Name: query.Name{{Name: "least"}}, Args: []query.Arg{{Value: l.Count}, {Value: bound}}}
	default:
		r.refuse("Write a number.", "the row limit must be a plain number")
	}
	return q
}
