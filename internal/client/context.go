package client

import (
	"context"
	"encoding/json"
)

// TeamContext is what an organisation has written about a database.
type TeamContext struct {
	Version int64           `json:"version"` // 0 where nothing is written yet
	Context json.RawMessage `json:"context"`
}

// Context returns what is written about a connection.
func (c *Client) Context(ctx context.Context, connection string) (TeamContext, error) {
	var out TeamContext
	err := c.do(ctx, call{method: "GET", path: "/connections/" + escape(connection) + "/context", signed: true, again: true}, &out)
	return out, err
}

// EditContext changes what is written about a connection: edits is a list of changes as the API takes them. CodeConflict where
// somebody else changed it at the same moment.
func (c *Client) EditContext(ctx context.Context, connection string, edits any) error {
	body := map[string]any{"edits": edits}
	return c.do(ctx, call{method: "PATCH", path: "/connections/" + escape(connection) + "/context", body: body, signed: true}, nil)
}
