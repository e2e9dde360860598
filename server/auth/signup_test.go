package auth_test

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/auth/authtest"
)

func TestNothingWorksBeforeVerification(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	const email = "new@example.com"
	if err := k.Signup(t.Context(), auth.SignupRequest{Email: " New@Example.com ", Password: authtest.Password, Name: "New", Organisation: "News"}, here); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Login(t.Context(), email, authtest.Password, "", here); code(err) != custard.CodeForbidden || custard.AsError(err).Hint == "" {
		t.Errorf("a login before verification: %v", err)
	}
	if _, err := k.LoginWeb(t.Context(), email, authtest.Password, here); code(err) != custard.CodeForbidden {
		t.Errorf("a login in the browser before verification: %v", err)
	}
	if _, err := k.Login(t.Context(), email, "wrong password", "", here); code(err) != custard.CodeUnauthenticated {
		t.Errorf("a wrong password before verification tells that there is an account: %v", err)
	}
	first := k.Mail.Token(t, auth.MailVerify, email)
	if err := k.ResendVerification(t.Context(), email, here); err != nil {
		t.Fatal(err)
	}
	if err := k.VerifyEmail(t.Context(), first, here); code(err) != custard.CodeNotFound {
		t.Errorf("a token that another replaced: %v", err)
	}
	if err := k.VerifyEmail(t.Context(), k.Mail.Token(t, auth.MailVerify, email), here); err != nil {
		t.Fatal(err)
	}
	s, err := k.Login(t.Context(), "NEW@example.COM", authtest.Password, "", here)
	if err != nil || s.Org.Name != "News" || s.Role != auth.RoleOwner || s.User.Name != "New" {
		t.Fatalf("%+v, %v", s, err)
	}
	before := len(k.Mail.All())
	if err := k.ResendVerification(t.Context(), email, here); err != nil || len(k.Mail.All()) != before {
		t.Errorf("a mail went to an address that is verified: %v", err)
	}
}

// Two who sign up with one address: the second learns nothing, and gets no way into the first one's account; the owner of
// the mailbox can take it over with a password of its own.
func TestATakenAddress(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	const email = "victim@example.com"
	squat := auth.SignupRequest{Email: email, Password: "squatters password", Name: "Squatter", Organisation: "S"}
	if err := k.Signup(t.Context(), squat, here); err != nil {
		t.Fatal(err)
	}
	if err := k.Signup(t.Context(), auth.SignupRequest{Email: email, Password: authtest.Password, Name: "Victim"}, here); err != nil {
		t.Fatal(err)
	}
	mail := k.Mail.Last(t, auth.MailTaken, email)
	for key, value := range mail.Data {
		if strings.Contains(value, "token=") {
			t.Errorf("the mail about a taken address has a token in %q", key)
		}
	}
	if err := k.ForgotPassword(t.Context(), email, here); err != nil {
		t.Fatal(err)
	}
	if err := k.ResetPassword(t.Context(), k.Mail.Token(t, auth.MailReset, email), authtest.Password, here); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Login(t.Context(), email, squat.Password, "", here); code(err) != custard.CodeUnauthenticated {
		t.Errorf("the squatter signs in: %v", err)
	}
	if _, err := k.Login(t.Context(), email, authtest.Password, "", here); err != nil {
		t.Errorf("the mailbox's owner cannot sign in: %v", err)
	}
}

func TestMailedTokensAreGoodOnceUnderARace(t *testing.T) {
	t.Parallel()
	authtest.Both(t, mailedTokensAreGoodOnceUnderARace)
}

