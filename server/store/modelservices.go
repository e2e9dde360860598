package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/server/catalog"
)

type modelServiceRow struct {
	bun.BaseModel `bun:"table:model_services,alias:m"`

	OrgID       string `bun:"org_id,pk"`
	Service     string `bun:"service,pk"`
	Sealed      string `bun:"sealed"`
	BaseURL     string `bun:"base_url"`
	Model       string `bun:"model"`
	Priority    int    `bun:"priority"`
	DailyTokens int64  `bun:"daily_tokens"`
	UserID      string `bun:"user_id"`
	Created     int64  `bun:"created"`
	Updated     int64  `bun:"updated"`
}

// ModelServices implements catalog.ModelStore.
func (s *Store) ModelServices(ctx context.Context, org string) ([]catalog.ModelService, error) {
	var rows []modelServiceRow
	if err := s.read.NewSelect().Model(&rows).Where("m.org_id = ?", org).OrderExpr("m.priority, m.service").Scan(ctx); err != nil {
		return nil, failed(err, "read the model services")
	}
	out := make([]catalog.ModelService, 0, len(rows))
	for _, r := range rows {
		out = append(out, catalog.ModelService{
			Service: r.Service, Sealed: r.Sealed, BaseURL: r.BaseURL, Model: r.Model, Priority: r.Priority, DailyTokens: r.DailyTokens,
			User: r.UserID, Created: moment(r.Created), Updated: moment(r.Updated),
		})
	}
	return out, nil
}

// SetModelService implements catalog.ModelStore.
func (s *Store) SetModelService(ctx context.Context, org string, m catalog.ModelService) error {
	row := modelServiceRow{
		OrgID: org, Service: m.Service, Sealed: m.Sealed, BaseURL: m.BaseURL, Model: m.Model, Priority: m.Priority,
		DailyTokens: m.DailyTokens, UserID: m.User, Created: micros(m.Created), Updated: micros(m.Updated),
	}
	q := s.write.NewInsert().Model(&row).On("CONFLICT (org_id, service) DO UPDATE")
	for _, column := range []string{"sealed", "base_url", "model", "priority", "daily_tokens", "user_id", "updated"} {
		q = q.Set("? = excluded.?", bun.Ident(column), bun.Ident(column))
	}
	_, err := q.Exec(ctx)
	if dangling(err) {
		return notFound("organisation")
	}
	return failed(err, "keep the model service")
}

// RemoveModelService implements catalog.ModelStore.
func (s *Store) RemoveModelService(ctx context.Context, org, service string) error {
	res, err := s.write.NewDelete().Model((*modelServiceRow)(nil)).Where("m.org_id = ?", org).Where("m.service = ?", service).Exec(ctx)
	return one(res, err, "model service of the organisation's own", "remove the model service")
}

// dayOf is a day as it is kept.
func dayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// TakeTokens implements catalog.ModelStore in one statement, so that two takers never take the same tokens.
func (s *Store) TakeTokens(ctx context.Context, org, budget string, day time.Time, tokens, limit int64) (bool, error) {
	if tokens > limit {
		return false, nil
	}
	res, err := s.write.ExecContext(ctx, `INSERT INTO model_budgets (org_id, day, budget, tokens) VALUES (?, ?, ?, ?)
ON CONFLICT (org_id, day, budget) DO UPDATE SET tokens = model_budgets.tokens + excluded.tokens
WHERE model_budgets.tokens + excluded.tokens <= ?`, org, dayOf(day), budget, tokens, limit)
	if dangling(err) {
		return false, notFound("organisation")
	}
	if err != nil {
		return false, failed(err, "take tokens of the budget")
	}
	n, err := res.RowsAffected()
	return n > 0, failed(err, "take tokens of the budget")
}

// GiveTokens implements catalog.ModelStore.
func (s *Store) GiveTokens(ctx context.Context, org, budget string, day time.Time, tokens int64) error {
	_, err := s.write.ExecContext(ctx, `UPDATE model_budgets SET tokens = CASE WHEN tokens + ? > 0 THEN tokens + ? ELSE 0 END
WHERE org_id = ? AND day = ? AND budget = ?`, tokens, tokens, org, dayOf(day), budget)
	return failed(err, "settle the budget")
}

// TakenTokens implements catalog.ModelStore.
func (s *Store) TakenTokens(ctx context.Context, org, budget string, day time.Time) (int64, error) {
	var taken int64
	err := s.read.NewRaw("SELECT tokens FROM model_budgets WHERE org_id = ? AND day = ? AND budget = ?", org, dayOf(day), budget).Scan(ctx, &taken)
	if none(err) {
		return 0, nil
	}
	return taken, failed(err, "read the budget")
}
