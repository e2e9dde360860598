package demo

import (
	"context"
	"database/sql"
	"strings"
)

// batchArgs is about how many values one INSERT carries: enough that the cost of a statement vanishes, few enough that
// preparing one is cheap.
const batchArgs = 2000

// table collects rows and inserts many at a time. The first error stays and ends the work.
type table struct {
	ctx   context.Context
	tx    *sql.Tx
	name  string
	width int
	args  []any
	full  *sql.Stmt
	err   error
	rows  int
}

func newTable(ctx context.Context, tx *sql.Tx, name string, width int) *table {
	return &table{ctx: ctx, tx: tx, name: name, width: width, args: make([]any, 0, batchArgs/width*width)}
}

// add appends a row, with a value for each column in their order.
func (t *table) add(values ...any) {
	t.rows++
	t.args = append(t.args, values...)
	if len(t.args) < cap(t.args) || t.err != nil {
		return
	}
	if t.full == nil {
		t.full, t.err = t.tx.PrepareContext(t.ctx, t.statement(len(t.args)/t.width))
	}
	if t.err == nil {
		_, t.err = t.full.ExecContext(t.ctx, t.args...)
	}
	t.args = t.args[:0]
}

// flush inserts what is left and returns the first error.
func (t *table) flush() error {
	if t.err == nil && len(t.args) > 0 {
		_, t.err = t.tx.ExecContext(t.ctx, t.statement(len(t.args)/t.width), t.args...)
		t.args = t.args[:0]
	}
	if t.full != nil {
		_ = t.full.Close()
		t.full = nil
	}
	return t.err
}

func (t *table) statement(rows int) string {
	row := "(?" + strings.Repeat(",?", t.width-1) + ")"
	return "INSERT INTO " + t.name + " VALUES " + row + strings.Repeat(","+row, rows-1)
}