func mailedTokensAreGoodOnceUnderARace(t *testing.T, k *authtest.Kit) {
	t.Helper()
	owner := k.Owner(t, "owner@example.com")
	boss := k.Principal(t, owner.Access)
	if err := k.Signup(t.Context(), auth.SignupRequest{Email: "new@example.com", Password: authtest.Password, Name: "New"}, here); err != nil {
		t.Fatal(err)
	}
	if err := k.ForgotPassword(t.Context(), "owner@example.com", here); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Invite(t.Context(), boss, "guest@example.com", auth.RoleMember, here); err != nil {
		t.Fatal(err)
	}
	verify, reset, invite := k.Mail.Token(t, auth.MailVerify, "new@example.com"), k.Mail.Token(t, auth.MailReset, "owner@example.com"), k.Mail.Token(t, auth.MailInvite, "guest@example.com")
	for name, use := range map[string]func() error{
		"verify": func() error { return k.VerifyEmail(t.Context(), verify, here) },
		"reset":  func() error { return k.ResetPassword(t.Context(), reset, "another password", here) },
		"invite": func() error {
			_, err := k.AcceptInvitation(t.Context(), auth.Accept{Token: invite, Name: "Guest", Password: authtest.Password}, here)
			return err
		},
	} {
		var won atomic.Int32
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				switch err := use(); code(err) {
				case "":
					won.Add(1)
				case custard.CodeNotFound, custard.CodeConflict, custard.CodeUnauthenticated:
				default:
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Errorf("%s: %d of 6 won", name, won.Load())
		}
	}
}

func TestMailedTokensExpireAndAreNoGoodForAnythingElse(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	owner := k.Owner(t, "owner@example.com")
	if err := k.Signup(t.Context(), auth.SignupRequest{Email: "new@example.com", Password: authtest.Password, Name: "New"}, here); err != nil {
		t.Fatal(err)
	}
	if err := k.ForgotPassword(t.Context(), "owner@example.com", here); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Invite(t.Context(), k.Principal(t, owner.Access), "guest@example.com", auth.RoleMember, here); err != nil {
		t.Fatal(err)
	}
	verify, reset, invite := k.Mail.Token(t, auth.MailVerify, "new@example.com"), k.Mail.Token(t, auth.MailReset, "owner@example.com"), k.Mail.Token(t, auth.MailInvite, "guest@example.com")
	uses := map[string]func(string) error{
		verify: func(tok string) error { return k.VerifyEmail(t.Context(), tok, here) },
		reset:  func(tok string) error { return k.ResetPassword(t.Context(), tok, "another password", here) },
		invite: func(tok string) error {
			_, err := k.AcceptInvitation(t.Context(), auth.Accept{Token: tok, Name: "Guest", Password: authtest.Password}, here)
			return err
		},
	}
	for right, use := range uses {
		for token := range uses {
			if token == right {
				continue
			}
			if err := use(token); code(err) != custard.CodeNotFound {
				t.Errorf("%.12s… was taken for %.12s…: %v", token, right, err)
			}
		}
		for _, token := range []string{"", "x", right + "x", right[:len(right)-1], strings.ToUpper(right)} {
			if err := use(token); code(err) != custard.CodeNotFound {
				t.Errorf("%q was taken for %.12s…: %v", token, right, err)
			}
		}
	}
	for _, step := range []struct {
		after time.Duration
		token string
	}{{time.Hour, reset}, {23 * time.Hour, verify}, {6 * 24 * time.Hour, invite}} {
		k.Clock.Move(step.after)
		if err := uses[step.token](step.token); code(err) != custard.CodeNotFound {
			t.Errorf("%.12s… lives on: %v", step.token, err)
		}
	}
}

