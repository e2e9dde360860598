package httpapi

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
	"github.com/custard-ai/custard/server/hub"
)

// The actions of connections in the audit log.
const (
	actConnectionCreate  = "connection.create"
	actConnectionUpdate  = "connection.update"
	actConnectionRemove  = "connection.remove"
	actConnectionRefresh = "connection.refresh"
)

func (a *API) connectionRoutes() []route {
	const tag = "connections"
	return []route{
		{
			method: http.MethodGet, pattern: "/connections", access: from(auth.RoleViewer, auth.ScopeRead), handle: a.listConnections,
			doc: operation{
				id: "listConnections", tag: tag, summary: "List the connections", query: paged(),
				answers: ok(list[connectionBody]{}, "The connections, newest first."),
			},
		},
		{
			method: http.MethodPost, pattern: "/connections", access: from(auth.RoleAdmin, auth.ScopeManage), handle: a.createConnection, idempotent: true,
			doc: operation{
				id: "createConnection", tag: tag, summary: "Make a connection", body: newConnectionBody{},
				detail:  "The answer holds the token of its agent, this once, and the command that starts the agent beside the database.",
				answers: created(createdConnectionBody{}, "The connection and how to start its agent."),
			},
		},
		{
			method: http.MethodGet, pattern: "/connections/{id}", access: from(auth.RoleViewer, auth.ScopeRead), handle: a.showConnection,
			doc: operation{
				id: "showConnection", tag: tag, summary: "Show a connection", detail: "{id} is its id or its name, here and below.",
				answers: ok(connectionBody{}, "The connection."),
			},
		},
		{
			method: http.MethodPatch, pattern: "/connections/{id}", access: from(auth.RoleAdmin, auth.ScopeManage), handle: a.changeConnection,
			doc: operation{
				id: "changeConnection", tag: tag, summary: "Change a connection", body: changeConnectionBody{},
				detail:  "What is left out stays as it is.",
				answers: ok(connectionBody{}, "The connection as it is now."),
			},
		},
		{
			method: http.MethodDelete, pattern: "/connections/{id}", access: from(auth.RoleAdmin, auth.ScopeManage), handle: a.removeConnection,
			doc: operation{
				id: "removeConnection", tag: tag, summary: "Remove a connection",
				detail:  "Its agents are cut off and their tokens are no longer good. Its history stays.",
				answers: nothing("It is gone."),
			},
		},
		{
			method: http.MethodPost, pattern: "/connections/{id}/refresh-schema", access: from(auth.RoleMember, auth.ScopeRead), handle: a.refreshSchema,
			doc: operation{
				id: "refreshSchema", tag: tag, summary: "Read the schema anew", detail: "Asks the database what it holds now, and says what has changed.",
				answers: ok(refreshedBody{}, "What there is and what has changed."),
			},
		},
		{
			method: http.MethodGet, pattern: "/connections/{id}/schema", access: from(auth.RoleViewer, auth.ScopeRead), handle: a.showSchema,
			doc: operation{
				id: "showSchema", tag: tag, summary: "Show the schema",
				detail: "The ETag is the schema's fingerprint. While no agent is connected, the schema that was last seen is shown.",
				query: []param{
					{name: "refresh", kind: false, text: "Ask the database even where a kept schema is fresh."},
					{name: "If-None-Match", in: "header", kind: "", text: "The ETag of the schema that the client has."},
				},
				answers: []answer{
					{status: http.StatusOK, body: custard.Schema{}, text: "The schema."},
					{status: http.StatusNotModified, text: "The client has it already."},
				},
			},
		},
		{
			method: http.MethodPost, pattern: "/connections/{id}/rotate-token", access: from(auth.RoleAdmin, auth.ScopeManage), handle: a.rotateToken,
			doc: operation{
				id: "rotateToken", tag: tag, summary: "Make a new token for the agent", body: rotateBody{},
				answers: ok(rotatedBody{}, "The new token, shown this once."),
			},
		},
		{
			method: http.MethodPost, pattern: "/connections/{id}/test", access: from(auth.RoleMember, auth.ScopeRead), handle: a.testConnection,
			doc: operation{
				id: "testConnection", tag: tag, summary: "Test a connection",
				answers: ok(checksBody{}, "What was checked, and what to do where it is not well."),
			},
		},
		{
			method: http.MethodGet, pattern: agentsPath + "{agent_id}", access: public(), handle: a.acceptAgent, raw: true, rate: rateFree,
			doc: operation{
				id: "connectAgent", tag: tag, summary: "Where agents connect", detail: "A WebSocket. {agent_id} is the connection's id; the agent's token comes in the Authorization header.",
				answers: []answer{{status: http.StatusOK, text: "101: the agents' protocol, version 1."}},
			},
		},
	}
}

func (a *API) listConnections(c *call) error {
	before, limit, err := c.page()
	if err != nil {
		return err
	}
	found, err := a.cfg.Catalog.Connections(c.ctx(), c.who.Org, before, limit+1)
	if err != nil {
		return err
	}
	page := pageOf(found, limit, func(c catalog.Connection) string { return c.ID })
	out := list[connectionBody]{Items: make([]connectionBody, 0, len(page.Items)), Next: page.Next}
	for _, conn := range page.Items {
		out.Items = append(out.Items, a.describe(c.ctx(), c.who.Org, conn))
	}
	return c.reply(http.StatusOK, out)
}

