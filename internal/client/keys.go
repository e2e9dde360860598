package client

import (
	"context"
	"crypto/rand"
	"time"
)

// APIKey lets a script act for whoever made it.
type APIKey struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Prefix  string    `json:"prefix"` // the first characters, to recognise it by
	Scopes  []string  `json:"scopes"`
	User    string    `json:"created_by"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"last_used"` // zero for never
}

// APIKeys returns the keys that one may see.
func (c *Client) APIKeys(ctx context.Context) ([]APIKey, error) {
	return list[APIKey](ctx, c, "/api-keys", nil, 0)
}

// CreateAPIKey makes a key with scopes: ask, read, manage. The key itself is known here and now alone; it is empty where
// the answer was lost on its way and asked for again.
func (c *Client) CreateAPIKey(ctx context.Context, name string, scopes []string) (APIKey, string, error) {
	body := struct {
		Name   string   `json:"name"`
		Scopes []string `json:"scopes"`
	}{name, scopes}
	var r struct {
		APIKey APIKey `json:"api_key"`
		Key    string `json:"key"`
	}
	err := c.do(ctx, call{method: "POST", path: "/api-keys", body: body, signed: true, key: rand.Text()}, &r)
	return r.APIKey, r.Key, err
}

// RevokeAPIKey ends a key at once.
func (c *Client) RevokeAPIKey(ctx context.Context, id string) error {
	return c.do(ctx, call{method: "DELETE", path: "/api-keys/" + escape(id), signed: true}, nil)
}
