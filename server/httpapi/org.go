package httpapi

import (
	"net/http"
	"time"

	"github.com/custard-ai/custard/server/auth"
)

// overviewBody is an organisation in figures.
type overviewBody struct {
	Organisation organisationBody `json:"organisation"`
	Role         auth.Role        `json:"role" doc:"Of who asks."`
	Members      int              `json:"members"`
	Connections  int              `json:"connections"`
}

// renameBody is a request to PATCH /org.
type renameBody struct {
	Name string `json:"name"`
}

// memberBody is a user in an organisation.
type memberBody struct {
	User   string    `json:"user_id"`
	Email  string    `json:"email"`
	Name   string    `json:"name"`
	Role   auth.Role `json:"role"`
	Joined time.Time `json:"joined"`
}

func memberOf(m auth.Member) memberBody { return memberBody(m) }

// roleBody is a request to PATCH /org/members/{user}.
type roleBody struct {
	Role auth.Role `json:"role"`
}

// rolesBody lists the roles that there are.
type rolesBody struct {
	Roles []auth.RoleInfo `json:"roles"`
}

// orgRoutes are about an organisation and its members.
func (a *API) orgRoutes() []route {
	return []route{
		{
			method: http.MethodGet, pattern: "/org", access: from(auth.RoleViewer, auth.ScopeRead), handle: showOrg,
			doc: operation{id: "showOrganisation", tag: "organisation", summary: "Show the organisation", answers: ok(overviewBody{}, "The organisation in figures.")},
		}, {
			method: http.MethodPatch, pattern: "/org", access: from(auth.RoleAdmin, auth.ScopeManage), handle: renameOrg,
			doc: operation{id: "renameOrganisation", tag: "organisation", summary: "Rename the organisation", body: renameBody{}, answers: ok(overviewBody{}, "The organisation as it is now.")},
		}, {
			method: http.MethodGet, pattern: "/org/roles", access: from(auth.RoleViewer, auth.ScopeRead), handle: listRoles,
			doc: operation{id: "listRoles", tag: "organisation", summary: "List the roles", answers: ok(rolesBody{}, "The roles and what each may do, the mightiest first.")},
		}, {
			method: http.MethodGet, pattern: "/org/members", access: from(auth.RoleViewer, auth.ScopeRead), handle: listMembers,
			doc: operation{id: "listMembers", tag: "organisation", summary: "List members", query: paged(), answers: ok(list[memberBody]{}, "A page of members.")},
		}, {
			method: http.MethodPatch, pattern: "/org/members/{user}", access: from(auth.RoleAdmin, auth.ScopeManage), handle: setRole,
			doc: operation{
				id: "setRole", tag: "organisation", summary: "Change a member's role", body: roleBody{},
				detail:  "Nobody gives or changes a role above his own. The last owner stays one: `conflict`.",
				answers: ok(memberBody{}, "The member as it is now."),
			},
		}, {
			method: http.MethodDelete, pattern: "/org/members/{user}", access: from(auth.RoleAdmin, auth.ScopeManage), handle: removeMember,
			doc: operation{
				id: "removeMember", tag: "organisation", summary: "Remove a member",
				detail:  "Ends the member's logins and API keys of this organisation at once. The last owner stays: `conflict`.",
				answers: nothing("The member is gone."),
			},
		},
	}
}

func showOrg(c *call) error {
	o, err := c.accounts().Overview(c.ctx(), c.who)
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, overviewBody{organisationOf(o.Org), c.who.Role, o.Members, o.Connections})
}

func renameOrg(c *call) error {
	var in renameBody
	if err := c.read(&in); err != nil {
		return err
	}
	if err := c.accounts().RenameOrganisation(c.ctx(), c.who, in.Name, c.caller()); err != nil {
		return err
	}
	// A key that may manage but not read sees what it changed.
	o, err := c.api.cfg.Store.Organisation(c.ctx(), c.who.Org)
	if err != nil {
		return err
	}
	members, connections, err := c.api.cfg.Store.Counts(c.ctx(), c.who.Org)
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, overviewBody{organisationOf(o), c.who.Role, members, connections})
}

func listRoles(c *call) error { return c.reply(http.StatusOK, rolesBody{auth.Roles()}) }

func listMembers(c *call) error {
	before, limit, err := c.page()
	if err != nil {
		return err
	}
	all, err := c.accounts().Members(c.ctx(), c.who, before, limit+1)
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, pageOf(mapped(all, memberOf), limit, func(m memberBody) string { return m.User }))
}

func setRole(c *call) error {
	var in roleBody
	if err := c.read(&in); err != nil {
		return err
	}
	m, err := c.accounts().SetRole(c.ctx(), c.who, c.path("user"), in.Role, c.caller())
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, memberOf(m))
}

func removeMember(c *call) error {
	if err := c.accounts().RemoveMember(c.ctx(), c.who, c.path("user"), c.caller()); err != nil {
		return err
	}
	return c.none()
}

// mapped turns a list of one thing into a list of another.
func mapped[A, B any](in []A, to func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, to(a))
	}
	return out
}
