package executor

import (
	"context"

	"github.com/custard-ai/custard/internal/custard"
)

// prepare returns the text that the database is given for a statement.
func (e *Executor) prepare(_ context.Context, stmt custard.Statement) (string, error) {
	return stmt.SQL, nil
}
