package check

import "sync"

// Not on the lists: load_extension, readfile, writefile, edit, fts3_tokenizer; changes and last_insert_rowid, which tell of the
// connection; zeroblob and randomblob, which make large values of nothing; the pragma functions; sqlite_* but for the version;
// generate_series and regexp, which are not built in.
var sqliteFunctions = sync.OnceValue(func() map[string]kind {
	return listed(map[kind]string{
		scalar: sqliteScalar + sqliteMath + sqliteTime + sqliteJSON, aggregates: sqliteAggregates, windows: sqliteWindows,
		tableOnly: ` json_each json_tree jsonb_each jsonb_tree `,
	})
})

const sqliteScalar = ` char coalesce concat concat_ws format glob hex if ifnull iif instr length like likelihood likely lower ltrim
	max min nullif octet_length printf quote random replace round rtrim sign soundex sqlite_version substr
	substring subtype trim typeof unhex unicode unistr unlikely upper abs `

const sqliteMath = ` acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow
	power radians sin sinh sqrt tan tanh trunc `

const sqliteTime = ` current_date current_time current_timestamp date datetime julianday strftime time timediff unixepoch `

const sqliteJSON = ` json json_array json_array_insert json_array_length json_error_position json_extract json_insert json_object json_patch
	json_pretty json_quote json_remove json_replace json_set json_type json_valid jsonb jsonb_array jsonb_extract
	jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set `

const sqliteAggregates = ` avg count group_concat json_group_array json_group_object jsonb_group_array jsonb_group_object string_agg
	sum total `

const sqliteWindows = ` cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number `
