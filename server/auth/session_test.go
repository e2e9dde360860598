package auth_test

import (
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/auth/authtest"
)

var here = auth.Caller{Address: "192.0.2.7"}

func TestRefreshRotates(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	s := k.Owner(t, "owner@example.com")
	for range 3 {
		k.Clock.Move(20 * time.Minute)
		if _, err := k.Authenticate(t.Context(), s.Access); code(err) != custard.CodeUnauthenticated {
			t.Fatalf("an access token after twenty minutes: %v", err)
		}
		next, err := k.Refresh(t.Context(), s.Refresh, "", here)
		if err != nil {
			t.Fatal(err)
		}
		if next.Refresh == s.Refresh || next.Org.ID != s.Org.ID || next.Role != auth.RoleOwner || next.User.Email != "owner@example.com" {
			t.Fatalf("the next session is %+v", next)
		}
		s = next
		k.Principal(t, s.Access)
	}
	k.Clock.Move(30*24*time.Hour + time.Second)
	if _, err := k.Refresh(t.Context(), s.Refresh, "", here); code(err) != custard.CodeUnauthenticated {
		t.Errorf("a refresh token after thirty days: %v", err)
	}
}

// A stolen refresh token is noticed as soon as its thief and its owner have both used it, whoever was first.
func TestReuseEndsTheLogin(t *testing.T) {
	t.Parallel()
	authtest.Both(t, reuseEndsTheLogin)
}

func reuseEndsTheLogin(t *testing.T, k *authtest.Kit) {
	t.Helper()
	s := k.Owner(t, "owner@example.com")
	other, err := k.Login(t.Context(), "owner@example.com", authtest.Password, "", here)
	if err != nil {
		t.Fatal(err)
	}
	next, err := k.Refresh(t.Context(), s.Refresh, "", here)
	if err != nil {
		t.Fatal(err)
	}
	k.Principal(t, next.Access)
	if _, err := k.Refresh(t.Context(), s.Refresh, "", here); code(err) != custard.CodeUnauthenticated {
		t.Fatalf("the second use: %v", err)
	}
	if _, err := k.Authenticate(t.Context(), next.Access); code(err) != custard.CodeUnauthenticated {
		t.Errorf("an access token of the login lives on: %v", err)
	}
	if _, err := k.Refresh(t.Context(), next.Refresh, "", here); code(err) != custard.CodeUnauthenticated {
		t.Errorf("the newest refresh token of the login lives on: %v", err)
	}
	k.Principal(t, other.Access) // another login of the same person has nothing to do with it
	if !audited(t, k, other.Access, auth.ActReuse) {
		t.Error("it is not in the audit log")
	}
}

func TestRefreshUnderARace(t *testing.T) {
	t.Parallel()
	authtest.Both(t, refreshUnderARace)
}

