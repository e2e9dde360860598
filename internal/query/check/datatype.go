package check

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// cast resolves a cast to a type on the dialect's list, or to one that a column of the schema has (an enumeration).
func (r *resolver) cast(e *query.Cast, sc *scope) (query.Expr, val) {
	x, from := r.expr(e.X, sc)
	r.castFrom = from.typ
	out := &query.Cast{X: x, Type: e.Type, Style: e.Style, Pos: e.Pos}
	if e.Style == query.CastUsing {
		if e.Type == nil || len(e.Type.Name) != 1 || !charset(e.Type.Name[0].Name) {
			r.refuse("Use utf8mb4.", "the character set is not known")
		}
		return out, val{typ: custard.TypeText}
	}
	out.Type = r.typeName(e.Type, e.Pos == 0)
	if out.Type == nil {
		return out, val{}
	}
	typ, elem := typeOf(out.Type)
	return out, val{typ: typ, elem: elem, dataType: out.Type.Name.Last().Name}
}

func charset(name string) bool {
	switch strings.ToLower(name) {
	case "utf8mb4", "utf8mb3", "utf8", "latin1", "ascii", "binary", "ucs2", "utf16", "utf32", "latin2", "cp1252", "cp1251", "cp1250":
		return true
	}
	return false
}

// typeName checks a type and returns a copy of it; nil where it is refused. The types that people write everywhere may stand in
// a node that was made, for print knows what each dialect calls them.
func (r *resolver) typeName(t *query.Type, made bool) *query.Type {
	if r.err != nil || r.probe {
		return nil
	}
	if t == nil || len(t.Name) == 0 {
		r.refuse("", "a cast has no type")
		return nil
	}
	name := strings.ToLower(t.Name.Last().Name)
	out := &query.Type{
		Name: query.Name{{Name: name, Pos: t.Pos}}, Args: append([]string(nil), t.Args...), Array: t.Array, Suffix: t.Suffix, Pos: t.Pos,
	}
	switch {
	case len(t.Name) == 1 || len(t.Name) == 2 && r.rules.dialect == custard.Postgres && r.folded(t.Name[0]) == "pg_catalog":
		if !listedType(r.rules.dialect, name) && !(made && commonType(name)) && !r.enumType(t, out) {
			r.unknownType(name)
			return nil
		}
	case len(t.Name) == 2 && r.enumType(t, out):
	default:
		r.unknownType(written(t.Name))
		return nil
	}
	r.typeSizes(t)
	for _, f := range t.Fields {
		ft := r.typeName(f.Type, made)
		if ft == nil {
			return nil
		}
		out.Fields = append(out.Fields, query.TypeField{Name: f.Name, Type: ft})
	}
	switch t.Suffix {
	case "", "with time zone", "without time zone", "with local time zone", "unsigned", "signed", "zerofill", "unsigned zerofill":
	default:
		if cs, ok := strings.CutPrefix(t.Suffix, "character set "); !ok || !charset(cs) {
			r.refuse("", "the type modifier '%s' is not known", t.Suffix)
		}
	}
	return out
}

// enumType allows a type that some column of the schema has; out gets the schema's spelling.
func (r *resolver) enumType(t, out *query.Type) bool {
	if r.rules.dialect != custard.Postgres && r.rules.dialect != custard.DuckDB {
		return false
	}
	types := r.idx.types()
	for i := range t.Name {
		spelled, ok := types[strings.ToLower(written(t.Name[i:]))]
		if !ok || i > 0 && r.idx.schemas[strings.ToLower(t.Name[0].Name)] == "" || !plainType(spelled) {
			continue
		}
		out.Name = nil
		for part := range strings.SplitSeq(spelled, ".") {
			out.Name = append(out.Name, query.Ident{Name: strings.Trim(part, `"`), Quote: '"', Pos: t.Pos})
		}
		return true
	}
	return false
}

// plainType keeps what resolves objects by name out, even where a column has such a type.
func plainType(spelled string) bool {
	last := strings.ToLower(spelled[strings.LastIndexByte(spelled, '.')+1:])
	return !strings.HasPrefix(last, "reg") && !strings.HasPrefix(last, "pg_") && last != "oid" && !strings.ContainsAny(spelled, "([")
}

func (r *resolver) unknownType(name string) {
	err := custard.Errorf(custard.CodeRefused, "the type %s is not allowed in a cast", name)
	switch instead := typeInstead(r.rules.dialect, name); {
	case instead != "":
		err.Hint = "Write " + instead + "."
	default:
		err.Hint = "Use a built-in type such as " + typeExamples(r.rules.dialect) + "."
	}
	r.fail(err)
}

