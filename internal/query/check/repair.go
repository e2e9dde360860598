package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// repaired notes a name that was read as another; once, however often it stands there.
func (r *resolver) repaired(what, from, to string) {
	note := fmt.Sprintf("%s '%s' read as '%s'", what, from, to)
	if slices.Contains(r.repairs, note) {
		return
	}
	r.repairs = append(r.repairs, note)
}

// giveUp ends repairs where too many names are unknown.
func (r *resolver) giveUp() {
	if r.mends++; r.mends > maxMends {
		r.opts.Repair = false
	}
}

// missingTable answers for a table that the schema does not have: the one that it must mean, or nil and an error.
func (r *resolver) missingTable(n query.Name) *table {
	if r.systemTable(n) {
		r.refuseSystem(n)
		return &table{}
	}
	r.giveUp()
	var cs []candidate
	for _, all := range r.idx.tables {
		for _, t := range all {
			if g := likeness(n.Last().Name, t.Name); g < unlike {
				cs = append(cs, candidate{name: r.tableLabel(t.Table), grade: g, table: t})
			}
		}
	}
	if len(n) > 1 {
		return r.missingSchema(n, cs)
	}
	if c, ok := only(cs); ok && r.opts.Repair {
		r.repaired("table", written(n), c.name)
		return c.table
	}
	err := custard.Errorf(custard.CodeUnknownTable, "there is no table '%s'", written(n))
	if near := best(cs, 3); len(near) > 0 {
		err.Hint = "Did you mean " + listOf(near) + "?"
	} else {
		err.Hint = r.someTables()
	}
	r.fail(err)
	return &table{}
}

// missingSchema answers for schema.table: the schema may be wrong, or the table.
func (r *resolver) missingSchema(n query.Name, cs []candidate) *table {
	schema := n[len(n)-2].Name
	_, known := r.idx.schemas[strings.ToLower(schema)]
	err := custard.Errorf(custard.CodeUnknownTable, "there is no table '%s'", written(n))
	if !known && len(r.tablesNamed(query.Name{n.Last()}, loosely)) > 0 {
		err.Message = fmt.Sprintf("there is no schema '%s' in this database", schema)
		err.Hint = fmt.Sprintf("Write %s without it.", n.Last().Name)
	} else if near := best(cs, 3); len(near) > 0 {
		err.Hint = "Did you mean " + listOf(near) + "?"
	}
	r.fail(err)
	return &table{}
}

func (r *resolver) someTables() string {
	tables := r.idx.schema.Tables
	if len(tables) == 0 {
		return "The schema has no tables."
	}
	var names []string
	for _, t := range tables[:min(len(tables), 8)] {
		names = append(names, t.Name)
	}
	if len(tables) > len(names) {
		return "The tables are " + strings.Join(names, ", ") + " and others; 'custard schema' lists them."
	}
	return "The tables are " + strings.Join(names, ", ") + "."
}

// missing answers for a column that nothing in scope has: the one that it must mean, or an error.
func (r *resolver) missing(c *query.Column, sc *scope) (query.Expr, val) {
	name := c.Name.Last().Name
	sources := seen(sc)
	r.giveUp()
	if len(c.Name) > 1 {
		src := r.sourceCalled(c.Name[:len(c.Name)-1], sc)
		if src == nil {
			return r.missingQualifier(c, sc, sources)
		}
		cs := columnCandidates(name, []*source{src})
		if p, ok := only(cs); ok && r.opts.Repair {
			return r.readAs(c, p.at)
		}
		if p, ok := r.onlyIn(name, sources); ok && r.opts.Repair && len(best(cs, 1)) == 0 {
			return r.readAs(c, p)
		}
		r.failColumn(c, src, cs, sources)
		return c, val{}
	}
	cs := columnCandidates(name, sources)
	if p, ok := only(cs); ok && r.opts.Repair {
		return r.readAs(c, p.at)
	}
	if x, v, ok := r.hiddenAlias(c, sc); ok {
		return x, v
	}
	r.failColumn(c, nil, cs, sources)
	return c, val{}
}

