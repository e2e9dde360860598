package client

import (
	"context"
	"net/url"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// ModelService is what the organisation has set for a service of language models. Its key is never shown.
type ModelService struct {
	Service     string    `json:"service"`
	HasKey      bool      `json:"has_key"`
	BaseURL     string    `json:"base_url"`
	Model       string    `json:"model"`
	Priority    int       `json:"priority"`
	DailyTokens int64     `json:"daily_tokens"`
	TokensToday int64     `json:"tokens_today"`
	Updated     time.Time `json:"updated"`
}

// ModelSetting sets a service. An empty Key keeps the one there is, as long as BaseURL stays.
type ModelSetting struct {
	Key         string `json:"key,omitempty"`
	BaseURL     string `json:"base_url,omitempty"`
	Model       string `json:"model,omitempty"`
	Priority    int    `json:"priority,omitempty"`
	DailyTokens int64  `json:"daily_tokens,omitempty"`
}

// Models returns what is set, and the engine that the server asks where nothing is.
func (c *Client) Models(ctx context.Context) ([]ModelService, string, error) {
	var body struct {
		Items    []ModelService `json:"items"`
		Standard string         `json:"server_engine"`
	}
	err := c.do(ctx, call{method: "GET", path: "/org/models", signed: true, again: true}, &body)
	return body.Items, body.Standard, err
}

// SetModel sets a service, in the place of all that was set for it before.
func (c *Client) SetModel(ctx context.Context, service string, m ModelSetting) (ModelService, error) {
	var out ModelService
	err := c.do(ctx, call{method: "PUT", path: "/org/models/" + escape(service), body: m, signed: true, secret: true, again: true}, &out)
	return out, err
}

// RemoveModel removes what is set for a service, its key with it.
func (c *Client) RemoveModel(ctx context.Context, service string) error {
	return c.do(ctx, call{method: "DELETE", path: "/org/models/" + escape(service), signed: true}, nil)
}

// Usage is what language models took in some days.
type Usage struct {
	From  string     `json:"from"`
	To    string     `json:"to"`
	Items []UsageSum `json:"items"`
	Total UsageSum   `json:"total"`
}

// UsageSum is what they took for some questions.
type UsageSum struct {
	Day       string `json:"day"`
	User      string `json:"user_id"`
	Engine    string `json:"engine"`
	Questions int64  `json:"questions"`
	custard.Usage
}

// Usage returns what models took from a day to a day (2026-01-31; empty for the last 30 days), summed up by day, engine or
// user, or several with commas between.
func (c *Client) Usage(ctx context.Context, from, to, by string) (Usage, error) {
	query := url.Values{}
	for name, value := range map[string]string{"from": from, "to": to, "by": by} {
		if value != "" {
			query.Set(name, value)
		}
	}
	var out Usage
	err := c.do(ctx, call{method: "GET", path: "/org/usage", query: query, signed: true, again: true}, &out)
	return out, err
}
