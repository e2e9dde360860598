// Package ledger is an llm.Ledger over a store that replicas share: what one of them reserves none of the others gives out.
// A server that ends between reserving and settling leaves what it reserved taken until the day is over.
package ledger

import (
	"context"
	"log/slog"
	"time"

	"github.com/custard-ai/custard/server/llm"
)

// Store keeps what was taken. catalog.ModelStore says how.
type Store interface {
	TakeTokens(ctx context.Context, org, budget string, day time.Time, tokens, limit int64) (ok bool, err error)
	GiveTokens(ctx context.Context, org, budget string, day time.Time, tokens int64) error
}

// Config is what a Ledger is made of. Store and Limit are required.
type Config struct {
	Store  Store
	Budget string // which of an organisation's budgets it is
	Limit  int64  // tokens a day (UTC)
	Now    func() time.Time
	Logger *slog.Logger
}

// Ledger is an llm.Ledger. It is safe for use by many at once.
type Ledger struct{ cfg Config }

var _ llm.Ledger = (*Ledger)(nil)

// New returns a Ledger.
func New(cfg Config) *Ledger {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Ledger{cfg}
}

// Reserve implements llm.Ledger. Where the store does not answer nothing is given out.
func (l *Ledger) Reserve(ctx context.Context, organisation string, tokens int) error {
	ok, err := l.cfg.Store.TakeTokens(ctx, organisation, l.cfg.Budget, l.cfg.Now(), int64(tokens), l.cfg.Limit)
	if err != nil {
		return llm.Fail(llm.Failure{Kind: llm.KindBudget, Cause: err}, "the budget of the organisation cannot be read").WithHint("Try again, or ask with --engine builtin.")
	}
	if !ok {
		return llm.Fail(llm.Failure{Kind: llm.KindBudget}, "the organisation has used its tokens for today").
			WithHint("Ask with --engine builtin, wait until midnight UTC, or have the budget raised.")
	}
	return nil
}

// Settle implements llm.Ledger. What was reserved before midnight and is settled after it stays in the budget of the day
// before.
func (l *Ledger) Settle(ctx context.Context, organisation string, reserved, used int) {
	if reserved == used {
		return
	}
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := l.cfg.Store.GiveTokens(ctx, organisation, l.cfg.Budget, l.cfg.Now(), int64(used-reserved)); err != nil {
		l.cfg.Logger.WarnContext(ctx, "budget is not settled", "organisation", organisation, "reserved", reserved, "used", used, "error", err)
	}
}