// seen is every source that a name can see, the innermost block's first.
func seen(sc *scope) []*source {
	var out []*source
	for s := sc; s != nil; s = s.parent {
		out = append(out, s.visible()...)
	}
	return out
}

// onlyIn is the one column of exactly that name among all sources.
func (r *resolver) onlyIn(name string, sources []*source) (place, bool) {
	var found place
	for _, s := range sources {
		if i, _ := s.find(r, name, loosely); i >= 0 {
			if found.src != nil {
				return place{}, false
			}
			found = place{s, i}
		}
	}
	return found, found.src != nil
}

// readAs repairs a reference.
func (r *resolver) readAs(c *query.Column, p place) (query.Expr, val) {
	name := query.Name{ident(p.src.columnName(p.i), c.Name.Last())}
	to := name[0].Name
	if p.src.name != "" && (len(c.Name) > 1 || len(p.src.scope.sources) > 1) {
		name = query.Name{ident(p.src.name, c.Name[0]), name[0]}
	}
	if len(c.Name) > 1 {
		to = written(name)
	}
	r.repaired("column", written(c.Name), to)
	if r.uses != nil {
		*r.uses = append(*r.uses, p)
	}
	return &query.Column{Name: name, Pos: c.Pos}, p.src.val(p.i)
}

// missingQualifier answers for x.column where nothing is called x.
func (r *resolver) missingQualifier(c *query.Column, sc *scope, sources []*source) (query.Expr, val) {
	name := c.Name.Last().Name
	if p, ok := r.byTableName(c, sources); ok && r.opts.Repair {
		return r.readAs(c, p)
	}
	if p, ok := r.onlyIn(name, sources); ok && r.opts.Repair && !r.elsewhere(c.Name[:len(c.Name)-1], sc) {
		return r.readAs(c, p)
	}
	r.missingSource(c.Name[:len(c.Name)-1], sc)
	return c, val{}
}

// byTableName finds users.name where users goes by an alias.
func (r *resolver) byTableName(c *query.Column, sources []*source) (place, bool) {
	var found place
	for _, s := range sources {
		if s.table == nil || !strings.EqualFold(s.table.Name, c.Name[len(c.Name)-2].Name) {
			continue
		}
		if i, _ := s.find(r, r.folded(c.Name.Last()), loosely); i >= 0 {
			if found.src != nil {
				return place{}, false
			}
			found = place{s, i}
		}
	}
	return found, found.src != nil
}

// elsewhere says whether a name is a table that the statement does not read here, so that reading it as another would be wrong.
func (r *resolver) elsewhere(n query.Name, sc *scope) bool {
	for s := sc; s != nil; s = s.parent {
		for _, src := range s.sources {
			if r.called(src, n, loosely) {
				return true
			}
		}
	}
	return len(r.tablesNamed(query.Name{n.Last()}, loosely)) > 0
}

// missingSource reports a table or alias that is not in FROM.
func (r *resolver) missingSource(n query.Name, sc *scope) {
	if r.err != nil || r.probe {
		return
	}
	err := custard.Errorf(custard.CodeUnknownTable, "'%s' is not in FROM", written(n))
	var names []string
	for _, s := range seen(sc) {
		if s.name == "" {
			continue
		}
		names = append(names, s.name)
		if s.table != nil && s.name != s.table.Name && strings.EqualFold(s.table.Name, n.Last().Name) {
			err.Hint = fmt.Sprintf("The table %s is called %s here: write %s.", s.table.Name, s.name, s.name)
		}
	}
	for s := sc; s != nil && err.Hint == ""; s = s.parent {
		for _, src := range s.sources {
			if r.called(src, n, loosely) {
				err.Hint = fmt.Sprintf("%s stands in FROM, but this join does not see it: ON sees only the tables of its own join. Write JOIN instead of the comma.", src.name)
			}
		}
	}
	for _, s := range r.beside {
		if err.Hint == "" && r.sourceCalled(n, s) != nil {
			err.Hint = fmt.Sprintf("A sub-query in FROM does not see the tables beside it: write LATERAL (SELECT …), or join on %s outside.", n.Last().Name)
		}
	}
	if err.Hint == "" && len(r.tablesNamed(query.Name{n.Last()}, loosely)) > 0 {
		err.Hint = fmt.Sprintf("%s is a table of the schema: join it.", n.Last().Name)
	} else if err.Hint == "" && len(names) > 0 {
		err.Hint = "FROM has " + strings.Join(names, ", ") + "."
	}
	r.fail(err)
}

