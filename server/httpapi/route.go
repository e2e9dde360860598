package httpapi

import (
	"net/http"

	"github.com/custard-ai/custard/server/auth"
)

// route is one line of the table: what is served, to whom, how it is answered and what it says about itself.
type route struct {
	method  string
	pattern string // below Base, as ServeMux writes it: /connections/{id}
	access  access
	handle  func(*call) error
	doc     operation

	maxBody    int64 // bytes of a request's body; 0 for the default of 1 MiB
	idempotent bool  // takes an Idempotency-Key
	rate       rateClass
	raw        bool // takes over the connection or streams for long: no deadline for the answer
}

// access is who may use a route: everybody, or members from a role up; an API key needs the scope as well.
type access struct {
	public   bool
	role     auth.Role
	scope    auth.Scope
	anyScope bool // an API key needs no scope in particular
}

// public lets everybody in: what a route needs to know of its caller it finds out by itself.
func public() access { return access{public: true} }

// from lets members in from a role up, and API keys that have the scope and whose maker has the role.
func from(role auth.Role, scope auth.Scope) access { return access{role: role, scope: scope} }

// anybody lets in who is a member, whatever its role and an API key's scopes.
func anybody() access { return access{role: auth.RoleViewer, anyScope: true} }

// allow says whether a principal may use a route.
func (a access) allow(p auth.Principal) error {
	if a.public {
		return nil
	}
	if a.anyScope {
		p.Key = "" // a session has every scope
	}
	return p.Allows(a.role, a.scope)
}

// operation is what the OpenAPI document says about a route.
type operation struct {
	id      string // unique: listConnections
	tag     string // what it is listed under
	summary string // one line
	detail  string // more, in markdown; may be empty
	query   []param
	body    any // a value of the type that the request's body is decoded into; nil for none
	answers []answer
}

// param is a parameter of a query or a header.
type param struct {
	name string
	in   string // query by default, or header
	kind any    // a value of its type: "", 0, false
	text string
}

// answer is one way in which a route answers well. Errors are the same for all and need no mention.
type answer struct {
	status int
	text   string
	body   any               // a value of the type that is sent as JSON; nil for none
	media  map[string]string // other content types, each with what it holds
}

// ok is the common answer: 200 with a body.
func ok(body any, text string) []answer {
	return []answer{{status: http.StatusOK, body: body, text: text}}
}

// created is the answer of what makes something.
func created(body any, text string) []answer {
	return []answer{{status: http.StatusCreated, body: body, text: text}}
}

// nothing is an answer without a body.
func nothing(text string) []answer {
	return []answer{{status: http.StatusNoContent, text: text}}
}

// paged are the parameters of every list.
func paged(more ...param) []param {
	return append([]param{
		{name: "limit", kind: 0, text: "How many at the most: 1 to 200, 50 where it is left out."},
		{name: "before", kind: "", text: "Go on from here: the `next` of the page before."},
	}, more...)
}