func refreshUnderARace(t *testing.T, k *authtest.Kit) {
	t.Helper()
	s := k.Owner(t, "owner@example.com")
	const at = 16
	var mu sync.Mutex
	var won []auth.Session
	var wg sync.WaitGroup
	for range at {
		wg.Go(func() {
			next, err := k.Refresh(t.Context(), s.Refresh, "", here)
			if err != nil && code(err) != custard.CodeUnauthenticated {
				t.Error(err)
			}
			if err == nil {
				mu.Lock()
				won = append(won, next)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(won) > 1 {
		t.Fatalf("%d of %d got new tokens for one", len(won), at)
	}
	for _, w := range won {
		if _, err := k.Authenticate(t.Context(), w.Access); code(err) != custard.CodeUnauthenticated {
			t.Errorf("the login lives on after its token was used %d times: %v", at, err)
		}
	}
}

func TestLogout(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	s := k.Owner(t, "owner@example.com")
	p := k.Principal(t, s.Access)
	if err := k.Logout(t.Context(), p, here); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Authenticate(t.Context(), s.Access); code(err) != custard.CodeUnauthenticated {
		t.Errorf("the access token lives on: %v", err)
	}
	if _, err := k.Refresh(t.Context(), s.Refresh, "", here); code(err) != custard.CodeUnauthenticated {
		t.Errorf("the refresh token lives on: %v", err)
	}
	again, err := k.Login(t.Context(), "owner@example.com", authtest.Password, "", here)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.LogoutToken(t.Context(), again.Refresh, here); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Authenticate(t.Context(), again.Access); code(err) != custard.CodeUnauthenticated {
		t.Errorf("the access token lives on: %v", err)
	}
	if err := k.LogoutToken(t.Context(), again.Refresh, here); code(err) != custard.CodeUnauthenticated {
		t.Errorf("signing out twice: %v", err)
	}
}

func TestALoginMovesToAnotherOrganisation(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	one := k.Owner(t, "one@example.com")
	two := k.Owner(t, "two@example.com")
	if _, err := k.Invite(t.Context(), k.Principal(t, two.Access), "one@example.com", auth.RoleMember, here); err != nil {
		t.Fatal(err)
	}
	token := k.Mail.Token(t, auth.MailInvite, "one@example.com")
	if _, err := k.AcceptInvitation(t.Context(), auth.Accept{Token: token, By: k.Principal(t, two.Access)}, here); code(err) != custard.CodeForbidden {
		t.Errorf("somebody else accepts: %v", err)
	}
	if _, err := k.AcceptInvitation(t.Context(), auth.Accept{Token: token, By: k.Principal(t, one.Access)}, here); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Refresh(t.Context(), one.Refresh, "Nowhere Ltd", here); code(err) != custard.CodeNotFound {
		t.Errorf("an organisation that there is none of: %v", err)
	}
	moved, err := k.Refresh(t.Context(), one.Refresh, two.Org.ID, here) // the wrong name has not cost the login
	if err != nil || moved.Org.ID != two.Org.ID || moved.Role != auth.RoleMember {
		t.Fatalf("%+v, %v", moved, err)
	}
	if _, err := k.Authenticate(t.Context(), one.Access); code(err) != custard.CodeUnauthenticated {
		t.Errorf("the old login lives on: %v", err)
	}
	back, err := k.Refresh(t.Context(), moved.Refresh, one.Org.Name, here)
	if err != nil || back.Org.ID != one.Org.ID || back.Role != auth.RoleOwner {
		t.Fatalf("%+v, %v", back, err)
	}
	if s, err := k.Login(t.Context(), "one@example.com", authtest.Password, two.Org.Name, here); err != nil || s.Org.ID != two.Org.ID {
		t.Errorf("a login by the organisation's name: %+v, %v", s.Org, err)
	}
	if _, err := k.Login(t.Context(), "two@example.com", authtest.Password, one.Org.ID, here); code(err) != custard.CodeNotFound {
		t.Errorf("a login to somebody else's organisation: %v", err)
	}
}

// audited says whether the audit log of a session's organisation has an action.
func audited(t *testing.T, k *authtest.Kit, access, action string) bool {
	t.Helper()
	rows, err := k.AuditLog(t.Context(), k.Principal(t, access), "", 200)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Action == action {
			return true
		}
	}
	return false
}

// What a second's memory of principals must not cost: whatever is taken away here counts at once, and what another replica
// takes away counts a second later.
func TestWhatIsTakenAwayCountsAtOnce(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	owner := k.Owner(t, "owner@example.com")
	boss := k.Principal(t, owner.Access)
	admin := k.Member(t, owner, "admin@example.com", auth.RoleAdmin)
	_, key, err := k.CreateKey(t.Context(), k.Principal(t, admin.Access), "ci", []auth.Scope{auth.ScopeManage}, here)
	if err != nil {
		t.Fatal(err)
	}
	other, err := auth.New(t.Context(), auth.Config{Store: k.Store, Bucket: k.Store, Mail: k.Mail, PublicURL: authtest.PublicURL, Now: k.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	role := func(s *auth.Service, token string) auth.Role {
		p, err := s.Authenticate(t.Context(), token)
		if err != nil && code(err) != custard.CodeUnauthenticated {
			t.Fatal(err)
		}
		return p.Role
	}
	for _, token := range []string{admin.Access, key} {
		if role(k.Service, token) != auth.RoleAdmin || role(other, token) != auth.RoleAdmin {
			t.Fatal("the admin is none")
		}
	}
	if _, err := k.SetRole(t.Context(), boss, admin.User.ID, auth.RoleViewer, here); err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{admin.Access, key} {
		if got := role(k.Service, token); got != auth.RoleViewer {
			t.Errorf("a changed role counts as %q", got)
		}
	}
	k.Clock.Move(time.Second)
	for _, token := range []string{admin.Access, key} {
		if got := role(other, token); got != auth.RoleViewer {
			t.Errorf("a second later another replica says %q", got)
		}
	}
	if err := k.RemoveMember(t.Context(), boss, admin.User.ID, here); err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{admin.Access, key} {
		if got := role(k.Service, token); got != "" {
			t.Errorf("a removed member is %q", got)
		}
	}
	k.Clock.Move(time.Second)
	for _, token := range []string{admin.Access, key} {
		if got := role(other, token); got != "" {
			t.Errorf("a second later another replica says that a removed member is %q", got)
		}
	}
	if _, err := k.Refresh(t.Context(), admin.Refresh, "", here); code(err) != custard.CodeUnauthenticated {
		t.Errorf("a removed member gets new tokens: %v", err)
	}
	if _, err := k.Login(t.Context(), "admin@example.com", authtest.Password, "", here); code(err) != custard.CodeForbidden {
		t.Errorf("somebody who belongs nowhere signs in: %v", err)
	}
}
