package store

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/catalog"
)

type traceRow struct {
	bun.BaseModel `bun:"table:history_traces,alias:x"`

	OrgID string `bun:"org_id,pk"`
	ID    string `bun:"id,pk"`
	Body  []byte `bun:"body"`
}

// tracesOf are the traces of those entries that have one.
func tracesOf(list []catalog.OrgEntry) ([]traceRow, error) {
	var out []traceRow
	for _, e := range list {
		if e.Entry.Trace == nil {
			continue
		}
		body, err := pack(e.Entry.Trace)
		if err != nil {
			return nil, err
		}
		out = append(out, traceRow{OrgID: e.Org, ID: e.Entry.ID, Body: body})
	}
	return out, nil
}

// HistoryTrace implements catalog.Store.
func (s *Store) HistoryTrace(ctx context.Context, org, user, id string) (*custard.Stage, error) {
	if _, err := s.HistoryEntry(ctx, org, user, id); err != nil {
		return nil, err
	}
	var row traceRow
	err := s.read.NewSelect().Model(&row).Where("x.org_id = ?", org).Where("x.id = ?", id).Scan(ctx)
	if none(err) {
		return nil, custard.Errorf(custard.CodeNotFound, "the stages of this question were not kept").
			WithHint("They are kept of questions, not of statements.")
	}
	if err != nil {
		return nil, failed(err, "read what a question went through")
	}
	return unpack[custard.Stage](row.Body)
}
