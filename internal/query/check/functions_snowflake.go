package check

import "sync"

// Not on the lists: system$…, the context functions (current_user, current_role, last_query_id …), get_ddl, the cortex and
// external functions, sequences, randstr, generator's time limit, result_scan and the information schema's functions.
var snowflakeFunctions = sync.OnceValue(func() map[string]kind {
	return listed(map[kind]string{
		scalar: snowflakeText + snowflakeMath + snowflakeTime + snowflakeJSON + snowflakeOther, aggregates: snowflakeAggregates,
		windows: snowflakeWindows, either: ` cume_dist dense_rank percent_rank rank `,
		tableOnly: ` flatten split_to_table strtok_split_to_table generator `,
	})
})

const snowflakeText = ` ascii base64_decode_binary base64_decode_string base64_encode bit_length char charindex chr collate
	collation concat concat_ws contains editdistance endswith hex_decode_binary hex_decode_string hex_encode ilike
	initcap insert jarowinkler_similarity left len length like like_all like_any lower lpad ltrim md5 md5_binary md5_hex
	md5_number_lower64 md5_number_upper64 octet_length parse_ip parse_url position regexp regexp_count regexp_instr
	regexp_like regexp_replace regexp_substr regexp_substr_all repeat replace reverse right rlike rpad rtrim
	rtrimmed_length sha1 sha1_hex sha2 sha2_hex soundex space split split_part startswith strtok strtok_to_array substr
	substring translate trim try_base64_decode_string try_hex_decode_string unicode upper `

const snowflakeMath = ` abs acos acosh asin asinh atan atan2 atanh bitand bitnot bitor bitshiftleft bitshiftright bitxor cbrt
	ceil ceiling cos cosh cot degrees div0 div0null exp factorial floor haversine ln log mod normal pi pow power radians
	random round seq1 seq2 seq4 seq8 sign sin sinh sqrt square tan tanh trunc truncate uniform width_bucket zipf `

const snowflakeTime = ` add_months convert_timezone current_date current_time current_timestamp date date_from_parts date_part
	date_trunc dateadd datediff datefromparts day dayname dayofmonth dayofweek dayofweekiso dayofyear extract getdate hour
	last_day localtime localtimestamp minute month monthname months_between next_day previous_day quarter second sysdate
	systimestamp time time_from_parts time_slice timeadd timediff timefromparts timestamp_from_parts timestamp_ltz_from_parts
	timestamp_ntz_from_parts timestamp_tz_from_parts timestampadd timestampdiff timestampfromparts to_date to_time
	to_timestamp to_timestamp_ltz to_timestamp_ntz to_timestamp_tz try_to_date try_to_time try_to_timestamp
	try_to_timestamp_ltz try_to_timestamp_ntz try_to_timestamp_tz week weekiso weekofyear year yearofweek yearofweekiso `

const snowflakeJSON = ` array_append array_cat array_compact array_construct array_construct_compact array_contains
	array_distinct array_except array_flatten array_insert array_intersection array_max array_min array_position
	array_prepend array_remove array_remove_at array_reverse array_size array_slice array_sort array_to_string
	arrays_overlap arrays_to_object arrays_zip as_array as_binary as_boolean as_char as_date as_decimal as_double
	as_integer as_number as_object as_real as_time as_timestamp_ltz as_timestamp_ntz as_timestamp_tz as_varchar
	check_json filter get get_ignore_case get_path is_array is_binary is_boolean is_char is_date is_date_value is_decimal
	is_double is_integer is_null_value is_object is_real is_time is_timestamp_ltz is_timestamp_ntz is_timestamp_tz
	is_varchar json_extract_path_text map_cat map_contains_key map_keys map_size object_construct
	object_construct_keep_null object_delete object_insert object_keys object_pick parse_json reduce strip_null_value
	to_array to_json to_object to_variant transform try_parse_json typeof `

const snowflakeOther = ` booland boolnot boolor boolxor coalesce decode equal_null greatest greatest_ignore_nulls grouping grouping_id
	hash iff ifnull is_distinct_from least least_ignore_nulls nullif nullifzero nvl nvl2 regr_valx regr_valy to_binary
	to_boolean to_char to_decimal to_double to_geography to_number to_numeric to_varchar try_cast try_to_binary
	try_to_boolean try_to_decimal try_to_double try_to_number try_to_numeric zeroifnull st_distance st_makepoint st_point
	st_x st_y st_dwithin st_contains st_within st_intersects st_area st_length `

const snowflakeAggregates = ` any_value approx_count_distinct approx_percentile approx_top_k approximate_count_distinct array_agg
	array_union_agg array_unique_agg avg bitand_agg bitmap_construct_agg bitor_agg bitxor_agg booland_agg boolor_agg
	boolxor_agg corr count count_if covar_pop covar_samp hash_agg hll kurtosis listagg max max_by median min min_by mode
	object_agg percentile_cont percentile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx
	regr_sxy regr_syy skew stddev stddev_pop stddev_samp sum var_pop var_samp variance variance_pop variance_samp `

const snowflakeWindows = ` conditional_change_event conditional_true_event first_value lag last_value lead nth_value ntile
	ratio_to_report row_number `
