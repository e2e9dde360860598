package check

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

func numberType(text string) custard.Type {
	if strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0X") {
		return custard.TypeInt
	}
	if strings.ContainsAny(text, "eE") {
		return custard.TypeFloat
	}
	if strings.Contains(text, ".") {
		return custard.TypeDecimal
	}
	return custard.TypeInt
}

// unite is the type of a value that is one or the other.
func unite(a, b val) val {
	switch {
	case a.typ == "":
		return val{typ: b.typ, elem: b.elem, dataType: b.dataType}
	case b.typ == "" || a.typ == b.typ:
		return val{typ: a.typ, elem: a.elem, dataType: a.dataType}
	case a.typ.Numeric() && b.typ.Numeric():
		return val{typ: wider(a.typ, b.typ)}
	case a.typ.Temporal() && b.typ.Temporal():
		return val{typ: custard.TypeTimestamp}
	default:
		return val{}
	}
}

func wider(a, b custard.Type) custard.Type {
	switch {
	case a == custard.TypeFloat || b == custard.TypeFloat:
		return custard.TypeFloat
	case a == custard.TypeDecimal || b == custard.TypeDecimal:
		return custard.TypeDecimal
	default:
		return custard.TypeInt
	}
}

func (r *resolver) operatorType(op string, l, right val) val {
	switch op {
	case "=", "<>", "!=", "<", ">", "<=", ">=", "AND", "OR", "XOR", "<=>", "&&", "@>", "<@", "?", "?|", "?&", "~", "!~", "~*", "!~*",
		"@@", "@?", "OVERLAPS", "^@", "~~", "!~~", "~~*", "!~~*":
		return r.boolean()
	case "||":
		if l.typ == custard.TypeArray || l.typ == custard.TypeJSON {
			return val{typ: l.typ, elem: l.elem}
		}
		return val{typ: custard.TypeText}
	case "->", "#>":
		return val{typ: custard.TypeJSON}
	case "->>", "#>>":
		return val{typ: custard.TypeText}
	case "+", "-", "*", "/", "%", "MOD", "DIV", "//", "^", "**", "&", "|", "<<", ">>":
		return r.arithmetic(op, l, right)
	}
	return val{}
}

func (r *resolver) arithmetic(op string, l, right val) val {
	if l.typ.Numeric() && right.typ.Numeric() {
		t := wider(l.typ, right.typ)
		if op == "/" && t == custard.TypeInt && (r.rules.dialect == custard.MySQL || r.rules.dialect == custard.Snowflake) {
			t = custard.TypeDecimal
		}
		if op == "/" && t == custard.TypeInt && r.rules.dialect == custard.DuckDB {
			t = custard.TypeFloat
		}
		return val{typ: t}
	}
	if r.rules.dialect != custard.Postgres && r.rules.dialect != custard.DuckDB {
		return val{}
	}
	switch {
	case l.typ == custard.TypeDate && right.typ == custard.TypeInt:
		return val{typ: custard.TypeDate}
	case l.typ == custard.TypeDate && right.typ == custard.TypeDate && op == "-":
		return val{typ: custard.TypeInt}
	case l.typ.Temporal() && right.dataType == "interval":
		return val{typ: custard.TypeTimestamp}
	case l.dataType == "interval":
		return val{typ: custard.TypeText, dataType: "interval"}
	}
	return val{}
}

func (r *resolver) extractType(field string) val {
	if r.rules.dialect == custard.Postgres {
		return val{typ: custard.TypeDecimal}
	}
	if field == "EPOCH" {
		return val{typ: custard.TypeFloat}
	}
	return val{typ: custard.TypeInt}
}

func (r *resolver) truncType(unit string) val {
	if unit == "HOUR" {
		return val{typ: custard.TypeTimestamp}
	}
	return val{typ: custard.TypeDate}
}

// typeOf is the kind of values that a cast gives.
func typeOf(t *query.Type) (typ, elem custard.Type) {
	typ = typeNamed(t.Name.Last().Name)
	if t.Array > 0 {
		return custard.TypeArray, typ
	}
	return typ, ""
}

func typeNamed(name string) custard.Type {
	switch name {
	case "int", "integer", "smallint", "bigint", "int2", "int4", "int8", "signed", "unsigned", "signed integer", "unsigned integer",
		"tinyint", "hugeint", "uinteger", "ubigint", "byteint", "year", "int64", "int32":
		return custard.TypeInt
	case "real", "float", "double precision", "double", "float4", "float8":
		return custard.TypeFloat
	case "numeric", "decimal", "dec", "number":
		return custard.TypeDecimal
	case "text", "varchar", "char", "character", "character varying", "string", "bpchar", "nchar", "nvarchar", "name":
		return custard.TypeText
	case "date":
		return custard.TypeDate
	case "time", "timetz", "time with time zone", "time without time zone":
		return custard.TypeTime
	case "timestamp", "timestamptz", "datetime", "timestamp with time zone", "timestamp without time zone", "timestamp_ntz",
		"timestamp_ltz", "timestamp_tz", "timestamp_s", "timestamp_ms", "timestamp_ns":
		return custard.TypeTimestamp
	case "bool", "boolean":
		return custard.TypeBool
	case "json", "jsonb", "variant", "object":
		return custard.TypeJSON
	case "uuid":
		return custard.TypeUUID
	case "bytea", "blob", "binary", "varbinary":
		return custard.TypeBytes
	}
	return ""
}

