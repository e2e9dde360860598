package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/auth/authtest"
	"github.com/custard-ai/custard/server/catalog"
	"github.com/custard-ai/custard/server/hub"
)

// marker stands in everything that the first organisation has: it must never be in an answer to another.
const marker = "zanzibar"

// planted are the ids of what the first organisation has, by what stands in a route's pattern.
type planted struct {
	connection, history, conversation, key, invitation, member string
}

// tenants is an API with two organisations, and a token of every kind of principal.
type tenants struct {
	*authtest.Kit
	api     *API
	planted planted
	missing planted // ids that there is nothing of

	owner   auth.Session
	roles   map[auth.Role]string  // access tokens of the first organisation
	scopes  map[auth.Scope]string // its owner's API keys, each with one scope
	foreign string                // an access token of another organisation's owner
	removed []string              // tokens of somebody who is no member any more: an access token and an API key
	agent   string                // an agent's token
}

func newTenants(t *testing.T) *tenants {
	t.Helper()
	k := authtest.New(t)
	h := hub.New(hub.Config{Authenticate: func(ctx context.Context, connection, token string) (hub.Identity, error) {
		org, id, err := k.AuthenticateAgent(ctx, connection, token)
		return hub.Identity{Org: org, Connection: connection, Token: id}, err
	}})
	t.Cleanup(func() { h.Close() })
	cfg := Config{PublicURL: authtest.PublicURL, Now: k.Clock.Now, Accounts: k.Service, Store: k.Store, Catalog: k.Store, Hub: h}
	ownModels(t, k, nil)(&cfg)
	api := New(cfg)
	t.Cleanup(func() {
		if err := api.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	s := &tenants{Kit: k, api: api, roles: map[auth.Role]string{}, scopes: map[auth.Scope]string{}}
	s.owner = k.Owner(t, marker+"@example.com")
	s.roles[auth.RoleOwner] = s.owner.Access
	for _, r := range []auth.Role{auth.RoleAdmin, auth.RoleMember, auth.RoleViewer} {
		s.roles[r] = k.Member(t, s.owner, marker+"-"+string(r)+"@example.com", r).Access
	}
	boss := k.Principal(t, s.owner.Access)
	from := auth.Caller{}
	for _, scope := range []auth.Scope{auth.ScopeAsk, auth.ScopeRead, auth.ScopeManage} {
		_, secret, err := k.CreateKey(t.Context(), boss, marker+" "+string(scope), []auth.Scope{scope}, from)
		check(t, err)
		s.scopes[scope] = secret
	}
	s.foreign = k.Owner(t, "foreign@example.org").Access

	gone := k.Member(t, s.owner, marker+"-gone@example.com", auth.RoleAdmin)
	_, goneKey, err := k.CreateKey(t.Context(), k.Principal(t, gone.Access), marker, []auth.Scope{auth.ScopeAsk, auth.ScopeRead, auth.ScopeManage}, from)
	check(t, err)
	for _, token := range []string{gone.Access, goneKey} {
		k.Principal(t, token) // they were good, and are remembered
	}
	check(t, k.RemoveMember(t.Context(), boss, gone.User.ID, from))
	s.removed = []string{gone.Access, goneKey}

	s.plant(t, boss)
	s.agent, _, err = k.IssueAgentToken(t.Context(), boss, s.planted.connection, 0, from)
	check(t, err)
	return s
}

// plant gives the first organisation one of everything.
func (s *tenants) plant(t *testing.T, boss auth.Principal) {
	t.Helper()
	now := s.Clock.Now()
	p := planted{connection: custard.NewID(now), history: custard.NewID(now), conversation: custard.NewID(now)}
	check(t, s.Store.AddConnection(t.Context(), boss.Org, catalog.Connection{ID: p.connection, Name: marker, Dialect: custard.Postgres, Created: now, Updated: now}))
	check(t, s.Store.SetSchema(t.Context(), boss.Org, p.connection, &custard.Schema{Dialect: custard.Postgres, Tables: []*custard.Table{{Name: marker}}}, now))
	check(t, s.Store.AddHistory(t.Context(), catalog.OrgEntry{Org: boss.Org, Entry: catalog.Entry{
		HistoryEntry: custard.HistoryEntry{ID: p.history, Time: now, Question: marker + "?", Connection: marker, SQL: "SELECT '" + marker + "'", Conversation: p.conversation,
			Trace: &custard.Stage{Name: marker},
		},
		ConnectionID: p.connection, User: boss.User,
	}}))
	key, _, err := s.CreateKey(t.Context(), boss, marker, []auth.Scope{auth.ScopeRead}, auth.Caller{})
	check(t, err)
	invitation, err := s.Invite(t.Context(), boss, marker+"-guest@example.com", auth.RoleViewer, auth.Caller{})
	check(t, err)
	p.key, p.invitation = key.ID, invitation.ID
	p.member = s.Principal(t, s.roles[auth.RoleViewer]).User
	s.planted = p
	none := "0000000000000000000000none"
	s.missing = planted{none, none, none, none, none, none}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// send sends a request and returns the status, the error's code and the body.
func (s *tenants) send(t *testing.T, method, path, token, body string) (int, custard.Code, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, Base+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	rec := httptest.NewRecorder()
	s.api.ServeHTTP(rec, r)
	var e struct {
		Error struct {
			Code custard.Code `json:"code"`
		} `json:"error"`
	}
	if rec.Code >= http.StatusBadRequest {
		if err := json.Unmarshal(rec.Body.Bytes(), &e); err != nil || e.Error.Code == "" {
			t.Errorf("%s %s: status %d without an error's code: %s", method, path, rec.Code, rec.Body)
		}
	}
	return rec.Code, e.Error.Code, rec.Body.String()
}

// request is how a route is called in the matrix: with ids of what there is, or of what there is not.
type request struct {
	need string // role/scope, said here once more: the table is what is tested
	path func(planted) string
	body func(planted) string
	// own says that a route is about the caller's own things alone: another organisation's owner is well answered, with
	// nothing of the first's.
	own bool
	// public says why everybody may call it.
	public string
	// personal says that what is planted belongs to one person: other members do not see it either.
	personal bool
}

func fixed(path string) func(planted) string { return func(planted) string { return path } }

// matrix is every route. A route that nobody listed fails the test: whoever adds one says here whom it is for.
func matrix() map[string]request {
	connection := func(rest string) func(planted) string {
		return func(p planted) string { return "/connections/" + p.connection + rest }
	}
	history := func(rest string) func(planted) string {
		return func(p planted) string { return "/history/" + p.history + rest }
	}
	conversation := func(p planted) string { return "/conversations/" + p.conversation }
	member := func(p planted) string { return "/org/members/" + p.member }
	mailed := "who holds the mail's token"
	account := "who has no account, or is not signed in yet"
	return map[string]request{
		"GET /openapi.json":              {path: fixed("/openapi.json"), public: "it is documentation"},
		"POST /auth/signup":              {path: fixed("/auth/signup"), public: account},
		"POST /auth/verify-email":        {path: fixed("/auth/verify-email"), public: mailed},
		"POST /auth/resend-verification": {path: fixed("/auth/resend-verification"), public: account},
		"POST /auth/login":               {path: fixed("/auth/login"), public: account},
		"POST /auth/refresh":             {path: fixed("/auth/refresh"), public: "who holds a refresh token"},
		"POST /auth/logout":              {path: fixed("/auth/logout"), public: "who holds a refresh token, or is signed in"},
		"POST /auth/forgot-password":     {path: fixed("/auth/forgot-password"), public: account},
		"POST /auth/reset-password":      {path: fixed("/auth/reset-password"), public: mailed},
		"POST /auth/device":              {path: fixed("/auth/device"), public: account},
		"POST /auth/device/token":        {path: fixed("/auth/device/token"), public: "who holds a device code"},
		"POST /auth/accept-invitation":   {path: fixed("/auth/accept-invitation"), public: mailed},
		"GET /connections/ws/{agent_id}": {path: func(p planted) string { return "/connections/ws/" + p.connection }, public: "an agent, whose token the hub checks"},

		"GET /auth/me": {need: "viewer/", path: fixed("/auth/me"), own: true},

		"GET /connections":                        {need: "viewer/read", path: fixed("/connections"), own: true},
		"POST /connections":                       {need: "admin/manage", path: fixed("/connections"), own: true},
		"GET /connections/{id}":                   {need: "viewer/read", path: connection("")},
		"PATCH /connections/{id}":                 {need: "admin/manage", path: connection(""), body: fixed(`{"description":"x"}`)},
		"DELETE /connections/{id}":                {need: "admin/manage", path: connection("")},
		"POST /connections/{id}/refresh-schema":   {need: "member/read", path: connection("/refresh-schema")},
		"GET /connections/{id}/schema":            {need: "viewer/read", path: connection("/schema")},
		"POST /connections/{id}/rotate-token":     {need: "admin/manage", path: connection("/rotate-token")},
		"GET /connections/{id}/context":           {need: "admin/manage", path: connection("/context")},
		"PUT /connections/{id}/context":           {need: "admin/manage", path: connection("/context"), body: fixed(`{"context":{"terms":{"x":"y"}}}`)},
		"PATCH /connections/{id}/context":         {need: "admin/manage", path: connection("/context"), body: fixed(`{"edits":[{"keys":["terms","x"],"value":"y"}]}`)},
		"POST /connections/{id}/context/examples": {need: "admin/manage", path: connection("/context/examples"), body: fixed(`{"question":"x?","query":"SELECT 1"}`)},
		"POST /connections/{id}/test":             {need: "member/read", path: connection("/test")},
		"POST /query": {need: "member/ask", path: fixed("/query"), body: func(p planted) string {
			return `{"sql":"select 1","connection":"` + p.connection + `"}`
		}},

		"GET /history":                {need: "viewer/read", path: fixed("/history"), own: true},
		"DELETE /history":             {need: "viewer/read", path: fixed("/history"), own: true},
		"GET /history/{id}":           {need: "viewer/read", path: history(""), personal: true},
		"DELETE /history/{id}":        {need: "viewer/read", path: history(""), personal: true},
		"POST /history/{id}/feedback": {need: "viewer/read", path: history("/feedback"), body: fixed(`{"feedback":1}`), personal: true},
		"GET /conversations":          {need: "viewer/read", path: fixed("/conversations"), own: true},
		"GET /conversations/{id}":     {need: "viewer/read", path: conversation, personal: true},
		"DELETE /conversations/{id}":  {need: "viewer/read", path: conversation, personal: true},

		"GET /api-keys":         {need: "member/manage", path: fixed("/api-keys"), own: true},
		"POST /api-keys":        {need: "member/manage", path: fixed("/api-keys"), own: true},
		"DELETE /api-keys/{id}": {need: "member/manage", path: func(p planted) string { return "/api-keys/" + p.key }},

		"GET /history/{id}/trace": {need: "viewer/read", path: history("/trace"), personal: true},

		"GET /org/models":               {need: "admin/manage", path: fixed("/org/models"), own: true},
		"GET /org/models/{provider}":    {need: "admin/manage", path: fixed("/org/models/openai"), own: true},
		"PUT /org/models/{provider}":    {need: "admin/manage", path: fixed("/org/models/openai"), body: fixed(`{"key":"sk-matrix"}`), own: true},
		"DELETE /org/models/{provider}": {need: "admin/manage", path: fixed("/org/models/openai"), own: true},
		"GET /org/usage":                {need: "admin/manage", path: fixed("/org/usage"), own: true},

		"GET /org":                     {need: "viewer/read", path: fixed("/org"), own: true},
		"PATCH /org":                   {need: "admin/manage", path: fixed("/org"), own: true},
		"GET /org/roles":               {need: "viewer/read", path: fixed("/org/roles"), own: true},
		"GET /org/members":             {need: "viewer/read", path: fixed("/org/members"), own: true},
		"PATCH /org/members/{user}":    {need: "admin/manage", path: member, body: fixed(`{"role":"viewer"}`)},
		"DELETE /org/members/{user}":   {need: "admin/manage", path: member},
		"GET /org/invitations":         {need: "admin/manage", path: fixed("/org/invitations"), own: true},
		"POST /org/invitations":        {need: "admin/manage", path: fixed("/org/invitations"), own: true},
		"DELETE /org/invitations/{id}": {need: "admin/manage", path: func(p planted) string { return "/org/invitations/" + p.invitation }},
		"GET /audit":                   {need: "admin/manage", path: fixed("/audit"), own: true},
	}
}

func (r request) send(t *testing.T, s *tenants, method, token string, p planted) (int, custard.Code, string) {
	t.Helper()
	body := ""
	if r.body != nil {
		body = r.body(p)
	}
	return s.send(t, method, r.path(p), token, body)
}

// requestID is what differs between two answers that are the same.
var requestID = regexp.MustCompile(`"request_id":"[^"]*"`)

// Every route × everybody who must not: nobody at all, tokens of other kinds, a removed member, another organisation, a
// lower role, an API key without the scope. Beside each refusal the same request with the right principal gets through.
func TestRoutesByPrincipals(t *testing.T) {
	t.Parallel()
	s := newTenants(t)
	listed := matrix()
	used := map[string]bool{}
	for _, rt := range s.api.table {
		name := rt.method + " " + rt.pattern
		req, ok := listed[name]
		if !ok {
			t.Errorf("%s is in nobody's list: say in matrix whom it is for", name)
			continue
		}
		used[name] = true
		if rt.access.public != (req.public != "") {
			t.Errorf("%s: the route is public: %v; the list says %q", name, rt.access.public, req.public)
			continue
		}
		if got := string(rt.access.role) + "/" + string(rt.access.scope); got != req.need && !rt.access.public {
			t.Errorf("%s needs %s; the list says %s", name, got, req.need)
		}
		if rt.access.public {
			// Without what it asks for, a public route tells and does nothing.
			status, _, body := req.send(t, s, rt.method, "", s.planted)
			if rt.pattern != "/openapi.json" && (status < 400 || status >= 500) || strings.Contains(body, marker) {
				t.Errorf("%s, by nobody: status %d, %s", name, status, body)
			}
			continue
		}
		refuse := func(who, token string, want int) {
			t.Helper()
			status, _, body := req.send(t, s, rt.method, token, s.planted)
			if status != want || strings.Contains(body, marker) {
				t.Errorf("%s, by %s: status %d, want %d: %s", name, who, status, want, body)
			}
		}
		pass := func(who, token string) {
			t.Helper()
			status, _, body := req.send(t, s, rt.method, token, s.missing)
			if status == http.StatusUnauthorized || status == http.StatusForbidden || status >= 500 && status != http.StatusServiceUnavailable {
				t.Errorf("%s, by %s, who may: status %d: %s", name, who, status, body)
			}
		}
		refuse("nobody", "", http.StatusUnauthorized)
		refuse("a token that is none", "cust_key_"+strings.Repeat("x", 43), http.StatusUnauthorized)
		refuse("a refresh token", s.owner.Refresh, http.StatusUnauthorized)
		refuse("an agent's token", s.agent, http.StatusUnauthorized)
		for _, token := range s.removed {
			refuse("a removed member", token, http.StatusUnauthorized)
		}
		for role, token := range s.roles {
			if role.Rank() < rt.access.role.Rank() {
				refuse("a "+string(role), token, http.StatusForbidden)
			} else if rt.pattern != "/history" || rt.method != http.MethodDelete {
				pass("a "+string(role), token)
			}
		}
		for scope, token := range s.scopes {
			if rt.access.anyScope || scope == rt.access.scope {
				if rt.pattern != "/history" || rt.method != http.MethodDelete {
					pass("a key that may "+string(scope), token)
				}
			} else {
				refuse("a key that may "+string(scope), token, http.StatusForbidden)
			}
		}

		// Another organisation's owner: what he names is not there, in the same words as what nobody has.
		status, _, body := req.send(t, s, rt.method, s.foreign, s.planted)
		if strings.Contains(body, marker) {
			t.Errorf("%s shows another organisation's things: %s", name, body)
		}
		if req.own {
			continue
		}
		_, _, none := req.send(t, s, rt.method, s.foreign, s.missing)
		same := func(body string) string {
			p, m := s.planted, s.missing
			for _, ids := range [][2]string{{p.connection, m.connection}, {p.history, m.history}, {p.conversation, m.conversation}, {p.key, m.key}, {p.invitation, m.invitation}, {p.member, m.member}} {
				body = strings.ReplaceAll(body, ids[0], ids[1])
			}
			return requestID.ReplaceAllString(body, "")
		}
		if status != http.StatusNotFound || same(body) != same(none) {
			t.Errorf("%s, by another organisation's owner: status %d: %s; what nobody has: %s", name, status, body, none)
		}
		if req.personal {
			refuse("a colleague", s.roles[auth.RoleViewer], http.StatusNotFound)
		}
	}
	for name := range listed {
		if !used[name] {
			t.Errorf("%s is in the list but is no route", name)
		}
	}
	s.unharmed(t)
}

// unharmed looks whether what was planted is all there, through the API and with its owner's eyes.
func (s *tenants) unharmed(t *testing.T) {
	t.Helper()
	p := s.planted
	for _, path := range []string{"/connections/" + p.connection, "/connections/" + p.connection + "/schema", "/history/" + p.history, "/conversations/" + p.conversation, "/api-keys", "/org/invitations", "/org/members"} {
		status, _, body := s.send(t, http.MethodGet, path, s.owner.Access, "")
		if status != http.StatusOK || !strings.Contains(body, marker) {
			t.Errorf("after all that, GET %s: status %d: %s", path, status, body)
		}
	}
	if _, _, body := s.send(t, http.MethodGet, "/api-keys?limit=200", s.owner.Access, ""); !strings.Contains(body, p.key) {
		t.Error("the planted key is gone")
	}
	if m, err := s.Store.Member(t.Context(), s.owner.Org.ID, p.member); err != nil || m.Role != auth.RoleViewer {
		t.Errorf("the planted member is %+v, %v", m, err)
	}
	if _, _, err := s.AuthenticateAgent(t.Context(), p.connection, s.agent); err != nil {
		t.Errorf("the agent's token is no good any more: %v", err)
	}
}

// What was refused for want of a role or a scope is in the audit log, and nobody can change or remove a row of it.
func TestRefusalsAreAudited(t *testing.T) {
	t.Parallel()
	s := newTenants(t)
	viewer := s.Principal(t, s.roles[auth.RoleViewer])
	if status, _, _ := s.send(t, http.MethodPost, "/org/invitations", s.roles[auth.RoleViewer], `{"email":"x@example.com","role":"owner"}`); status != http.StatusForbidden {
		t.Fatalf("status %d", status)
	}
	if status, _, _ := s.send(t, http.MethodPatch, "/org/members/"+s.owner.User.ID, s.roles[auth.RoleAdmin], `{"role":"viewer"}`); status != http.StatusForbidden {
		t.Fatalf("status %d", status)
	}
	rows, err := s.Store.AuditLog(t.Context(), s.owner.Org.ID, "", 200)
	check(t, err)
	for _, want := range []auth.Audit{
		{Action: auth.ActRefuse, User: viewer.User, Target: "POST /org/invitations"},
		{Action: auth.ActRefuse, User: s.Principal(t, s.roles[auth.RoleAdmin]).User, Target: "PATCH /org/members/{user}"},
	} {
		if !slices.ContainsFunc(rows, func(a auth.Audit) bool {
			return a.Action == want.Action && a.User == want.User && a.Target == want.Target
		}) {
			t.Errorf("no row %+v among %d", want, len(rows))
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if status, _, _ := s.send(t, method, "/audit", s.owner.Access, ""); status != http.StatusMethodNotAllowed {
			t.Errorf("%s /audit: status %d", method, status)
		}
		if status, _, _ := s.send(t, method, "/audit/"+rows[0].ID, s.owner.Access, ""); status != http.StatusNotFound {
			t.Errorf("%s /audit/{id}: status %d", method, status)
		}
	}
}

// A host that a client makes up is in no link.
func TestTheHostHeaderIsInNoLink(t *testing.T) {
	t.Parallel()
	s := newTenants(t)
	for path, body := range map[string]string{
		"/auth/signup":              `{"email":"new@example.net","password":"a good password","name":"New"}`,
		"/auth/forgot-password":     `{"email":"foreign@example.org"}`,
		"/auth/resend-verification": `{"email":"new@example.net"}`,
		"/auth/device":              `{"client":"custard"}`,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, Base+path, strings.NewReader(body))
		r.Host = "evil.example"
		for _, h := range []string{"X-Forwarded-Host", "X-Original-Host", "X-Host"} {
			r.Header.Set(h, "evil.example")
		}
		r.Header.Set("Forwarded", "host=evil.example")
		r.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		s.api.ServeHTTP(rec, r)
		if rec.Code >= 300 || strings.Contains(rec.Body.String(), "evil") {
			t.Errorf("%s: status %d: %s", path, rec.Code, rec.Body)
		}
	}
	mails := s.Mail.All()
	for _, m := range mails {
		for key, value := range m.Data {
			if strings.Contains(value, "evil") || key == "link" && !strings.HasPrefix(value, authtest.PublicURL+"/") {
				t.Errorf("a mail %q has %s %s", m.Kind, key, value)
			}
		}
	}
	s.Mail.Last(t, auth.MailReset, "foreign@example.org")
}

// The story of an account over HTTP, as a client sees it.
func TestAnAccountOverHTTP(t *testing.T) {
	t.Parallel()
	s := newTenants(t)
	post := func(path, token, body string, want int) map[string]any {
		t.Helper()
		status, _, text := s.send(t, http.MethodPost, path, token, body)
		if status != want {
			t.Fatalf("POST %s: status %d, want %d: %s", path, status, want, text)
		}
		var out map[string]any
		if text != "" {
			check(t, json.Unmarshal([]byte(text), &out))
		}
		return out
	}
	const credentials = `{"email":"ann@example.net","password":"a good password"}`
	post("/auth/signup", "", `{"email":"ann@example.net","password":"a good password","name":"Ann","organisation":"Anns"}`, http.StatusAccepted)
	post("/auth/login", "", credentials, http.StatusForbidden)
	post("/auth/verify-email", "", `{"token":"`+s.Mail.Token(t, auth.MailVerify, "ann@example.net")+`"}`, http.StatusOK)
	tokens := post("/auth/login", "", credentials, http.StatusOK)
	if tokens["token_type"] != "Bearer" || tokens["expires_in"] != 900.0 || tokens["role"] != "owner" {
		t.Errorf("a login gives %v", tokens)
	}
	next := post("/auth/refresh", "", `{"refresh_token":"`+tokens["refresh_token"].(string)+`"}`, http.StatusOK)
	access := next["access_token"].(string)
	key := post("/api-keys", access, `{"name":"ci","scopes":["ask"]}`, http.StatusCreated)
	status, _, text := s.send(t, http.MethodGet, "/auth/me", key["key"].(string), "")
	if status != http.StatusOK || !strings.Contains(text, `"scopes":["ask"]`) || !strings.Contains(text, "ann@example.net") {
		t.Errorf("a key says who it is with %d: %s", status, text)
	}
	device := post("/auth/device", "", `{"client":"custard on laptop"}`, http.StatusOK)
	poll := `{"device_code":"` + device["device_code"].(string) + `"}`
	for _, want := range []string{"authorization_pending", "slow_down"} {
		if status, code, _ := s.send(t, http.MethodPost, "/auth/device/token", "", poll); status != http.StatusBadRequest || string(code) != want {
			t.Errorf("a poll says %d %s, want %s", status, code, want)
		}
	}
	check(t, s.DecideDevice(t.Context(), s.Principal(t, access), device["user_code"].(string), "", true, auth.Caller{}))
	s.Clock.Move(time.Minute)
	if got := post("/auth/device/token", "", poll, http.StatusOK); got["organisation"].(map[string]any)["name"] != "Anns" {
		t.Errorf("the terminal is signed in to %v", got["organisation"])
	}
	if _, code, _ := s.send(t, http.MethodPost, "/auth/device/token", "", poll); code != "expired_token" {
		t.Errorf("a poll after the last says %s", code)
	}
	if status, _, text := s.send(t, http.MethodPost, "/auth/logout", access, ""); status != http.StatusNoContent || text != "" {
		t.Errorf("signing out: %d %q", status, text)
	}
	if status, _, _ := s.send(t, http.MethodGet, "/auth/me", access, ""); status != http.StatusUnauthorized {
		t.Errorf("after signing out: %d", status)
	}
}
