package check

import (
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// scope is what the names of one select block see: its tables, and through parent those of the blocks round it.
type scope struct {
	parent  *scope
	env     *env
	sources []*source
	lo      int      // sources from here on are seen: an ON does not see the tables before its join
	later   []func() // SQLite's ON, which sees even the tables after its join
	merged  []place
	hidden  []place // seen through another column only: the right sides of USING and NATURAL

	aliases    []alias // of the select list
	seeAliases bool    // in the clause that is being resolved
	clause     string  // … where it can hold no aggregate: WHERE

	windows []query.NamedWindow
	params  []query.Ident // of the lambdas round an expression

	// For the fan-out.
	equal [][2]place // columns that WHERE and ON make equal
	fixed []place    // … that are equal to a constant, or the same in a whole group
	keys  []place    // … that rows are grouped by
	sets  bool       // GROUP BY has grouping sets
	aggs  []aggregate
	overs int // calls with OVER
}

// place is a column of a source.
type place struct {
	src *source
	i   int
}

// alias is a name of the select list.
type alias struct {
	name string
	val  val
	expr query.Expr // resolved
	late string     // what in it is computed after WHERE and GROUP BY: "an aggregate"; empty where nothing is
}

// source is one thing in FROM: a table, a derived table, a function's rows, a WITH query.
type source struct {
	name    string // what references call it; empty where nothing can
	schema  string // of a table that stands without an alias
	table   *table // nil where it is no table
	cols    []column
	scope   *scope
	grouped [][]int // columns that are unique together, by place in cols
	single  bool    // at most one row
	query   *query.Query
	ord     int            // its number in the statement
	taint   map[int]string // columns that hold what a masked one holds
}

// column is a column of a source or a result.
type column struct {
	name     string
	typ      custard.Type
	elem     custard.Type
	dataType string
	from     place   // the table's column that it passes on; from.src is nil otherwise
	fanned   *fanned // the join below that repeats its values; nil where there is none
	mask     mask
	base     bool   // it is a table's column as it is
	late     string // as an alias's
}

// val is what is known about an expression.
type val struct {
	typ      custard.Type
	elem     custard.Type
	dataType string
	at       place // the column that the expression is; at.src is nil where it is none
	mask     mask
	base     bool // it is a table's column as it is
}

// env is the WITH queries that can be seen.
type env struct {
	parent *env
	cte    *cte
}

// cte is a WITH query.
type cte struct {
	name    string
	columns []query.Ident
	cols    []column
	grouped [][]int
	single  bool
	ready   bool // its columns are known
	self    bool // it may read itself
	ord     int  // its number in the statement
}

func (s *source) width() int {
	if s.cols == nil && s.table != nil {
		return len(s.table.Columns)
	}
	return len(s.cols)
}

func (s *source) columnName(i int) string {
	if s.cols == nil && s.table != nil {
		return s.table.Columns[i].Name
	}
	return s.cols[i].name
}

// val is what is known about a source's column.
func (s *source) val(i int) val {
	if s.cols == nil && s.table != nil {
		c := s.table.Columns[i]
		v := val{typ: c.Type, elem: c.Elem, dataType: c.DataType, at: place{s, i}}
		if s.table.masked != nil || s.taint != nil {
			v.mask, _ = s.maskOf(i)
		}
		v.base = true
		return v
	}
	c := s.cols[i]
	v := val{typ: c.typ, elem: c.elem, dataType: c.dataType, at: place{s, i}}
	v.mask, v.base = s.maskOf(i)
	return v
}

// find looks a column up by folded name: its place, or -1; twice says that it is there more than once.
func (s *source) find(r *resolver, folded string, m match) (i int, twice bool) {
	if s.cols == nil && s.table != nil {
		return s.table.column(r, folded, m), false
	}
	found := -1
	for i := range s.cols {
		if !r.same(folded, s.cols[i].name, m) || s.cols[i].name == "" {
			continue
		}
		if found >= 0 {
			return found, r.rules.duplicateName
		}
		found = i
	}
	return found, false
}

// visible is the sources that a name in the clause that is being resolved can see.
func (sc *scope) visible() []*source { return sc.sources[sc.lo:] }

func (sc *scope) isHidden(s *source, i int) bool {
	for _, h := range sc.hidden {
		if h.src == s && h.i == i {
			return true
		}
	}
	return false
}

// look finds a WITH query by name.
func (e *env) look(r *resolver, folded string, m match) *cte {
	for ; e != nil; e = e.parent {
		if r.same(folded, e.cte.name, m) && (e.cte.ready || e.cte.self) {
			return e.cte
		}
	}
	return nil
}

// columnsOf adds a source's columns to a result's.
func (r *resolver) columnsOf(sc *scope, s *source, skipHidden bool, out []column) []column {
	if len(out)+s.width() > maxColumns {
		r.refuse("Name the columns that you need.", "the result has more than %d columns", maxColumns)
		return out
	}
	for i := range s.width() {
		if skipHidden && sc.isHidden(s, i) {
			continue
		}
		v := s.val(i)
		c := column{name: s.columnName(i), typ: v.typ, elem: v.elem, dataType: v.dataType, from: v.at, mask: v.mask, base: v.base}
		if s.cols != nil {
			c.fanned = s.cols[i].fanned
		}
		out = append(out, c)
	}
	return out
}
