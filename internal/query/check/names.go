package check

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// rules is what a dialect's scopes differ in.
type rules struct {
	dialect custard.Dialect

	fold func(string) string // of a name without quotes; nil where case never matters

	aliasInWhere  bool // a select list's aliases are seen in WHERE and ON
	aliasInHaving bool // … in HAVING, QUALIFY and within expressions of GROUP BY
	aliasInOrder  bool // … within expressions of ORDER BY; a bare alias is seen there in every dialect
	aliasLateral  bool // … by later items of the same list
	onSeesAll     bool // ON sees all tables, those before its join and those after it
	allLateral    bool // a derived table sees the tables before it without LATERAL
	rowValue      bool // a table's alias is a value: the whole row
	selfRecursive bool // WITH needs no RECURSIVE for a query that reads itself
	mergedFirst   bool // * gives USING's columns first
	duplicateName bool // a derived table's column name that occurs twice is ambiguous rather than the first
}

func rulesOf(d custard.Dialect) rules {
	switch d {
	case custard.Postgres:
		return rules{dialect: d, fold: strings.ToLower, rowValue: true, mergedFirst: true, duplicateName: true}
	case custard.MySQL:
		return rules{dialect: d, aliasInHaving: true, aliasInOrder: true, mergedFirst: true, duplicateName: true}
	case custard.SQLite:
		return rules{dialect: d, aliasInWhere: true, aliasInHaving: true, aliasInOrder: true, onSeesAll: true, selfRecursive: true}
	case custard.DuckDB:
		return rules{
			dialect: d, aliasInWhere: true, aliasInHaving: true, aliasInOrder: true, aliasLateral: true,
			allLateral: true, rowValue: true, mergedFirst: true,
		}
	case custard.Snowflake:
		return rules{
			dialect: d, fold: strings.ToUpper, aliasInWhere: true, aliasInHaving: true, aliasInOrder: true,
			aliasLateral: true, mergedFirst: true, duplicateName: true, selfRecursive: true,
		}
	default:
		return rules{dialect: d}
	}
}

// folded is the name that the database looks for.
func (r *resolver) folded(id query.Ident) string {
	if r.rules.fold == nil || id.Quote != 0 {
		return id.Name
	}
	return r.rules.fold(id.Name)
}

// declared is how a name that the statement itself introduces is spelled in the result: an alias, a WITH name.
func (r *resolver) declared(id query.Ident) query.Ident {
	return query.Ident{Name: r.folded(id), Quote: '"'}
}

func (r *resolver) declaredPtr(id *query.Ident) *query.Ident {
	if id == nil {
		return nil
	}
	d := r.declared(*id)
	return &d
}

func (r *resolver) declaredAll(ids []query.Ident) []query.Ident {
	if ids == nil {
		return nil
	}
	out := make([]query.Ident, len(ids))
	for i, id := range ids {
		out[i] = r.declared(id)
	}
	return out
}

// ident is a schema's own spelling. It has no place in the text: what is resolved is a name and never again a string.
func ident(name string, _ query.Ident) query.Ident {
	return query.Ident{Name: name, Quote: '"'}
}

// match is how closely a name is compared.
type match uint8

const (
	exactly match = iota // as the database would
	loosely              // without regard to case
)

// same says whether a folded name and a declared one are the same.
func (r *resolver) same(folded, declared string, m match) bool {
	if len(folded) != len(declared) {
		return false
	}
	if folded == declared {
		return true
	}
	return (m == loosely || r.rules.fold == nil) && strings.EqualFold(folded, declared)
}

// last is the closest look worth trying: where case never matters, looking loosely finds nothing more.
func (r *resolver) last() match {
	if r.rules.fold == nil {
		return exactly
	}
	return loosely
}

// written is a name as people wrote it, for messages.
func written(n query.Name) string {
	if len(n) == 1 {
		return n[0].Name
	}
	parts := make([]string, len(n))
	for i, p := range n {
		parts[i] = p.Name
	}
	return strings.Join(parts, ".")
}
