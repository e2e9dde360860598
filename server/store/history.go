package store

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/catalog"
)

type historyRow struct {
	bun.BaseModel `bun:"table:history,alias:h"`

	OrgID          string  `bun:"org_id,pk"`
	ID             string  `bun:"id,pk"`
	UserID         string  `bun:"user_id"`
	KeyID          string  `bun:"key_id"`
	ConnectionID   string  `bun:"connection_id"`
	ConversationID string  `bun:"conversation_id"`
	At             int64   `bun:"at"`
	Question       string  `bun:"question"`
	Connection     string  `bun:"connection"`
	Engine         string  `bun:"engine"`
	Query          string  `bun:"query"`
	Answer         string  `bun:"answer"`
	RowCount       int64   `bun:"row_count"`
	Millis         float64 `bun:"millis"`
	Error          string  `bun:"error"`
	Code           string  `bun:"code"`
	Feedback       int     `bun:"feedback"`
	Comment        string  `bun:"comment"`
	Calls          int     `bun:"calls"`
	Input          int     `bun:"input_tokens"`
	Output         int     `bun:"output_tokens"`
	Cached         int     `bun:"cached_tokens"`
	USD            float64 `bun:"usd"`
}

func historyOf(e catalog.OrgEntry) historyRow {
	h := e.Entry
	u := h.Usage
	if u == nil {
		u = &custard.Usage{}
	}
	return historyRow{
		OrgID: e.Org, ID: h.ID, UserID: h.User, KeyID: h.Key, ConnectionID: h.ConnectionID, ConversationID: h.Conversation,
		At: micros(h.Time), Question: h.Question, Connection: h.Connection, Engine: h.Engine, Query: h.SQL, Answer: h.Answer,
		RowCount: h.Rows, Millis: h.Millis, Error: h.Error, Code: string(h.Code), Feedback: h.Feedback, Comment: h.Comment,
		Calls: u.Calls, Input: u.Input, Output: u.Output, Cached: u.Cached, USD: u.USD,
	}
}

func (r *historyRow) entry() catalog.Entry {
	e := catalog.Entry{
		HistoryEntry: custard.HistoryEntry{
			ID: r.ID, Time: moment(r.At), Question: r.Question, Connection: r.Connection, Engine: r.Engine, SQL: r.Query,
			Answer: r.Answer, Rows: r.RowCount, Millis: r.Millis, Conversation: r.ConversationID, Error: r.Error, Code: custard.Code(r.Code),
		},
		ConnectionID: r.ConnectionID, User: r.UserID, Key: r.KeyID, Feedback: r.Feedback, Comment: r.Comment,
	}
	if r.Calls > 0 {
		e.Usage = &custard.Usage{Calls: r.Calls, Input: r.Input, Output: r.Output, Cached: r.Cached, USD: r.USD}
	}
	return e
}

func entries(rows []historyRow) []catalog.Entry {
	out := make([]catalog.Entry, 0, len(rows))
	for i := range rows {
		out = append(out, rows[i].entry())
	}
	return out
}

// AddHistory implements catalog.Store: some statements however many entries.
func (s *Store) AddHistory(ctx context.Context, list ...catalog.OrgEntry) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]historyRow, 0, len(list))
	for _, e := range list {
		rows = append(rows, historyOf(e))
	}
	talks, usage := conversationsOf(rows), usageOf(rows)
	traces, err := tracesOf(list)
	if err != nil {
		return err
	}
	return s.tx(ctx, "keep the history", func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&rows).Exec(ctx)
		switch {
		case taken(err):
			return custard.Errorf(custard.CodeConflict, "an entry of the history exists already")
		case dangling(err):
			return notFound("organisation")
		}
		if err != nil {
			return err
		}
		if len(traces) > 0 {
			if _, err := tx.NewInsert().Model(&traces).Exec(ctx); err != nil {
				return err
			}
		}
		if err := addUsage(ctx, tx, usage); err != nil || len(talks) == 0 {
			return err
		}
		_, err = tx.NewInsert().Model(&talks).On("CONFLICT (org_id, user_id, id) DO UPDATE").
			Set("questions = v.questions + excluded.questions").
			Set("last = CASE WHEN excluded.last > v.last THEN excluded.last ELSE v.last END").Exec(ctx)
		return err
	})
}

