package sqlite

import (
	"strings"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// authorize is SQLite's authorizer, asked while a statement is compiled about everything that the statement would do.
// What it does not know is denied:
//
//   - selecting, recursion and reading columns of the main database are allowed;
//   - of SQLite's own tables and the tables behind the pragmas nothing may be read, except by discovery;
//   - functions are allowed by name;
//   - a write is allowed only to the tables behind an R-Tree, whose module compiles its writes when it is opened for
//     reading: they cannot run, for the file is open read-only and the statement itself must be read-only.
func authorize(_ *libc.TLS, state uintptr, action int32, arg1, arg2, _, _ uintptr) int32 {
	s := (*handleState)(pointer(state))
	ok := false
	switch action {
	case lib.SQLITE_SELECT, lib.SQLITE_RECURSIVE:
		ok = true
	case lib.SQLITE_READ:
		ok = s.discovery == 1 || !internalTable(libc.GoString(arg1))
	case lib.SQLITE_FUNCTION:
		ok = allowedFunction(strings.ToLower(libc.GoString(arg2)))
	case lib.SQLITE_PRAGMA:
		ok = allowedPragma(strings.ToLower(libc.GoString(arg1)), libc.GoString(arg2), s.discovery == 1)
	case lib.SQLITE_CREATE_VTABLE:
		// Discovery opens the eponymous tables behind the pragmas.
		ok = s.discovery == 1
	case lib.SQLITE_INSERT, lib.SQLITE_UPDATE, lib.SQLITE_DELETE:
		name := libc.GoString(arg1)
		ok = strings.HasSuffix(name, "_node") || strings.HasSuffix(name, "_rowid") || strings.HasSuffix(name, "_parent")
	}
	if ok {
		return lib.SQLITE_OK
	}
	s.denied = action
	return lib.SQLITE_DENY
}

// internalTable says whether a table is SQLite's own: the catalogue, statistics, pages of the file, pragmas.
func internalTable(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, "pragma_") || name == "dbstat" ||
		name == "bytecode" || name == "tables_used" || name == "fsdir" || name == "completion"
}

// allowedPragma says whether a pragma may run: the full-text modules ask two when a table of theirs is read,
// discovery asks for tables, columns, keys and indexes.
func allowedPragma(name, value string, discovery bool) bool {
	switch name {
	case "data_version":
		return value == ""
	case "page_size":
		return value == ""
	case "table_list", "table_info", "table_xinfo", "foreign_key_list", "index_list", "index_info", "index_xinfo":
		return discovery
	}
	return false
}

// refusal says what the authorizer did not allow.
func refusal(action int32, message string) string {
	switch action {
	case lib.SQLITE_FUNCTION, lib.SQLITE_READ:
		return message
	case lib.SQLITE_ATTACH, lib.SQLITE_DETACH:
		return "attaching databases is not allowed"
	case lib.SQLITE_PRAGMA:
		return "PRAGMA is not allowed"
	case lib.SQLITE_TRANSACTION, lib.SQLITE_SAVEPOINT:
		return "transactions are not allowed"
	}
	return "only reading is allowed"
}

// allowedFunction is the list of functions that a statement or a view may call, by lower-case name. It is wider than
// package check's, because views of the database use what they like, and holds nothing that reaches outside the
// database, changes the connection, or makes a large value of nothing (zeroblob, randomblob).
func allowedFunction(name string) bool {
	switch name {
	case "abs", "changes", "char", "coalesce", "concat", "concat_ws", "format", "glob", "hex", "if", "ifnull", "iif",
		"instr", "last_insert_rowid", "length", "like", "likelihood", "likely", "lower", "ltrim", "match", "max", "min",
		"nullif", "octet_length", "printf", "quote", "random", "regexp", "replace", "round", "rtrim", "sign", "soundex",
		"sqlite_version", "substr", "substring", "subtype", "total_changes", "trim", "typeof", "unhex", "unicode",
		"unistr", "unlikely", "upper":
		return true
	case "avg", "count", "group_concat", "median", "percentile", "percentile_cont", "percentile_disc", "string_agg",
		"sum", "total":
		return true
	case "cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile", "percent_rank",
		"rank", "row_number":
		return true
	case "current_date", "current_time", "current_timestamp", "date", "datetime", "julianday", "strftime", "time",
		"timediff", "unixepoch":
		return true
	case "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "ceil", "ceiling", "cos", "cosh", "degrees", "exp",
		"floor", "ln", "log", "log10", "log2", "mod", "pi", "pow", "power", "radians", "sin", "sinh", "sqrt", "tan",
		"tanh", "trunc":
		return true
	case "->", "->>", "json", "json_array", "json_array_insert", "json_array_length", "json_error_position",
		"json_extract", "json_group_array", "json_group_object", "json_insert", "json_object", "json_patch",
		"json_pretty", "json_quote", "json_remove", "json_replace", "json_set", "json_type", "json_valid", "jsonb",
		"jsonb_array", "jsonb_extract", "jsonb_group_array", "jsonb_group_object", "jsonb_insert", "jsonb_object",
		"jsonb_patch", "jsonb_remove", "jsonb_replace", "jsonb_set":
		return true
	case "bm25", "highlight", "snippet", "matchinfo", "offsets", "fts5_get_locale", "fts5_insttoken",
		"rtreecheck", "geopoly_area", "geopoly_blob", "geopoly_json", "geopoly_overlap", "geopoly_within",
		"geopoly_contains_point", "geopoly_bbox", "geopoly_svg":
		return true
	}
	return false
}
