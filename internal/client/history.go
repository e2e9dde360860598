package client

import (
	"context"
	"net/url"

	"github.com/custard-ai/custard/internal/custard"
)

// AddHistory does nothing: the server keeps what it is asked.
func (c *Client) AddHistory(context.Context, custard.HistoryEntry) (string, error) { return "", nil }

// History returns what the user asked, newest first: what came before the entry with the id before, at most limit (0 for all).
func (c *Client) History(ctx context.Context, before string, limit int) ([]custard.HistoryEntry, error) {
	return c.HistoryOf(ctx, "", before, limit)
}

// HistoryOf is History of one connection alone, where connection is not empty.
func (c *Client) HistoryOf(ctx context.Context, connection, before string, limit int) ([]custard.HistoryEntry, error) {
	query := url.Values{}
	if connection != "" {
		query.Set("connection", connection)
	}
	if before != "" {
		query.Set("before", before)
	}
	return list[custard.HistoryEntry](ctx, c, "/history", query, limit)
}

// HistoryEntry returns one entry by its id; CodeNotFound where there is none.
func (c *Client) HistoryEntry(ctx context.Context, id string) (custard.HistoryEntry, error) {
	var e custard.HistoryEntry
	err := c.do(ctx, call{method: "GET", path: "/history/" + escape(id), signed: true, again: true}, &e)
	return e, err
}

// ClearHistory forgets everything that the user asked.
func (c *Client) ClearHistory(ctx context.Context) error {
	return c.do(ctx, call{method: "DELETE", path: "/history", signed: true, again: true}, nil)
}

// HistoryTrace returns what an entry's question went through; CodeNotFound where that was not kept.
func (c *Client) HistoryTrace(ctx context.Context, id string) (*custard.Stage, error) {
	root := &custard.Stage{}
	err := c.do(ctx, call{method: "GET", path: "/history/" + escape(id) + "/trace", signed: true, again: true}, root)
	return root, err
}

// Conversations returns the user's conversations, the last begun first, at most limit (0 for all).
func (c *Client) Conversations(ctx context.Context, limit int) ([]custard.Conversation, error) {
	return list[custard.Conversation](ctx, c, "/conversations", nil, limit)
}

// Conversation returns the entries of a conversation, oldest first; CodeNotFound where there is none.
func (c *Client) Conversation(ctx context.Context, id string) ([]custard.HistoryEntry, error) {
	var body struct {
		Items []custard.HistoryEntry `json:"items"`
	}
	err := c.do(ctx, call{method: "GET", path: "/conversations/" + escape(id), signed: true, again: true}, &body)
	return body.Items, err
}
