package check

import (
	"fmt"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// column resolves a reference to a column.
func (r *resolver) column(c *query.Column, sc *scope) (query.Expr, val) {
	if r.err != nil || len(c.Name) == 0 {
		return c, val{}
	}
	if out, v, ok := r.tryColumn(c, sc); ok {
		return out, v
	}
	if len(c.Name) == 1 {
		if r.rules.dialect == custard.SQLite && c.Name[0].Quote == '"' {
			r.warnText(c.Name[0].Name, sc)
			return &query.String{Value: c.Name[0].Name, Pos: c.Pos}, val{typ: custard.TypeText}
		}
		if out, ok := r.rowValue(c, sc); ok {
			return out, val{}
		}
	}
	if r.probe {
		return c, val{}
	}
	return r.missing(c, sc)
}

// warnText warns where SQLite reads a name in double quotes as a text, and a column is called almost like it.
func (r *resolver) warnText(name string, sc *scope) {
	if r.probe || len(name) > 64 || strings.ContainsAny(name, " %.,'") {
		return
	}
	near := best(columnCandidates(name, seen(sc), false), 1)
	if len(near) == 0 || near[0].grade > oneLetter {
		return
	}
	r.warnings = append(r.warnings, fmt.Sprintf("\"%s\" is no column, so SQLite takes it as the text '%s'. Write \"%s\" if the column was meant.", name, name, near[0].name))
}

// tryColumn resolves a reference where something has the name; an ambiguous one fails and counts as found.
func (r *resolver) tryColumn(c *query.Column, sc *scope) (query.Expr, val, bool) {
	for m := exactly; m <= r.last(); m++ {
		for s := sc; s != nil; s = s.parent {
			var out query.Expr
			var v val
			var ok bool
			switch len(c.Name) {
			case 1:
				out, v, ok = r.bare(c, s, m)
			case 2, 3, 4:
				out, v, ok = r.dotted(c, s, m)
			}
			if !ok {
				continue
			}
			if m == loosely && c.Name.Last().Quote != 0 && v.at.src != nil && !r.mendQuoted(c, v) {
				return nil, val{}, false
			}
			if r.uses != nil && v.at.src != nil {
				*r.uses = append(*r.uses, v.at)
			}
			return out, v, true
		}
	}
	return nil, val{}, false
}

// mendQuoted reads "Name" as name, which is a repair where case matters.
func (r *resolver) mendQuoted(c *query.Column, v val) bool {
	if !r.opts.Repair {
		return false
	}
	r.repaired("column", c.Name.Last().Name, v.at.src.columnName(v.at.i))
	return true
}

func (r *resolver) bare(c *query.Column, sc *scope, m match) (query.Expr, val, bool) {
	id := c.Name[0]
	name := r.folded(id)
	for i := len(sc.params) - 1; i >= 0; i-- {
		if r.same(name, r.folded(sc.params[i]), m) {
			return &query.Column{Name: query.Name{id}, Pos: c.Pos}, val{}, true
		}
	}
	var found place
	for _, s := range sc.visible() {
		i, twice := s.find(r, name, m)
		if i < 0 || len(sc.hidden) > 0 && sc.isHidden(s, i) {
			continue
		}
		if found.src != nil || twice {
			if m == loosely && twice {
				continue
			}
			r.ambiguous(id, []place{found, {s, i}})
			return c, val{}, true
		}
		found = place{s, i}
	}
	if found.src != nil {
		out := &query.Column{Name: query.Name{ident(found.src.columnName(found.i), id)}, Pos: c.Pos}
		return out, found.src.val(found.i), true
	}
	if sc.seeAliases {
		if a := sc.aliasNamed(r, name, m); a != nil {
			return &query.Column{Name: query.Name{ident(a.name, id)}, Pos: c.Pos}, a.val, true
		}
	}
	if r.rules.dialect == custard.SQLite && len(sc.sources) == 1 && rowID(id.Name) && sc.sources[0].hasRowID() {
		return &query.Column{Name: query.Name{id}, Pos: c.Pos}, val{typ: custard.TypeInt, dataType: "INTEGER"}, true
	}
	if r.rules.dialect == custard.Snowflake && strings.HasPrefix(id.Name, "$") {
		return r.positional(c, sc)
	}
	return nil, val{}, false
}

// positional is Snowflake's $1, the first column of the only source.
func (r *resolver) positional(c *query.Column, sc *scope) (query.Expr, val, bool) {
	if len(sc.sources) != 1 || len(c.Name[0].Name) != 2 {
		return nil, val{}, false
	}
	i := int(c.Name[0].Name[1]) - '1'
	s := sc.sources[0]
	if i < 0 || i >= s.width() || s.columnName(i) == "" {
		return nil, val{}, false
	}
	return &query.Column{Name: query.Name{ident(s.columnName(i), c.Name[0])}, Pos: c.Pos}, s.val(i), true
}

func rowID(name string) bool {
	return strings.EqualFold(name, "rowid") || strings.EqualFold(name, "oid") || strings.EqualFold(name, "_rowid_")
}

func (s *source) hasRowID() bool {
	return s.table != nil && s.table.Kind == custard.KindTable && s.cols == nil
}

// dotted resolves table.column, schema.table.column, and what DuckDB reads of a struct: column.field.
func (r *resolver) dotted(c *query.Column, sc *scope, m match) (query.Expr, val, bool) {
	n := c.Name
	for _, s := range sc.visible() {
		if !r.called(s, n[:len(n)-1], m) {
			continue
		}
		i, twice := s.find(r, r.folded(n.Last()), m)
		if twice {
			r.ambiguous(n.Last(), []place{{s, i}, {s, i}})
			return c, val{}, true
		}
		if i >= 0 {
			return &query.Column{Name: r.reference(s, i, n), Pos: c.Pos}, s.val(i), true
		}
		if r.rules.dialect == custard.SQLite && rowID(n.Last().Name) && s.hasRowID() {
			name := query.Name{ident(s.name, n[0]), {Name: n.Last().Name, Pos: n.Last().Pos}}
			return &query.Column{Name: name, Pos: c.Pos}, val{typ: custard.TypeInt, dataType: "INTEGER"}, true
		}
	}
	if r.rules.dialect == custard.DuckDB {
		return r.field(c, sc, m)
	}
	return nil, val{}, false
}

// field is DuckDB's column.field and table.column.field.
func (r *resolver) field(c *query.Column, sc *scope, m match) (query.Expr, val, bool) {
	for k := 1; k < len(c.Name) && k <= 2; k++ {
		head := &query.Column{Name: c.Name[:k:k], Pos: c.Pos}
		var out query.Expr
		var v val
		var ok bool
		if k == 1 {
			out, v, ok = r.bare(head, sc, m)
		} else if len(c.Name) > 2 {
			out, v, ok = r.dottedTable(head, sc, m)
		}
		col, isColumn := out.(*query.Column)
		if !ok || !isColumn || !structured(v) {
			continue
		}
		name := append(append(query.Name(nil), col.Name...), c.Name[k:]...)
		return &query.Column{Name: name, Pos: c.Pos}, val{at: v.at}, true
	}
	return nil, val{}, false
}

func (r *resolver) dottedTable(c *query.Column, sc *scope, m match) (query.Expr, val, bool) {
	for _, s := range sc.visible() {
		if r.called(s, c.Name[:1], m) {
			if i, _ := s.find(r, r.folded(c.Name[1]), m); i >= 0 {
				return &query.Column{Name: r.reference(s, i, c.Name), Pos: c.Pos}, s.val(i), true
			}
		}
	}
	return nil, val{}, false
}

func structured(v val) bool {
	t := strings.ToUpper(v.dataType)
	return strings.HasPrefix(t, "STRUCT") || strings.HasPrefix(t, "MAP") || strings.HasPrefix(t, "UNION") || t == "JSON"
}

// called says whether a source goes by the name that stands before a column's.
func (r *resolver) called(s *source, n query.Name, m match) bool {
	if s.name == "" || !r.same(r.folded(n.Last()), s.name, m) {
		return false
	}
	if len(n) == 1 {
		return true
	}
	return s.table != nil && r.same(s.name, s.table.Name, exactly) && r.inSchema(s.table, n[:len(n)-1], m)
}

// reference spells a column of a source, with the schema where two tables of one name ask for it.
func (r *resolver) reference(s *source, i int, at query.Name) query.Name {
	name := query.Name{ident(s.name, at[0]), ident(s.columnName(i), at.Last())}
	if s.schema != "" && len(at) > 2 {
		for _, other := range s.scope.sources {
			if other != s && r.same(other.name, s.name, exactly) {
				return append(query.Name{ident(s.schema, at[0])}, name...)
			}
		}
	}
	return name
}

// rowValue reads a table's alias as the whole row, where the dialect has it.
func (r *resolver) rowValue(c *query.Column, sc *scope) (query.Expr, bool) {
	if !r.rules.rowValue {
		return nil, false
	}
	for m := exactly; m <= r.last(); m++ {
		for s := sc; s != nil; s = s.parent {
			for _, src := range s.visible() {
				if r.called(src, c.Name, m) {
					if r.uses != nil {
						*r.uses = append(*r.uses, place{src, -1})
					}
					return &query.Column{Name: query.Name{ident(src.name, c.Name[0])}, Pos: c.Pos}, true
				}
			}
		}
	}
	return nil, false
}

// placeOf finds again what a resolved reference means in its own scope.
func (r *resolver) placeOf(c *query.Column, sc *scope) (place, bool) {
	uses := r.uses
	r.uses = nil
	defer func() { r.uses = uses }()
	if r.err != nil {
		return place{}, false
	}
	_, v, ok := r.tryColumn(c, sc)
	if !ok || v.at.src == nil || v.at.src.scope != sc {
		return place{}, false
	}
	return v.at, true
}

// ambiguous reports a name that several tables have.
func (r *resolver) ambiguous(id query.Ident, in []place) {
	var names, quals []string
	for _, p := range in {
		if p.src == nil {
			continue
		}
		name := p.src.name
		if name == "" {
			name = "a sub-query"
		} else {
			quals = append(quals, name+"."+p.src.columnName(p.i))
		}
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	err := custard.Errorf(custard.CodeUnknownColumn, "column '%s' is ambiguous: %s", id.Name, strings.Join(names, " and ")+have(names))
	if len(quals) > 1 && quals[0] != quals[1] {
		err.Hint = "Write " + strings.Join(quals, " or ") + "."
	}
	r.fail(err)
}

func have(names []string) string {
	if len(names) == 1 {
		return " has it twice"
	}
	return " have it"
}

// star resolves * and t.* and lists the columns that it stands for.
func (r *resolver) star(s *query.Star, sc *scope) (query.Expr, []column) {
	out := &query.Star{Pos: s.Pos}
	var cols []column
	if len(s.Table) > 0 {
		src := r.sourceCalled(s.Table, sc)
		if src == nil {
			r.missingSource(s.Table, sc)
			return s, nil
		}
		out.Table = query.Name{ident(src.name, s.Table.Last())}
		cols = src.scope.columnsOf(src, false, nil)
	} else {
		if len(sc.sources) == 0 {
			r.fail(custard.Errorf(custard.CodeUnknownTable, "* needs a table to take columns from").WithHint("Add FROM and a table."))
		}
		cols = r.allColumns(sc)
	}
	return r.starOptions(s, out, cols, sc)
}

func (r *resolver) sourceCalled(n query.Name, sc *scope) *source {
	for m := exactly; m <= r.last(); m++ {
		for s := sc; s != nil; s = s.parent {
			for _, src := range s.visible() {
				if r.called(src, n, m) {
					return src
				}
			}
		}
	}
	return nil
}

func (r *resolver) allColumns(sc *scope) []column {
	if len(sc.hidden) == 0 {
		n := 0
		for _, s := range sc.sources {
			n += s.width()
		}
		cols := make([]column, 0, n)
		for _, s := range sc.sources {
			cols = sc.columnsOf(s, false, cols)
		}
		return cols
	}
	var cols []column
	var first []place
	if r.rules.mergedFirst {
		for i := len(sc.merged) - 1; i >= 0; i-- {
			p := sc.merged[i]
			if !sc.isHidden(p.src, p.i) && !placed(first, p) {
				first = append([]place{p}, first...)
			}
		}
		for _, p := range first {
			v := p.src.val(p.i)
			cols = append(cols, column{name: p.src.columnName(p.i), typ: v.typ, elem: v.elem, dataType: v.dataType, from: p})
		}
	}
	for _, s := range sc.sources {
		for _, c := range sc.columnsOf(s, true, nil) {
			if !placed(first, c.from) {
				cols = append(cols, c)
			}
		}
	}
	return cols
}

func placed(ps []place, p place) bool {
	for _, have := range ps {
		if have == p {
			return true
		}
	}
	return false
}

// starOptions applies EXCLUDE, REPLACE and RENAME.
func (r *resolver) starOptions(s, out *query.Star, cols []column, sc *scope) (query.Expr, []column) {
	find := func(id query.Ident) int {
		for m := exactly; m <= r.last(); m++ {
			for i, c := range cols {
				if r.same(r.folded(id), c.name, m) {
					return i
				}
			}
		}
		r.fail(custard.Errorf(custard.CodeUnknownColumn, "* has no column '%s'", id.Name))
		return -1
	}
	for _, it := range s.Replace {
		x, v := r.expr(it.Expr, sc)
		if it.Alias == nil {
			continue
		}
		if i := find(*it.Alias); i >= 0 {
			cols[i] = column{name: cols[i].name, typ: v.typ, elem: v.elem, dataType: v.dataType}
			id := ident(cols[i].name, *it.Alias)
			out.Replace = append(out.Replace, query.Item{Expr: x, Alias: &id})
		}
	}
	for _, it := range s.Rename {
		c, ok := it.Expr.(*query.Column)
		if !ok || it.Alias == nil || len(c.Name) == 0 {
			continue
		}
		if i := find(c.Name.Last()); i >= 0 {
			from := query.Name{ident(cols[i].name, c.Name.Last())}
			cols[i].name = r.folded(*it.Alias)
			out.Rename = append(out.Rename, query.Item{Expr: &query.Column{Name: from, Pos: c.Pos}, Alias: r.declaredPtr(it.Alias)})
		}
	}
	for _, id := range s.Exclude {
		if i := find(id); i >= 0 {
			out.Exclude = append(out.Exclude, ident(cols[i].name, id))
			cols = append(cols[:i:i], cols[i+1:]...)
		}
	}
	return out, cols
}
