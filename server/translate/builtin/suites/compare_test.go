package suites

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// result is what a query gives: rows of cells in a form that can be compared.
type result [][]string

// rows runs a query. A query that takes too long fails.
func rows(ctx context.Context, db *sql.DB, query string) (result, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	res, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer res.Close()
	names, err := res.Columns()
	if err != nil {
		return nil, err
	}
	var out result
	for res.Next() {
		cells, at := make([]any, len(names)), make([]any, len(names))
		for i := range cells {
			at[i] = &cells[i]
		}
		if err := res.Scan(at...); err != nil {
			return nil, err
		}
		row := make([]string, len(cells))
		for i, c := range cells {
			row[i] = normal(c)
		}
		out = append(out, row)
	}
	return out, res.Err()
}

// normal writes a cell so that values which people take for the same are the same: 3 and 3.0, a sum and the same sum
// rounded to cents, March 2024 as '2024-03' or '2024-03-01', midnight as a date.
func normal(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case bool:
		if v {
			return "1"
		}
		return "0"
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return number(v)
	case time.Time:
		return text(v.Format(time.DateTime))
	case []byte:
		return text(string(v))
	case string:
		return text(v)
	}
	return fmt.Sprint(v)
}

func number(v float64) string {
	places := 2
	if math.Abs(v) < 1 {
		places = 4
	}
	s := strconv.FormatFloat(v, 'f', places, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}

func text(s string) string {
	if v, err := strconv.ParseFloat(s, 64); err == nil && !strings.ContainsAny(s, "xXnNpP_") {
		return number(v)
	}
	s = strings.TrimSuffix(s, " 00:00:00")
	if regexp.MustCompile(`^\d{4}-\d{2}$`).MatchString(s) {
		return s + "-01"
	}
	if m := regexp.MustCompile(`^(\d{4})[- ]?Q([1-4])$`).FindStringSubmatch(s); m != nil {
		return m[1] + [...]string{"-01-01", "-04-01", "-07-01", "-10-01"}[m[2][0]-'1']
	}
	return s
}

// answers compares a result with the right one: the same rows, in any order of the columns and, unless ordered, of the
// rows. wider says that all is there and some columns more.
func answers(want, got result, ordered bool) (same, wider bool) {
	if len(want) == 0 || len(got) == 0 {
		return len(want) == len(got), false
	}
	n, m := len(want[0]), len(got[0])
	if len(want) != len(got) || m < n {
		return false, false
	}
	wanted, gotten := columns(want), columns(got)
	var fit func(chosen []int) bool
	fit = func(chosen []int) bool {
		k := len(chosen)
		if k == n {
			return equal(want, got, chosen, ordered)
		}
		for j := range m {
			if !slices.Contains(chosen, j) && slices.Equal(wanted[k], gotten[j]) && fit(append(chosen, j)) {
				return true
			}
		}
		return false
	}
	if !fit(make([]int, 0, n)) {
		return false, false
	}
	return n == m, n < m
}

// columns returns each column's cells, sorted.
func columns(r result) [][]string {
	out := make([][]string, len(r[0]))
	for i := range out {
		for _, row := range r {
			out[i] = append(out[i], row[i])
		}
		slices.Sort(out[i])
	}
	return out
}

func equal(want, got result, chosen []int, ordered bool) bool {
	a, b := make([]string, len(want)), make([]string, len(got))
	for i := range want {
		picked := make([]string, len(chosen))
		for k, j := range chosen {
			picked[k] = got[i][j]
		}
		a[i], b[i] = strings.Join(want[i], "\x00"), strings.Join(picked, "\x00")
	}
	if !ordered {
		slices.Sort(a)
		slices.Sort(b)
	}
	return slices.Equal(a, b)
}

// without drops columns at the end.
func (r result) without(n int) result {
	out := make(result, len(r))
	for i, row := range r {
		out[i] = row[:len(row)-n]
	}
	return out
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		want, got   result
		ordered     bool
		same, wider bool
	}{
		{"columns in another order", result{{"a", "1"}, {"b", "2"}}, result{{"1", "a"}, {"2", "b"}}, true, true, false},
		{"rows in another order", result{{"a"}, {"b"}}, result{{"b"}, {"a"}}, false, true, false},
		{"rows in another order where it matters", result{{"a"}, {"b"}}, result{{"b"}, {"a"}}, true, false, false},
		{"the same columns, paired otherwise", result{{"a", "1"}, {"b", "2"}}, result{{"a", "2"}, {"b", "1"}}, false, false, false},
		{"a column more", result{{"a"}, {"b"}}, result{{"1", "b"}, {"1", "a"}}, false, false, true},
		{"a column less", result{{"a", "1"}}, result{{"a"}}, false, false, false},
		{"a row twice", result{{"a"}, {"b"}}, result{{"a"}, {"b"}, {"b"}}, false, false, false},
		{"nothing and nothing", nil, nil, false, true, false},
		{"nothing", result{{"a"}}, nil, false, false, false},
	} {
		if same, wider := answers(c.want, c.got, c.ordered); same != c.same || wider != c.wider {
			t.Errorf("%s: got %v, %v", c.name, same, wider)
		}
	}
}

func TestNormal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   any
		want string
	}{
		{nil, "NULL"}, {int64(3), "3"}, {3.0, "3"}, {2.345678, "2.35"}, {0.05617, "0.0562"}, {"2024", "2024"}, {math.Copysign(0, -1), "0"},
		{"2024-03", "2024-03-01"}, {"2024-Q3", "2024-07-01"}, {"2024-03-05 00:00:00", "2024-03-05"}, {"NaN", "NaN"}, {"0x1p4", "0x1p4"},
	} {
		if got := normal(c.in); got != c.want {
			t.Errorf("%v: got %s, want %s", c.in, got, c.want)
		}
	}
}
