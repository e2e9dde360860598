package auth_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/auth/authtest"
	"github.com/custard-ai/custard/server/catalog"
)

func everyRole() []auth.Role {
	return []auth.Role{auth.RoleOwner, auth.RoleAdmin, auth.RoleMember, auth.RoleViewer}
}

// Nobody lifts anybody, himself included, above his own role, and nobody touches who is above him: every role that acts ×
// every role that is acted on × every role that is given.
func TestNobodyEscalates(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	owner := k.Owner(t, "owner@example.com")
	boss := k.Principal(t, owner.Access)
	people := map[auth.Role]auth.Session{auth.RoleOwner: owner}
	targets := map[auth.Role]auth.Session{}
	for _, r := range everyRole() {
		if r != auth.RoleOwner {
			people[r] = k.Member(t, owner, string(r)+"@example.com", r)
		}
		targets[r] = k.Member(t, owner, "target-"+string(r)+"@example.com", r)
	}
	for _, actor := range everyRole() {
		p := k.Principal(t, people[actor].Access)
		for _, target := range everyRole() {
			for _, to := range everyRole() {
				user := targets[target].User.ID
				_, err := k.SetRole(t.Context(), p, user, to, here)
				may := actor.Rank() >= auth.RoleAdmin.Rank() && target.Rank() <= actor.Rank() && to.Rank() <= actor.Rank()
				if may != (err == nil) || err != nil && code(err) != custard.CodeForbidden {
					t.Errorf("%s makes %s %s: %v", actor, target, to, err)
				}
				if err == nil && target != to {
					if _, err := k.SetRole(t.Context(), boss, user, target, here); err != nil {
						t.Fatal(err)
					}
				}
			}
			if actor.Rank() < auth.RoleAdmin.Rank() || target.Rank() > actor.Rank() {
				if err := k.RemoveMember(t.Context(), p, targets[target].User.ID, here); code(err) != custard.CodeForbidden {
					t.Errorf("%s removes %s: %v", actor, target, err)
				}
			}
			email := string(actor) + "-" + string(target) + "@invited.example"
			_, err := k.Invite(t.Context(), p, email, target, here)
			if may := actor.Rank() >= auth.RoleAdmin.Rank() && target.Rank() <= actor.Rank(); may != (err == nil) || err != nil && code(err) != custard.CodeForbidden {
				t.Errorf("%s invites a %s: %v", actor, target, err)
			}
		}
		for _, scope := range []auth.Scope{auth.ScopeAsk, auth.ScopeRead, auth.ScopeManage} {
			_, _, err := k.CreateKey(t.Context(), p, "k", []auth.Scope{scope}, here)
			need := auth.RoleMember
			if scope == auth.ScopeManage {
				need = auth.RoleAdmin
			}
			if may := actor.Rank() >= need.Rank(); may != (err == nil) || err != nil && code(err) != custard.CodeForbidden {
				t.Errorf("%s makes a key that may %s: %v", actor, scope, err)
			}
		}
		if _, err := k.SetRole(t.Context(), boss, owner.User.ID, "king", here); code(err) != custard.CodeUsage {
			t.Errorf("a role that there is none of: %v", err)
		}
	}
}