func TestAResetEndsEverySession(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	s := k.Owner(t, "owner@example.com")
	cookie, err := k.LoginWeb(t.Context(), "owner@example.com", authtest.Password, here)
	if err != nil {
		t.Fatal(err)
	}
	_, key, err := k.CreateKey(t.Context(), k.Principal(t, s.Access), "ci", []auth.Scope{auth.ScopeRead}, here)
	if err != nil {
		t.Fatal(err)
	}
	d, err := k.StartDevice(t.Context(), "custard on laptop", here)
	if err != nil {
		t.Fatal(err)
	}
	web, err := k.AuthenticateWeb(t.Context(), cookie)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.DecideDevice(t.Context(), web, d.UserCode, "", true, here); err != nil {
		t.Fatal(err)
	}
	if err := k.ForgotPassword(t.Context(), "owner@example.com", here); err != nil {
		t.Fatal(err)
	}
	if err := k.ResetPassword(t.Context(), k.Mail.Token(t, auth.MailReset, "owner@example.com"), "another password", here); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Authenticate(t.Context(), s.Access); code(err) != custard.CodeUnauthenticated {
		t.Errorf("the access token lives on: %v", err)
	}
	if _, err := k.Refresh(t.Context(), s.Refresh, "", here); code(err) != custard.CodeUnauthenticated {
		t.Errorf("the refresh token lives on: %v", err)
	}
	if _, err := k.AuthenticateWeb(t.Context(), cookie); code(err) != custard.CodeUnauthenticated {
		t.Errorf("the cookie lives on: %v", err)
	}
	if _, err := k.PollDevice(t.Context(), d.DeviceCode, here); err == nil {
		t.Error("a terminal that was approved before signs in")
	}
	k.Principal(t, key) // scripts go on: keys are revoked by hand
	k.Mail.Last(t, auth.MailPassword, "owner@example.com")
	if _, err := k.Login(t.Context(), "owner@example.com", authtest.Password, "", here); code(err) != custard.CodeUnauthenticated {
		t.Errorf("the old password is good: %v", err)
	}
	if _, err := k.Login(t.Context(), "owner@example.com", "another password", "", here); err != nil {
		t.Errorf("the new password is not: %v", err)
	}
}

// argonBytes is what one password hash allocates, and by which hashes are counted.
const argonBytes = 19 << 20

// hashes counts the passwords that are hashed while f runs, by the memory that they take.
func hashes(f func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int((after.TotalAlloc - before.TotalAlloc) / argonBytes)
}

// An address that has an account and one that has none get the same answer for the same work: time would tell too much of
// the machine, so the hashes are counted. Not parallel: it counts what the whole process allocates.
func TestAnswersDoNotTellWhoHasAnAccount(t *testing.T) {
	k := authtest.New(t)
	k.Owner(t, "known@example.com")
	if err := k.Signup(t.Context(), auth.SignupRequest{Email: "unverified@example.com", Password: authtest.Password, Name: "U"}, here); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		hashes int
		do     func(email string) error
	}{
		"login": {1, func(email string) error {
			_, err := k.Login(t.Context(), email, "a wrong password", "", here)
			return err
		}},
		"login with a password that is too long": {1, func(email string) error {
			_, err := k.Login(t.Context(), email, strings.Repeat("x", 2000), "", here)
			return err
		}},
		"browser login": {1, func(email string) error {
			_, err := k.LoginWeb(t.Context(), email, "a wrong password", here)
			return err
		}},
		"signup": {1, func(email string) error {
			return k.Signup(t.Context(), auth.SignupRequest{Email: email, Password: authtest.Password, Name: "N"}, here)
		}},
		"forgot": {0, func(email string) error { return k.ForgotPassword(t.Context(), email, here) }},
		"resend": {0, func(email string) error { return k.ResendVerification(t.Context(), email, here) }},
	} {
		var answers []string
		for _, email := range []string{"known@example.com", "unverified@example.com", "unknown-" + strings.Fields(name)[0] + "@example.com"} {
			answer := "well"
			if got := hashes(func() {
				if err := c.do(email); err != nil {
					e := custard.AsError(err)
					answer = string(e.Code) + e.Message + e.Hint
				}
			}); got != c.hashes {
				t.Errorf("%s of %s: %d hashes, want %d", name, email, got, c.hashes)
			}
			answers = append(answers, answer)
		}
		if answers[0] != answers[1] || answers[1] != answers[2] {
			t.Errorf("%s: the answers differ: %q", name, answers)
		}
	}
}

func TestLinksComeFromThePublicURL(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	owner := k.Owner(t, "owner@example.com")
	if err := k.ForgotPassword(t.Context(), "owner@example.com", here); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Invite(t.Context(), k.Principal(t, owner.Access), "guest@example.com", auth.RoleMember, here); err != nil {
		t.Fatal(err)
	}
	d, err := k.StartDevice(t.Context(), "custard", here)
	if err != nil {
		t.Fatal(err)
	}
	links := []string{d.URL, d.URLWhole}
	for _, m := range k.Mail.All() {
		links = append(links, m.Data["link"])
	}
	if len(links) < 5 {
		t.Fatalf("only %d links", len(links))
	}
	for _, l := range links {
		u, err := url.Parse(l)
		if err != nil || u.Scheme+"://"+u.Host != authtest.PublicURL {
			t.Errorf("a link leads to %s", l)
		}
	}
}

