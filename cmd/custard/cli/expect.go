package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// expectation is an assertion about a result: rows > 0, value < 100, stock >= 0. See `custard help assertions`.
type expectation struct {
	text   string
	name   string // of a column; "" for rows and value
	rows   bool
	value  bool
	op     string
	number float64 // what is compared with: a number,
	word   string  // or a text,
	kind   byte    // n, t or 0 for null

	column int
	failed string // the first value that does not hold, as text
	seen   bool   // value: the first row has come
}

func parseExpectation(text string) (*expectation, error) {
	bad := func(why string) error {
		return usagef("It is a name, an operator and a value: 'rows > 0', 'value < 100', 'stock >= 0'. See `custard help assertions`.",
			"--expect %q %s", text, why)
	}
	e := &expectation{text: text, column: -1}
	rest := strings.TrimSpace(text)
	if quoted, ok := strings.CutPrefix(rest, `"`); ok {
		name, after, closed := strings.Cut(quoted, `"`)
		if !closed || name == "" {
			return nil, bad("has a name without its closing quote")
		}
		e.name, rest = name, strings.TrimSpace(after)
	} else {
		i := strings.IndexAny(rest, "=!<>")
		if i <= 0 {
			return nil, bad("has no operator (= != < <= > >=)")
		}
		e.name, rest = strings.TrimSpace(rest[:i]), rest[i:]
		switch e.name {
		case "rows":
			e.rows, e.name = true, ""
		case "value":
			e.value, e.name = true, ""
		}
	}
	for _, op := range [...]string{"==", "!=", "<>", "<=", ">=", "=", "<", ">"} {
		if after, ok := strings.CutPrefix(rest, op); ok {
			e.op, rest = op, strings.TrimSpace(after)
			break
		}
	}
	switch e.op {
	case "":
		return nil, bad("has no operator (= != < <= > >=)")
	case "==":
		e.op = "="
	case "<>":
		e.op = "!="
	}
	number, err := strconv.ParseFloat(rest, 64)
	switch {
	case rest == "":
		return nil, bad("compares with nothing")
	case strings.EqualFold(rest, "null"):
		if e.rows || (e.op != "=" && e.op != "!=") {
			return nil, bad("compares null with something else than = or !=")
		}
	case len(rest) >= 2 && rest[0] == '\'' && rest[len(rest)-1] == '\'':
		if e.rows {
			return nil, bad("compares a number of rows with a text")
		}
		e.kind, e.word = 't', strings.ReplaceAll(rest[1:len(rest)-1], "''", "'")
	case err == nil && !math.IsNaN(number):
		e.kind, e.number = 'n', number
	default:
		return nil, bad("compares with neither a number, nor a text in single quotes, nor null")
	}
	return e, nil
}

// begin finds the column of the expectation.
func (e *expectation) begin(fields []custard.Field) error {
	switch {
	case e.rows:
		return nil
	case e.value:
		e.column = 0
		return nil
	}
	names := make([]string, 0, len(fields))
	for i, f := range fields {
		if strings.EqualFold(f.Name, e.name) {
			e.column = i
			return nil
		}
		names = append(names, f.Name)
	}
	return usagef("It has: "+strings.Join(names, ", ")+".", "--expect %q: the result has no column %q", e.text, e.name)
}

// look takes a cell of the expectation's column.
func (e *expectation) look(cell []byte, null bool) {
	if e.failed != "" || (e.value && e.seen) {
		return
	}
	e.seen = true
	if !e.holds(cell, null) {
		e.failed = "NULL"
		if !null {
			e.failed = strconv.Quote(string(cell[:min(len(cell), 60)]))
			if _, err := strconv.ParseFloat(string(cell), 64); err == nil {
				e.failed = string(cell)
			}
		}
	}
}

func (e *expectation) holds(cell []byte, null bool) bool {
	switch {
	case e.kind == 0:
		return null == (e.op == "=")
	case null:
		return e.op == "!="
	case e.kind == 't':
		return compares(strings.Compare(string(cell), e.word), e.op)
	}
	v, err := strconv.ParseFloat(string(cell), 64)
	if err != nil || math.IsNaN(v) {
		return e.op == "!="
	}
	switch {
	case v < e.number:
		return compares(-1, e.op)
	case v > e.number:
		return compares(1, e.op)
	}
	return compares(0, e.op)
}

func compares(order int, op string) bool {
	switch op {
	case "=":
		return order == 0
	case "!=":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// end returns the error of an expectation that did not hold in so many rows.
func (e *expectation) end(rows int64) error {
	failed := e.failed
	switch {
	case e.rows:
		if n := strconv.FormatInt(rows, 10); !e.holds([]byte(n), false) {
			failed = n
		}
	case e.value && rows == 0:
		failed = "missing: there are no rows"
	}
	if failed == "" {
		return nil
	}
	what := e.name
	if e.rows {
		what = "rows"
	} else if e.value {
		what = "value"
	}
	return custard.Errorf(custard.CodeAssertion, "the expectation %s does not hold", e.text).WithHint("%s", fmt.Sprintf("%s is %s.", what, failed))
}
