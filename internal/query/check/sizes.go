package check

import (
	"math"
	"strconv"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// What a statement may ask for at most, in one value or one function's rows. A time limit does not stop memory that is taken
// at once.
const (
	maxRepeat   = 10_000     // letters that a function makes
	maxProduct  = 10_000_000 // letters that functions inside one another make
	maxSeries   = 1_000_000  // rows of a series
	maxExponent = 1_000      // of a power, digits of a number, argument of a factorial
	maxWidth    = 1_000      // of a field in a format
	maxLiteral  = 400        // exponent of a numeric literal
)

// constant is the value of a whole number, or of small arithmetic on such.
func constant(e query.Expr) (int64, bool) {
	n, ok := value(e)
	if !ok || math.IsNaN(n) || math.Abs(n) > math.MaxInt64/2 {
		return math.MaxInt64, ok
	}
	return int64(n), true
}

func value(e query.Expr) (float64, bool) {
	switch e := e.(type) {
	case *query.Number:
		if n, err := strconv.ParseInt(e.Text, 0, 64); err == nil && !strings.HasPrefix(e.Text, "0") {
			return float64(n), true
		}
		if strings.HasPrefix(e.Text, "0x") || strings.HasPrefix(e.Text, "0X") {
			n, err := strconv.ParseUint(e.Text[2:], 16, 64)
			return float64(n), err == nil
		}
		n, err := strconv.ParseFloat(strings.ReplaceAll(e.Text, "_", ""), 64)
		return n, err == nil || math.IsInf(n, 0)
	case *query.String:
		n, err := strconv.ParseFloat(strings.TrimSpace(e.Value), 64)
		return n, err == nil || math.IsInf(n, 0)
	case *query.Unary:
		n, ok := value(e.X)
		switch e.Op {
		case "-":
			return -n, ok
		case "+":
			return n, ok
		}
	case *query.Cast:
		return value(e.X)
	case *query.Binary:
		return arithmeticValue(e)
	}
	return 0, false
}

func arithmeticValue(e *query.Binary) (float64, bool) {
	l, ok := value(e.L)
	if !ok {
		return 0, false
	}
	n, ok := value(e.R)
	if !ok {
		return 0, false
	}
	switch e.Op {
	case "+":
		return l + n, true
	case "-":
		return l - n, true
	case "*":
		return l * n, true
	case "/", "//", "DIV":
		return l / n, n != 0
	case "^", "**":
		return math.Pow(l, n), true
	case "<<":
		return l * math.Pow(2, n), true
	}
	return 0, false
}

// atMost is the most that an expression can be: a constant, or what least() has beside something unknown.
func atMost(e query.Expr) (int64, bool) {
	if _, null := e.(*query.Null); null {
		return 0, true
	}
	f, ok := e.(*query.Func)
	if !ok {
		return constant(e)
	}
	name := strings.ToLower(f.Name.Last().Name)
	if name != "least" && (name != "min" || len(f.Args) < 2) {
		return 0, false
	}
	most, found := int64(math.MaxInt64), false
	for _, a := range f.Args {
		if n, ok := atMost(a.Value); ok {
			most, found = min(most, n), true
		}
	}
	return most, found
}

// sizes bounds the arguments of a call that size memory or name a pattern.
func (r *resolver) sizes(name string, f *query.Func) {
	switch name {
	case "repeat", "lpad", "rpad":
		r.sized(name, f, 1, maxRepeat)
	case "space", "zeroblob", "randomblob", "randstr":
		r.sized(name, f, 0, maxRepeat)
	case "bar":
		r.sized(name, f, 3, maxRepeat)
	case "to_base", "equi_width_bins":
		r.sized(name, f, 2, maxRepeat)
	case "factorial":
		r.sized(name, f, 0, maxExponent)
	case "power", "pow":
		r.exponent(argument(f, 1))
	case "exp":
		r.exponent(argument(f, 0))
	case "round", "trunc", "truncate", "json_pretty":
		if n, ok := constant(argument(f, 1)); ok && argument(f, 1) != nil && n > maxExponent {
			r.tooLarge(name, n, maxExponent)
		}
	case "format", "printf", "sformat":
		r.format(name, f)
	case "generate_series", "range":
		r.series(name, f)
	case "generator":
		r.generator(f)
	case "replace":
		if s, ok := argument(f, 2).(*query.String); ok && len(s.Value) > 16 {
			r.makes(int64(len(s.Value)))
		}
	case "regexp_replace", "regexp_match", "regexp_matches", "regexp_like", "regexp_substr", "regexp_count", "regexp_instr",
		"regexp_split_to_array", "regexp_split_to_table", "regexp_extract", "regexp_extract_all", "regexp_full_match",
		"regexp_substr_all", "regexp", "rlike", "string_split_regex", "str_split_regex":
		r.pattern(argument(f, 1))
	case "substring", "substr":
		if s, ok := argument(f, 1).(*query.String); ok && r.rules.dialect == custard.Postgres {
			r.pattern(s)
		}
	case "jsonb_path_exists", "jsonb_path_match", "jsonb_path_query", "jsonb_path_query_array", "jsonb_path_query_first",
		"jsonb_path_exists_tz", "jsonb_path_query_tz", "json_exists", "json_value", "json_query":
		r.jsonPath(argument(f, 1))
	case "like", "glob", "ilike":
		r.wildcards(argument(f, 0))
		r.wildcards(argument(f, 1))
	}
}

func argument(f *query.Func, i int) query.Expr {
	if i < len(f.Args) {
		return f.Args[i].Value
	}
	return nil
}

// sized wants an argument to be a small known number.
func (r *resolver) sized(name string, f *query.Func, i int, limit int64) {
	e := argument(f, i)
	if e == nil {
		return
	}
	n, ok := atMost(e)
	if !ok {
		r.refuse("Write a number there, or least(…, 1000) around the expression.", "%s makes a value of a size that is not known before it runs", name)
		return
	}
	if n > limit {
		r.tooLarge(name, n, limit)
		return
	}
	if n > 64 && name != "factorial" {
		r.makes(n)
	}
}

// makes counts values that are made n times as large; one may stand inside the other.
func (r *resolver) makes(n int64) {
	if r.product == 0 {
		r.product = 1
	}
	if r.product *= n; r.product > maxProduct {
		r.refuse("Make the numbers smaller.", "the statement makes values of more than %d bytes", maxProduct)
	}
}

func (r *resolver) tooLarge(name string, n, limit int64) {
	if n == math.MaxInt64 {
		r.refuse("Make it smaller.", "the size that %s is given is more than %d", name, limit)
		return
	}
	r.refuse("Make it smaller.", "the size %d that %s is given is more than %d", n, name, limit)
}

func (r *resolver) exponent(e query.Expr) {
	if e == nil {
		return
	}
	if n, ok := constant(e); ok && (n > maxExponent || n < -maxExponent) {
		r.refuse("Make it smaller.", "an exponent is more than %d", maxExponent)
	}
}

// operandSizes does for operators what sizes does for calls.
func (r *resolver) operandSizes(op string, _, right query.Expr) {
	switch op {
	case "^", "**":
		if r.rules.dialect == custard.Postgres || r.rules.dialect == custard.DuckDB {
			r.exponent(right)
		}
	case "~", "~*", "!~", "!~*":
		r.pattern(right)
	case "~~", "!~~", "~~*", "!~~*":
		r.wildcards(right)
	case "@?", "@@":
		r.jsonPath(right)
	}
}

// number bounds a numeric literal's digits.
func (r *resolver) number(n *query.Number) {
	if len(n.Text) > maxExponent {
		r.refuse("", "a number has more than %d digits", maxExponent)
		return
	}
	if strings.HasPrefix(n.Text, "0x") || strings.HasPrefix(n.Text, "0X") {
		return
	}
	if i := strings.IndexAny(n.Text, "eE"); i >= 0 {
		if exp, err := strconv.Atoi(strings.TrimPrefix(n.Text[i+1:], "+")); err != nil || exp > maxLiteral || exp < -maxLiteral {
			r.refuse("", "the exponent of the number %s is too large", n.Text)
		}
	}
}

// typeSizes bounds what stands in parentheses after a type's name.
func (r *resolver) typeSizes(t *query.Type) {
	for _, a := range t.Args {
		n, err := strconv.ParseInt(strings.TrimSpace(a), 10, 64)
		limit := int64(10_485_760)
		switch strings.ToLower(t.Name.Last().Name) {
		case "char", "character", "bpchar", "nchar", "binary", "bit", "bit varying", "varbit", "bitstring":
			limit = maxRepeat
		case "numeric", "decimal", "dec", "number":
			limit = maxExponent
		}
		if err != nil || n > limit || n < -limit {
			r.refuse("Use a smaller one.", "the size %s of the type %s is not allowed", a, t.Name.Last().Name)
			return
		}
	}
	if t.Array > 6 {
		r.refuse("", "an array type has too many dimensions")
	}
}

// format bounds the widths in a format such as '%10s' or '{:>10}'.
func (r *resolver) format(name string, f *query.Func) {
	if r.rules.dialect == custard.MySQL && name == "format" {
		return
	}
	text, ok := literal(argument(f, 0))
	if !ok {
		r.refuse("Write the format as a text in quotes.", "the format that %s is given is not a text", name)
		return
	}
	braces := name == "sformat" || name == "format" && r.rules.dialect == custard.DuckDB
	inside := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case braces && c == '{':
			inside = true
		case braces && c == '}':
			inside = false
		case !braces && c == '%':
			inside = !inside
		case inside && c == '*':
			r.refuse("Write the width as a number.", "a width that is an argument is not allowed in %s", name)
			return
		case inside && c >= '0' && c <= '9':
			j := i
			for j < len(text) && text[j] >= '0' && text[j] <= '9' {
				j++
			}
			if n, err := strconv.Atoi(text[i:j]); err != nil || n > maxWidth {
				r.refuse("Make it smaller.", "a width in the format of %s is more than %d", name, maxWidth)
				return
			}
			i = j - 1
		case inside && !braces && (c >= 'a' && c <= 'z' && c != 'l' && c != 'h' || c >= 'A' && c <= 'Z'):
			inside = false
		}
	}
}

// literal is the text of a string, or of several put together.
func literal(e query.Expr) (string, bool) {
	switch e := e.(type) {
	case *query.String:
		return e.Value, true
	case *query.Cast:
		return literal(e.X)
	case *query.Collate:
		return literal(e.X)
	case *query.Binary:
		if e.Op != "||" {
			return "", false
		}
		l, ok := literal(e.L)
		if !ok {
			return "", false
		}
		right, ok := literal(e.R)
		return l + right, ok
	}
	return "", false
}