// callType is the type of a call's value, the zero val where only the database knows.
func (r *resolver) callType(name string, args []val, f *query.Func) val {
	first := val{}
	if len(args) > 0 {
		first = val{typ: args[0].typ, elem: args[0].elem, dataType: args[0].dataType}
	}
	switch name {
	case "count", "row_number", "rank", "dense_rank", "ntile", "length", "char_length", "character_length", "octet_length", "instr", "strpos",
		"locate", "unixepoch", "year", "month", "day", "hour", "minute", "second", "quarter", "week", "dayofweek", "dayofyear", "datediff",
		"timestampdiff", "count_if", "cardinality", "array_length", "approx_count_distinct":
		return val{typ: custard.TypeInt}
	case "sum":
		return r.sumType(first)
	case "avg":
		if r.rules.dialect == custard.SQLite || r.rules.dialect == custard.DuckDB || first.typ == custard.TypeFloat {
			return val{typ: custard.TypeFloat}
		}
		return val{typ: custard.TypeDecimal}
	case "min", "max", "mode", "any_value", "first_value", "last_value", "lag", "lead", "nth_value", "abs", "lower", "upper":
		return first
	case "coalesce", "ifnull", "nvl", "greatest", "least", "nullif":
		v := val{}
		for _, a := range args {
			v = unite(v, a)
		}
		return v
	case "round", "ceil", "ceiling", "floor", "trunc":
		if first.typ == custard.TypeInt && r.rules.dialect == custard.Postgres {
			return val{typ: custard.TypeFloat}
		}
		return val{typ: first.typ}
	case "concat", "concat_ws", "trim", "ltrim", "rtrim", "substr", "substring", "replace", "strftime", "to_char", "date_format", "string_agg",
		"group_concat", "left", "right", "initcap", "split_part", "listagg", "printf", "format", "typeof", "hex", "md5", "lpad", "rpad",
		"reverse", "monthname", "dayname", "regexp_replace":
		return val{typ: custard.TypeText}
	case "stddev", "stddev_pop", "stddev_samp", "variance", "var_pop", "var_samp", "corr", "sqrt", "ln", "exp", "power", "pow", "percent_rank",
		"cume_dist", "julianday", "random", "rand", "total", "date_part":
		if r.rules.dialect == custard.SQLite && name == "random" {
			return val{typ: custard.TypeInt}
		}
		return val{typ: custard.TypeFloat}
	case "date", "to_date", "make_date", "curdate", "last_day":
		return val{typ: custard.TypeDate}
	case "now", "datetime", "date_trunc", "to_timestamp", "make_timestamp", "clock_timestamp":
		return val{typ: custard.TypeTimestamp}
	case "array_agg":
		return val{typ: custard.TypeArray, elem: first.typ}
	case "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "to_json", "to_jsonb", "row_to_json", "json_build_object", "jsonb_build_object":
		return val{typ: custard.TypeJSON}
	case "bool_and", "bool_or", "every":
		return val{typ: custard.TypeBool}
	case "iif", "if", "iff":
		if len(args) == 3 {
			return unite(args[1], args[2])
		}
	case "percentile_cont":
		if len(f.Within) > 0 {
			return val{typ: custard.TypeFloat}
		}
	}
	return val{}
}

func (r *resolver) sumType(of val) val {
	switch {
	case of.typ == custard.TypeInt && r.rules.dialect == custard.SQLite:
		return val{typ: custard.TypeInt}
	case of.typ == custard.TypeInt && r.rules.dialect == custard.Postgres:
		return val{typ: custard.TypeDecimal}
	default:
		return val{typ: of.typ}
	}
}

// outputName is what the database calls a column of a result without an alias; empty where only it knows.
func (r *resolver) outputName(e query.Expr) string {
	switch e := e.(type) {
	case *query.Column:
		return e.Name.Last().Name
	case *query.Func:
		if r.rules.dialect == custard.Postgres {
			return strings.ToLower(e.Name.Last().Name)
		}
	case *query.Cast:
		if r.rules.dialect != custard.Postgres {
			return ""
		}
		if inner := r.outputName(e.X); inner != "" {
			return inner
		}
		return pgTypeName(e.Type)
	case *query.Case:
		if r.rules.dialect != custard.Postgres {
			return ""
		}
		if inner, ok := e.Else.(*query.Column); ok {
			return inner.Name.Last().Name
		}
		return "case"
	case *query.Extract:
		if r.rules.dialect == custard.Postgres {
			return "extract"
		}
	case *query.Collate:
		return r.outputName(e.X)
	case *query.Subquery:
		if r.rules.dialect == custard.Postgres {
			return r.firstName(e.Query)
		}
	case *query.Keyword:
		if r.rules.dialect == custard.Postgres {
			return strings.ToLower(e.Name)
		}
	}
	return ""
}

func (r *resolver) firstName(q *query.Query) string {
	if sel, ok := q.Body.(*query.Select); ok && len(sel.Items) == 1 {
		if sel.Items[0].Alias != nil {
			return sel.Items[0].Alias.Name
		}
		return r.outputName(sel.Items[0].Expr)
	}
	return ""
}

// pgTypeName is PostgreSQL's own name of a type.
func pgTypeName(t *query.Type) string {
	if t == nil {
		return ""
	}
	switch name := t.Name.Last().Name; name {
	case "int", "integer":
		return "int4"
	case "bigint":
		return "int8"
	case "smallint":
		return "int2"
	case "double precision", "float":
		return "float8"
	case "real":
		return "float4"
	case "decimal", "dec":
		return "numeric"
	case "character varying":
		return "varchar"
	case "boolean":
		return "bool"
	default:
		return name
	}
}
