package local

import (
	"context"

	"github.com/custard-ai/custard/internal/custard"
)

// Conversations returns the conversations of the history, the one that was gone on with last first, at most limit (0 for all).
func (s *Store) Conversations(_ context.Context, limit int) ([]custard.Conversation, error) {
	entries, err := s.all()
	if err != nil {
		return nil, err
	}
	var out []custard.Conversation
	at := map[string]int{}
	for _, e := range entries { // the newest first
		if e.Conversation == "" || e.Question == "" {
			continue
		}
		i, seen := at[e.Conversation]
		if !seen {
			i = len(out)
			at[e.Conversation] = i
			out = append(out, custard.Conversation{ID: e.Conversation, Last: e.Time})
		}
		c := &out[i]
		c.Title, c.Connection, c.Started = e.Question, e.Connection, e.Time // in the end those of the first
		c.Questions++
	}
	if limit > 0 && len(out) > limit {
		out = out[:limit]
	}
	return out, nil
}
