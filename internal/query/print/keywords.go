package print

import "github.com/custard-ai/custard/internal/custard"

// class is what a word is to a dialect besides a name.
type class uint8

const (
	special  class = iota + 1 // a name in most places: quoted where the writer quoted it
	reserved                  // never a name without quotes
)

// maxKeyword bounds the length of a keyword.
const maxKeyword = 32

// keyword says what word is to dialect d, in any case; 0 for a plain name.
func keyword(d custard.Dialect, word string) class {
	if len(word) > maxKeyword {
		return 0
	}
	var buf [maxKeyword]byte
	w := lower(buf[:0], word)
	switch d {
	case custard.MySQL:
		return mysqlKeyword(w)
	case custard.SQLite:
		return sqliteKeyword(w)
	case custard.DuckDB:
		return duckdbKeyword(w)
	case custard.Snowflake:
		return snowflakeKeyword(w)
	}
	return postgresKeyword(w)
}

// lower appends s to buf with its ASCII letters in lower case, as far as buf has room.
func lower(buf []byte, s string) []byte {
	for i := 0; i < len(s) && len(buf) < cap(buf); i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		buf = append(buf, c)
	}
	return buf
}

// postgresKeyword knows PostgreSQL's reserved and type-or-function keywords, and as special those that name a column only.
func postgresKeyword(word []byte) class {
	switch string(word) {
	case "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "binary",
		"both", "case", "cast", "check", "collate", "collation", "column", "concurrently", "constraint", "create",
		"cross", "current_catalog", "current_date", "current_role", "current_schema", "current_time",
		"current_timestamp", "current_user", "default", "deferrable", "desc", "distinct", "do", "else", "end",
		"except", "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant", "group", "having", "ilike",
		"in", "initially", "inner", "intersect", "into", "is", "isnull", "join", "lateral", "leading", "left",
		"like", "limit", "localtime", "localtimestamp", "natural", "not", "notnull", "null", "offset", "on", "only",
		"or", "order", "outer", "overlaps", "placing", "primary", "references", "returning", "right", "select",
		"session_user", "similar", "some", "symmetric", "system_user", "table", "tablesample", "then", "to",
		"trailing", "true", "union", "unique", "user", "using", "variadic", "verbose", "when", "where", "window",
		"with":
		return reserved
	case "between", "bigint", "bit", "boolean", "char", "character", "coalesce", "dec", "decimal", "exists",
		"extract", "float", "greatest", "grouping", "inout", "int", "integer", "interval", "least", "national",
		"nchar", "none", "normalize", "nullif", "numeric", "out", "overlay", "position", "precision", "real", "row",
		"setof", "smallint", "substring", "time", "timestamp", "treat", "trim", "values", "varchar":
		return special
	}
	return 0
}

// mysqlKeyword knows what MySQL 8 and MariaDB reserve.
func mysqlKeyword(word []byte) class {
	switch string(word) {
	case "accessible", "add", "all", "alter", "analyze", "and", "array", "as", "asc", "asensitive", "before",
		"between", "bigint", "binary", "blob", "both", "by", "call", "cascade", "case", "change", "char",
		"character", "check", "collate", "column", "condition", "constraint", "continue", "convert", "create",
		"cross", "cube", "cume_dist", "current_date", "current_role", "current_time", "current_timestamp",
		"current_user", "cursor", "database", "databases", "day_hour", "day_microsecond", "day_minute",
		"day_second", "dec", "decimal", "declare", "default", "delayed", "delete", "delete_domain_id", "dense_rank",
		"desc", "describe", "deterministic", "distinct", "distinctrow", "div", "do_domain_ids", "double", "drop",
		"dual", "each", "else", "elseif", "empty", "enclosed", "escaped", "except", "exists", "exit", "explain",
		"false", "fetch", "first_value", "float", "float4", "float8", "for", "force", "foreign", "from", "fulltext",
		"function", "general", "generated", "get", "grant", "group", "grouping", "groups", "having",
		"high_priority", "hour_microsecond", "hour_minute", "hour_second", "if", "ilike", "io_after_gtids", "io_before_gtids", "master_ssl_verify_server_cert", "ignore", "ignore_domain_ids",
		"in", "index", "infile", "inner", "inout", "insensitive", "insert", "int", "int1", "int2", "int3", "int4",
		"int8", "integer", "intersect", "interval", "into", "is", "iterate", "join", "json_table", "key", "keys",
		"kill", "lag", "last_value", "lateral", "lead", "leading", "leave", "left", "like", "limit", "linear",
		"lines", "load", "localtime", "localtimestamp", "lock", "long", "longblob", "longtext", "loop",
		"low_priority", "manual", "master_bind", "match", "maxvalue", "mediumblob", "mediumint", "mediumtext",
		"middleint", "minute_microsecond", "minute_second", "mod", "modifies", "natural", "no_write_to_binlog",
		"not", "nth_value", "ntile", "null", "numeric", "of", "offset", "on", "one_shot", "optimize",
		"optimizer_costs", "option", "optionally", "or", "order", "out", "outer", "outfile", "over",
		"page_checksum", "parallel", "parse_vcol_expr", "partition", "percent_rank", "precision", "primary",
		"procedure", "purge", "qualify", "range", "rank", "read", "read_write", "reads", "real", "recursive",
		"ref_system_id", "references", "regexp", "release", "rename", "repeat", "replace", "require", "resignal",
		"restrict", "return", "returning", "revoke", "right", "rlike", "row", "row_number", "rownum", "rows",
		"schema", "schemas", "second_microsecond", "select", "sensitive", "separator", "set", "show", "signal",
		"slow", "smallint", "spatial", "specific", "sql", "sql_big_result", "sql_buffer_result", "sql_cache", "sql_no_cache", "sql_calc_found_rows",
		"sql_small_result", "sqlexception", "sqlstate", "sqlwarning", "ssl", "starting", "stored", "straight_join",
		"sys_date", "system", "table", "tablesample", "terminated", "then", "tinyblob", "tinyint", "tinytext", "to",
		"to_date", "trailing", "trigger", "true", "undo", "union", "unique", "unlock", "unsigned", "until",
		"update", "usage", "use", "using", "utc_date", "utc_time", "utc_timestamp", "values", "varbinary",
		"varchar", "varcharacter", "varying", "virtual", "when", "where", "while", "window", "with", "write", "xor",
		"year_month", "zerofill":
		return reserved
	}
	return 0
}

