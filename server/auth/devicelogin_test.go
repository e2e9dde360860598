package auth_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/auth/authtest"
)

// browser signs somebody in to the pages.
func browser(t *testing.T, k *authtest.Kit, email string) auth.Principal {
	t.Helper()
	cookie, err := k.LoginWeb(t.Context(), email, authtest.Password, here)
	if err != nil {
		t.Fatal(err)
	}
	p, err := k.AuthenticateWeb(t.Context(), cookie)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDeviceLogin(t *testing.T) {
	t.Parallel()
	authtest.Both(t, deviceLogin)
}

func deviceLogin(t *testing.T, k *authtest.Kit) {
	t.Helper()
	k.Owner(t, "owner@example.com")
	p := browser(t, k, "owner@example.com")
	d, err := k.StartDevice(t.Context(), "custard on laptop", here)
	if err != nil {
		t.Fatal(err)
	}
	if d.Expires != 10*time.Minute || d.Interval != 5*time.Second || len(d.UserCode) != 9 || d.URLWhole != authtest.PublicURL+"/device?code="+d.UserCode {
		t.Errorf("it begins with %+v", d)
	}
	poll := func(want error) {
		t.Helper()
		if _, err := k.PollDevice(t.Context(), d.DeviceCode, here); !errors.Is(err, want) {
			t.Errorf("a poll says %v, want %v", err, want)
		}
	}
	poll(auth.ErrDevicePending)
	k.Clock.Move(5 * time.Second)
	poll(auth.ErrDevicePending)
	k.Clock.Move(4 * time.Second)
	poll(auth.ErrDeviceSlow) // from now on ten seconds
	k.Clock.Move(9 * time.Second)
	poll(auth.ErrDeviceSlow) // fifteen
	k.Clock.Move(15 * time.Second)
	poll(auth.ErrDevicePending)

	shown, err := k.Device(t.Context(), p, d.UserCode, here)
	if err != nil || shown.Client != "custard on laptop" {
		t.Fatalf("the page shows %+v, %v", shown, err)
	}
	if err := k.DecideDevice(t.Context(), p, d.UserCode, "", true, here); err != nil {
		t.Fatal(err)
	}
	if err := k.DecideDevice(t.Context(), p, d.UserCode, "", false, here); code(err) != custard.CodeNotFound {
		t.Errorf("a second decision: %v", err)
	}
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			s, err := k.PollDevice(t.Context(), d.DeviceCode, here)
			if err == nil {
				won.Add(1)
				k.Principal(t, s.Access)
			} else if !errors.Is(err, auth.ErrDeviceExpired) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of 8 polls got a session", won.Load())
	}
}

func TestDeviceLoginThatIsDeniedOrForgotten(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	k.Owner(t, "owner@example.com")
	p := browser(t, k, "owner@example.com")
	no, err := k.StartDevice(t.Context(), "no", here)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.DecideDevice(t.Context(), p, no.UserCode, "", false, here); err != nil {
		t.Fatal(err)
	}
	if _, err := k.PollDevice(t.Context(), no.DeviceCode, here); !errors.Is(err, auth.ErrDeviceDenied) {
		t.Errorf("a denied one: %v", err)
	}
	late, err := k.StartDevice(t.Context(), "late", here)
	if err != nil {
		t.Fatal(err)
	}
	k.Clock.Move(10*time.Minute + time.Second)
	if err := k.DecideDevice(t.Context(), p, late.UserCode, "", true, here); code(err) != custard.CodeNotFound {
		t.Errorf("approving after ten minutes: %v", err)
	}
	for _, c := range []string{late.DeviceCode, "", "x", late.UserCode, "cust_device_" + late.DeviceCode[12:54] + "A"} {
		if _, err := k.PollDevice(t.Context(), c, here); !errors.Is(err, auth.ErrDeviceExpired) {
			t.Errorf("polling with %.16q: %v", c, err)
		}
	}
}

func TestWhoMayApproveADevice(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	owner := k.Owner(t, "owner@example.com")
	stranger := k.Owner(t, "stranger@example.com")
	_, key, err := k.CreateKey(t.Context(), k.Principal(t, owner.Access), "ci", []auth.Scope{auth.ScopeManage}, here)
	if err != nil {
		t.Fatal(err)
	}
	d, err := k.StartDevice(t.Context(), "custard", here)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.DecideDevice(t.Context(), k.Principal(t, key), d.UserCode, "", true, here); code(err) != custard.CodeForbidden {
		t.Errorf("an API key approves: %v", err)
	}
	p := browser(t, k, "owner@example.com")
	if err := k.DecideDevice(t.Context(), p, d.UserCode, stranger.Org.ID, true, here); code(err) != custard.CodeNotFound {
		t.Errorf("for somebody else's organisation: %v", err)
	}
	// Who is removed between approving and the terminal's poll gets nothing.
	member := k.Member(t, owner, "member@example.com", auth.RoleMember)
	if err := k.DecideDevice(t.Context(), browser(t, k, "member@example.com"), d.UserCode, "", true, here); err != nil {
		t.Fatal(err)
	}
	if err := k.RemoveMember(t.Context(), k.Principal(t, owner.Access), member.User.ID, here); err != nil {
		t.Fatal(err)
	}
	if s, err := k.PollDevice(t.Context(), d.DeviceCode, here); err == nil {
		t.Errorf("a removed member's terminal is signed in: %+v", s)
	}
}

func TestGuessingUserCodesIsLimited(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	k.Owner(t, "owner@example.com")
	p := browser(t, k, "owner@example.com")
	for try := range 200 {
		_, err := k.Device(t.Context(), p, "BCDF-GHJK", auth.Caller{Address: "198.51.100." + string(rune('0'+try%10))})
		if code(err) == custard.CodeRateLimited {
			if try > 10 {
				t.Errorf("%d guesses were free", try)
			}
			return
		}
		if code(err) != custard.CodeNotFound {
			t.Fatal(err)
		}
	}
	t.Error("nobody stops guessing codes")
}