// hiddenAlias is a name of the select list where the dialect does not look for it. A repair writes its expression there.
func (r *resolver) hiddenAlias(c *query.Column, sc *scope) (query.Expr, val, bool) {
	a := sc.aliasNamed(r, r.folded(c.Name[0]), loosely)
	if a == nil || a.expr == nil || sc.seeAliases {
		return nil, val{}, false
	}
	if r.tooLate(a, sc); r.err != nil {
		return c, val{}, true
	}
	if !r.opts.Repair {
		r.fail(custard.Errorf(custard.CodeUnknownColumn, "the alias '%s' cannot be used here", a.name).
			WithHint("Repeat its expression, or put the query into FROM (SELECT …) AS x and filter outside."))
		return c, val{}, true
	}
	r.repaired("alias", c.Name[0].Name, "its expression")
	return query.CloneExpr(a.expr), a.val, true
}

// failColumn reports an unknown column with the nearest real ones: of the same table, of the statement's other tables, of a
// table that would have to be joined.
func (r *resolver) failColumn(c *query.Column, src *source, cs []candidate, sources []*source) {
	name := c.Name.Last().Name
	err := custard.Errorf(custard.CodeUnknownColumn, "there is no column '%s'", written(c.Name))
	if src != nil {
		err.Message = fmt.Sprintf("%s has no column '%s'", src.name, name)
		if p, ok := r.onlyIn(name, sources); ok {
			err.Hint = fmt.Sprintf("%s has it: write %s.%s.", p.src.name, p.src.name, p.src.columnName(p.i))
		}
	}
	near := best(cs, 3)
	switch {
	case err.Hint != "":
	case len(near) > 0 && near[0].grade <= sure:
		err.Hint = "Did you mean " + listOf(near) + "?"
	default:
		t := r.owner(name, sources)
		switch {
		case t != nil:
			name := r.tableLabel(t)
			err.Hint = fmt.Sprintf("The table %s has it: join %s.", name, name)
		case len(near) > 0:
			err.Hint = "Did you mean " + listOf(near) + "?"
		case src != nil && src.width() > 0 && src.width() <= 20:
			err.Hint = fmt.Sprintf("Its columns are %s.", strings.Join(names(src), ", "))
		case len(sources) == 1 && sources[0].name != "" && sources[0].width() > 0 && sources[0].width() <= 20:
			err.Hint = fmt.Sprintf("The columns of %s are %s.", sources[0].name, strings.Join(names(sources[0]), ", "))
		}
	}
	r.fail(err)
}

func names(s *source) []string {
	out := make([]string, s.width())
	for i := range out {
		out[i] = s.columnName(i)
	}
	return out
}

// owner is the one table of the schema outside the statement that has a column of that name.
func (r *resolver) owner(name string, sources []*source) *custard.Table {
	var found *custard.Table
	for _, t := range r.idx.schema.Tables {
		if t.Column(name) == nil {
			continue
		}
		if found != nil {
			return nil
		}
		found = t
	}
	for _, s := range sources {
		if found != nil && s.table != nil && s.table.Table == found {
			return nil
		}
	}
	return found
}

// tableLabel is a table's name, with its schema where the name alone would not find it.
func (r *resolver) tableLabel(t *custard.Table) string {
	if t.Schema == "" || t.Schema == r.idx.schema.DefaultSchema {
		return t.Name
	}
	return t.Schema + "." + t.Name
}
