package check

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// Policy is what a team lets nobody see.
type Policy struct {
	Hidden []PolicyColumn // the database has them, and the schema of the index does not
	Masked []PolicyColumn // usable in joins, filters and counts, never shown
}

// PolicyColumn names a column as the schema spells it.
type PolicyColumn struct{ Schema, Table, Column string }

// NewGuardedIndex prepares a schema from which hidden tables and columns were taken, and the policy that took them. What the
// database has besides must be known, because its names are in scope there: a star, a whole row and a name without its table
// mean more to the database than they do here.
func NewGuardedIndex(s *custard.Schema, p Policy) *Index {
	x := NewIndex(s)
	of := func(c PolicyColumn) *table {
		for _, t := range x.tables[strings.ToLower(c.Table)] {
			if t.Name == c.Table && t.Schema == c.Schema {
				return t
			}
		}
		return nil
	}
	for _, c := range p.Hidden {
		if t := of(c); t != nil {
			t.hidden = append(t.hidden, c.Column)
			x.guarded = true
		}
	}
	for _, c := range p.Masked {
		t := of(c)
		if t == nil {
			continue
		}
		i := slices.IndexFunc(t.Columns, func(have *custard.Column) bool { return have.Name == c.Column })
		if i < 0 {
			continue
		}
		if t.masked == nil {
			t.masked = make([]bool, len(t.Columns))
		}
		t.masked[i] = true
		x.guarded = true
	}
	return x
}

// guarded says whether the policy has a word about a table.
func (t *table) guarded() bool { return t != nil && (len(t.hidden) > 0 || t.masked != nil) }

// mask is what is known of the secrets in a value. The zero value is a constant.
type mask struct {
	column string  // the masked column that it tells of, "users.email"; empty where it tells of none
	plain  bool    // it is that column, or its text in another case
	direct bool    // it differs from row to row of the query with the column
	open   bool    // it depends on columns that are not masked
	src    *source // the rows that the column is of
	many   bool    // it depends on masked columns of several sources
}

func (m mask) and(o mask) mask {
	out := mask{column: m.column, direct: m.direct || o.direct, open: m.open || o.open, src: m.src, many: m.many || o.many}
	switch {
	case o.column == "":
	case out.column == "":
		out.column, out.src, out.plain = o.column, o.src, o.plain
	case m.direct && o.direct && m.src != o.src:
		out.many = true
	}
	return out
}

// maskOf is the mask of a source's column.
func (s *source) maskOf(i int) (m mask, base bool) {
	switch {
	case s.cols == nil && s.table != nil:
		base = true
		if s.table.masked != nil && s.table.masked[i] {
			m.column = s.table.Name + "." + s.table.Columns[i].Name
		}
	case i < len(s.cols):
		m.column, base = s.cols[i].mask.column, s.cols[i].base
	}
	if m.column == "" {
		m.column = s.taint[i]
	}
	if m.column == "" {
		return mask{open: true}, base
	}
	m.plain, m.direct, m.src = true, true, s
	return m, base
}

// tells is the masked column that a source tells of as a whole row, or the source itself where the database's row holds more
// than may be seen; empty where the row is open.
func (s *source) tells() string {
	if s.table != nil && len(s.table.hidden) > 0 {
		return s.table.Name
	}
	for i := range s.width() {
		if m, _ := s.maskOf(i); m.column != "" {
			return m.column
		}
	}
	return ""
}

// forbid is the error for what would show a masked column.
func (r *resolver) forbid(column, format string, args ...any) {
	if r.err != nil || r.probe {
		return
	}
	err := custard.Errorf(custard.CodePolicy, format, args...)
	r.fail(err.WithHint("%s is masked: it can be counted, joined on and compared with values, as in count(DISTINCT …) or WHERE … = 'x', but nothing may show it.", column))
}

// forbidMasked refuses a masked value where it would be told by its order, by a number of rows, or by an error.
func (r *resolver) forbidMasked(m mask, where string) {
	if m.column != "" {
		r.forbid(m.column, "the masked column %s cannot stand %s", m.column, where)
	}
}

// apart resolves something whose masks are no part of what stands round it, and returns them.
func (r *resolver) apart(do func()) mask {
	outer := r.sum
	r.sum = mask{}
	do()
	m := r.sum
	r.sum = outer
	return m
}

// hiddenName says whether the database finds a hidden column by a name in a scope, where the schema has none.
func (r *resolver) hiddenName(sc *scope, n query.Name) bool {
	if !r.idx.guarded {
		return false
	}
	for _, s := range sc.sources {
		if s.table == nil || len(s.table.hidden) == 0 {
			continue
		}
		if r.rules.dialect == custard.DuckDB && slices.ContainsFunc(n, func(id query.Ident) bool { return hides(s.table, id.Name) }) {
			return true // a field of a hidden column, too
		}
		if (len(n) == 1 || strings.EqualFold(n[len(n)-2].Name, s.name)) && hides(s.table, n.Last().Name) {
			return true
		}
	}
	return false
}

func hides(t *table, name string) bool {
	return slices.ContainsFunc(t.hidden, func(h string) bool { return strings.EqualFold(h, name) })
}

// tainted is what is known to hold a masked column's values, with what this pass found.
func (r *resolver) tainted() map[int]map[int]string {
	for ord, cols := range r.taints {
		for i, column := range cols {
			r.linkKey(ord, i, column)
		}
	}
	return r.links
}

func (r *resolver) hidesAny(sources []*source) bool {
	return slices.ContainsFunc(sources, func(s *source) bool { return s.table != nil && len(s.table.hidden) > 0 })
}

// concealed says whether a name would reach a hidden column from a scope or one round it.
func (r *resolver) concealed(c *query.Column, sc *scope) bool {
	for s := sc; s != nil; s = s.parent {
		if r.hiddenName(s, c.Name) {
			return true
		}
	}
	return false
}

// reachesOut counts a reference to a column of a block outside.
func (r *resolver) reachesOut(v val) {
	m := v.mask
	if v.at.src != nil {
		m, _ = v.at.src.maskOf(v.at.i)
	}
	if m.column != "" {
		r.outward[1]++
	} else {
		r.outward[0]++
	}
}

// apartFromHidden spells a reference so that the database cannot take it for a hidden column of another table; ok is false
// where there is no such spelling. found is the scope of the column, sc that of the reference.
func (r *resolver) apartFromHidden(c *query.Column, found, sc *scope, out query.Expr, v val) (query.Expr, bool) {
	if len(c.Name) > 1 || !r.hiddenName(found, c.Name) {
		return out, true
	}
	if v.at.src == nil || v.at.src.name == "" || v.at.src.scope != found {
		return nil, false
	}
	for s := sc; s != found; s = s.parent { // its name may mean another table nearer by
		if slices.ContainsFunc(s.sources, func(x *source) bool { return strings.EqualFold(x.name, v.at.src.name) }) {
			return nil, false
		}
	}
	return r.reference(v.at.src, v.at.i, c), true
}
