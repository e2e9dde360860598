package engines

import (
	"context"
	"time"

	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/translate/model"
)

// stateAge is how long it is believed whether a model can be reached: anybody may ask for it, services count each question.
const stateAge = 30 * time.Second

// state is what was found out last.
type state struct {
	at      time.Time
	asking  bool
	problem error
}

// Check says whether the models of the server's own engine can be reached, as far as their services tell without a question.
// It asks them at most once in stateAge; meanwhile, and while another asks, it says what was found last.
func (e *Engines) Check(ctx context.Context) error {
	names, err := model.Names(e.cfg.Standard)
	if err != nil {
		return err
	}
	now := e.cfg.Now()
	e.mu.Lock()
	if last := e.state; last.asking || !last.at.IsZero() && now.Sub(last.at) < stateAge {
		e.mu.Unlock()
		return last.problem
	}
	e.state.asking = true
	e.mu.Unlock()
	const patience = 3 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience) // what is found is for others too
	defer cancel()
	problem := e.reach(ctx, names)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state = state{at: now, problem: problem}
	return problem
}

func (e *Engines) reach(ctx context.Context, names []string) error {
	for _, name := range names {
		m, err := e.one("", nil, name)
		if err != nil {
			return err
		}
		if m.provider == nil {
			continue
		}
		if c := llm.CheckerOf(m.provider); c != nil {
			if err := c.Check(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}
