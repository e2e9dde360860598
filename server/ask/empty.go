package ask

import (
	"context"
	"fmt"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/check"
	"github.com/custard-ai/custard/internal/query/print"
)

// rangeTimeout bounds the look at a column's first and last date: a hint is not worth a long scan.
const rangeTimeout = 2 * time.Second

// emptySentence is the sentence for no rows. Where the query asks for a period it says which dates there are, since 'no
// rows in 2012' and 'no data before 2021' are different answers.
func (r *run) emptySentence(ctx context.Context, checked *check.Result) string {
	const none = "No rows match."
	table, column := datedColumn(checked)
	if table == nil || r.view == nil || r.view.context.Masked(r.view.schema, table, column.Name) {
		return none
	}
	ends := func(f string) query.Item {
		return query.Item{Expr: &query.Func{
			Name: query.Name{{Name: f}},
			Args: []query.Arg{{Value: &query.Column{Name: query.Name{query.ID(column.Name)}}}},
		}}
	}
	name := query.Name{query.ID(table.Name)}
	if table.Schema != "" {
		name = query.Name{query.ID(table.Schema), query.ID(table.Name)}
	}
	sql, err := print.SQL(r.svc.cfg.Dialect, &query.Query{Body: &query.Select{
		Items: []query.Item{ends("min"), ends("max")},
		From:  []query.TableExpr{&query.Table{Name: name}},
	}})
	if err != nil {
		return none
	}
	ctx, cancel := context.WithTimeout(ctx, rangeTimeout)
	defer cancel()
	res, err := r.svc.cfg.Source.Query(ctx, custard.Statement{SQL: sql, Limits: custard.Limits{Rows: 1, Timeout: rangeTimeout}})
	if err != nil {
		return none
	}
	s := newSample(res.Fields, false)
	for batch, err := range res.Batches {
		if err != nil {
			return none
		}
		s.add(batch)
	}
	if s.kept() != 1 || len(s.fields) != 2 || s.at(0, 0).null || s.at(0, 1).null {
		return none
	}
	first, last := day(s.show(0, 0)), day(s.show(0, 1))
	if !periodText(first) || !periodText(last) { // names that were compared with what looks like a year
		return none
	}
	return fmt.Sprintf("No rows match; %s.%s runs from %s to %s.", table.Name, column.Name, first, last)
}

// day is the date of a timestamp's text.
func day(text string) string {
	const date = len("2006-01-02")
	if len(text) > date && (text[date] == ' ' || text[date] == 'T') {
		return text[:date]
	}
	return text
}

// datedColumn returns the column that a query compares with a date, and its table; nil where there is none or it is not
// clear whose it is.
func datedColumn(checked *check.Result) (*custard.Table, *custard.Column) {
	var table *custard.Table
	var column *custard.Column
	query.Inspect(checked.Query, func(n query.Node) bool {
		b, ok := n.(*query.Binary)
		if !ok || column != nil {
			return column == nil
		}
		switch b.Op {
		case ">", ">=", "<", "<=", "=":
		default:
			return true
		}
		ref, okRef := b.L.(*query.Column)
		text, okText := b.R.(*query.String)
		if !okRef || !okText || !periodText(text.Value) {
			return true
		}
		var owner *custard.Table
		var found *custard.Column
		owners := 0
		for _, t := range checked.Tables {
			c := t.Column(ref.Name.Last().Name)
			if c == nil || len(ref.Name) > 1 && ref.Name[len(ref.Name)-2].Name != t.Name {
				continue
			}
			owner, found = t, c
			owners++
		}
		if owners == 1 {
			table, column = owner, found
		}
		return true
	})
	return table, column
}
