// Package ask is the way of one question: understand, focus, translate, check, plan, run, repair, answer. It works over
// any Source and any Translator and says what it does as a stream of events.
//
// The answer's sentence and the chart are computed from the rows; no number in them was written by a model.
package ask

import (
	"context"
	"crypto/rand"
	"iter"
	"log/slog"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/check"
	"github.com/custard-ai/custard/server/span"
	"github.com/custard-ai/custard/server/translate"
)

// maxRepairs is how often a query that fails goes back to its translator.
const maxRepairs = 2

// Config is what a Service is made of. Source, Dialect and Engine are required.
type Config struct {
	Source  custard.Source
	Dialect custard.Dialect
	// Engine returns the translator of a name: builtin, provider/model, or "" for the connection's default.
	// CodeUsage for a name that there is none of.
	Engine func(ctx context.Context, name string) (translate.Translator, error)
	// Turns returns the conversation so far, oldest first; nil for none. It is not asked for one that begins.
	Turns func(ctx context.Context, conversation string) ([]translate.Turn, error)
	// Organisation and Connection are whose database it is and which; empty in one process.
	Organisation, Connection string
	// Share says what of the database's content a language model may be told.
	Share translate.Share
	// Context returns what the team has written about the database: what it hides is not there for anybody who asks. Nil
	// for none. It must return the same pointer as long as nothing changed.
	Context func(ctx context.Context) (*translate.Context, error)
	// MaxCost refuses a plan that costs more, in the database's own unit; 0 runs without asking for a plan.
	MaxCost float64
	Now     func() time.Time // default time.Now
	Logger  *slog.Logger     // default: none
	Tracer  span.Tracer      // told of each question's stages; nil for nobody
}

// Service implements custard.Asker over one Source. It is safe for concurrent use.
type Service struct {
	cfg Config

	mu   sync.Mutex
	last *view
}

// view is a schema as a context lets it be seen.
type view struct {
	whole   *custard.Schema // as the database has it
	context *translate.Context
	schema  *custard.Schema // as it may be seen
	index   *check.Index    // of it, which knows what may not
}

var _ custard.Asker = (*Service)(nil)

// New returns a Service. It does not close the Source.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Tracer != nil {
		cfg = traced(cfg)
	}
	return &Service{cfg: cfg}
}

// Ask implements custard.Asker.
func (s *Service) Ask(ctx context.Context, req custard.Request) iter.Seq2[custard.Event, error] {
	return func(yield func(custard.Event, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		if req.Limits.Timeout > 0 {
			var stop context.CancelFunc
			ctx, stop = context.WithTimeout(ctx, req.Limits.Timeout)
			defer stop()
		}
		if req.Now.IsZero() {
			req.Now = s.cfg.Now()
		}
		fresh := req.Conversation == ""
		if fresh {
			req.Conversation = rand.Text()
		}
		ctx, note, end := s.question(ctx, req)
		r := &run{svc: s, req: req, fresh: fresh, started: time.Now(), timings: map[string]float64{}, yield: func(e custard.Event, err error) bool {
			note(e)
			return yield(e, err)
		}}
		err := r.answer(ctx)
		if r.left {
			err = custard.Errorf(custard.CodeCanceled, "the asker left")
		}
		end(err)
		if err != nil && !r.left {
			e := custard.AsError(err)
			if e.Code == custard.CodeInternal {
				s.cfg.Logger.ErrorContext(ctx, "question failed", "error", custard.Detail(err))
			}
			yield(custard.Event{}, e)
		}
	}
}

// viewOf returns a schema as a context lets it be seen, made once for each.
func (s *Service) viewOf(schema *custard.Schema, c *translate.Context) *view {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil || s.last.whole != schema || s.last.context != c {
		v := &view{whole: schema, context: c, schema: c.Visible(schema)}
		v.index = check.NewGuardedIndex(v.schema, c.Policy(schema))
		s.last = v
	}
	return s.last
}