func (a *API) createConnection(c *call) error {
	var req newConnectionBody
	if err := c.read(&req); err != nil {
		return err
	}
	now := c.now().UTC()
	conn := catalog.Connection{
		ID: a.newID(), Name: req.Name, Dialect: req.Dialect, Description: req.Description, Engine: req.Engine,
		ShareResults: req.ShareResults, MaxCost: req.MaxCost, MaxRows: req.MaxRows, Created: now, Updated: now,
	}
	if err := cmp.Or(a.checkConnection(c.ctx(), c.who.Org, conn), checkServed(conn.Dialect)); err != nil {
		return err
	}
	if err := a.cfg.Catalog.AddConnection(c.ctx(), c.who.Org, conn); err != nil {
		return err
	}
	token, _, err := a.cfg.Accounts.IssueAgentToken(c.ctx(), c.who, conn.ID, 0, c.caller())
	if err == nil {
		err = c.audit(actConnectionCreate, conn.ID, map[string]string{"name": conn.Name, "dialect": string(conn.Dialect)})
	}
	if err != nil { // a connection that no agent can ever serve is none
		return errors.Join(err, a.cfg.Catalog.RemoveConnection(c.ctx(), c.who.Org, conn.ID))
	}
	body := createdConnectionBody{
		Connection: connectionBody{Connection: conn, Agents: []hub.AgentInfo{}, Status: "offline"},
		AgentToken: token, Command: a.command(conn, token),
	}
	again := body
	again.AgentToken, again.Command, again.Replayed = "", a.command(conn, ""), true
	return c.replyOnce(http.StatusCreated, body, again)
}

// connection finds the connection of the path.
func (c *call) connection() (catalog.Connection, error) {
	return c.api.cfg.Catalog.Connection(c.ctx(), c.who.Org, c.path("id"))
}

func (a *API) showConnection(c *call) error {
	conn, err := c.connection()
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, a.describe(c.ctx(), c.who.Org, conn))
}

func (a *API) changeConnection(c *call) error {
	var req changeConnectionBody
	if err := c.read(&req); err != nil {
		return err
	}
	conn, err := c.connection()
	if err != nil {
		return err
	}
	set(&conn.Name, req.Name)
	set(&conn.Description, req.Description)
	set(&conn.Engine, req.Engine)
	set(&conn.ShareResults, req.ShareResults)
	set(&conn.MaxCost, req.MaxCost)
	set(&conn.MaxRows, req.MaxRows)
	if err := a.checkConnection(c.ctx(), c.who.Org, conn); err != nil {
		return err
	}
	conn.Updated = c.now().UTC()
	if err := a.cfg.Catalog.UpdateConnection(c.ctx(), c.who.Org, conn); err != nil {
		return err
	}
	a.askers.forget(c.who.Org)
	if err := c.audit(actConnectionUpdate, conn.ID, map[string]string{"name": conn.Name}); err != nil {
		return err
	}
	return c.reply(http.StatusOK, a.describe(c.ctx(), c.who.Org, conn))
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

func (a *API) removeConnection(c *call) error {
	conn, err := c.connection()
	if err != nil {
		return err
	}
	if err := a.cfg.Catalog.RemoveConnection(c.ctx(), c.who.Org, conn.ID); err != nil {
		return err
	}
	a.askers.forget(c.who.Org)
	if err := a.cfg.Hub.Revoke(c.ctx(), c.who.Org, conn.ID, ""); err != nil {
		return err
	}
	if err := c.audit(actConnectionRemove, conn.ID, map[string]string{"name": conn.Name}); err != nil {
		return err
	}
	return c.none()
}

func (a *API) rotateToken(c *call) error {
	var req rotateBody
	if c.r.ContentLength != 0 { // everything has a default
		if err := c.read(&req); err != nil {
			return err
		}
	}
	overlap := int64(3600)
	set(&overlap, req.OverlapSeconds)
	const most = 365 * 24 * 3600
	if overlap < 0 || overlap > most {
		return custard.Errorf(custard.CodeUsage, "overlap_seconds is %d", overlap).WithHint("It must be a number of seconds; 0 cuts the old agents at once.")
	}
	conn, err := c.connection()
	if err != nil {
		return err
	}
	old, err := a.cfg.Store.AgentTokens(c.ctx(), c.who.Org, conn.ID, c.now())
	if err != nil {
		return err
	}
	token, expires, err := a.cfg.Accounts.IssueAgentToken(c.ctx(), c.who, conn.ID, time.Duration(overlap)*time.Second, c.caller())
	if err != nil {
		return err
	}
	for i, t := range old { // the newest first: it alone lives on, if there is an overlap
		if overlap == 0 || i > 0 {
			if err := a.cfg.Hub.Revoke(c.ctx(), c.who.Org, conn.ID, t.ID); err != nil {
				return err
			}
		}
	}
	return c.reply(http.StatusOK, rotatedBody{AgentToken: token, ExpiresOld: expires.UTC().Format(time.RFC3339), Command: a.command(conn, token)})
}

func (a *API) acceptAgent(c *call) error {
	c.status = http.StatusSwitchingProtocols // it is answered there, well or not
	a.cfg.Hub.Accept(c.w, c.r, c.path("agent_id"))
	return nil
}

// flagParam reads a parameter that is true or false.
func (c *call) flagParam(name string) (bool, error) {
	text := c.r.URL.Query().Get(name)
	if text == "" {
		return false, nil
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		return false, custard.Errorf(custard.CodeUsage, "%s is %q", name, clip(text)).WithHint("It must be true or false.")
	}
	return on, nil
}
