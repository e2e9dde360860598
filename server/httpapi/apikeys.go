package httpapi

import (
	"net/http"
	"time"

	"github.com/custard-ai/custard/server/auth"
)

// makeKeyBody is a request to POST /api-keys.
type makeKeyBody struct {
	Name   string       `json:"name"`
	Scopes []auth.Scope `json:"scopes"`
}

// keyBody is an API key without its secret.
type keyBody struct {
	ID      string       `json:"id"`
	Name    string       `json:"name"`
	Prefix  string       `json:"prefix" doc:"How the key begins, to recognise it by."`
	Scopes  []auth.Scope `json:"scopes"`
	User    string       `json:"created_by" doc:"The id of the user whom it acts for."`
	Created time.Time    `json:"created"`
	Used    *time.Time   `json:"last_used" doc:"To the minute; null for never."`
}

func keyOf(k auth.APIKey) keyBody {
	b := keyBody{ID: k.ID, Name: k.Name, Prefix: k.Prefix, Scopes: k.Scopes, User: k.User, Created: k.Created}
	if !k.Used.IsZero() {
		b.Used = &k.Used
	}
	return b
}

// madeKeyBody is the answer to POST /api-keys.
type madeKeyBody struct {
	Key    keyBody `json:"api_key"`
	Secret string  `json:"key,omitempty" doc:"Shown this once."`
}

// keyRoutes are API keys for scripts.
func (a *API) keyRoutes() []route {
	access := from(auth.RoleMember, auth.ScopeManage)
	return []route{
		{
			method: http.MethodGet, pattern: "/api-keys", access: access, handle: listKeys,
			doc: operation{
				id: "listKeys", tag: "keys", summary: "List API keys", query: paged(),
				detail:  "An admin sees everybody's, a member its own.",
				answers: ok(list[keyBody]{}, "A page of keys, without their secrets."),
			},
		}, {
			method: http.MethodPost, pattern: "/api-keys", access: access, handle: makeKey, idempotent: true,
			doc: operation{
				id: "makeKey", tag: "keys", summary: "Make an API key", body: makeKeyBody{},
				detail:  "It acts for its maker, within the maker's role as it is then, and within its scopes. The scope `manage` takes an admin.",
				answers: created(madeKeyBody{}, "The key; its secret is shown this once."),
			},
		}, {
			method: http.MethodDelete, pattern: "/api-keys/{id}", access: access, handle: revokeKey,
			doc: operation{
				id: "revokeKey", tag: "keys", summary: "Revoke an API key",
				detail:  "One's own; an admin everybody's but an owner's.",
				answers: nothing("It is no good any more, at once."),
			},
		},
	}
}

func listKeys(c *call) error {
	before, limit, err := c.page()
	if err != nil {
		return err
	}
	all, err := c.accounts().Keys(c.ctx(), c.who, before, limit+1)
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, pageOf(mapped(all, keyOf), limit, func(k keyBody) string { return k.ID }))
}

func makeKey(c *call) error {
	var in makeKeyBody
	if err := c.read(&in); err != nil {
		return err
	}
	k, secret, err := c.accounts().CreateKey(c.ctx(), c.who, in.Name, in.Scopes, c.caller())
	if err != nil {
		return err
	}
	return c.replyOnce(http.StatusCreated, madeKeyBody{keyOf(k), secret}, madeKeyBody{Key: keyOf(k)})
}

func revokeKey(c *call) error {
	if err := c.accounts().RevokeKey(c.ctx(), c.who, c.path("id"), c.caller()); err != nil {
		return err
	}
	return c.none()
}
