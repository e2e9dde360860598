package httpapi

import (
	"net/http"
	"slices"
)

// routes is the whole table. A route that is not in it does not exist; one that says nothing about itself fails the tests.
func (a *API) routes() []route {
	return slices.Concat(
		a.selfRoutes(),
		a.signupRoutes(), a.sessionRoutes(), a.deviceRoutes(),
		a.orgRoutes(), a.modelRoutes(), a.usageRoutes(), a.invitationRoutes(), a.keyRoutes(), a.auditRoutes(),
		a.connectionRoutes(), a.contextRoutes(),
		a.queryRoutes(),
		a.historyRoutes(),
	)
}

// selfRoutes are about the API itself.
func (a *API) selfRoutes() []route {
	return []route{{
		method: http.MethodGet, pattern: "/openapi.json", access: public(), handle: a.serveOpenAPI,
		doc: operation{
			id: "openapi", tag: "about", summary: "This document",
			answers: ok(map[string]any{}, "The OpenAPI 3.1 document of this server."),
		},
	}}
}
