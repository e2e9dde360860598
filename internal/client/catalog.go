package client

import (
	"context"

	"github.com/custard-ai/custard/internal/custard"
)

// Connections returns the organisation's connections.
func (c *Client) Connections(ctx context.Context) ([]custard.Connection, error) {
	all, err := c.HostedConnections(ctx)
	out := make([]custard.Connection, 0, len(all))
	for _, one := range all {
		out = append(out, one.Connection)
	}
	return out, err
}

// Connection returns one by name or id.
func (c *Client) Connection(ctx context.Context, name string) (custard.Connection, error) {
	one, err := c.HostedConnection(ctx, name)
	return one.Connection, err
}

// AddConnection makes a connection of that name and dialect. Its agent's token is lost; CreateConnection returns it.
func (c *Client) AddConnection(ctx context.Context, n custard.Connection) (custard.Connection, error) {
	added, err := c.CreateConnection(ctx, NewConnection{Name: n.Name, Dialect: n.Dialect})
	return added.Connection.Connection, err
}

// RemoveConnection removes a connection for the whole organisation.
func (c *Client) RemoveConnection(ctx context.Context, name string) error {
	return c.RemoveHosted(ctx, name)
}

// UseConnection makes a connection the default of this login; an empty name makes none. CodeUsage with an API key, which
// keeps nothing.
func (c *Client) UseConnection(ctx context.Context, name string) error {
	if name != "" {
		one, err := c.HostedConnection(ctx, name)
		if err != nil {
			return err
		}
		name = one.Name
	}
	if c.tokens == nil {
		return custard.Errorf(custard.CodeUnauthenticated, "you are not signed in to %s", c.Address()).WithHint("Sign in with `custard login`.")
	}
	return c.tokens.Change(func(l Login) (Login, error) {
		l.Connection = name
		return l, nil
	})
}

// Current returns the default connection's name, or "".
func (c *Client) Current(context.Context) (string, error) {
	login, err := c.login()
	return login.Connection, err
}
