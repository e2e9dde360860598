package executor

import (
	"context"

	"github.com/custard-ai/custard/internal/custard"
)

// Values finds words of a question among the database's values.
func (e *Executor) Values(context.Context, custard.ValuesRequest) ([]custard.ValueMatch, error) {
	return nil, nil
}
