package client

import (
	"context"
	"crypto/rand"
	"net/url"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// Connection is a database behind the server, and the agents that serve it.
type Connection struct {
	custard.Connection

	Description  string    `json:"description"`
	Engine       string    `json:"engine"`
	ShareResults bool      `json:"share_results"`
	MaxCost      float64   `json:"max_cost"`
	MaxRows      int64     `json:"max_rows"`
	Fingerprint  string    `json:"fingerprint"`
	SchemaTime   time.Time `json:"schema_time"`
	Updated      time.Time `json:"updated"`
	Status       string    `json:"status"` // online, offline
	Agents       []Agent   `json:"agents"`
}

// Online says whether an agent serves it now.
func (c *Connection) Online() bool { return c.Status == "online" }

// Agent is one process that serves a connection.
type Agent struct {
	ID      string    `json:"id"`
	Version string    `json:"version"`
	Since   time.Time `json:"since"`
	Address string    `json:"address"`
}

// NewConnection is what a connection is made of.
type NewConnection struct {
	Name         string          `json:"name"`
	Dialect      custard.Dialect `json:"dialect"`
	Description  string          `json:"description,omitempty"`
	Engine       string          `json:"engine,omitempty"`
	ShareResults bool            `json:"share_results,omitempty"`
	MaxCost      float64         `json:"max_cost,omitempty"`
	MaxRows      int64           `json:"max_rows,omitempty"`
}

// AddedConnection is a new connection with what its agent needs.
type AddedConnection struct {
	Connection Connection `json:"connection"`
	AgentToken string     `json:"agent_token"` // known here and now alone
	Command    string     `json:"command"`     // a shell command that starts the agent
}

func hosted(c Connection) Connection {
	c.Hosted = true
	return c
}

// HostedConnections returns the organisation's connections.
func (c *Client) HostedConnections(ctx context.Context) ([]Connection, error) {
	all, err := list[Connection](ctx, c, "/connections", nil, 0)
	for i := range all {
		all[i] = hosted(all[i])
	}
	return all, err
}

// HostedConnection returns one by name or id; CodeNotFound where the organisation has none like it.
func (c *Client) HostedConnection(ctx context.Context, name string) (Connection, error) {
	var one Connection
	err := c.do(ctx, call{method: "GET", path: "/connections/" + escape(name), signed: true, again: true}, &one)
	return hosted(one), err
}

// CreateConnection makes a connection. Where the answer was lost on its way and asked for again, the token, which the
// server shows once, is replaced by a new one.
func (c *Client) CreateConnection(ctx context.Context, n NewConnection) (AddedConnection, error) {
	var added AddedConnection
	err := c.do(ctx, call{method: "POST", path: "/connections", body: n, signed: true, key: rand.Text()}, &added)
	added.Connection.Hosted = true
	if err != nil || added.AgentToken != "" {
		return added, err
	}
	rotated, err := c.RotateToken(ctx, added.Connection.ID, 0)
	added.AgentToken, added.Command = rotated.AgentToken, rotated.Command
	return added, err
}

// RotatedToken is an agent's new token.
type RotatedToken struct {
	AgentToken string    `json:"agent_token"`
	ExpiresOld time.Time `json:"expires_old"`
	Command    string    `json:"command"` // starts an agent with it
}

// RotateToken makes a new token for the agents of a connection. The old one is good for overlap yet; 0 ends it at once,
// and the agents that use it.
func (c *Client) RotateToken(ctx context.Context, name string, overlap time.Duration) (RotatedToken, error) {
	body := struct {
		Overlap int64 `json:"overlap_seconds"`
	}{int64(overlap / time.Second)}
	var t RotatedToken
	err := c.do(ctx, call{method: "POST", path: "/connections/" + escape(name) + "/rotate-token", body: body, signed: true}, &t)
	return t, err
}

// RemoveHosted removes a connection for the whole organisation, and cuts its agents off.
func (c *Client) RemoveHosted(ctx context.Context, name string) error {
	return c.do(ctx, call{method: "DELETE", path: "/connections/" + escape(name), signed: true}, nil)
}

// Schema returns what the database of a connection holds; refresh has the agent look again.
func (c *Client) Schema(ctx context.Context, name string, refresh bool) (*custard.Schema, error) {
	query := url.Values{}
	if refresh {
		query.Set("refresh", "true")
	}
	var s custard.Schema
	err := c.do(ctx, call{method: "GET", path: "/connections/" + escape(name) + "/schema", query: query, signed: true, again: true}, &s)
	if err != nil {
		return nil, err
	}
	return &s, nil
}

// Refreshed is what a new look at the database found.
type Refreshed struct {
	Tables      int      `json:"tables"`
	Columns     int      `json:"columns"`
	Fingerprint string   `json:"fingerprint"`
	Changes     []string `json:"changes"` // since the look before: 'table orders: column note added'
}

// RefreshSchema has the agent look at the database again.
func (c *Client) RefreshSchema(ctx context.Context, name string) (Refreshed, error) {
	var r Refreshed
	err := c.do(ctx, call{method: "POST", path: "/connections/" + escape(name) + "/refresh-schema", signed: true, again: true}, &r)
	return r, err
}

// Check is one thing that was looked at.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Hint   string `json:"hint"`
}

// Test looks whether a connection works: its agent, its database, what its role may do.
func (c *Client) Test(ctx context.Context, name string) ([]Check, error) {
	var r struct {
		Checks []Check `json:"checks"`
	}
	err := c.do(ctx, call{method: "POST", path: "/connections/" + escape(name) + "/test", signed: true, again: true}, &r)
	return r.Checks, err
}