func TestInputThatCannotBeRight(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	for _, email := range []string{
		"", "x", "@example.com", "a@", "a b@example.com", "a@example.com, b@example.com", "Name <a@example.com>", "a@example.com\r\nBcc: b@example.com",
		"a\x00@example.com", strings.Repeat("a", 250) + "@example.com", "a@exam\xffple.com", "<a@example.com>", "a\u202e@example.com", "a\u200b@example.com",
	} {
		if err := k.Signup(t.Context(), auth.SignupRequest{Email: email, Password: authtest.Password, Name: "N"}, here); code(err) != custard.CodeUsage {
			t.Errorf("%q: %v", email, err)
		}
	}
	for _, name := range []string{"", "  ", strings.Repeat("n", 101), "a\x1b[31mred", "right\u202eleft", "a\x00b", "\xff"} {
		if err := k.Signup(t.Context(), auth.SignupRequest{Email: "a@example.com", Password: authtest.Password, Name: name}, here); code(err) != custard.CodeUsage {
			t.Errorf("the name %q: %v", name, err)
		}
	}
	if n := len(k.Mail.All()); n != 0 {
		t.Errorf("%d mails were sent", n)
	}
}

// emptyBucket turns everybody away.
type emptyBucket struct{}

func (emptyBucket) Take(context.Context, string, int, float64, int, time.Time) (int, time.Duration, error) {
	return 0, 90 * time.Second, nil
}

