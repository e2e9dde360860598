package executor

import (
	"context"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/check"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
)

// statementAge is how old a schema may be that a statement is checked against. What is missing from it is asked for
// before the statement is refused, and what is gone from the database the database itself refuses.
const statementAge = time.Minute

// prepare turns a statement's text into the text that the database is given: parsed, checked against the schema, and
// printed from the tree. One row more than the limit is asked for, so that it is known whether there were more.
func (e *Executor) prepare(ctx context.Context, stmt custard.Statement) (string, error) {
	dialect := e.driver.Dialect()
	q, err := parse.Parse(dialect, stmt.SQL)
	if err != nil {
		return "", err
	}
	opts := check.Options{Dialect: dialect}
	if stmt.Limits.Rows > 0 {
		opts.MaxRows = stmt.Limits.Rows + 1
	}
	var known *known
	var index *check.Index
	if check.NeedsSchema(q) {
		if known, err = e.schema.get(ctx, e, max(statementAge, e.opts.SchemaAge)); err != nil {
			return "", err
		}
		index = known.index
	}
	checked, err := check.Check(q, index, opts)
	if err != nil && known != nil && unknownName(err) {
		// The table may be younger than what is known of the schema: the database is asked at once.
		now, asked := e.schema.get(ctx, e, 0)
		if asked != nil {
			return "", asked
		}
		if now != known {
			known = now
			checked, err = check.Check(q, now.index, opts)
		}
	}
	if err != nil {
		return "", err
	}
	if dialect == custard.Postgres {
		var schema *custard.Schema
		if known != nil {
			schema = known.schema
		}
		qualify(checked.Query, schema)
	}
	return print.SQL(dialect, checked.Query)
}

func unknownName(err error) bool {
	code := custard.AsError(err).Code
	return code == custard.CodeUnknownTable || code == custard.CodeUnknownColumn
}
