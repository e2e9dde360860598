package mail

import (
	"context"
	"time"
)

// Letter is a mail that waits in the outbox.
type Letter struct {
	ID       string
	Kind     string
	Body     []byte // who gets it and what fills the template, as the queue wrote it; may hold a token
	Attempts int    // how often it was claimed, this time included
	Created  time.Time
	Expires  time.Time // of no use after
	Lease    string    // of who claimed it
}

// State says how the outbox is.
type State struct {
	Waiting int       // letters to be sent
	Late    int       // of them, how many failed at least once
	Oldest  time.Time // when the oldest that waits was written; zero for none
	Failed  int       // given up since the time asked for
	Reason  string    // of the last failure, without addresses or links; may be empty
}

// Outbox keeps letters until they are sent, over restarts and for all replicas. server/store implements it.
type Outbox interface {
	AddLetter(ctx context.Context, l Letter) error
	// ClaimLetters gives the caller at most limit letters that are due and that nobody else has, until a time at which
	// others may claim them: each letter has one claimer at a time. The oldest come first.
	ClaimLetters(ctx context.Context, lease string, limit int, now, until time.Time) ([]Letter, error)
	// LetterSent and LetterFailed end a letter and empty its body; LetterDelayed makes it due again later. All do nothing
	// where the lease is not the letter's any more.
	LetterSent(ctx context.Context, id, lease string, now time.Time) error
	LetterFailed(ctx context.Context, id, lease, reason string, now time.Time) error
	LetterDelayed(ctx context.Context, id, lease, reason string, due time.Time) error
	// LetterState returns how the outbox is, with what was given up after since.
	LetterState(ctx context.Context, since time.Time) (State, error)
}
