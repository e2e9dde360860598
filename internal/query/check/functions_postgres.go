package check

import "sync"

// Not on the lists though they look harmless: setseed and set_config change the connection; current_setting reads it; txid_current
// writes a transaction id; ts_stat, ts_rewrite, query_to_xml run SQL; array_fill, xml and large objects size memory
// by what they are given; json_populate_record takes types of a user's own.
var postgresFunctions = sync.OnceValue(func() map[string]kind {
	return listed(map[kind]string{
		scalar: postgresText + postgresMath + postgresTime + postgresJSON + postgresOther, aggregates: postgresAggregates,
		windows: postgresWindows, either: postgresEither, rows: postgresRows, tableOnly: postgresTables,
	})
})

const postgresText = ` ascii bit_length btrim char_length character_length chr concat concat_ws convert_from convert_to
	decode encode format initcap left length lower lpad ltrim md5 normalize octet_length overlay parse_ident position
	quote_ident quote_literal quote_nullable regexp_count regexp_instr regexp_like regexp_match regexp_replace
	regexp_split_to_array regexp_substr repeat replace reverse right rpad rtrim sha224 sha256 sha384 sha512 split_part
	starts_with string_to_array strpos substr substring to_ascii to_hex to_bin to_oct translate trim unistr upper
	casefold crc32 crc32c
	to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_rank ts_rank_cd ts_headline setweight
	numnode querytree ts_delete ts_filter tsvector_to_array array_to_tsvector strip tsquery_phrase json_to_tsvector
	jsonb_to_tsvector get_bit get_byte set_bit set_byte bit_count `

const postgresMath = ` abs acos acosd acosh asin asind asinh atan atan2 atan2d atand atanh cbrt ceil ceiling cos cosd cosh cot
	cotd degrees div erf erfc exp factorial floor gamma gcd lcm lgamma ln log log10 min_scale mod pi pow power radians random
	random_normal round scale sign sin sind sinh sqrt tan tand tanh trim_scale trunc width_bucket
	float4 float8 int2 int4 int8 numeric bool text `

const postgresTime = ` age clock_timestamp current_date current_time current_timestamp date date_add date_bin date_part
	date_subtract date_trunc extract isfinite justify_days justify_hours justify_interval localtime localtimestamp
	make_date make_interval make_time make_timestamp make_timestamptz now overlaps statement_timestamp timeofday timestamp
	timestamptz timezone to_char to_date to_number to_timestamp transaction_timestamp time timetz interval `

const postgresJSON = ` array_to_json json json_array json_array_length json_build_array json_build_object json_exists
	json_extract_path json_extract_path_text json_object json_query json_scalar json_serialize json_strip_nulls json_typeof
	json_value jsonb jsonb_array_length jsonb_build_array jsonb_build_object jsonb_concat jsonb_contains jsonb_delete
	jsonb_exists jsonb_exists_all jsonb_exists_any jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object
	jsonb_path_exists jsonb_path_exists_tz jsonb_path_match jsonb_path_query_array jsonb_path_query_first jsonb_pretty
	jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_typeof row_to_json to_json to_jsonb `

const postgresOther = ` array_append array_cat array_dims array_length array_lower array_ndims array_position array_positions
	array_prepend array_remove array_replace array_reverse array_sample array_shuffle array_sort array_to_string
	array_upper cardinality trim_array coalesce greatest least nullif num_nonnulls num_nulls pg_typeof version row grouping
	isempty lower_inc lower_inf range_merge upper_inc upper_inf int4range int8range numrange daterange tsrange tstzrange
	int4multirange int8multirange nummultirange datemultirange tsmultirange tstzmultirange multirange
	range_overlaps range_contains enum_first enum_last enum_range abbrev broadcast family host hostmask inet_merge
	inet_same_family masklen netmask network set_masklen area box center circle diameter height isclosed isopen lseg
	npoints path point radius slope width diagonal bound_box `

const postgresAggregates = ` any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp
	every json_agg json_agg_strict json_arrayagg json_object_agg json_object_agg_strict json_object_agg_unique json_objectagg
	jsonb_agg jsonb_agg_strict jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique max min mode
	percentile_cont percentile_disc range_agg range_intersect_agg regr_avgx regr_avgy regr_count regr_intercept regr_r2
	regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance `

const (
	postgresWindows = ` first_value lag last_value lead nth_value ntile row_number `
	postgresEither  = ` cume_dist dense_rank percent_rank rank `
	postgresRows    = ` generate_series generate_subscripts json_array_elements json_array_elements_text json_each json_each_text
	json_object_keys jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_object_keys
	jsonb_path_query jsonb_path_query_tz regexp_matches regexp_split_to_table string_to_table unnest `
	postgresTables = ` json_to_record json_to_recordset jsonb_to_record jsonb_to_recordset `
)
