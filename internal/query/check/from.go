package check

import (
	"slices"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// tableExpr resolves an element of FROM and adds its sources to the scope.
func (r *resolver) tableExpr(t query.TableExpr, sc *scope) query.TableExpr {
	if !r.enter() {
		return t
	}
	defer r.leave()
	switch t := t.(type) {
	case *query.Table:
		return r.tableRef(t, sc)
	case *query.Derived:
		return r.derived(t, sc)
	case *query.FuncTable:
		return r.funcTable(t, sc)
	case *query.Join:
		return r.join(t, sc)
	default:
		r.refuse("", "something in FROM of a kind that is not known (%T)", t)
		return t
	}
}

// add puts a source into the scope; two of one name would make every reference to it ambiguous.
func (r *resolver) add(sc *scope, s *source) {
	s.scope = sc
	if r.idx.guarded {
		r.ords++
		s.ord, s.taint = r.ords, r.taints[r.ords]
	}
	for _, have := range sc.sources {
		if s.name != "" && r.same(s.name, have.name, exactly) && r.same(s.schema, have.schema, exactly) {
			r.fail(custard.Errorf(custard.CodeRefused, "'%s' stands twice in FROM", s.name).
				WithHint("Give each an alias of its own, such as %s a JOIN %s b.", s.name, s.name))
		}
	}
	sc.sources = append(sc.sources, s)
}

func (r *resolver) tableRef(t *query.Table, sc *scope) query.TableExpr {
	out := &query.Table{Alias: r.declaredPtr(t.Alias), Columns: r.declaredAll(t.Columns), Only: t.Only, Pos: t.Pos}
	if t.Sample != nil {
		out.Sample = r.sample(t.Sample, sc)
	}
	src := &source{}
	if c := r.cteNamed(t.Name, sc.env); c != nil {
		out.Name = query.Name{ident(c.name, t.Name[0])}
		src.name, src.cols, src.grouped, src.single = c.name, c.cols, c.grouped, c.single
		if !c.ready {
			src.cols = r.anchored(c, r.unready(c))
		}
		r.spared++
	} else {
		found := r.lookTable(t.Name)
		if found == nil {
			if r.dual(t) {
				r.spared++
				out.Name = query.Name{{Name: "DUAL", Pos: t.Pos}}
				r.add(sc, &source{name: "DUAL", cols: []column{}, single: true})
			}
			return out
		}
		if found.Table != nil {
			r.use(found.Table)
			src.name, src.table = found.Name, found
			out.Name = r.tableName(t.Name, found)
			if len(out.Name) > 1 && t.Alias == nil {
				src.schema = found.Schema
			}
		}
	}
	if out.Alias != nil {
		src.name, src.schema = out.Alias.Name, ""
	}
	if len(out.Columns) > 0 {
		if src.table != nil && len(src.table.hidden) > 0 {
			r.refuse("Give the table an alias without them.", "the columns of %s cannot be named anew", src.table.Name)
		}
		src.cols = r.renamed(r.columnsOf(sc, src, false, nil), out.Columns, src.name)
	}
	r.add(sc, src)
	return out
}

// cteNamed is the WITH query that a name in FROM means, nil where it means a table.
func (r *resolver) cteNamed(n query.Name, e *env) *cte {
	if len(n) != 1 || e == nil {
		return nil
	}
	name := r.folded(n[0])
	if c := e.look(r, name, exactly); c != nil {
		return c
	}
	if r.rules.fold == nil || n[0].Quote != 0 || len(r.tablesNamed(query.Name{n[0]}, exactly)) > 0 {
		return nil
	}
	return e.look(r, name, loosely)
}

// unready is the columns of a WITH query that is read before its first part is known.
func (r *resolver) unready(c *cte) []column {
	if len(c.columns) == 0 {
		r.fail(custard.Errorf(custard.CodeRefused, "the WITH query '%s' reads itself before its first part", c.name).
			WithHint("Give it a name that no table has, or write WITH RECURSIVE %s AS (first part UNION ALL part that reads %s).", c.name, c.name))
		return []column{}
	}
	cols := make([]column, len(c.columns))
	for i, id := range c.columns {
		cols[i].name = id.Name
	}
	return cols
}

// dual says whether a table is the one-row table that Oracle's users write.
func (r *resolver) dual(t *query.Table) bool {
	return r.err == nil && len(t.Name) == 1 && t.Alias == nil && r.isDual(t.Name)
}

// tableName is how a table is called in the result: with its schema where the statement said it, or where the name alone
// would find another.
func (r *resolver) tableName(in query.Name, t *table) query.Name {
	name := ident(t.Name, in.Last())
	if t.Schema == "" {
		return query.Name{name}
	}
	if len(in) > 1 || t.Schema != r.idx.schema.DefaultSchema && r.idx.schema.DefaultSchema != "" || r.shadowed(t.Name) {
		return query.Name{ident(t.Schema, in[0]), name}
	}
	return query.Name{name}
}

func (r *resolver) sample(s *query.Sample, sc *scope) *query.Sample {
	out := &query.Sample{Method: s.Method, Unit: s.Unit}
	none := &scope{env: sc.env}
	r.forbidMasked(r.apart(func() {
		if s.Size != nil {
			out.Size, _ = r.expr(s.Size, none)
		}
		if s.Seed != nil {
			out.Seed, _ = r.expr(s.Seed, none)
		}
	}), "in TABLESAMPLE")
	switch s.Method {
	case "", "BERNOULLI", "SYSTEM", "RESERVOIR", "BLOCK", "ROW":
	default:
		r.refuse("Use BERNOULLI or SYSTEM.", "the sampling method %s is not known", s.Method)
	}
	return out
}

func (r *resolver) derived(t *query.Derived, sc *scope) query.TableExpr {
	out := &query.Derived{Lateral: t.Lateral, Alias: r.declaredPtr(t.Alias), Columns: r.declaredAll(t.Columns), Pos: t.Pos}
	outer := sc.parent
	if t.Lateral || r.rules.allLateral {
		outer = sc
	}
	r.beside = append(r.beside, sc)
	var rel relation
	out.Query, rel = r.query(t.Query, outer, sc.env)
	r.beside = r.beside[:len(r.beside)-1]
	r.markFanned(rel)
	src := &source{cols: rel.cols, grouped: r.keysOf(rel), single: rel.single, query: out.Query}
	if src.cols == nil {
		src.cols = []column{}
	}
	if out.Alias != nil {
		src.name = out.Alias.Name
	}
	src.cols = r.renamed(src.cols, out.Columns, src.name)
	r.add(sc, src)
	return out
}

func (r *resolver) join(j *query.Join, sc *scope) query.TableExpr {
	out := &query.Join{Kind: j.Kind, Natural: j.Natural, Pos: j.Pos}
	lo := len(sc.sources)
	out.Left = r.tableExpr(j.Left, sc)
	mid := len(sc.sources)
	out.Right = r.tableExpr(j.Right, sc)
	switch {
	case j.Natural:
		merged := len(sc.merged)
		r.natural(sc, lo, mid)
		if r.hidesAny(sc.sources[lo:]) { // the database would join by what is hidden, too
			out.Natural = false
			for _, p := range sc.merged[merged:] {
				out.Using = append(out.Using, query.ID(p.src.columnName(p.i)))
			}
			if len(out.Using) == 0 {
				r.refuse("Write ON a.x = b.y.", "the two sides of NATURAL JOIN have no column in common")
			}
		}
	case len(j.Using) > 0:
		out.Using = make([]query.Ident, len(j.Using))
		for i, id := range j.Using {
			out.Using[i] = r.using(id, sc, lo, mid)
		}
	}
	if r.rules.onSeesAll && j.On != nil {
		sc.later = append(sc.later, func() { sc.within("ON", func() { out.On = r.condition(j.On, sc) }) })
		return out
	}
	wasLo := sc.lo
	sc.lo = lo
	sc.within("ON", func() { out.On = r.condition(j.On, sc) })
	if j.Match != nil {
		out.Match, _ = r.expr(j.Match, sc)
	}
	sc.lo = wasLo
	if j.Kind == query.SemiJoin || j.Kind == query.AntiJoin {
		sc.sources = slices.Clip(sc.sources[:mid])
	}
	return out
}

// natural merges the columns that both sides of a NATURAL JOIN have.
func (r *resolver) natural(sc *scope, lo, mid int) {
	for _, right := range sc.sources[mid:] {
		for _, left := range sc.sources[lo:mid] {
			r.work += left.width() * right.width()
		}
		if r.work > maxWork {
			r.refuse("Join with ON.", "NATURAL JOIN has too many columns to compare")
			return
		}
		for i := range right.width() {
			if sc.isHidden(right, i) {
				continue
			}
			for _, left := range sc.sources[lo:mid] {
				k, _ := left.find(r, right.columnName(i), exactly)
				if k >= 0 && !sc.isHidden(left, k) {
					r.merging(place{left, k}, place{right, i})
					sc.merge(place{left, k}, place{right, i})
					break
				}
			}
		}
	}
}

// using merges a column of USING.
func (r *resolver) using(id query.Ident, sc *scope, lo, mid int) query.Ident {
	left := r.inRange(id, sc, sc.sources[lo:mid])
	right := r.inRange(id, sc, sc.sources[mid:])
	if r.err != nil || r.probe {
		return id
	}
	if left.src == nil || right.src == nil {
		side, sources := "left", sc.sources[lo:mid]
		if left.src != nil {
			side, sources = "right", sc.sources[mid:]
		}
		err := custard.Errorf(custard.CodeUnknownColumn, "the %s side of the join has no column '%s'", side, id.Name)
		if names := nearestColumns(id.Name, sources); names != "" {
			err.Hint = "Write ON a.x = b.y where the two columns are called differently. Did you mean " + names + "?"
		}
		r.fail(err)
		return id
	}
	r.merging(left, right)
	sc.merge(left, right)
	return ident(left.src.columnName(left.i), id)
}

// inRange finds a column of USING among the tables of one side.
func (r *resolver) inRange(id query.Ident, sc *scope, sources []*source) place {
	name := r.folded(id)
	for m := exactly; m <= r.last(); m++ {
		var found []place
		for _, s := range sources {
			if i, _ := s.find(r, name, m); i >= 0 && !sc.isHidden(s, i) {
				found = append(found, place{s, i})
			}
		}
		if len(found) > 1 {
			r.ambiguous(id, found)
		}
		if len(found) > 0 {
			return found[0]
		}
	}
	return place{}
}

func (sc *scope) merge(left, right place) {
	sc.merged = append(sc.merged, left)
	sc.hidden = append(sc.hidden, right)
	sc.equate(left, right)
}
