package conformance

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
)

// vocabulary is what random expressions without parentheses are made of; $ is an operand.
type vocabulary struct{ operands, prefixes, operators []string }

func (v vocabulary) random(r *rand.Rand, length int) string {
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	var b strings.Builder
	operand := func() {
		for r.IntN(5) == 0 {
			b.WriteString(pick(v.prefixes) + " ")
		}
		b.WriteString(pick(v.operands))
	}
	operand()
	for range length {
		b.WriteByte(' ')
		for i, part := range strings.Split(pick(v.operators), "$") {
			if i > 0 {
				operand()
			}
			b.WriteString(part)
		}
	}
	return b.String()
}

// grouping asks the witness whether it reads random chains of operators as package parse does: the text as it was must
// have the shape of the text with every parenthesis.
func (w witness) grouping(t *testing.T, v vocabulary) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	compared := 0
	for range 2_500 {
		sql := "SELECT " + v.random(r, 1+r.IntN(5)) + " FROM t"
		q, err := parse.Parse(w.dialect, sql)
		shape, witnessErr := w.shape(sql)
		if witnessErr != nil {
			continue // what no server reads does no harm
		}
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		explicit, err := print.Explicit(w.dialect, q)
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		if got, err := w.shape(explicit); err != nil || got != shape {
			t.Errorf("%s\nwas read as\n%s\nbut the other parser has\n%s\nand for that\n%s (%v)", sql, explicit, shape, got, err)
		}
		compared++
	}
	if compared < 1200 {
		t.Errorf("only %d expressions were compared", compared)
	}
}

var postgresVocabulary = vocabulary{
	operands: []string{"0", "1", "a", "b", "'x'", "c.d"},
	prefixes: []string{"NOT", "-", "+", "~", "@"},
	operators: []string{
		"OR $", "AND $", "= $", "<> $", "!= $", "< $", "<= $", "> $", ">= $", "& $", "| $", "<< $", ">> $", "+ $", "- $", "* $", "/ $", "% $", "^ $",
		"|| $", "-> $", "->> $", "@> $", "#>> $", "~ $", "~* $", "!~ $", "&& $", "# $", "LIKE $", "NOT LIKE $", "ILIKE $", "BETWEEN $ AND $",
		"NOT BETWEEN $ AND $", "IN (1, 2)", "NOT IN (0, 3)", "IS NULL", "IS NOT NULL", "IS TRUE", "IS NOT FALSE", "IS UNKNOWN", "ISNULL", "NOTNULL",
		"IS DISTINCT FROM $", "IS NOT DISTINCT FROM $", "AT TIME ZONE $", `COLLATE "C"`, "::text", "= ANY(a)",
	},
}

var mysqlVocabulary = vocabulary{
	operands: []string{"0", "1", "a", "b", "'x'", "c.d"},
	prefixes: []string{"NOT", "-", "~", "!"},
	operators: []string{
		"OR $", "AND $", "|| $", "&& $", "XOR $", "= $", "<=> $", "<> $", "< $", "<= $", "> $", ">= $", "& $", "| $", "<< $", ">> $", "+ $", "- $", "* $",
		"/ $", "% $", "DIV $", "MOD $", "^ $", "LIKE $", "NOT LIKE $", "REGEXP $", "BETWEEN $ AND $", "NOT BETWEEN $ AND $", "IN (1, 2)", "NOT IN (0, 3)",
		"IS NULL", "IS NOT NULL", "IS TRUE", "IS NOT FALSE",
	},
}
