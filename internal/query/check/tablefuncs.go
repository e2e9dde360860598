package check

import (
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// funcTable resolves a function in FROM. It sees the tables before it, as every dialect has it.
func (r *resolver) funcTable(t *query.FuncTable, sc *scope) query.TableExpr {
	out := &query.FuncTable{
		Lateral: t.Lateral, TableKeyword: t.TableKeyword, WithOrdinality: t.WithOrdinality, Alias: r.declaredPtr(t.Alias), Pos: t.Pos,
	}
	if t.Func == nil {
		r.refuse("", "a function is missing in FROM")
		return out
	}
	name, k := r.function(t.Func.Name)
	if k != rows && k != tableOnly && !r.probe {
		if k == none {
			r.unknownFunction(t.Func, name)
		} else {
			r.refuse("Put it into the select list.", "the function %s gives a single value and cannot stand in FROM", name)
		}
		return out
	}
	f := &query.Func{Name: r.functionName(t.Func.Name), Pos: t.Func.Pos}
	var vals [4]val
	var known []val
	r.forbidMasked(r.apart(func() { known = r.args(t.Func, f, name, sc, vals[:0]) }), "in a function in FROM")
	if f2 := t.Func; f2.Over != nil || f2.Filter != nil || f2.Distinct || f2.Star || f2.OrderBy != nil || f2.Within != nil {
		r.refuse("", "the call of %s in FROM may have plain arguments only", name)
	}
	if r.err == nil {
		r.sizes(name, f)
	}
	out.Func = f
	src := &source{cols: r.functionColumns(name, known)}
	if r.rules.dialect == custard.Snowflake {
		for i := range src.cols {
			src.cols[i].name = snowflakeName(src.cols[i].name)
		}
	}
	if t.WithOrdinality {
		src.cols = append(src.cols, column{name: "ordinality", typ: custard.TypeInt})
	}
	if out.Alias != nil {
		src.name = out.Alias.Name
		if len(src.cols) > 0 && r.namedByAlias(name) {
			src.cols[0].name = src.name
		}
	} else {
		src.name = r.folded(query.Ident{Name: name})
	}
	src.cols = r.columnDefs(t, out, src)
	r.add(sc, src)
	return out
}

func snowflakeName(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// columnDefs applies AS t(a, b) and AS t(a int, b text).
func (r *resolver) columnDefs(t, out *query.FuncTable, src *source) []column {
	cols := src.cols
	if len(t.Columns) == 0 {
		return cols
	}
	if len(cols) == 0 { // the definitions are all that is known
		cols = make([]column, len(t.Columns))
	}
	if len(t.Columns) > len(cols) {
		r.fail(custard.Errorf(custard.CodeUnknownColumn, "%s gives %d columns, and %d names are given for them", src.name, len(cols), len(t.Columns)))
		return cols
	}
	cols = append([]column(nil), cols...)
	for i, d := range t.Columns {
		def := query.ColumnDef{Name: r.declared(d.Name)}
		cols[i].name = def.Name.Name
		if d.Type != nil {
			def.Type = r.typeName(d.Type, false)
			if def.Type != nil {
				cols[i].typ, cols[i].elem = typeOf(def.Type)
			}
		}
		out.Columns = append(out.Columns, def)
	}
	return cols
}

// namedByAlias says whether a function's only column goes by the alias of its rows: generate_series(1, 3) AS n.
func (r *resolver) namedByAlias(name string) bool {
	if r.rules.dialect != custard.Postgres {
		return false
	}
	switch name {
	case "generate_series", "generate_subscripts", "unnest", "regexp_matches", "regexp_split_to_table", "string_to_table",
		"json_object_keys", "jsonb_object_keys", "jsonb_path_query", "jsonb_path_query_tz":
		return true
	}
	return false
}

// functionColumns lists the columns of a function's rows; none where the statement has to define them.
func (r *resolver) functionColumns(name string, args []val) []column {
	text, number, js := custard.TypeText, custard.TypeInt, custard.TypeJSON
	switch name {
	case "generate_series", "range":
		typ := number
		if len(args) > 0 && args[0].typ != "" {
			typ = args[0].typ
		}
		if typ == custard.TypeDate && r.rules.dialect == custard.Postgres {
			typ = custard.TypeTimestamp
		}
		return []column{{name: r.seriesName(name), typ: typ}}
	case "generate_subscripts":
		return []column{{name: name, typ: number}}
	case "unnest":
		cols := []column{{name: "unnest"}}
		if len(args) > 0 {
			cols[0].typ = args[0].elem
		}
		for range max(len(args)-1, 0) {
			cols = append(cols, column{name: "unnest"})
		}
		return cols
	case "regexp_split_to_table", "string_to_table", "json_object_keys", "jsonb_object_keys":
		return []column{{name: name, typ: text}}
	case "regexp_matches":
		return []column{{name: name, typ: custard.TypeArray, elem: text}}
	case "jsonb_path_query", "jsonb_path_query_tz":
		return []column{{name: name, typ: js}}
	case "json_array_elements", "jsonb_array_elements":
		return []column{{name: "value", typ: js}}
	case "json_array_elements_text", "jsonb_array_elements_text":
		return []column{{name: "value", typ: text}}
	case "json_each_text", "jsonb_each_text":
		return []column{{name: "key", typ: text}, {name: "value", typ: text}}
	case "json_each", "jsonb_each", "json_tree", "jsonb_tree":
		return r.jsonColumns()
	case "flatten":
		return []column{
			{name: "seq", typ: number}, {name: "key", typ: text}, {name: "path", typ: text}, {name: "index", typ: number},
			{name: "value", typ: js}, {name: "this", typ: js},
		}
	case "split_to_table", "strtok_split_to_table":
		return []column{{name: "seq", typ: number}, {name: "index", typ: number}, {name: "value", typ: text}}
	default:
		return nil
	}
}

func (r *resolver) seriesName(name string) string {
	if r.rules.dialect == custard.SQLite {
		return "value"
	}
	return name
}

func (r *resolver) jsonColumns() []column {
	text, number := custard.TypeText, custard.TypeInt
	if r.rules.dialect == custard.Postgres {
		return []column{{name: "key", typ: text}, {name: "value", typ: custard.TypeJSON}}
	}
	cols := []column{
		{name: "key"}, {name: "value"}, {name: "type", typ: text}, {name: "atom"}, {name: "id", typ: number}, {name: "parent", typ: number},
		{name: "fullkey", typ: text}, {name: "path", typ: text},
	}
	if r.rules.dialect == custard.DuckDB {
		cols = append(cols, column{name: "rowid", typ: number})
	}
	return cols
}
