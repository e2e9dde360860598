package llm

import (
	"context"
	"iter"
	"sync"
	"time"
)

// Ledger keeps what organisations may spend, in tokens. The server's store has one; Daily is one for a single process.
type Ledger interface {
	// Reserve takes tokens of an organisation's budget before a call; a KindBudget error where they are not there.
	Reserve(ctx context.Context, organisation string, tokens int) error
	// Settle puts what a call really took in the place of what was reserved for it, once for each Reserve that succeeded; ctx
	// does not end. What cannot be written is the ledger's to log: it spoils no answer that is there.
	Settle(ctx context.Context, organisation string, reserved, used int)
}

// Budget bounds tokens.
type Budget struct {
	Request int    // of one attempt, prompt and answer together, as estimated; 0 for no bound
	Ledger  Ledger // of an organisation; nil for no bound
}

// EstimateTokens returns about how many tokens a text has: a third of its bytes, which is above what tokenizers make of
// SQL and English, and near what they make of other scripts.
func EstimateTokens(text string) int {
	const bytesPerToken = 3
	return (len(text) + bytesPerToken - 1) / bytesPerToken
}

// Estimate returns about how many tokens the prompt of req has.
func Estimate(req *Request) int {
	const perMessage = 8
	n := EstimateTokens(req.System)
	for _, m := range req.Messages {
		n += EstimateTokens(m.Text) + perMessage
	}
	if req.Schema != nil {
		n += EstimateTokens(string(req.Schema.JSON)) + EstimateTokens(req.Schema.Description)
	}
	return n
}

// WithBudget refuses calls beyond the budget, before they are made, and accounts each: by the service's count, or by
// estimate where it reported none.
func WithBudget(p Provider, b Budget) Provider { return &budgeted{Provider: p, budget: b} }

type budgeted struct {
	Provider
	budget Budget
}

// Unwrap returns the provider within.
func (p *budgeted) Unwrap() Provider { return p.Provider }

// Stream implements Provider.
func (p *budgeted) Stream(ctx context.Context, req *Request) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		prompt, answer := Estimate(req), req.MaxTokens
		if answer == 0 {
			answer = DefaultMaxTokens
		}
		if p.budget.Request > 0 && prompt+answer > p.budget.Request {
			yield(Chunk{}, Fail(Failure{Kind: KindBudget, Provider: p.Name()},
				"the question with its schema needs about %d tokens, of %d that a request may take", prompt+answer, p.budget.Request).
				WithHint("Raise the budget of a request, or lower the one of the schema in the prompt."))
			return
		}
		if p.budget.Ledger == nil {
			p.Provider.Stream(ctx, req)(yield)
			return
		}
		reserved := prompt + answer
		if err := p.budget.Ledger.Reserve(ctx, req.Organisation, reserved); err != nil {
			yield(Chunk{}, err)
			return
		}
		spent, text := 0, 0
		settle := sync.OnceFunc(func() {
			p.budget.Ledger.Settle(context.WithoutCancel(ctx), req.Organisation, reserved, spent)
		})
		defer settle()
		for chunk, err := range p.Provider.Stream(ctx, req) {
			text += len(chunk.Text)
			switch {
			case chunk.End != nil && chunk.End.Usage.Known:
				spent = chunk.End.Usage.Input + chunk.End.Usage.Output
			case err == nil || text > 0:
				spent = max(spent, prompt+text/3)
			}
			if chunk.End != nil {
				settle()
			}
			if !yield(chunk, err) {
				return
			}
		}
	}
}

// Daily is a Ledger in memory: each organisation may spend Limit tokens a day (UTC).
type Daily struct {
	limit int
	now   func() time.Time

	mu    sync.Mutex
	day   string
	spent map[string]int // of today; emptied at its end
}

// NewDaily returns a ledger with nothing spent. now is the clock; nil takes time.Now.
func NewDaily(limit int, now func() time.Time) *Daily {
	if now == nil {
		now = time.Now
	}
	return &Daily{limit: limit, now: now, spent: map[string]int{}}
}

// Reserve implements Ledger.
func (d *Daily) Reserve(_ context.Context, organisation string, tokens int) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.turn()
	if d.spent[organisation]+tokens > d.limit {
		return Fail(Failure{Kind: KindBudget}, "the organisation has used its tokens for today").
			WithHint("Ask with --engine builtin, wait until midnight UTC, or have the budget raised.")
	}
	d.spent[organisation] += tokens
	return nil
}

// Settle implements Ledger.
func (d *Daily) Settle(_ context.Context, organisation string, reserved, used int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.turn()
	d.spent[organisation] = max(d.spent[organisation]-reserved+used, 0)
}

// Spent returns what an organisation has spent today, reservations included.
func (d *Daily) Spent(organisation string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.turn()
	return d.spent[organisation]
}

func (d *Daily) turn() {
	if today := d.now().UTC().Format(time.DateOnly); today != d.day {
		d.day = today
		clear(d.spent)
	}
}
