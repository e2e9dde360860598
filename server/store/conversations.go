package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/server/catalog"
)

type conversationRow struct {
	bun.BaseModel `bun:"table:conversations,alias:v"`

	OrgID      string `bun:"org_id,pk"`
	UserID     string `bun:"user_id,pk"`
	ID         string `bun:"id,pk"`
	Title      string `bun:"title"`
	Connection string `bun:"connection"`
	Questions  int    `bun:"questions"`
	Started    int64  `bun:"started"`
	Last       int64  `bun:"last"`
}

// conversationsOf sums entries up, in an order that is the same for all who write the same ones (no deadlocks).
func conversationsOf(rows []historyRow) []conversationRow {
	type key struct{ org, user, id string }
	var out []conversationRow
	at := map[key]int{}
	for _, r := range rows {
		if r.ConversationID == "" {
			continue
		}
		k := key{r.OrgID, r.UserID, r.ConversationID}
		i, seen := at[k]
		if !seen {
			i = len(out)
			at[k] = i
			out = append(out, conversationRow{
				OrgID: r.OrgID, UserID: r.UserID, ID: r.ConversationID, Title: r.Question, Connection: r.Connection, Started: r.At, Last: r.At,
			})
		}
		v := &out[i]
		v.Questions++
		if r.At < v.Started {
			v.Started, v.Title, v.Connection = r.At, r.Question, r.Connection
		}
		v.Last = max(v.Last, r.At)
	}
	slices.SortFunc(out, func(a, b conversationRow) int {
		return slices.Compare([]string{a.OrgID, a.UserID, a.ID}, []string{b.OrgID, b.UserID, b.ID})
	})
	return out
}

// Conversations implements catalog.Store: the last begun comes first.
func (s *Store) Conversations(ctx context.Context, org, user, before string, limit int) ([]catalog.Conversation, error) {
	var rows []conversationRow
	q := s.read.NewSelect().Model(&rows).Where("v.org_id = ?", org).OrderExpr("v.started DESC, v.id DESC").Limit(atLeastOne(limit))
	if user != "" {
		q = q.Where("v.user_id = ?", user)
	}
	if before != "" {
		var started int64
		err := s.read.NewRaw("SELECT started FROM conversations WHERE org_id = ? AND id = ? ORDER BY started LIMIT 1", org, before).Scan(ctx, &started)
		if none(err) {
			return nil, notFound("conversation").WithHint("The list cannot go on from one that was removed: begin it again.")
		}
		if err != nil {
			return nil, failed(err, "list the conversations")
		}
		q = q.Where("(v.started, v.id) < (?, ?)", started, before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, failed(err, "list the conversations")
	}
	out := make([]catalog.Conversation, 0, len(rows))
	for _, r := range rows {
		out = append(out, catalog.Conversation{
			ID: r.ID, Title: r.Title, Connection: r.Connection, User: r.UserID, Questions: r.Questions,
			Started: moment(r.Started), Last: moment(r.Last),
		})
	}
	return out, nil
}

// Conversation implements catalog.Store. CodeNotFound where it has no entries.
func (s *Store) Conversation(ctx context.Context, org, user, id string, limit int) ([]catalog.Entry, error) {
	if id == "" {
		return nil, notFound("conversation")
	}
	var rows []historyRow
	q := s.read.NewSelect().Model(&rows).Where("h.org_id = ?", org).Where("h.conversation_id = ?", id).OrderExpr("h.id DESC").Limit(atLeastOne(limit))
	if user != "" {
		q = q.Where("h.user_id = ?", user)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, failed(err, "read the conversation")
	}
	if len(rows) == 0 {
		return nil, notFound("conversation")
	}
	slices.Reverse(rows)
	return entries(rows), nil
}

// RemoveConversation implements catalog.Store, its entries with it.
func (s *Store) RemoveConversation(ctx context.Context, org, user, id string) error {
	return s.tx(ctx, "remove the conversation", func(ctx context.Context, tx bun.Tx) error {
		talk := tx.NewDelete().Model((*conversationRow)(nil)).Where("v.org_id = ?", org).Where("v.id = ?", id)
		entries := tx.NewDelete().Model((*historyRow)(nil)).Where("h.org_id = ?", org).Where("h.conversation_id = ?", id)
		if user != "" {
			talk, entries = talk.Where("v.user_id = ?", user), entries.Where("h.user_id = ?", user)
		}
		res, err := talk.Exec(ctx)
		if err := one(res, err, "conversation", "remove the conversation"); err != nil {
			return err
		}
		_, err = entries.Exec(ctx)
		return err
	})
}