// History implements catalog.Store.
func (s *Store) History(ctx context.Context, org, user, before string, limit int) ([]catalog.Entry, error) {
	return s.history(ctx, org, user, "", before, limit)
}

// ConnectionHistory implements catalog.Store.
func (s *Store) ConnectionHistory(ctx context.Context, org, user, connection, before string, limit int) ([]catalog.Entry, error) {
	if connection == "" {
		return nil, notFound("connection")
	}
	return s.history(ctx, org, user, connection, before, limit)
}

func (s *Store) history(ctx context.Context, org, user, connection, before string, limit int) ([]catalog.Entry, error) {
	var rows []historyRow
	q := s.read.NewSelect().Model(&rows).Where("h.org_id = ?", org).OrderExpr("h.id DESC").Limit(atLeastOne(limit))
	if user != "" {
		q = q.Where("h.user_id = ?", user)
	}
	if connection != "" {
		q = q.Where("h.connection_id = ?", connection)
	}
	if before != "" {
		q = q.Where("h.id < ?", before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, failed(err, "read the history")
	}
	return entries(rows), nil
}

// HistoryEntry implements catalog.Store.
func (s *Store) HistoryEntry(ctx context.Context, org, user, id string) (catalog.Entry, error) {
	var row historyRow
	q := s.read.NewSelect().Model(&row).Where("h.org_id = ?", org).Where("h.id = ?", id)
	if user != "" {
		q = q.Where("h.user_id = ?", user)
	}
	err := q.Scan(ctx)
	if none(err) {
		return catalog.Entry{}, notFound("entry of the history")
	}
	return row.entry(), failed(err, "read the history")
}

// RemoveHistory implements catalog.Store.
func (s *Store) RemoveHistory(ctx context.Context, org, user, id string) error {
	return s.tx(ctx, "remove from the history", func(ctx context.Context, tx bun.Tx) error {
		var owner, talk string
		q := "DELETE FROM history WHERE org_id = ? AND id = ?"
		args := []any{org, id}
		if user != "" {
			q, args = q+" AND user_id = ?", append(args, user)
		}
		err := tx.NewRaw(q+" RETURNING user_id, conversation_id", args...).Scan(ctx, &owner, &talk)
		if none(err) {
			return notFound("entry of the history")
		}
		if err != nil || talk == "" {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE conversations SET questions = questions - 1 WHERE org_id = ? AND user_id = ? AND id = ?", org, owner, talk)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM conversations WHERE org_id = ? AND user_id = ? AND id = ? AND questions <= 0", org, owner, talk)
		return err
	})
}

// ClearHistory implements catalog.Store. Conversations go with it.
func (s *Store) ClearHistory(ctx context.Context, org, user string) error {
	return s.tx(ctx, "clear the history", func(ctx context.Context, tx bun.Tx) error {
		entries := tx.NewDelete().Model((*historyRow)(nil)).Where("h.org_id = ?", org)
		talks := tx.NewDelete().Model((*conversationRow)(nil)).Where("v.org_id = ?", org)
		if user != "" {
			entries, talks = entries.Where("h.user_id = ?", user), talks.Where("v.user_id = ?", user)
		}
		if _, err := entries.Exec(ctx); err != nil {
			return err
		}
		_, err := talks.Exec(ctx)
		return err
	})
}

// SetFeedback implements catalog.Store.
func (s *Store) SetFeedback(ctx context.Context, org, user, id string, feedback int, comment string) error {
	q := s.write.NewUpdate().Model((*historyRow)(nil)).Set("feedback = ?", feedback).Set("comment = ?", comment).
		Where("h.org_id = ?", org).Where("h.id = ?", id)
	if user != "" {
		q = q.Where("h.user_id = ?", user)
	}
	res, err := q.Exec(ctx)
	return one(res, err, "entry of the history", "keep the feedback")
}
