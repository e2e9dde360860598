package postgres

import (
	"context"
	"iter"
	"strconv"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// Distinct yields distinct texts of a column.
func (c *Conn) Distinct(ctx context.Context, table *custard.Table, column *custard.Column, scan, limit int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		sql := "SELECT DISTINCT v::text FROM (SELECT " + quote(column.Name) + " AS v FROM " + quote(table.Schema) + "." + quote(table.Name) +
			" LIMIT " + strconv.Itoa(scan) + ") s WHERE v IS NOT NULL LIMIT " + strconv.Itoa(limit)
		f, err := c.fly(ctx, 0, true, sql)
		if err != nil {
			yield("", err)
			return
		}
		defer f.finish()
		rows, err := f.next()
		if err != nil {
			yield("", f.cause(err))
			return
		}
		for rows.NextRow() {
			if !yield(string(rows.Values()[0]), nil) {
				f.stop()
				return
			}
		}
		if _, err := rows.Close(); err != nil {
			yield("", f.cause(err))
		}
	}
}

// quote writes a name as the server reads it.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
