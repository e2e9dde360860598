package client

import (
	"context"
	"crypto/rand"
	"time"
)

// Overview is the organisation that one is signed in to.
type Overview struct {
	Organisation Organisation `json:"organisation"`
	Role         string       `json:"role"`
	Members      int64        `json:"members"`
	Connections  int64        `json:"connections"`
}

// Overview returns the organisation, one's role in it, and how much there is.
func (c *Client) Overview(ctx context.Context) (Overview, error) {
	var o Overview
	err := c.do(ctx, call{method: "GET", path: "/org", signed: true, again: true}, &o)
	return o, err
}

// RenameOrganisation gives the organisation another name.
func (c *Client) RenameOrganisation(ctx context.Context, name string) error {
	body := struct {
		Name string `json:"name"`
	}{name}
	return c.do(ctx, call{method: "PATCH", path: "/org", body: body, signed: true, again: true}, nil)
}

// Member is a user in the organisation.
type Member struct {
	ID     string    `json:"user_id"`
	Email  string    `json:"email"`
	Name   string    `json:"name"`
	Role   string    `json:"role"`
	Joined time.Time `json:"joined"`
}

// Members returns everybody in the organisation.
func (c *Client) Members(ctx context.Context) ([]Member, error) {
	return list[Member](ctx, c, "/org/members", nil, 0)
}

// SetRole gives a member another role.
func (c *Client) SetRole(ctx context.Context, user, role string) error {
	body := struct {
		Role string `json:"role"`
	}{role}
	return c.do(ctx, call{method: "PATCH", path: "/org/members/" + escape(user), body: body, signed: true, again: true}, nil)
}

// RemoveMember takes a member out of the organisation: the member's sessions and API keys for it end at once.
func (c *Client) RemoveMember(ctx context.Context, user string) error {
	return c.do(ctx, call{method: "DELETE", path: "/org/members/" + escape(user), signed: true}, nil)
}

// Invitation is somebody who was asked in and has not come yet.
type Invitation struct {
	ID      string    `json:"id"`
	Email   string    `json:"email"`
	Role    string    `json:"role"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

// Invitations returns those that are open.
func (c *Client) Invitations(ctx context.Context) ([]Invitation, error) {
	return list[Invitation](ctx, c, "/org/invitations", nil, 0)
}

// Invite has a mail with a link sent to somebody.
func (c *Client) Invite(ctx context.Context, email, role string) (Invitation, error) {
	body := struct {
		Email string `json:"email"`
		Role  string `json:"role"`
	}{email, role}
	var r struct {
		Invitation Invitation `json:"invitation"`
	}
	err := c.do(ctx, call{method: "POST", path: "/org/invitations", body: body, signed: true, key: rand.Text()}, &r)
	return r.Invitation, err
}

// RemoveInvitation takes an invitation back.
func (c *Client) RemoveInvitation(ctx context.Context, id string) error {
	return c.do(ctx, call{method: "DELETE", path: "/org/invitations/" + escape(id), signed: true}, nil)
}

// Role is what a member may do.
type Role struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	May         []string `json:"may"`
}

// Roles returns the roles that there are, the mightiest first.
func (c *Client) Roles(ctx context.Context) ([]Role, error) {
	var r struct {
		Roles []Role `json:"roles"`
	}
	err := c.do(ctx, call{method: "GET", path: "/org/roles", signed: true, again: true}, &r)
	return r.Roles, err
}
