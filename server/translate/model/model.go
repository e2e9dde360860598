package model

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/check"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/model/focus"
)

// MaxCandidates bounds how many queries are written for one question.
const MaxCandidates = 9

// Config is what a Translator is made of. Provider is required.
type Config struct {
	Provider llm.Provider
	Name     string // the engine's name in answers; the provider's where it is empty

	Tables       int    // of a schema's part, at most; 0 for focus.DefaultTables
	SchemaTokens int    // of the schema in a prompt, at most; 0 for focus.DefaultTokens
	MaxTokens    int    // of an answer; 0 for the provider's default
	Effort       string // of a model that reasons: "", low, medium, high

	// Mark makes the mark of a prompt's blocks; nil for a random one. A replacement is for tests and cassettes alone.
	Mark   func() string
	Logger *slog.Logger // default: none
}

// Translator asks a language model. It is safe for concurrent use.
type Translator struct {
	cfg Config

	mu      sync.Mutex
	schemas []*schema // the most recently used first
}

// schema is what was prepared of a schema as a context lets it be seen.
type schema struct {
	owner   [2]string // organisation and connection: nothing prepared for one serves another
	whole   *custard.Schema
	context *translate.Context
	finder  *focus.Finder // over the index of what may be seen
	index   *index.Index
	check   *check.Index
	hidden  []string // names that nobody is told, and that nothing visible has
	mark    string   // of the schema's block: kept, so that a provider can keep the prompt's beginning
}

// keepSchemas bounds the cache of prepared schemas; the least recently used goes.
const keepSchemas = 32

var (
	_ translate.Translator = (*Translator)(nil)
	_ translate.Valuer     = (*Translator)(nil)
)

// New makes a Translator. It costs nothing: nothing is sent before the first question.
func New(cfg Config) *Translator {
	if cfg.Mark == nil {
		cfg.Mark = newMark
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	cfg.Name = cmp.Or(cfg.Name, cfg.Provider.Name())
	return &Translator{cfg: cfg}
}

// Name is the engine's name as answers give it.
func (t *Translator) Name() string { return t.cfg.Name }

// WantsValues implements translate.Valuer: values are told where that is allowed, and else only help to choose tables.
func (t *Translator) WantsValues(req translate.Request) bool {
	return req.Share.Values || req.Share.Results || len(req.Schema.Tables) > cmp.Or(t.cfg.Tables, focus.DefaultTables)
}

// known returns what was prepared of a request's schema, made where it is not there yet.
func (t *Translator) known(req translate.Request) *schema {
	owner := [2]string{req.Organisation, req.Connection}
	same := func(k *schema) bool {
		if k.context != req.Context || k.owner != owner {
			return false
		}
		a, b := k.whole, req.Schema
		return a == b || a.Fingerprint != "" && a.Fingerprint == b.Fingerprint && a.Database == b.Database && a.Dialect == b.Dialect
	}
	t.mu.Lock()
	for i, k := range t.schemas {
		if same(k) {
			copy(t.schemas[1:i+1], t.schemas[:i])
			t.schemas[0] = k
			t.mu.Unlock()
			return k
		}
	}
	t.mu.Unlock()
	visible := req.Context.Visible(req.Schema)
	ix := index.New(visible)
	k := &schema{
		owner: owner, whole: req.Schema, context: req.Context, index: ix, finder: focus.New(ix), check: check.NewIndex(visible),
		hidden: hiddenNames(req.Context, visible), mark: t.cfg.Mark(),
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.schemas = append([]*schema{k}, t.schemas...)
	t.schemas = t.schemas[:min(len(t.schemas), keepSchemas)]
	return k
}

// Translate asks the model. With req.Candidates it asks as many times at once, and the further queries are the
// translation's Others. Errors: CodeUnanswerable with the model's reason; CodeFailed for a model that twice did not answer
// in the form that was asked for; those of the provider.
func (t *Translator) Translate(ctx context.Context, req translate.Request) (*translate.Translation, error) {
	if err := ctx.Err(); err != nil {
		return nil, custard.AsError(err)
	}
	if req.Schema == nil || len(req.Schema.Tables) == 0 {
		return nil, custard.Errorf(custard.CodeUnanswerable, "the database has no tables that can be read")
	}
	prompt := t.prompt(req)
	n := min(req.Candidates, MaxCandidates)
	if req.Failed != nil { // a repair has one aim; another vote would cost and tell nothing
		n = 1
	}
	if n <= 1 {
		return t.one(ctx, prompt)
	}
	return t.several(ctx, prompt, n)
}

// one asks once, and once more where the answer cannot be used.
func (t *Translator) one(ctx context.Context, prompt *llm.Request) (*translate.Translation, error) {
	usage := &custard.Usage{}
	for try := 0; ; try++ {
		res, err := llm.Complete(ctx, t.cfg.Provider, prompt)
		count(usage, res)
		if err != nil {
			return nil, err
		}
		a, bad := read(res.Text)
		if bad == nil {
			tr, err := t.translation(a, res)
			if tr != nil {
				tr.Usage = usage
			}
			return tr, err
		}
		if res.Finish == llm.FinishLength {
			bad = fmt.Errorf("the answer was cut at the limit of tokens: %w", bad)
		}
		t.cfg.Logger.WarnContext(ctx, "unusable answer of a model", "engine", t.cfg.Name, "problem", bad.Error(), "try", try)
		if try > 0 {
			e := custard.Errorf(custard.CodeFailed, "%s did not answer in the form that was asked for: %s", t.cfg.Name, bad).
				WithHint("Ask again, in other words, or choose another --engine.")
			return nil, e
		}
		again := *prompt
		again.Messages = append(append([]llm.Message{}, prompt.Messages...),
			llm.Message{Role: llm.RoleAssistant, Text: cmp.Or(clip(res.Text, 4000), "(nothing)")},
			llm.Message{Role: llm.RoleUser, Text: "That cannot be used: " + bad.Error() + ". Answer again with one JSON object of the form that was asked for, short, and nothing else."})
		prompt = &again
	}
}

// translation makes what the pipeline takes of an answer.
func (t *Translator) translation(a answer, res *llm.Response) (*translate.Translation, error) {
	switch a.kind {
	case kindCannot:
		return nil, custard.Errorf(custard.CodeUnanswerable, "%s", a.reason).
			WithHint("See what there is with: custard schema")
	case kindClarify:
		return &translate.Translation{Clarify: &custard.Clarify{Question: a.question, Choices: a.choices}, Confidence: a.confidence}, nil
	case kindQuery:
	}
	tr := &translate.Translation{SQL: a.sql, Assumptions: a.assumptions, Confidence: a.confidence}
	if res.Provider != "" && res.Provider != t.cfg.Provider.Name() { // a chain of models answered
		tr.Engine = res.Provider
		for _, tried := range res.Attempts {
			if tried.Provider != res.Provider && tried.Err != nil {
				tr.Warnings = append(tr.Warnings, fmt.Sprintf("%s did not answer (%s); %s did", tried.Provider, custard.AsError(tried.Err).Message, res.Provider))
			}
		}
	}
	return tr, nil
}

// count adds what an answer took.
func count(u *custard.Usage, res *llm.Response) {
	u.Calls += 1 + len(res.Attempts)
	u.Input += res.Usage.Input
	u.Output += res.Usage.Output
	u.Cached += res.Usage.Cached
	u.USD += res.Cost.USD
}
