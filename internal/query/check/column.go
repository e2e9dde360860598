package check

import (
	"fmt"
	"slices"
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
	if len(c.Name) == 1 && !r.concealed(c, sc) {
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
	if r.concealed(c, sc) { // whatever it may have meant, the database would take the hidden column
		r.fail(custard.Errorf(custard.CodeUnknownColumn, "there is no column '%s'", written(c.Name)).
			WithHint("`custard schema` lists the columns. Where another table has it, write that table's name before it."))
		return c, val{}
	}
	return r.missing(c, sc)
}

// warnText warns where SQLite reads a name in double quotes as a text, and a column is called almost like it.
func (r *resolver) warnText(name string, sc *scope) {
	if r.mends++; r.probe || r.mends > maxMends || len(name) > 64 || strings.ContainsAny(name, " %.,'") {
		return
	}
	near := best(columnCandidates(name, seen(sc)), 1)
	if len(near) == 0 || near[0].grade > oneLetter {
		return
	}
	r.warnings = append(r.warnings, fmt.Sprintf("\"%s\" is no column, so SQLite takes it as the text '%s'. Write \"%s\" if the column was meant.", name, name, near[0].name))
}

// warnLabel warns where SQLite reads a name in double quotes as a text that every row shows: nobody asks for that by a name.
func (r *resolver) warnLabel(it query.Item, x query.Expr, sc *scope) {
	_, named := it.Expr.(*query.Column)
	text, isText := x.(*query.String)
	if !named || !isText || it.Alias != nil || len(sc.sources) == 0 || r.err != nil || r.probe {
		return
	}
	if n := len(r.warnings); n == 0 || !strings.HasPrefix(r.warnings[n-1], "\""+text.Value+"\"") {
		r.warnings = append(r.warnings, fmt.Sprintf("\"%s\" is no column, so SQLite takes it as the text '%s', the same in every row.", text.Value, text.Value))
	}
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
			if r.idx.guarded && (!ok || v.at.src == nil || v.at.src.scope != s) && r.hiddenName(s, c.Name) {
				return nil, val{}, false // the database would take the hidden column
			}
			if !ok {
				continue
			}
			if r.idx.guarded {
				if s != sc {
					r.reachesOut(v)
				}
				if out, ok = r.apartFromHidden(c, s, sc, out, v); !ok {
					return nil, val{}, false
				}
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
	for _, v := range slices.Backward(sc.params) {
		if r.same(name, r.folded(v), m) {
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
		return bareColumn(found.src.columnName(found.i), c), found.src.val(found.i), true
	}
	if sc.seeAliases {
		if a := sc.aliasNamed(r, name, m); a != nil {
			r.tooLate(a, sc)
			return bareColumn(a.name, c), a.val, true
		}
	}
	if r.rules.dialect == custard.SQLite && len(sc.sources) == 1 && rowID(id.Name) && sc.sources[0].hasRowID() && !sc.sources[0].table.guarded() {
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
			if len(n) == 2 && s.schema != "" || s.table != nil && s.schema == "" {
				r.namesake(s, n, sc, m)
			}
			return r.reference(s, i, c), s.val(i), true
		}
		if r.rules.dialect == custard.SQLite && rowID(n.Last().Name) && s.hasRowID() && !s.table.guarded() {
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
				return r.reference(s, i, c), s.val(i), true
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

// namesake fails where another table in FROM has the same name in another schema.
func (r *resolver) namesake(s *source, n query.Name, sc *scope, m match) {
	if len(n) > 2 {
		return
	}
	for _, other := range sc.visible() {
		if other != s && r.called(other, n[:1], m) {
			r.fail(custard.Errorf(custard.CodeUnknownTable, "'%s' is ambiguous: two tables of that name are in FROM", s.name).
				WithHint("Give each an alias of its own."))
			return
		}
	}
}

// reference spells a column of a source, with the schema where two tables of one name ask for it.
func (r *resolver) reference(s *source, i int, c *query.Column) *query.Column {
	at := c.Name
	if s.schema != "" && len(at) > 2 {
		for _, other := range s.scope.sources {
			if other != s && r.same(other.name, s.name, exactly) {
				return &query.Column{Name: query.Name{ident(s.schema, at[0]), ident(s.name, at[0]), ident(s.columnName(i), at.Last())}, Pos: c.Pos}
			}
		}
	}
	made := &struct { // one piece of memory for both
		col  query.Column
		name [2]query.Ident
	}{name: [2]query.Ident{ident(s.name, at[0]), ident(s.columnName(i), at.Last())}}
	made.col.Name, made.col.Pos = made.name[:], c.Pos
	return &made.col
}

// bareColumn is a reference to a column without its table.
func bareColumn(name string, c *query.Column) *query.Column {
	made := &struct {
		col  query.Column
		name [1]query.Ident
	}{name: [1]query.Ident{ident(name, c.Name.Last())}}
	made.col.Name, made.col.Pos = made.name[:], c.Pos
	return &made.col
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
					if column := src.tells(); r.idx.guarded && column != "" {
						r.forbid(column, "%s as a whole row holds what may not be shown", src.name)
					}
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