func typeExamples(d custard.Dialect) string {
	switch d {
	case custard.MySQL:
		return "SIGNED, DECIMAL(12,2), CHAR, DATE or DATETIME"
	case custard.SQLite:
		return "INTEGER, REAL, NUMERIC or TEXT"
	default:
		return "INTEGER, NUMERIC(12,2), TEXT, DATE or TIMESTAMP"
	}
}

// typeInstead is what to write for a well-known type of another dialect.
func typeInstead(d custard.Dialect, name string) string {
	switch name {
	case "signed", "signed integer", "unsigned", "unsigned integer", "number", "int64", "tinyint", "mediumint", "uint8", "uint64", "hugeint":
		return "BIGINT"
	case "datetime", "timestamp_ntz", "timestamp_ltz", "smalldatetime", "datetime2":
		return "TIMESTAMP"
	case "float64", "binary_double":
		return "DOUBLE PRECISION"
	case "nvarchar", "string", "varchar2", "nvarchar2", "clob", "longtext", "mediumtext", "tinytext":
		if d == custard.MySQL {
			return "CHAR"
		}
		return "TEXT"
	case "int", "integer", "bigint", "int4", "int8", "smallint":
		if d == custard.MySQL {
			return "SIGNED"
		}
	case "text", "varchar", "character varying":
		if d == custard.MySQL {
			return "CHAR"
		}
	case "numeric":
		if d == custard.MySQL {
			return "DECIMAL"
		}
	case "timestamp":
		if d == custard.MySQL {
			return "DATETIME"
		}
	case "boolean", "bool":
		if d == custard.MySQL {
			return "SIGNED"
		}
	case "variant", "object", "super":
		return "JSONB"
	}
	return ""
}

// listedType says whether a cast to a built-in type is allowed.
func listedType(d custard.Dialect, name string) bool {
	switch d {
	case custard.Postgres:
		return postgresType(name)
	case custard.MySQL:
		return mysqlType(name)
	case custard.SQLite:
		return sqliteType(name)
	case custard.DuckDB:
		return duckdbType(name)
	case custard.Snowflake:
		return snowflakeType(name)
	default:
		return false
	}
}

func commonType(name string) bool {
	switch name {
	case "int", "integer", "smallint", "bigint", "real", "float", "double precision", "numeric", "decimal", "dec",
		"char", "character", "varchar", "character varying", "text", "date", "time", "timestamp", "boolean", "bool",
		"time with time zone", "time without time zone", "timestamp with time zone", "timestamp without time zone":
		return true
	}
	return false
}

func postgresType(name string) bool {
	switch name {
	case "int2", "int4", "int8", "float4", "float8", "bpchar", "name", "bytea", "timestamptz", "timetz", "interval", "json", "jsonb", "uuid",
		"money", "inet", "cidr", "macaddr", "macaddr8", "bit", "bit varying", "varbit", "nchar", "national character", "national character varying",
		"tsvector", "tsquery", "jsonpath", "point", "line", "lseg", "box", "path", "polygon", "circle",
		"int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange",
		"int4multirange", "int8multirange", "nummultirange", "datemultirange", "tsmultirange", "tstzmultirange":
		return true
	}
	return commonType(name)
}

func mysqlType(name string) bool {
	switch name {
	case "signed", "unsigned", "signed integer", "unsigned integer", "signed int", "unsigned int", "decimal", "dec", "char", "nchar", "binary",
		"date", "datetime", "time", "year", "json", "float", "double", "real", "double precision", "int", "integer", "varchar", "character",
		"uuid", "inet4", "inet6":
		return true
	}
	return false
}

// sqliteType takes any plain words: SQLite derives an affinity from whatever is written.
func sqliteType(name string) bool {
	for _, c := range name {
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == ' ') {
			return false
		}
	}
	return len(name) <= 40
}

func duckdbType(name string) bool {
	switch name {
	case "tinyint", "hugeint", "utinyint", "usmallint", "uinteger", "ubigint", "uhugeint", "int1", "int2", "int4", "int8", "int16", "int32",
		"int64", "int128", "uint8", "uint16", "uint32", "uint64", "uint128", "long", "short", "signed", "double", "float4", "float8", "bpchar", "string",
		"blob", "bytea", "binary", "varbinary", "datetime", "timestamptz", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamp_us",
		"timetz", "interval", "json", "uuid", "bit", "bitstring", "struct", "row", "map", "union", "list", "logical", "bignum", "varint":
		return true
	}
	return commonType(name)
}

func snowflakeType(name string) bool {
	switch name {
	case "number", "tinyint", "byteint", "float4", "float8", "double", "string", "nvarchar", "nvarchar2", "nchar", "char varying", "nchar varying",
		"binary", "varbinary", "datetime", "timestamp_ltz", "timestamp_ntz", "timestamp_tz", "timestampltz", "timestampntz", "timestamptz",
		"variant", "object", "array", "geography", "geometry", "vector", "map":
		return true
	}
	return commonType(name)
}