// sqliteKeyword knows what SQLite 3.54 reads as a keyword wherever it stands, and as special what reads badly as a name.
func sqliteKeyword(word []byte) class {
	switch string(word) {
	case "add", "all", "alter", "and", "as", "autoincrement", "between", "case", "cast", "check", "collate",
		"commit", "constraint", "create", "current_date", "current_time", "current_timestamp", "default",
		"deferrable", "delete", "distinct", "drop", "else", "escape", "except", "exists", "false", "foreign",
		"from", "group", "having", "in", "index", "insert", "intersect", "into", "is", "isnull", "join", "limit",
		"not", "nothing", "notnull", "null", "on", "or", "order", "primary", "raise", "references", "returning",
		"select", "set", "table", "then", "to", "transaction", "true", "union", "unique", "update", "using",
		"values", "when", "where":
		return reserved
	case "cross", "end", "filter", "full", "glob", "indexed", "inner", "lateral", "left", "like", "match", "materialized",
		"natural", "offset", "outer", "over", "recursive", "regexp", "replace", "right", "window", "with":
		return special
	}
	return 0
}

// duckdbKeyword knows PostgreSQL's and DuckDB's own.
func duckdbKeyword(word []byte) class {
	switch string(word) {
	case "all", "analyse", "analyze", "and", "anti", "any", "array", "as", "asc", "asof", "asymmetric",
		"authorization", "binary", "both", "case", "cast", "check", "collate", "collation", "column", "columns",
		"concurrently", "constraint", "create", "cross", "current_catalog", "current_date", "current_role",
		"current_schema", "current_time", "current_timestamp", "current_user", "default", "deferrable", "desc",
		"describe", "distinct", "do", "else", "end", "except", "false", "fetch", "for", "foreign", "freeze", "from",
		"full", "glob", "try_cast", "generated", "grant", "group", "having", "ilike", "in", "initially", "inner", "intersect", "into",
		"is", "isnull", "join", "lambda", "lateral", "leading", "left", "like", "limit", "localtime",
		"localtimestamp", "map", "natural", "not", "notnull", "null", "offset", "on", "only", "or", "order",
		"outer", "overlaps", "pivot", "pivot_longer", "pivot_wider", "placing", "positional", "primary", "qualify",
		"references", "returning", "right", "select", "semi", "session_user", "show", "similar", "some", "struct",
		"summarize", "symmetric", "system_user", "table", "tablesample", "then", "to", "trailing", "true", "union",
		"unique", "unpivot", "user", "using", "variadic", "verbose", "when", "where", "window", "with":
		return reserved
	case "between", "bigint", "bit", "boolean", "char", "character", "coalesce", "dec", "decimal", "exists",
		"extract", "float", "greatest", "grouping", "inout", "int", "integer", "interval", "least", "national",
		"nchar", "none", "normalize", "nullif", "numeric", "out", "overlay", "position", "precision", "real", "row",
		"setof", "smallint", "substring", "time", "timestamp", "treat", "trim", "values", "varchar":
		return special
	}
	return 0
}

// snowflakeKeyword knows Snowflake's reserved and limited keywords.
func snowflakeKeyword(word []byte) class {
	switch string(word) {
	case "account", "all", "alter", "and", "any", "as", "asof", "between", "by", "case", "cast", "check", "column",
		"connect", "connection", "constraint", "create", "cross", "current", "current_date", "current_time",
		"current_timestamp", "current_user", "database", "delete", "distinct", "drop", "else", "end", "except",
		"exclude", "exists", "false", "fetch", "following", "for", "from", "full", "grant", "group", "gscluster",
		"having", "ilike", "in", "increment", "inner", "insert", "intersect", "into", "is", "issue", "join",
		"lateral", "left", "like", "limit", "localtime", "localtimestamp", "match_condition", "minus", "natural",
		"not", "null", "of", "offset", "on", "or", "order", "organization", "pivot", "qualify", "regexp", "revoke",
		"right", "rlike", "row", "rows", "sample", "schema", "select", "set", "some", "start", "table",
		"tablesample", "then", "to", "trigger", "true", "try_cast", "union", "unique", "unpivot", "update", "using",
		"values", "view", "when", "whenever", "where", "window", "with", "within":
		return reserved
	}
	return 0
}