// An API key does no more than its scopes and its maker's role as it is now.
func TestKeysStayWithinScopesAndRole(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	owner := k.Owner(t, "owner@example.com")
	boss := k.Principal(t, owner.Access)
	admin := k.Member(t, owner, "admin@example.com", auth.RoleAdmin)
	key := func(p auth.Principal, scopes ...auth.Scope) (auth.Principal, auth.APIKey, string) {
		t.Helper()
		made, secret, err := k.CreateKey(t.Context(), p, "key", scopes, here)
		if err != nil {
			t.Fatal(err)
		}
		return k.Principal(t, secret), made, secret
	}
	reader, _, _ := key(k.Principal(t, admin.Access), auth.ScopeRead, auth.ScopeAsk)
	if _, _, err := k.CreateKey(t.Context(), reader, "more", []auth.Scope{auth.ScopeManage}, here); code(err) != custard.CodeForbidden {
		t.Errorf("a key that reads makes one that manages: %v", err)
	}
	if _, _, err := k.CreateKey(t.Context(), reader, "same", []auth.Scope{auth.ScopeRead}, here); code(err) != custard.CodeForbidden {
		t.Errorf("a key that reads makes a key: %v", err)
	}
	if _, err := k.SetRole(t.Context(), reader, owner.User.ID, auth.RoleViewer, here); code(err) != custard.CodeForbidden {
		t.Errorf("a key that reads changes roles: %v", err)
	}
	manager, made, secret := key(k.Principal(t, admin.Access), auth.ScopeManage)
	if _, _, err := k.CreateKey(t.Context(), manager, "more", []auth.Scope{auth.ScopeManage, auth.ScopeAsk}, here); code(err) != custard.CodeForbidden {
		t.Errorf("a key that manages makes one that asks: %v", err)
	}
	if _, err := k.Members(t.Context(), manager, "", 10); code(err) != custard.CodeForbidden {
		t.Errorf("a key that manages alone reads: %v", err)
	}
	if _, _, err := k.CreateKey(t.Context(), manager, "same", []auth.Scope{auth.ScopeManage}, here); err != nil {
		t.Errorf("a key that manages makes another: %v", err)
	}
	if _, err := k.SetRole(t.Context(), boss, admin.User.ID, auth.RoleMember, here); err != nil {
		t.Fatal(err)
	}
	manager = k.Principal(t, secret)
	if _, err := k.SetRole(t.Context(), manager, admin.User.ID, auth.RoleAdmin, here); code(err) != custard.CodeForbidden {
		t.Errorf("a key of somebody who was an admin makes him one again: %v", err)
	}
	if err := k.RevokeKey(t.Context(), boss, made.ID, here); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Authenticate(t.Context(), secret); code(err) != custard.CodeUnauthenticated {
		t.Errorf("a revoked key: %v", err)
	}

	// Somebody else's key: a member does not even learn that there is one.
	_, owners, _ := key(boss, auth.ScopeRead)
	member := k.Principal(t, k.Member(t, owner, "member@example.com", auth.RoleMember).Access)
	wrong, foreign := k.RevokeKey(t.Context(), member, "none", here), k.RevokeKey(t.Context(), member, owners.ID, here)
	if code(foreign) != custard.CodeNotFound || foreign.Error() != wrong.Error() {
		t.Errorf("somebody else's key: %v; one that there is none of: %v", foreign, wrong)
	}
	if keys, err := k.Keys(t.Context(), member, "", 100); err != nil || len(keys) != 0 {
		t.Errorf("a member sees %d keys of others, %v", len(keys), err)
	}
	second := k.Principal(t, k.Member(t, owner, "admin2@example.com", auth.RoleAdmin).Access)
	if err := k.RevokeKey(t.Context(), second, owners.ID, here); code(err) != custard.CodeForbidden {
		t.Errorf("an admin revokes an owner's key: %v", err)
	}
}

func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	authtest.Both(t, theLastOwnerStays)
}

