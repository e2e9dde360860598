package mail

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

const (
	tries      = 12               // before a letter is given up: some five hours
	firstDelay = 5 * time.Second  // before the second try at the most; twice as long before each further one
	lastDelay  = time.Hour        // at the most between two tries
	useful     = 24 * time.Hour   // a letter that could not be sent for so long is of no use: its link has expired
	sending    = 30 * time.Second // for one try
	lease      = 2 * time.Minute  // longer than a try: who holds one may still be sending
	rest       = 5 * time.Second  // between two looks at the outbox: letters of other replicas, and what is due again
	failedFor  = time.Hour        // how long /status tells of a letter that was given up
	parting    = 5 * time.Second  // for a try that still runs when the server stops; it is made again after the next start
)

// Config says how a queue sends.
type Config struct {
	Outbox    Outbox
	Sender    Sender
	Templates *Templates
	From      string // of every mail
	Workers   int    // mails on their way at once; 0 for 4
	Logger    *slog.Logger
	Now       func() time.Time // nil for time.Now
}

// Queue writes mails into the outbox and sends them from there. Many replicas may run one over the same outbox. A mail is
// sent once; only where a server dies between a mail's delivery and the note of it may it be sent again, under the same id,
// which Resend and many mail servers then drop.
type Queue struct {
	cfg  Config
	wake chan struct{} // one is enough: it says that there may be something to do
}

// NewQueue returns a queue. Its mails are sent while Run runs.
func NewQueue(cfg Config) *Queue {
	cfg.Workers = cmp.Or(cfg.Workers, 4)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Queue{cfg: cfg, wake: make(chan struct{}, 1)}
}

// envelope is a letter's body.
type envelope struct {
	To   string `json:"to"`
	Data Data   `json:"data"`
}