// The cheap limiter comes before the dear hash, and says how long to wait. Not parallel: see hashes.
func TestTheLimiterComesBeforeTheHash(t *testing.T) {
	k := authtest.With(t, auth.Config{Bucket: emptyBucket{}})
	for name, do := range map[string]func() error{
		"login": func() error {
			_, err := k.Login(t.Context(), "a@example.com", authtest.Password, "", here)
			return err
		},
		"signup": func() error {
			return k.Signup(t.Context(), auth.SignupRequest{Email: "a@example.com", Password: authtest.Password, Name: "A"}, here)
		},
		"forgot": func() error { return k.ForgotPassword(t.Context(), "a@example.com", here) },
		"resend": func() error { return k.ResendVerification(t.Context(), "a@example.com", here) },
		"reset": func() error {
			return k.ResetPassword(t.Context(), "cust_reset_"+strings.Repeat("A", 43), authtest.Password, here)
		},
		"device": func() error {
			_, err := k.StartDevice(t.Context(), "custard", here)
			return err
		},
	} {
		var err error
		if n := hashes(func() { err = do() }); n != 0 {
			t.Errorf("%s: %d hashes for somebody who is turned away", name, n)
		}
		if e := custard.AsError(err); e == nil || e.Code != custard.CodeRateLimited || e.After != 90*time.Second || !e.Retry {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// Many addresses that try one account, and one address that tries many, both come to an end.
func TestGuessingIsLimited(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	k.Owner(t, "owner@example.com")
	tries := 0
	for ; tries < 50; tries++ {
		_, err := k.Login(t.Context(), "owner@example.com", "a wrong password", "", here)
		if code(err) == custard.CodeRateLimited {
			break
		}
	}
	if tries > 10 {
		t.Errorf("one address may guess a password %d times", tries)
	}
	if _, err := k.Login(t.Context(), "owner@example.com", authtest.Password, "", auth.Caller{Address: "198.51.100.9"}); err != nil {
		t.Errorf("the owner is locked out by somebody else's guesses: %v", err)
	}
	k.Clock.Move(time.Minute)
	if _, err := k.Login(t.Context(), "owner@example.com", authtest.Password, "", here); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

// A hash that was made with weaker parameters is made anew when its password is next seen.
func TestOldHashesAreMadeAnewAtLogin(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	s := k.Owner(t, "owner@example.com")
	// argon2id of authtest.Password with 8 KiB and one pass.
	const weak = "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
	if err := k.Store.SetPassword(t.Context(), s.User.ID, weak+weakHash()); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Login(t.Context(), "owner@example.com", authtest.Password, "", here); err != nil {
		t.Fatal(err)
	}
	u, err := k.Store.User(t.Context(), s.User.ID)
	if err != nil || !strings.HasPrefix(u.PasswordHash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the hash is %.40q, %v", u.PasswordHash, err)
	}
	if _, err := k.Login(t.Context(), "owner@example.com", authtest.Password, "", here); err != nil {
		t.Errorf("the new hash is not of the password: %v", err)
	}
}

// What people type as secrets is in no log, no error and no audit row.
func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	var log safeBuffer
	k := authtest.With(t, auth.Config{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	s := k.Owner(t, "owner@example.com")
	boss := k.Principal(t, s.Access)
	secrets := []string{authtest.Password, s.Access, s.Refresh}
	_, key, err := k.CreateKey(t.Context(), boss, "ci", []auth.Scope{auth.ScopeAsk}, here)
	if err != nil {
		t.Fatal(err)
	}
	cookie, err := k.LoginWeb(t.Context(), "owner@example.com", authtest.Password, here)
	if err != nil {
		t.Fatal(err)
	}
	d, err := k.StartDevice(t.Context(), "custard", here)
	if err != nil {
		t.Fatal(err)
	}
	secrets = append(secrets, key, cookie, d.DeviceCode)
	var errs []error
	_, err = k.Login(t.Context(), "owner@example.com", authtest.Password+"x", "", here)
	errs = append(errs, err)
	_, err = k.Login(t.Context(), "owner@example.com", authtest.Password, authtest.Password, here)
	errs = append(errs, err)
	next, err := k.Refresh(t.Context(), s.Refresh, "", here)
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.Refresh(t.Context(), s.Refresh, "", here)
	errs = append(errs, err)
	_, err = k.Authenticate(t.Context(), next.Access)
	errs = append(errs, err)
	_, err = k.Authenticate(t.Context(), key+"x")
	errs = append(errs, err, k.VerifyEmail(t.Context(), key, here), k.ResetPassword(t.Context(), key, "x", here), k.Signup(t.Context(), auth.SignupRequest{Email: key, Password: authtest.Password}, here))
	if _, err = k.Invite(t.Context(), boss, "guest@example.com", auth.RoleMember, here); err != nil {
		t.Fatal(err)
	}
	secrets = append(secrets, k.Mail.Token(t, auth.MailInvite, "guest@example.com"), k.Mail.Token(t, auth.MailVerify, "owner@example.com"))
	var text strings.Builder
	text.WriteString(log.String())
	for i, err := range errs {
		e := custard.AsError(err)
		if e == nil {
			t.Fatalf("error %d is none", i)
		}
		for cause := error(e); cause != nil; {
			text.WriteString(cause.Error() + "\n")
			u, ok := cause.(interface{ Unwrap() error })
			if !ok {
				break
			}
			cause = u.Unwrap()
		}
		text.WriteString(e.Hint)
	}
	rows, err := k.Store.AuditLog(t.Context(), boss.Org, "", 200)
	if err != nil || len(rows) < 5 {
		t.Fatalf("%d audit rows, %v", len(rows), err)
	}
	for _, r := range rows {
		text.WriteString(r.Action + r.Target + r.Address)
		for k, v := range r.Detail {
			text.WriteString(k + v)
		}
	}
	for _, secret := range secrets {
		if strings.Contains(text.String(), secret) {
			t.Errorf("%.16s… stands in a log, an error or an audit row", secret)
		}
	}
	if !strings.Contains(text.String(), "used twice") {
		t.Error("the log is empty: this test looks at nothing")
	}
}

// safeBuffer is a buffer that many may write to.
type safeBuffer struct {
	mu  sync.Mutex
	buf strings.Builder
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func weakHash() string {
	return base64.RawStdEncoding.EncodeToString(argon2.IDKey([]byte(authtest.Password), make([]byte, 16), 1, 8, 1, 32))
}
