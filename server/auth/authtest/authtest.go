// Package authtest gives tests accounts: the real service over a real store on SQLite, a clock that moves when it is told to,
// and the mails that were sent.
package authtest

import (
	"context"
	"maps"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/pgtest"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/store"
	"github.com/custard-ai/custard/server/store/storetest"
)

// PublicURL is what links begin with.
const PublicURL = "https://custard.example"

// Password is what everybody signs up with.
const Password = "planted-Pa55word-horse"

// Kit is accounts to test with.
type Kit struct {
	*auth.Service
	Store *store.Store
	Clock *Clock
	Mail  *Outbox
	URL   string // of the store's database
}

// New returns an empty kit.
func New(t testing.TB) *Kit { return With(t, auth.Config{}) }

// With is New with some of the configuration given: what is left out is the kit's.
func With(t testing.TB, cfg auth.Config) *Kit {
	t.Helper()
	return with(t, cfg, "sqlite:"+filepath.Join(t.TempDir(), "custard.db"))
}

// Both runs a test over a kit on SQLite and over one on PostgreSQL, which guard against races by different means.
func Both(t *testing.T, test func(t *testing.T, k *Kit)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, New(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, with(t, auth.Config{}, pgtest.URL(t)))
	})
}

func with(t testing.TB, cfg auth.Config, database string) *Kit {
	t.Helper()
	k := &Kit{Clock: &Clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}, Mail: &Outbox{}, URL: database}
	k.Store = storetest.OpenURL(t, database, k.Clock.Now)
	cfg.Store, cfg.Mail, cfg.Now = k.Store, k.Mail, k.Clock.Now
	if cfg.Bucket == nil {
		cfg.Bucket = k.Store
	}
	if cfg.PublicURL == "" {
		cfg.PublicURL = PublicURL
	}
	if cfg.Step == 0 {
		cfg.Step = -1
	}
	s, err := auth.New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	k.Service = s
	return k
}

// Owner signs somebody up, verifies the address and signs in: the owner of a new organisation.
func (k *Kit) Owner(t testing.TB, email string) auth.Session {
	t.Helper()
	from := auth.Caller{Address: "192.0.2.1"}
	if err := k.Signup(t.Context(), auth.SignupRequest{Email: email, Password: Password, Name: "Owner " + email, Organisation: "Org of " + email}, from); err != nil {
		t.Fatal(err)
	}
	if err := k.VerifyEmail(t.Context(), k.Mail.Token(t, auth.MailVerify, email), from); err != nil {
		t.Fatal(err)
	}
	s, err := k.Login(t.Context(), email, Password, "", from)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Member invites somebody new into the organisation of an owner's session, who accepts.
func (k *Kit) Member(t testing.TB, owner auth.Session, email string, role auth.Role) auth.Session {
	t.Helper()
	from := auth.Caller{Address: "192.0.2.1"}
	if _, err := k.Invite(t.Context(), k.Principal(t, owner.Access), email, role, from); err != nil {
		t.Fatal(err)
	}
	s, err := k.AcceptInvitation(t.Context(), auth.Accept{
		Token: k.Mail.Token(t, auth.MailInvite, email), Name: "Member " + email, Password: Password,
	}, from)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Principal returns who a token stands for.
func (k *Kit) Principal(t testing.TB, token string) auth.Principal {
	t.Helper()
	p, err := k.Authenticate(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Clock is a clock that stands until it is moved.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move moves the clock.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Mail is a mail that was sent.
type Mail struct {
	Kind, To string
	Data     map[string]string
}

// Outbox keeps mails instead of sending them.
type Outbox struct {
	mu    sync.Mutex
	mails []Mail
}

// Send implements auth.Mailer.
func (o *Outbox) Send(_ context.Context, kind, to string, data map[string]string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.mails = append(o.mails, Mail{kind, to, maps.Clone(data)})
	return nil
}

// All returns the mails that were sent, the oldest first.
func (o *Outbox) All() []Mail {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]Mail(nil), o.mails...)
}

// Last returns the last mail of a kind to an address.
func (o *Outbox) Last(t testing.TB, kind, to string) Mail {
	t.Helper()
	all := o.All()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Kind == kind && all[i].To == to {
			return all[i]
		}
	}
	t.Fatalf("no mail %q to %s among %d", kind, to, len(all))
	return Mail{}
}

// Token returns the token in the link of the last mail of a kind to an address.
func (o *Outbox) Token(t testing.TB, kind, to string) string {
	t.Helper()
	u, err := url.Parse(o.Last(t, kind, to).Data["link"])
	if err != nil || u.Query().Get("token") == "" {
		t.Fatalf("the mail's link has no token: %v", err)
	}
	return u.Query().Get("token")
}
