package catalog

import (
	"context"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// ModelService is what an organisation has set for a service of language models: its own key, which lies sealed, and how
// the service is used.
type ModelService struct {
	Service     string // openai, anthropic …
	Sealed      string // the key, sealed for the organisation and the service; empty for none
	BaseURL     string // empty for the service's published one
	Model       string // SERVICE/MODEL that is asked where a question names no engine; empty for none
	Priority    int    // of several with a Model the lowest is asked first
	DailyTokens int64  // that the key may take a day; 0 for no bound
	User        string // who set it last
	Created     time.Time
	Updated     time.Time
}

// ModelStore keeps what organisations set for their models, what they have taken of budgets, and what models took.
// server/store implements it; the rules are those of Store.
type ModelStore interface {
	// ModelServices returns all that an organisation has set, by priority and then name.
	ModelServices(ctx context.Context, org string) ([]ModelService, error)
	// SetModelService sets one, in the place of what was set before; Created of a first one is kept.
	SetModelService(ctx context.Context, org string, m ModelService) error
	RemoveModelService(ctx context.Context, org, service string) error

	// TakeTokens takes tokens of a day's budget (UTC), or none where less than that is left of limit; ok says which. What
	// was taken before counts for all replicas.
	TakeTokens(ctx context.Context, org, budget string, day time.Time, tokens, limit int64) (ok bool, err error)
	// GiveTokens adds tokens to what was taken, or where it is below 0 takes them back.
	GiveTokens(ctx context.Context, org, budget string, day time.Time, tokens int64) error
	// TakenTokens returns what was taken of a day's budget.
	TakenTokens(ctx context.Context, org, budget string, day time.Time) (int64, error)

	// ModelUsage sums up what models took in the days from from until to, both in it. It has a sum for each day, user and
	// engine, or for all days, users or engines together where by does not name them.
	ModelUsage(ctx context.Context, org string, from, to time.Time, by UsageBy) ([]UsageSum, error)
}

// UsageBy says by what usage is summed up.
type UsageBy struct{ Day, User, Engine bool }

// UsageSum is what models took for some questions. Usage.USD holds only what has a known price.
type UsageSum struct {
	Day       string `json:"day,omitempty"` // 2026-01-31
	User      string `json:"user_id,omitempty"`
	Engine    string `json:"engine,omitempty"`
	Questions int64  `json:"questions"`
	custard.Usage
}
