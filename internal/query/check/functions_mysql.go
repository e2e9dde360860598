package check

import "sync"

// Not on the lists: sleep, benchmark, the locks, load_file, master_pos_wait and its kin, uuid and last_insert_id (they tell
// of or change the connection), encryption (its keys end up in logs), extractvalue and updatexml (XPath that backtracks), the
// sequences, and everything of the server's own.
var mysqlFunctions = sync.OnceValue(func() map[string]kind {
	return listed(map[kind]string{
		scalar: mysqlText + mysqlMath + mysqlTime + mysqlJSON + mysqlOther, aggregates: mysqlAggregates,
		windows: mysqlWindows, either: ` percentile_cont percentile_disc median `, tableOnly: ` json_table `,
	})
})

const mysqlText = ` ascii bin bit_length char char_length character_length chr concat concat_ws conv crc32 elt export_set field
	find_in_set format format_bytes from_base64 hex insert instr lcase left length lengthb locate lower lpad ltrim
	make_set md5 mid natural_sort_key oct octet_length ord position quote regexp_instr regexp_like regexp_replace
	regexp_substr repeat replace reverse right rpad rtrim sformat sha sha1 sha2 soundex space strcmp substr substring
	substring_index to_base64 to_char trim ucase unhex upper weight_string `

const mysqlMath = ` abs acos asin atan atan2 bit_count ceil ceiling cos cot degrees exp floor greatest least ln log
	log10 log2 mod pi pow power radians rand round sign sin sqrt tan truncate `

const mysqlTime = ` add_months adddate addtime convert_tz curdate current_date current_time current_timestamp curtime date date_add
	date_format date_sub datediff day dayname dayofmonth dayofweek dayofyear extract from_days from_unixtime get_format
	hour last_day localtime localtimestamp makedate maketime microsecond minute month monthname now period_add period_diff
	quarter sec_to_time second str_to_date subdate subtime time time_format time_to_sec timediff timestamp timestampadd
	timestampdiff to_days to_seconds unix_timestamp utc_date utc_time utc_timestamp week weekday weekofyear year yearweek `

const mysqlJSON = ` json_array json_array_append json_array_insert json_array_intersect json_compact json_contains
	json_contains_path json_depth json_detailed json_equals json_exists json_extract json_insert json_key_value json_keys
	json_length json_loose json_merge json_merge_patch json_merge_preserve json_normalize json_object json_overlaps
	json_pretty json_query json_quote json_remove json_replace json_schema_valid json_search json_set json_storage_size
	json_type json_unquote json_valid json_value member_of `

const mysqlOther = ` any_value coalesce convert grouping if ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa interval
	is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 is_uuid isnull nullif nvl nvl2 version
	st_x st_y st_distance st_distance_sphere st_astext st_asgeojson st_geomfromtext st_contains st_within st_intersects
	st_area st_length st_centroid st_srid point st_pointfromtext `

const mysqlAggregates = ` avg bit_and bit_or bit_xor count group_concat json_arrayagg json_objectagg max min std stddev
	stddev_pop stddev_samp sum var_pop var_samp variance `

const mysqlWindows = ` cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number `
