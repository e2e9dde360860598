package httpapi

import (
	"context"
	"net/http"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

// auditRoutes are the audit log.
func (a *API) auditRoutes() []route {
	return []route{{
		method: http.MethodGet, pattern: "/audit", access: from(auth.RoleAdmin, auth.ScopeManage), handle: a.settled(listAudit),
		doc: operation{
			id: "listAudit", tag: "organisation", summary: "Read the audit log", query: paged(),
			detail:  "Who did what, and who tried what he may not. It is only ever added to.",
			answers: ok(list[auth.Audit]{}, "A page of the log, newest first."),
		},
	}}
}

func listAudit(c *call) error {
	before, limit, err := c.page()
	if err != nil {
		return err
	}
	rows, err := c.accounts().AuditLog(c.ctx(), c.who, before, limit+1)
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, pageOf(rows, limit, func(a auth.Audit) string { return a.ID }))
}

// auditRefusal writes down that somebody tried what he may not.
func (c *call) auditRefusal(err error) {
	if c.who.Org == "" || custard.AsError(err).Code != custard.CodeForbidden {
		return
	}
	// The client may have gone away: it tried all the same.
	ctx := context.WithoutCancel(c.ctx())
	err = c.api.cfg.Store.AddAudit(ctx, c.who.Org, auth.Audit{
		ID: c.api.newID(), Time: c.now(), User: c.who.User, Key: c.who.Key, Action: auth.ActRefuse,
		Target: c.route.method + " " + c.route.pattern, Address: c.address(),
	})
	if err != nil {
		c.log().ErrorContext(ctx, "cannot write the audit log", "error", custard.Detail(err))
	}
}
