package check

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// arity is how many arguments a function takes.
type arity struct {
	least, most int  // most is manyArgs where there is no end
	pairs       bool // the number is even
}

const manyArgs = 1 << 20

func (a arity) takes(n int) bool {
	return n >= a.least && n <= a.most && (!a.pairs || n%2 == 0)
}

func (a arity) String() string {
	switch {
	case a.pairs:
		return "pairs of arguments"
	case a.most == 0:
		return "no arguments"
	case a.most == manyArgs && a.least == 1:
		return "at least 1 argument"
	case a.most == manyArgs:
		return fmt.Sprintf("at least %d arguments", a.least)
	case a.least == a.most && a.most == 1:
		return "1 argument"
	case a.least == a.most:
		return fmt.Sprintf("%d arguments", a.least)
	case a.least+1 == a.most:
		return fmt.Sprintf("%d or %d arguments", a.least, a.most)
	default:
		return fmt.Sprintf("%d to %d arguments", a.least, a.most)
	}
}

// aritiesOf is how many arguments a dialect's functions take, by name in lower case. It is for what every release of the
// database that is supported agrees on, or for the widest of them: a function that is not here takes any number.
func aritiesOf(d custard.Dialect) map[string]arity {
	switch d {
	case custard.Postgres:
		return postgresArities()
	case custard.MySQL:
		return mysqlArities()
	case custard.SQLite:
		return sqliteArities()
	default:
		return nil
	}
}

// takings makes a look-up table of lists of names, each under what they take: "2", "1-3", "2+" or "pairs".
func takings(lists map[string]string) map[string]arity {
	out := make(map[string]arity, 256)
	for takes, names := range lists {
		a := arity{most: manyArgs, pairs: takes == "pairs"}
		if low, high, ok := strings.Cut(takes, "-"); ok {
			a.least, _ = strconv.Atoi(low)
			a.most, _ = strconv.Atoi(high)
		} else if low, ok := strings.CutSuffix(takes, "+"); ok {
			a.least, _ = strconv.Atoi(low)
		} else if !a.pairs {
			a.least, _ = strconv.Atoi(takes)
			a.most = a.least
		}
		for name := range strings.FieldsSeq(names) {
			out[name] = a
		}
	}
	return out
}

// countArguments says that a call has a number of arguments that its function does not take. Arguments with names, and those
// out of an array, count for as many as they like.
func (r *resolver) countArguments(f *query.Func, name string, vals []val) {
	if r.err != nil || r.probe || f.Star {
		return
	}
	a, ok := aritiesOf(r.rules.dialect)[name]
	if !ok || a.takes(len(f.Args)) {
		return
	}
	for _, arg := range f.Args {
		if arg.Name != nil || arg.Variadic {
			return
		}
	}
	if c, ok := oneName(f.Args); ok && r.rules.rowValue && len(vals) == 1 && vals[0].at.src == nil && len(c.Name) == 1 {
		return // PostgreSQL also reads left(t) as t.left
	}
	shape := name + "(" + strings.Join([]string{"a", "b", "c", "d"}[:min(a.least, 4)], ", ") + ")"
	if a.pairs {
		shape = name + "('name', value, …)"
	} else if a.most > a.least || a.least > 4 {
		shape = strings.TrimSuffix(strings.Replace(shape, "()", "(a)", 1), ")") + ", …)"
		if a.least == 0 {
			shape = name + "() or " + name + "(a)"
		}
	}
	r.fail(custard.Errorf(custard.CodeSyntax, "%s takes %s, not %d", name, a, len(f.Args)).WithHint("Write %s.", shape))
}

// oneName is the only argument of a call, where it is a name.
func oneName(args []query.Arg) (*query.Column, bool) {
	if len(args) != 1 {
		return nil, false
	}
	c, ok := args[0].Value.(*query.Column)
	return c, ok
}

// SQLite is part of Custard: these are what its own list of functions says. The JSON functions count for themselves.
var sqliteArities = sync.OnceValue(func() map[string]arity {
	return takings(map[string]string{
		"0": `cume_dist dense_rank percent_rank pi random rank row_number sqlite_version`,
		"1": `abs acos acosh asin asinh atan atanh avg ceil ceiling cos cosh degrees exp first_value floor hex json
			json_error_position json_group_array json_quote jsonb jsonb_group_array last_value length likely ln log10 log2 lower
			ntile octet_length quote radians sign sin sinh soundex sqrt subtype sum tan tanh total trunc typeof unicode unistr
			unlikely upper`,
		"0-1": `count`,
		"1-2": `group_concat json_array_length json_pretty json_type json_valid log ltrim round rtrim trim unhex`,
		"1-3": `lag lead`,
		"1+":  `concat max min`,
		"2": `atan2 glob ifnull instr json_group_object json_patch jsonb_group_object jsonb_patch likelihood mod nth_value
			nullif pow power string_agg timediff`,
		"2-3":   `like substr substring`,
		"2+":    `coalesce concat_ws if iif`,
		"3":     `replace`,
		"pairs": `json_object jsonb_object`,
	})
})