// Send queues a mail of a kind to an address: it implements auth.Mailer. What fails here was not queued.
func (q *Queue) Send(ctx context.Context, kind, to string, data map[string]string) error {
	e := envelope{To: to, Data: dataOf(data)}
	if _, err := q.message("check", kind, e); err != nil {
		return err
	}
	body, err := json.Marshal(e)
	if err != nil {
		return custard.Errorf(custard.CodeInternal, "cannot write the mail down: %w", err)
	}
	now := q.cfg.Now()
	l := Letter{ID: custard.NewID(now), Kind: kind, Body: body, Created: now, Expires: now.Add(useful)}
	if err := q.cfg.Outbox.AddLetter(ctx, l); err != nil {
		return err
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return nil
}

// message fills the template of a letter.
func (q *Queue) message(id, kind string, e envelope) (Message, error) {
	subject, text, html, err := q.cfg.Templates.Render(kind, e.Data)
	if err != nil {
		return Message{}, err
	}
	m := Message{ID: id, From: q.cfg.From, To: e.To, Subject: subject, Text: text, HTML: html}
	return m, m.Check()
}

// Run sends what is in the outbox until ctx ends, and then gives the mails that are on their way a few seconds.
func (q *Queue) Run(ctx context.Context) {
	free := make(chan struct{}, q.cfg.Workers)
	for range q.cfg.Workers {
		free <- struct{}{}
	}
	var workers sync.WaitGroup
	defer workers.Wait()
	for {
		if !receive(ctx, free) { // one worker at least
			return
		}
		n := 1
		for n < q.cfg.Workers && len(free) > 0 {
			<-free
			n++
		}
		claimed := q.claim(ctx, n)
		for _, l := range claimed {
			workers.Go(func() {
				q.deliver(ctx, l)
				free <- struct{}{}
			})
		}
		for range n - len(claimed) {
			free <- struct{}{}
		}
		if len(claimed) == n {
			continue // there may be more
		}
		timer := time.NewTimer(rest)
		select {
		case <-ctx.Done():
		case <-q.wake:
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// receive waits for a free worker; false where ctx ends first.
func receive(ctx context.Context, free <-chan struct{}) bool {
	if ctx.Err() != nil {
		return false
	}
	select {
	case <-ctx.Done():
		return false
	case <-free:
		return true
	}
}

func (q *Queue) claim(ctx context.Context, limit int) []Letter {
	now := q.cfg.Now()
	letters, err := q.cfg.Outbox.ClaimLetters(ctx, rand.Text(), limit, now, now.Add(lease))
	if err != nil {
		if ctx.Err() == nil {
			q.cfg.Logger.ErrorContext(ctx, "the outbox cannot be read", "error", err, "cause", custard.AsError(err).Cause)
		}
		return nil
	}
	return letters
}

// deliver tries one letter once and notes what came of it.
func (q *Queue) deliver(stop context.Context, l Letter) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(stop), sending)
	defer cancel()
	defer context.AfterFunc(stop, func() {
		timer := time.NewTimer(parting)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-ctx.Done():
		}
	})()
	now := q.cfg.Now()
	if !l.Expires.After(now) {
		q.giveUp(ctx, l, "it could not be sent before its link expired")
		return
	}
	var e envelope
	if err := json.Unmarshal(l.Body, &e); err != nil {
		q.giveUp(ctx, l, "its body cannot be read")
		return
	}
	m, err := q.message(l.ID, l.Kind, e)
	if err == nil {
		err = q.cfg.Sender.Send(ctx, m)
	}
	q.settle(context.WithoutCancel(ctx), l, e.To, err)
}

// settle notes what came of a try to send to an address.
func (q *Queue) settle(ctx context.Context, l Letter, to string, err error) {
	ctx, cancel := context.WithTimeout(ctx, sending) // of its own: the try may have used all its time
	defer cancel()
	if err == nil {
		q.noted(ctx, l, q.cfg.Outbox.LetterSent(ctx, l.ID, l.Lease, q.cfg.Now()))
		q.cfg.Logger.InfoContext(ctx, "mail sent", "mail", l.ID, "kind", l.Kind, "attempts", l.Attempts)
		return
	}
	failure := custard.AsError(err)
	again := failure.Retry || failure.Code == custard.CodeTimeout || failure.Code == custard.CodeCanceled
	cause := "" // what the other side said, which often quotes the address
	if failure.Cause != nil {
		cause = strings.ReplaceAll(failure.Cause.Error(), to, "<recipient>")
	}
	if !again || l.Attempts >= tries {
		q.cfg.Logger.WarnContext(ctx, "mail refused", "mail", l.ID, "kind", l.Kind, "attempts", l.Attempts, "error", err, "cause", cause)
		q.giveUp(ctx, l, failure.Message)
		return
	}
	due := q.cfg.Now().Add(max(delay(l.Attempts), failure.After))
	q.noted(ctx, l, q.cfg.Outbox.LetterDelayed(ctx, l.ID, l.Lease, failure.Message, due))
	q.cfg.Logger.WarnContext(ctx, "mail not sent yet", "mail", l.ID, "kind", l.Kind, "attempts", l.Attempts, "error", err, "cause", cause, "again", due)
}

func (q *Queue) giveUp(ctx context.Context, l Letter, reason string) {
	q.noted(ctx, l, q.cfg.Outbox.LetterFailed(ctx, l.ID, l.Lease, reason, q.cfg.Now()))
	q.cfg.Logger.ErrorContext(ctx, "mail given up", "mail", l.ID, "kind", l.Kind, "attempts", l.Attempts, "reason", reason)
}

// noted logs that a note could not be made: the lease then runs out, and the letter is tried again.
func (q *Queue) noted(ctx context.Context, l Letter, err error) {
	if err != nil {
		q.cfg.Logger.ErrorContext(ctx, "what came of a mail cannot be noted", "mail", l.ID, "error", err, "cause", custard.AsError(err).Cause)
	}
}

// delay is how long to wait after a number of failures: a random part of a time that doubles, so that letters that failed
// together do not come back together.
func delay(failures int) time.Duration {
	most := lastDelay
	if shift := failures - 1; shift < 16 {
		most = min(lastDelay, firstDelay<<shift)
	}
	return most/2 + time.Duration(mathrand.Int64N(int64(most/2)+1))
}

// Check says for /status whether mail goes out: CodeUnreachable where letters were given up within the last hour or could
// not be sent at the first try and still wait.
func (q *Queue) Check(ctx context.Context) error {
	s, err := q.cfg.Outbox.LetterState(ctx, q.cfg.Now().Add(-failedFor))
	if err != nil {
		return err
	}
	if s.Failed == 0 && s.Late == 0 {
		return nil
	}
	what := fmt.Sprintf("%d of %d waiting mails failed before, %d were given up within the hour", s.Late, s.Waiting, s.Failed)
	if s.Reason != "" {
		what += "; the last because " + s.Reason
	}
	return &custard.Error{Code: custard.CodeUnreachable, Message: what, Hint: "The log names each mail with its reason.", Retry: true}
}
