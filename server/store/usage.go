package store

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/catalog"
)

type usageRow struct {
	bun.BaseModel `bun:"table:model_usage,alias:u"`

	OrgID     string  `bun:"org_id,pk"`
	Day       string  `bun:"day,pk"`
	UserID    string  `bun:"user_id,pk"`
	Engine    string  `bun:"engine,pk"`
	Questions int64   `bun:"questions"`
	Calls     int     `bun:"calls"`
	Input     int     `bun:"input"`
	Output    int     `bun:"output"`
	Cached    int     `bun:"cached"`
	USD       float64 `bun:"usd"`
}

// usageOf sums up what models took for entries, in an order that is the same for all who write (no deadlocks).
func usageOf(rows []historyRow) []usageRow {
	type key struct{ org, day, user, engine string }
	var out []usageRow
	at := map[key]int{}
	for _, r := range rows {
		if r.Calls == 0 {
			continue
		}
		k := key{r.OrgID, dayOf(moment(r.At)), r.UserID, r.Engine}
		i, seen := at[k]
		if !seen {
			i = len(out)
			at[k] = i
			out = append(out, usageRow{OrgID: k.org, Day: k.day, UserID: k.user, Engine: k.engine})
		}
		u := &out[i]
		u.Questions++
		u.Calls += r.Calls
		u.Input += r.Input
		u.Output += r.Output
		u.Cached += r.Cached
		u.USD += r.USD
	}
	slices.SortFunc(out, func(a, b usageRow) int {
		return slices.Compare([]string{a.OrgID, a.Day, a.UserID, a.Engine}, []string{b.OrgID, b.Day, b.UserID, b.Engine})
	})
	return out
}

func addUsage(ctx context.Context, tx bun.Tx, rows []usageRow) error {
	if len(rows) == 0 {
		return nil
	}
	q := tx.NewInsert().Model(&rows).On("CONFLICT (org_id, day, user_id, engine) DO UPDATE")
	for _, column := range []string{"questions", "calls", "input", "output", "cached", "usd"} {
		q = q.Set("? = u.? + excluded.?", bun.Ident(column), bun.Ident(column), bun.Ident(column))
	}
	_, err := q.Exec(ctx)
	return err
}

// ModelUsage implements catalog.ModelStore: by day the newest first, else what took most first.
func (s *Store) ModelUsage(ctx context.Context, org string, from, to time.Time, by catalog.UsageBy) ([]catalog.UsageSum, error) {
	var rows []usageRow
	q := s.read.NewSelect().TableExpr("model_usage AS u").Where("u.org_id = ?", org).
		Where("u.day >= ?", dayOf(from)).Where("u.day <= ?", dayOf(to)).
		ColumnExpr("CAST(sum(u.questions) AS BIGINT) AS questions, CAST(sum(u.calls) AS BIGINT) AS calls, sum(u.usd) AS usd").
		ColumnExpr("CAST(sum(u.input) AS BIGINT) AS input, CAST(sum(u.output) AS BIGINT) AS output, CAST(sum(u.cached) AS BIGINT) AS cached")
	group := func(wanted bool, column string) {
		if wanted {
			q = q.ColumnExpr("u.?", bun.Ident(column)).GroupExpr("u.?", bun.Ident(column))
		}
	}
	group(by.Day, "day")
	group(by.User, "user_id")
	group(by.Engine, "engine")
	if by.Day {
		q = q.OrderExpr("u.day DESC")
	}
	err := q.Having("count(*) > 0").OrderExpr("sum(u.input) + sum(u.output) DESC").Scan(ctx, &rows)
	if err != nil {
		return nil, failed(err, "sum up the usage")
	}
	out := make([]catalog.UsageSum, 0, len(rows))
	for _, r := range rows {
		out = append(out, catalog.UsageSum{
			Day: r.Day, User: r.UserID, Engine: r.Engine, Questions: r.Questions,
			Usage: custard.Usage{Calls: r.Calls, Input: r.Input, Output: r.Output, Cached: r.Cached, USD: r.USD},
		})
	}
	return out, nil
}