// What stands with words of its own between the parentheses (TRIM, POSITION, SQL's JSON functions) or WITHIN GROUP is not here.
var postgresArities = sync.OnceValue(func() map[string]arity {
	return takings(map[string]string{
		"0": `clock_timestamp now pi row_number statement_timestamp timeofday transaction_timestamp version`,
		"1": `abs acos acosd acosh any_value array_agg array_dims array_ndims array_reverse array_shuffle ascii asin asind
			asinh atan atand atanh avg bit_and bit_count bit_length bit_or bit_xor bool_and bool_or cardinality casefold cbrt
			ceil ceiling char_length character_length chr cos cosd cosh cot cotd count degrees erf erfc every exp factorial
			first_value float4 float8 floor gamma initcap int2 int4 int8 isfinite json_agg json_agg_strict json_array_elements
			json_array_elements_text json_array_length json_each json_each_text json_object_keys json_typeof jsonb_agg
			jsonb_agg_strict jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_each jsonb_each_text
			jsonb_object_keys jsonb_pretty jsonb_typeof justify_days justify_hours justify_interval last_value lgamma ln log10
			lower max md5 min min_scale ntile octet_length pg_typeof quote_ident quote_literal quote_nullable radians reverse
			scale sign sin sind sinh sqrt stddev stddev_pop stddev_samp sum tan tand tanh to_bin to_hex to_json to_jsonb to_oct
			trim_scale unistr upper var_pop var_samp variance`,
		"0-2": `random random_normal`,
		"0-7": `make_interval`,
		"1-2": `age array_to_json btrim json_strip_nulls jsonb_strip_nulls length log ltrim round row_to_json rtrim to_timestamp
			to_tsquery to_tsvector trunc`,
		"1-3": `array_sort lag lead`,
		"1+":  `coalesce concat format greatest least num_nonnulls num_nulls`,
		"2": `array_append array_cat array_length array_lower array_positions array_prepend array_remove array_sample array_upper
			atan2 atan2d convert_from convert_to corr covar_pop covar_samp date_part decode div encode gcd json_object_agg
			json_object_agg_strict jsonb_object_agg jsonb_object_agg_strict lcm left mod nth_value nullif pow power
			regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy repeat right
			starts_with string_agg strpos to_char to_date to_number trim_array`,
		"2-3": `array_position array_to_string date_add date_subtract date_trunc lpad regexp_like regexp_match regexp_matches
			regexp_split_to_array regexp_split_to_table rpad string_to_array string_to_table substr substring`,
		"2-4":   `generate_series regexp_count width_bucket`,
		"2-6":   `regexp_substr`,
		"2-7":   `regexp_instr`,
		"2+":    `concat_ws`,
		"3":     `array_replace date_bin make_date make_time replace split_part translate`,
		"3-4":   `jsonb_insert jsonb_set`,
		"3-6":   `regexp_replace`,
		"6":     `make_timestamp`,
		"6-7":   `make_timestamptz`,
		"pairs": `json_build_object jsonb_build_object`,
	})
})

// For MySQL and MariaDB alike.
var mysqlArities = sync.OnceValue(func() map[string]arity {
	return takings(map[string]string{
		"0": `cume_dist dense_rank percent_rank pi rank row_number`,
		"1": `abs acos ascii asin avg bin bit_and bit_count bit_length bit_or bit_xor ceil ceiling char_length character_length
			cos cot dayname dayofmonth dayofweek dayofyear degrees exp first_value floor hex inet_aton inet_ntoa isnull
			json_arrayagg json_depth json_type json_unquote json_valid last_day last_value lcase length ln log10 log2 lower max
			md5 min monthname ntile octet_length ord quote radians reverse sec_to_time sha sha1 sign sin soundex space sqrt std
			stddev stddev_pop stddev_samp sum tan time_to_sec to_days to_seconds ucase unhex upper var_pop var_samp variance
			weekday weekofyear`,
		"0-1": `now rand unix_timestamp`,
		"1-2": `atan atan2 from_unixtime json_length log round week yearweek`,
		"1-3": `lag lead`,
		"1+":  `coalesce concat count greatest least`,
		"2": `addtime datediff find_in_set ifnull instr json_objectagg left makedate nth_value nullif period_add
			period_diff pow power repeat right str_to_date strcmp subtime time_format timediff truncate`,
		"2-3":   `date_format format json_contains locate lpad mid rpad substr substring`,
		"2+":    `concat_ws elt field json_extract`,
		"3":     `conv convert_tz if maketime replace substring_index timestampadd timestampdiff`,
		"3+":    `json_insert json_replace json_set`,
		"4":     `insert`,
		"pairs": `json_object`,
	})
})