func theLastOwnerStays(t *testing.T, k *authtest.Kit) {
	t.Helper()
	one := k.Owner(t, "one@example.com")
	two := k.Member(t, one, "two@example.com", auth.RoleOwner)
	p1, p2 := k.Principal(t, one.Access), k.Principal(t, two.Access)
	// Both step down at once: one must stay.
	var wg sync.WaitGroup
	var gone atomic.Int32
	for p, do := range map[*auth.Principal]func(p auth.Principal) error{
		&p1: func(p auth.Principal) error {
			_, err := k.SetRole(t.Context(), p, p.User, auth.RoleViewer, here)
			return err
		},
		&p2: func(p auth.Principal) error { return k.RemoveMember(t.Context(), p, p.User, here) },
	} {
		wg.Go(func() {
			switch err := do(*p); code(err) {
			case "":
				gone.Add(1)
			case custard.CodeConflict:
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if gone.Load() != 1 {
		t.Errorf("%d of two owners are gone", gone.Load())
	}
}

// Another organisation's things look like things that do not exist.
func TestForeignIdsLookMissing(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	mine := k.Principal(t, k.Owner(t, "mine@example.com").Access)
	theirs := k.Owner(t, "theirs@example.com")
	them := k.Principal(t, theirs.Access)
	key, _, err := k.CreateKey(t.Context(), them, "key", []auth.Scope{auth.ScopeRead}, here)
	if err != nil {
		t.Fatal(err)
	}
	invitation, err := k.Invite(t.Context(), them, "guest@example.com", auth.RoleViewer, here)
	if err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func(id string) error{
		"member's role": func(id string) error {
			_, err := k.SetRole(t.Context(), mine, or(id, theirs.User.ID), auth.RoleViewer, here)
			return err
		},
		"member":     func(id string) error { return k.RemoveMember(t.Context(), mine, or(id, theirs.User.ID), here) },
		"key":        func(id string) error { return k.RevokeKey(t.Context(), mine, or(id, key.ID), here) },
		"invitation": func(id string) error { return k.RemoveInvitation(t.Context(), mine, or(id, invitation.ID), here) },
	} {
		foreign, missing := do(""), do("0000000000000000000000none")
		if code(foreign) != custard.CodeNotFound || code(missing) != custard.CodeNotFound || foreign.Error() != missing.Error() {
			t.Errorf("%s: foreign %v, missing %v", name, foreign, missing)
		}
	}
	if rows, err := k.AuditLog(t.Context(), mine, "", 200); err != nil || slices.ContainsFunc(rows, func(a auth.Audit) bool { return a.User == theirs.User.ID }) {
		t.Errorf("the audit log shows another organisation's rows: %v", err)
	}
}

func or(id, other string) string {
	if id != "" {
		return id
	}
	return other
}

func TestInvitationsTakenBackAreNoGood(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	owner := k.Owner(t, "owner@example.com")
	boss := k.Principal(t, owner.Access)
	i, err := k.Invite(t.Context(), boss, "Guest@Example.com", auth.RoleMember, here)
	if err != nil || i.Email != "guest@example.com" {
		t.Fatalf("%+v, %v", i, err)
	}
	token := k.Mail.Token(t, auth.MailInvite, "guest@example.com")
	if got, err := k.Invited(t.Context(), token); err != nil || got.Organisation != owner.Org.Name || got.Known || got.Role != auth.RoleMember {
		t.Errorf("the page shows %+v, %v", got, err)
	}
	if err := k.RemoveInvitation(t.Context(), boss, i.ID, here); err != nil {
		t.Fatal(err)
	}
	if _, err := k.AcceptInvitation(t.Context(), auth.Accept{Token: token, Name: "G", Password: authtest.Password}, here); code(err) != custard.CodeNotFound {
		t.Errorf("one that was taken back: %v", err)
	}
	// Nor are those of somebody who may not invite any more.
	admin := k.Member(t, owner, "admin@example.com", auth.RoleAdmin)
	for i, take := range []func() error{
		func() error {
			_, err := k.SetRole(t.Context(), boss, admin.User.ID, auth.RoleMember, here)
			return err
		},
		func() error { return k.RemoveMember(t.Context(), boss, admin.User.ID, here) },
	} {
		if _, err := k.SetRole(t.Context(), boss, admin.User.ID, auth.RoleAdmin, here); err != nil {
			t.Fatal(err)
		}
		email := "friend" + string(rune('1'+i)) + "@example.com"
		if _, err := k.Invite(t.Context(), k.Principal(t, admin.Access), email, auth.RoleAdmin, here); err != nil {
			t.Fatal(err)
		}
		if err := take(); err != nil {
			t.Fatal(err)
		}
		if _, err := k.AcceptInvitation(t.Context(), auth.Accept{Token: k.Mail.Token(t, auth.MailInvite, email), Name: "F", Password: authtest.Password}, here); code(err) != custard.CodeNotFound {
			t.Errorf("an invitation of somebody who may not invite any more: %v", err)
		}
	}
	if _, err := k.Invite(t.Context(), boss, "owner@example.com", auth.RoleMember, here); code(err) != custard.CodeConflict {
		t.Errorf("inviting a member: %v", err)
	}
}

// Somebody who has an account proves that it is his; the mail alone makes no password good that another may have chosen.
func TestAcceptingWithAnAccount(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	owner := k.Owner(t, "owner@example.com")
	boss := k.Principal(t, owner.Access)
	k.Owner(t, "known@example.com")
	if err := k.Signup(t.Context(), auth.SignupRequest{Email: "squatted@example.com", Password: "squatters password", Name: "S"}, here); err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{"known@example.com", "squatted@example.com"} {
		if _, err := k.Invite(t.Context(), boss, email, auth.RoleMember, here); err != nil {
			t.Fatal(err)
		}
	}
	known := k.Mail.Token(t, auth.MailInvite, "known@example.com")
	for _, password := range []string{"", "a wrong password"} {
		if _, err := k.AcceptInvitation(t.Context(), auth.Accept{Token: known, Password: password, Name: "X"}, here); code(err) != custard.CodeUnauthenticated {
			t.Errorf("with the password %q: %v", password, err)
		}
	}
	if s, err := k.AcceptInvitation(t.Context(), auth.Accept{Token: known, Password: authtest.Password}, here); err != nil || s.Org.ID != owner.Org.ID || s.Role != auth.RoleMember {
		t.Errorf("%+v, %v", s, err)
	}
	squatted := k.Mail.Token(t, auth.MailInvite, "squatted@example.com")
	if _, err := k.AcceptInvitation(t.Context(), auth.Accept{Token: squatted, Password: "squatters password"}, here); code(err) != custard.CodeForbidden {
		t.Errorf("an account that was never verified joins: %v", err)
	}
}

func TestAgentTokens(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	owner := k.Owner(t, "owner@example.com")
	boss := k.Principal(t, owner.Access)
	member := k.Principal(t, k.Member(t, owner, "member@example.com", auth.RoleMember).Access)
	connections := []string{"0000000000000000000000conn1", "0000000000000000000000conn2"}
	for i, id := range connections {
		c := catalog.Connection{ID: id, Name: "db" + string(rune('1'+i)), Dialect: custard.Postgres, Created: k.Clock.Now(), Updated: k.Clock.Now()}
		if err := k.Store.AddConnection(t.Context(), boss.Org, c); err != nil {
			t.Fatal(err)
		}
	}
	issue := func(connection string, overlap time.Duration) string {
		t.Helper()
		token, expires, err := k.IssueAgentToken(t.Context(), boss, connection, overlap, here)
		if err != nil || !strings.HasPrefix(token, "cust_agent_") || !expires.Equal(k.Clock.Now().Add(overlap)) {
			t.Fatalf("%.12q, %s, %v", token, expires, err)
		}
		return token
	}
	good := func(connection, token string) bool {
		org, id, err := k.AuthenticateAgent(t.Context(), connection, token)
		if err != nil && code(err) != custard.CodeUnauthenticated {
			t.Fatal(err)
		}
		return err == nil && org == boss.Org && id != ""
	}
	first := issue(connections[0], 0)
	other := issue(connections[1], 0)
	if !good(connections[0], first) || !good(connections[1], other) {
		t.Fatal("a new token is no good")
	}
	if good(connections[0], other) || good(connections[1], first) || good("none", first) || good(connections[0], "") || good(connections[0], first+"x") {
		t.Error("a token is good for what it was not made for")
	}
	k.Clock.Move(time.Second)
	second := issue(connections[0], time.Hour)
	if !good(connections[0], first) || !good(connections[0], second) {
		t.Error("in the overlap both are good")
	}
	var cut []string
	began := k.Clock.Now()
	watch := func() {
		t.Helper()
		next, err := k.CutExpired(t.Context(), began, func(_ context.Context, org, connection, token string) error {
			cut = append(cut, org+" "+connection+" "+token)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		began = next
	}
	_, firstID, err := k.AuthenticateAgent(t.Context(), connections[0], first)
	if err != nil {
		t.Fatal(err)
	}
	watch()
	if len(cut) > 0 {
		t.Errorf("in the overlap %q were cut", cut)
	}
	k.Clock.Move(time.Hour + time.Second)
	watch()
	watch()
	if want := boss.Org + " " + connections[0] + " " + firstID; len(cut) != 1 || cut[0] != want {
		t.Errorf("after the overlap %q were cut, want %q once", cut, want)
	}
	if good(connections[0], first) || !good(connections[0], second) {
		t.Error("after the overlap the new one alone is good")
	}
	third := issue(connections[0], 0)
	if good(connections[0], second) || !good(connections[0], third) {
		t.Error("without an overlap the old one is refused at once")
	}
	stranger := k.Principal(t, k.Owner(t, "stranger@example.com").Access)
	if _, _, err := k.IssueAgentToken(t.Context(), stranger, connections[0], 0, here); code(err) != custard.CodeNotFound {
		t.Errorf("a token for another organisation's connection: %v", err)
	}
	if _, _, err := k.IssueAgentToken(t.Context(), member, connections[0], 0, here); code(err) != custard.CodeForbidden {
		t.Errorf("a member makes an agent's token: %v", err)
	}
	if _, _, err := k.IssueAgentToken(t.Context(), boss, connections[0], 8*24*time.Hour, here); code(err) != custard.CodeUsage {
		t.Errorf("an overlap of eight days: %v", err)
	}
}
