package postgres

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

// endPatience is how long a statement whose rows were cut is given to end by itself before it is cancelled. The
// statements of package executor have a LIMIT and end at once.
const endPatience = 20 * time.Millisecond

// Query runs a statement.
func (c *Conn) Query(ctx context.Context, stmt custard.Statement) (*custard.Result, error) {
	if err := reads(stmt.SQL); err != nil {
		return nil, err
	}
	cancel := func() {}
	if stmt.Limits.Timeout > 0 { // the server's own timeout comes first; this one is for a server that does not answer
		ctx, cancel = context.WithTimeout(ctx, stmt.Limits.Timeout+time.Second)
	}
	f, err := c.fly(ctx, stmt.Limits.Timeout, false, stmt.SQL)
	if err != nil {
		cancel()
		return nil, err
	}
	r := &cursor{f: f, cancel: cancel, cell: c.maxCell}
	if stmt.Limits.Cell > 0 && stmt.Limits.Cell < r.cell {
		r.cell = stmt.Limits.Cell
	}
	r.rows, err = f.next()
	if err == nil && len(r.rows.FieldDescriptions()) == 0 {
		err = custard.Errorf(custard.CodeRefused, "the statement returns no columns")
	}
	if err != nil {
		err = f.cause(err)
		f.finish()
		cancel()
		return nil, err
	}
	r.fields = c.fields(r.rows.FieldDescriptions())
	return connector.Stream(r.fields, r, stmt.Limits)
}

// reads refuses text that does not begin like a statement that reads, before the server sees it. What begins so and
// writes nevertheless (WITH … INSERT) is the read-only transaction's to refuse.
func reads(sql string) error {
	if strings.IndexByte(sql, 0) >= 0 {
		return custard.Errorf(custard.CodeSyntax, "the statement holds a NUL byte")
	}
	text := strings.TrimLeft(sql, "( \t\r\n")
	end := strings.IndexFunc(text, func(c rune) bool { return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') })
	if end < 0 {
		end = len(text)
	}
	switch strings.ToLower(text[:end]) {
	case "select", "with", "values", "table":
		return nil
	case "":
		return custard.Errorf(custard.CodeSyntax, "there is no statement in the text")
	}
	return custard.Errorf(custard.CodeRefused, "only statements that read are run, not %s", strings.ToUpper(text[:end]))
}

// cursor is a running statement.
type cursor struct {
	f      *flight
	cancel context.CancelFunc
	rows   *pgconn.ResultReader
	fields []custard.Field
	cell   int64 // bytes of a cell at the most
}

// Next appends the next row: the server's own text.
func (r *cursor) Next(b *custard.Batch) (bool, error) {
	if !r.rows.NextRow() {
		_, err := r.rows.Close()
		return false, r.f.cause(err)
	}
	for i, text := range r.rows.Values() {
		if text == nil {
			b.AppendNull()
			continue
		}
		if int64(len(text)) > r.cell {
			return false, connector.CheckCell(r.fields[i].Name, len(text), r.cell)
		}
		b.Append(text)
	}
	return true, nil
}

// Close cancels the statement where rows are left, and waits until it has ended.
func (r *cursor) Close(whole bool) {
	if !whole {
		late := time.AfterFunc(endPatience, r.f.stop)
		if r.rows.NextRow() {
			r.f.stop()
		}
		late.Stop()
		for r.rows.NextRow() { // what was sent before the cancellation came
		}
	}
	r.f.finish()
	r.cancel()
}

// Explain plans a statement.
func (c *Conn) Explain(ctx context.Context, sql string) (*custard.Plan, error) {
	if err := reads(sql); err != nil {
		return nil, err
	}
	var text strings.Builder
	err := c.read(ctx, func(_ int, row [][]byte) error {
		text.Write(row[0])
		text.WriteByte('\n')
		return nil
	}, "EXPLAIN "+sql)
	if err != nil {
		return nil, err
	}
	plan := &custard.Plan{Text: text.String()}
	plan.Cost, plan.Rows = estimate(plan.Text)
	return plan, nil
}

// estimate reads the first line of a plan: Sort  (cost=1.00..2.50 rows=3 width=8).
func estimate(plan string) (cost, rows float64) {
	line, _, _ := strings.Cut(plan, "\n")
	_, line, _ = strings.Cut(line, "(cost=")
	_, line, _ = strings.Cut(line, "..")
	total, line, _ := strings.Cut(line, " rows=")
	count, _, _ := strings.Cut(line, " ")
	cost, _ = strconv.ParseFloat(total, 64) // zero where the server writes it otherwise
	rows, _ = strconv.ParseFloat(count, 64)
	return cost, rows
}

// read runs statements of our own in one flight and calls each for every row with the statement's number. The row is
// valid during the call only.
func (c *Conn) read(ctx context.Context, each func(query int, row [][]byte) error, queries ...string) error {
	f, err := c.fly(ctx, 0, true, queries...)
	if err != nil {
		return err
	}
	defer f.finish()
	for i := range queries {
		rows, err := f.next()
		if err != nil {
			return f.cause(err)
		}
		for rows.NextRow() {
			if err := each(i, rows.Values()); err != nil {
				f.stop()
				return err
			}
		}
		if _, err := rows.Close(); err != nil {
			return f.cause(err)
		}
	}
	return nil
}
