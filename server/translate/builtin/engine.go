// Package builtin is the engine that writes queries without a language model: offline, in milliseconds, the same way
// every time. It refuses what is no question, asks the analytic grammar first, and else the statistical core, whose
// weights are embedded. See DESIGN.md.
package builtin

import (
	"context"
	_ "embed"
	"sync"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/check"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin/analytic"
	"github.com/custard-ai/custard/server/translate/builtin/core"
	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

//go:embed weights.bin
var weights []byte

// Weights returns the embedded weights; do not change them.
func Weights() []byte { return weights }

// Engine translates questions. It is safe for concurrent use.
type Engine struct {
	model   func() (*core.Model, error)
	mu      sync.Mutex
	indexes []entry // the most recently used first
}

type entry struct {
	schema *custard.Schema
	index  *index.Index
	check  *check.Index
}

// keepIndexes bounds the cache of indexes; the least recently used goes.
const keepIndexes = 16

var _ translate.Translator = (*Engine)(nil)

// New makes an engine. It costs nothing: the weights are decoded at the first question.
func New() *Engine { return Load(weights) }

// Load makes an engine with other weights than the embedded ones: what training wrote.
func Load(weights []byte) *Engine {
	return &Engine{model: sync.OnceValues(func() (*core.Model, error) { return core.Decode(weights) })}
}

// Name is the engine's name as answers give it.
func (e *Engine) Name() string { return "builtin" }

// index returns the schema's index, made where it is not there yet.
func (e *Engine) index(schema *custard.Schema) entry {
	same := func(s *custard.Schema) bool {
		return s == schema || (s.Fingerprint != "" && s.Fingerprint == schema.Fingerprint && s.Database == schema.Database && s.Dialect == schema.Dialect)
	}
	e.mu.Lock()
	for i, x := range e.indexes {
		if same(x.schema) {
			copy(e.indexes[1:i+1], e.indexes[:i])
			e.indexes[0] = x
			e.mu.Unlock()
			return x
		}
	}
	e.mu.Unlock()
	x := entry{schema, index.New(schema), check.NewIndex(schema)}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.indexes = append([]entry{x}, e.indexes...)
	if len(e.indexes) > keepIndexes {
		e.indexes = e.indexes[:keepIndexes]
	}
	return x
}

// Translate writes the query for a question. Errors: CodeRefused for a request to change data, CodeUnanswerable for
// what the schema cannot answer.
func (e *Engine) Translate(ctx context.Context, req translate.Request) (*translate.Translation, error) {
	if err := ctx.Err(); err != nil {
		return nil, custard.AsError(err)
	}
	if err := refuse(req.Question); err != nil {
		return nil, err
	}
	if req.Schema == nil || len(req.Schema.Tables) == 0 {
		return nil, custard.Errorf(custard.CodeUnanswerable, "the database has no tables that can be read")
	}
	if t := e.metric(ctx, req); t != nil {
		return t, nil
	}
	known := e.index(req.Schema)
	if t := known.statement(req); t != nil {
		return t, nil
	}
	ix := known.index
	ms := ix.Read(req.Question, req.Values)
	c, ok := analytic.Translate(req, ix, ms)
	if err := unlinked(ix, ms); err != nil && (!ok || c.Coverage < sure) { // 'revenue by month' names nothing of the schema
		return nil, err
	}
	var work *translate.Translation
	doubtful := doubtfulPart
	if ok && c.Coverage >= likely && known.runs(c.Tree, req) {
		work = &translate.Translation{Tree: c.Tree, Assumptions: append(spelling(ms), c.Assumptions...), Confidence: c.Confidence}
		if c.Coverage >= sure {
			if c.Analytic || plainCount(c.Tree, ms) {
				work.Confidence = min(work.Confidence, surest)
				return work, nil
			}
			doubtful = doubtfulWhole
			if brief(ms) {
				doubtful = doubtfulBrief
			}
		}
	}
	if !ok || c.Coverage < sure {
		if back, err := valueAlone(ix, ms); back != nil || err != nil {
			return back, err
		}
	}
	if back := bare(ms); back != nil {
		return &translate.Translation{Clarify: back}, nil
	}
	if work == nil || doubtful == doubtfulPart {
		if err := beyond(ix, ms); err != nil {
			return nil, err
		}
	}
	model, err := e.model()
	if err != nil {
		return nil, custard.AsError(err)
	}
	p := core.NewProblem(ix, ms)
	p.Consult(c)
	list := p.Describe(p.Search(model))
	model.Rank(list)
	for _, c := range list {
		tree, ok := ir.Build(c.Query, p.Joiner(), req.Dialect)
		if !ok || nonsense(c.Query) {
			continue
		}
		if title(tree, ms); !known.runs(tree, req) {
			continue
		}
		if noun := missingNoun(ms); noun != "" {
			return nil, custard.Errorf(custard.CodeUnanswerable, "nothing in this database is called '%s'", noun).WithHint("%s", offer(ix))
		}
		if work != nil && c.Prob < doubtful {
			work.Confidence = min(work.Confidence, unsure)
			return work, left(ix, ms, doubtful)
		}
		if c.Prob < strangeBelow && strange(ms) {
			return nil, unanswerable(ix, ms)
		}
		return &translate.Translation{Tree: tree, Assumptions: assumptions(ms, p, c), Confidence: calibrated(c.Prob)}, nil
	}
	if work != nil {
		return work, nil
	}
	return nil, unanswerable(ix, ms)
}

// runs says whether a candidate passes the checks, and is not the one that failed already.
func (x entry) runs(tree *query.Query, req translate.Request) bool {
	checked, err := check.Check(tree, x.check, check.Options{Dialect: req.Dialect})
	if err != nil {
		return false
	}
	if req.Failed == nil {
		return true
	}
	text, err := print.SQL(req.Dialect, checked.Query)
	return err == nil && text != req.Failed.SQL
}

// What decides between the grammar's reading and the statistical core's best candidate, measured on questions of people at
// work and of students, about databases that neither had seen.
const (
	sure   = 0.95 // share of the question's words that the grammar understood: from here on nearly all
	likely = 0.7  // from here on most

	strangeBelow = 0.35 // probability of the core's candidate below which a question with many unknown words is not answered

	// Probabilities of the core's candidate below which the grammar's reading is better.
	doubtfulWhole = 0.65 // where it explains the whole question
	doubtfulBrief = 0.95 // where it explains a phrase such as 'payments by method', which only people at work write
	doubtfulPart  = 0.2  // where it explains most of it

	surest = 0.8 // the confidence of a reading at the most
	unsure = 0.6 // the confidence of a reading that is taken because the core is in doubt
)

// calibrated turns the forest's probability into how often such answers were right, on databases that training had not seen.
func calibrated(p float64) float64 {
	points := [...][2]float64{{0, 0.17}, {0.25, 0.31}, {0.4, 0.38}, {0.55, 0.53}, {0.65, 0.62}, {0.75, 0.72}, {0.85, 0.88}, {0.93, 0.94}, {1, 0.95}}
	for i := 1; i < len(points); i++ {
		if a, b := points[i-1], points[i]; p <= b[0] {
			return a[1] + (p-a[0])/(b[0]-a[0])*(b[1]-a[1])
		}
	}
	return points[len(points)-1][1]
}
