package mail_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/mail"
	"github.com/custard-ai/custard/server/store/storetest"
)

// The queue is what package auth sends through, under the same names.
var _ auth.Mailer = (*mail.Queue)(nil)

func TestKindsAreThoseOfAuth(t *testing.T) {
	t.Parallel()
	templates := mail.NewTemplates("")
	for _, kind := range []string{auth.MailVerify, auth.MailTaken, auth.MailReset, auth.MailPassword, auth.MailInvite} {
		if _, _, _, err := templates.Render(kind, mail.Data{}); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// post is a sender that answers what a test says and keeps what it got.
type post struct {
	answer func(m mail.Message, try int) error

	mu  sync.Mutex
	got []mail.Message
	at  []time.Time
}

func (p *post) Send(_ context.Context, m mail.Message) error {
	p.mu.Lock()
	p.got, p.at = append(p.got, m), append(p.at, time.Now())
	try := len(p.got)
	p.mu.Unlock()
	if p.answer == nil {
		return nil
	}
	return p.answer(m, try)
}

func (p *post) sent() []mail.Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]mail.Message(nil), p.got...)
}

// journal is a log that many queues write and a test reads.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

func queue(outbox mail.Outbox, sender mail.Sender, log *journal) *mail.Queue {
	return mail.NewQueue(mail.Config{
		Outbox: outbox, Sender: sender, Templates: mail.NewTemplates(""), From: "Custard <no-reply@example.com>",
		Logger: slog.New(slog.NewTextHandler(log, nil)),
	})
}

const link = "https://custard.example.com/verify?token=cust_verify_SECRET"

func send(t *testing.T, q *mail.Queue, to string) {
	t.Helper()
	if err := q.Send(t.Context(), mail.KindVerify, to, map[string]string{"name": "Ada", "link": link, "expires": "24 hours"}); err != nil {
		t.Fatal(err)
	}
}

// run runs queues until the test's story is told, in a bubble where time passes as soon as everybody waits.
func run(t *testing.T, story func(t *testing.T), queues ...*mail.Queue) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, q := range queues {
		wg.Go(func() { q.Run(ctx) })
	}
	story(t)
	stop()
	wg.Wait()
}

func TestMailGoesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log journal
		p := &post{}
		q := queue(storetest.Open(t), p, &log)
		run(t, func(t *testing.T) {
			send(t, q, "ada@example.com")
			time.Sleep(time.Second)
			synctest.Wait()
			got := p.sent()
			if len(got) != 1 {
				t.Fatalf("%d mails were sent, want 1", len(got))
			}
			m := got[0]
			if m.To != "ada@example.com" || m.Subject != "Confirm your e-mail address for Custard" || !strings.Contains(m.Text, link) || !strings.Contains(m.HTML, "Hello Ada") {
				t.Errorf("got %+v", m)
			}
			if err := q.Check(t.Context()); err != nil {
				t.Errorf("status: %v", err)
			}
		}, q)
		for _, secret := range []string{"SECRET", "ada@example.com"} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log holds %q:\n%s", secret, log.String())
			}
		}
	})
}

func TestMailIsTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log journal
		p := &post{answer: func(_ mail.Message, try int) error {
			switch try {
			case 1, 2:
				return &custard.Error{Code: custard.CodeUnreachable, Message: "nobody answers", Retry: true}
			case 3:
				return &custard.Error{Code: custard.CodeRateLimited, Message: "too many", Retry: true, After: 10 * time.Minute}
			}
			return nil
		}}
		q := queue(storetest.Open(t), p, &log)
		run(t, func(t *testing.T) {
			send(t, q, "ada@example.com")
			time.Sleep(2 * time.Second)
			synctest.Wait()
			err := custard.AsError(q.Check(t.Context()))
			if err == nil || err.Code != custard.CodeUnreachable || !strings.Contains(err.Message, "nobody answers") {
				t.Errorf("status after a failure: %v", err)
			}
			time.Sleep(30 * time.Minute)
			synctest.Wait()
			if got := p.sent(); len(got) != 4 || got[0].ID != got[3].ID {
				t.Fatalf("%d tries, want 4 of the same mail", len(got))
			}
			if gap := p.at[3].Sub(p.at[2]); gap < 10*time.Minute {
				t.Errorf("tried again after %s, though told to wait ten minutes", gap)
			}
			if p.at[1].Sub(p.at[0]) > 11*time.Second {
				t.Errorf("the second try came %s after the first", p.at[1].Sub(p.at[0]))
			}
			if err := q.Check(t.Context()); err != nil {
				t.Errorf("status: %v", err)
			}
		}, q)
	})
}

func TestMailIsGivenUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer error
		tries  int
	}{
		"refused for good": {&custard.Error{Code: custard.CodeFailed, Message: "no such mailbox", Cause: errors.New("550 5.1.1 ADA? <ada@example.com>: unknown")}, 1},
		"never taken":      {&custard.Error{Code: custard.CodeUnreachable, Message: "nobody answers", Retry: true}, 12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log journal
				p := &post{answer: func(mail.Message, int) error { return c.answer }}
				q := queue(storetest.Open(t), p, &log)
				run(t, func(t *testing.T) {
					send(t, q, "ada@example.com")
					for range 24 * 60 {
						time.Sleep(time.Minute)
						synctest.Wait()
						if strings.Contains(log.String(), "mail given up") {
							break
						}
					}
					synctest.Wait()
					if got := len(p.sent()); got != c.tries {
						t.Errorf("%d tries, want %d", got, c.tries)
					}
					if err := q.Check(t.Context()); err == nil || !strings.Contains(err.Error(), c.answer.Error()) {
						t.Errorf("status: %v", err)
					}
					if strings.Contains(log.String(), "ada@example.com") || c.tries == 1 && !strings.Contains(log.String(), "5.1.1") {
						t.Errorf("the log must say what the server said, without the address:\n%s", log.String())
					}
					time.Sleep(2 * time.Hour)
					if err := q.Check(t.Context()); err != nil {
						t.Errorf("status after two hours: %v", err)
					}
				}, q)
			})
		})
	}
}

func TestReplicasSendOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log journal
		var mu sync.Mutex
		running, most := 0, 0
		p := &post{answer: func(mail.Message, int) error {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			running--
			mu.Unlock()
			return nil
		}}
		s := storetest.Open(t)
		queues := []*mail.Queue{queue(s, p, &log), queue(s, p, &log), queue(s, p, &log)}
		run(t, func(t *testing.T) {
			for i := range 60 {
				send(t, queues[i%3], fmt.Sprintf("user%d@example.com", i))
			}
			time.Sleep(2 * time.Minute)
			synctest.Wait()
		}, queues...)
		times := map[string]int{}
		for _, m := range p.sent() {
			times[m.To]++
		}
		for to, n := range times {
			if n != 1 {
				t.Errorf("%s got %d mails", to, n)
			}
		}
		if len(times) != 60 {
			t.Errorf("%d mails, want 60", len(times))
		}
		if most > 12 {
			t.Errorf("%d mails were on their way at once, want at most 4 a replica", most)
		}
	})
}

func TestMailSurvivesARestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log journal
		s := storetest.Open(t)
		first := &post{}
		send(t, queue(s, first, &log), "ada@example.com") // never runs
		// A replica claims the letter and dies.
		letters, err := s.ClaimLetters(t.Context(), "the dead one", 10, time.Now(), time.Now().Add(2*time.Minute))
		if err != nil || len(letters) != 1 {
			t.Fatalf("claimed %d letters: %v", len(letters), err)
		}
		p := &post{}
		q := queue(s, p, &log)
		run(t, func(*testing.T) {
			time.Sleep(time.Minute)
			synctest.Wait()
			if len(p.sent()) != 0 {
				t.Fatal("a letter that another has was sent")
			}
			time.Sleep(2 * time.Minute)
			synctest.Wait()
			if len(p.sent()) != 1 {
				t.Fatalf("%d mails were sent after the lease, want 1", len(p.sent()))
			}
			// The dead one comes back: its note changes nothing.
			if err := s.LetterDelayed(t.Context(), letters[0].ID, "the dead one", "late", time.Now()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if len(p.sent()) != 1 {
				t.Fatal("the letter was sent twice")
			}
		}, q)
	})
}

func TestBadLettersAreRefused(t *testing.T) {
	t.Parallel()
	var log journal
	q := queue(storetest.Open(t), &post{}, &log)
	for _, to := range []string{"", "no address", "a@example.com\r\nBcc: b@example.com", "A <a@example.com>", "a@example.com, b@example.com"} {
		if err := q.Send(t.Context(), mail.KindVerify, to, nil); err == nil {
			t.Errorf("a mail to %q was queued", to)
		}
	}
	if err := q.Send(t.Context(), "nonsense", "a@example.com", nil); err == nil {
		t.Error("a mail of no kind was queued")
	}
}

// hung is a sender that nobody answers.
type hung struct{}

func (hung) Send(ctx context.Context, _ mail.Message) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestStoppingDoesNotWaitForAHungServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log journal
		s := storetest.Open(t)
		var stopped time.Time
		q := queue(s, hung{}, &log)
		run(t, func(t *testing.T) {
			send(t, q, "ada@example.com")
			time.Sleep(time.Second)
			synctest.Wait()
			stopped = time.Now()
		}, q)
		if took := time.Since(stopped); took > 6*time.Second {
			t.Errorf("it took %s to stop", took)
		}
		// Nothing is lost: the next server sends it.
		p := &post{}
		q = queue(s, p, &log)
		run(t, func(*testing.T) {
			time.Sleep(time.Minute)
			synctest.Wait()
		}, q)
		if len(p.sent()) != 1 {
			t.Errorf("%d mails were sent after the restart, want 1", len(p.sent()))
		}
	})
}

// An outbox that cannot be read is looked at again, and mail goes out as soon as it can.
func TestTheOutboxMayBeAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log journal
		p := &post{}
		away := &awayOutbox{Outbox: storetest.Open(t)}
		q := queue(away, p, &log)
		send(t, q, "ada@example.com")
		run(t, func(t *testing.T) {
			time.Sleep(time.Minute)
			synctest.Wait()
			if n := away.asked(); n < 5 || n > 20 {
				t.Errorf("it was asked %d times in a minute", n)
			}
			away.back()
			time.Sleep(10 * time.Second)
			synctest.Wait()
			if len(p.sent()) != 1 {
				t.Errorf("%d mails were sent, want 1", len(p.sent()))
			}
		}, q)
	})
}

type awayOutbox struct {
	mail.Outbox

	mu   sync.Mutex
	n    int
	here bool
}

func (o *awayOutbox) ClaimLetters(ctx context.Context, lease string, limit int, now, until time.Time) ([]mail.Letter, error) {
	o.mu.Lock()
	o.n++
	here := o.here
	o.mu.Unlock()
	if !here {
		return nil, &custard.Error{Code: custard.CodeUnreachable, Message: "the server's database does not work"}
	}
	return o.Outbox.ClaimLetters(ctx, lease, limit, now, until)
}

func (o *awayOutbox) asked() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.n
}

func (o *awayOutbox) back() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.here = true
}
