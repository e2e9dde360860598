package ask

import (
	"context"
	"iter"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/span"
	"github.com/custard-ai/custard/server/translate"
)

// traced wraps what a Service works with, so that each stage of a question is a span within the question's own. What is
// asked, queries and errors' messages are content; rows are counted and never told.
func traced(cfg Config) Config {
	cfg.Source = &tracedSource{Source: cfg.Source, dialect: system(cfg.Dialect)}
	engine := cfg.Engine
	cfg.Engine = func(ctx context.Context, name string) (translate.Translator, error) {
		t, err := engine(ctx, name)
		if err != nil {
			return nil, err
		}
		if u, ok := t.(translate.Understander); ok {
			return struct {
				tracedTranslator
				translate.Understander
			}{tracedTranslator{t}, u}, nil
		}
		return tracedTranslator{t}, nil
	}
	return cfg
}

// system is a dialect as OpenTelemetry calls its database.
func system(d custard.Dialect) string {
	if d == custard.Postgres {
		return "postgresql"
	}
	return string(d)
}

// question begins the span of a whole question. done takes each event and ends it with the error, if any.
func (s *Service) question(ctx context.Context, req custard.Request) (context.Context, func(custard.Event), func(error)) {
	if s.cfg.Tracer == nil {
		return ctx, func(custard.Event) {}, func(error) {}
	}
	name := "ask"
	if req.SQL != "" {
		name = "statement"
	}
	ctx, root := span.Start(span.With(ctx, s.cfg.Tracer), name, span.Internal,
		span.A("custard.organisation", s.cfg.Organisation), span.A("custard.connection", s.cfg.Connection),
		span.A("gen_ai.conversation.id", req.Conversation), span.A("db.system.name", system(s.cfg.Dialect)),
		span.Content("custard.question", req.Question), span.Content("custard.statement", req.SQL))
	return ctx, func(e custard.Event) {
		switch e.Kind {
		case custard.EventStatus:
			root.Event(e.Status)
		case custard.EventQuery:
			root.Set(span.A("custard.engine", e.Query.Engine), span.A("custard.confidence", e.Query.Confidence), span.A("custard.warnings", len(e.Query.Warnings)), span.Content("db.query.text", e.Query.SQL))
		case custard.EventDone:
			root.Set(span.A("db.response.returned_rows", e.Done.Rows), span.A("custard.truncated", e.Done.Truncated))
			if u := e.Done.Usage; u != nil {
				root.Set(span.A("custard.model.calls", u.Calls), span.A("custard.usage.input_tokens", u.Input), span.A("custard.usage.output_tokens", u.Output))
				if u.USD > 0 {
					root.Set(span.A("custard.cost.usd", u.USD))
				}
			}
		}
	}, root.End
}

type tracedTranslator struct{ within translate.Translator }

// Name implements translate.Translator.
func (t tracedTranslator) Name() string { return t.within.Name() }

// WantsValues implements translate.Valuer, for a translator that does not as for one that does.
func (t tracedTranslator) WantsValues(req translate.Request) bool {
	v, ok := t.within.(translate.Valuer)
	return !ok || v.WantsValues(req)
}

// Translate implements translate.Translator: one span a draft, which says what was wrong with the one before.
func (t tracedTranslator) Translate(ctx context.Context, req translate.Request) (*translate.Translation, error) {
	ctx, s := span.Start(ctx, "translate", span.Internal, span.A("custard.engine", t.within.Name()), span.A("custard.tables", len(req.Schema.Tables)), span.A("custard.values", len(req.Values)))
	if req.Failed != nil {
		s.Set(span.A("custard.repair", true), span.A("custard.repair.code", string(req.Failed.Err.Code)),
			span.Content("custard.repair.error", req.Failed.Err.Message), span.Content("custard.repair.query", req.Failed.SQL))
	}
	tr, err := t.within.Translate(ctx, req)
	if err == nil {
		s.Set(span.A("custard.confidence", tr.Confidence), span.A("custard.candidates", 1+len(tr.Others)), span.A("custard.clarify", tr.Clarify != nil), span.Content("db.query.text", tr.SQL))
	}
	s.End(err)
	return tr, err
}

type tracedSource struct {
	custard.Source
	dialect string
}

func (s *tracedSource) start(ctx context.Context, name string, attrs ...span.Attr) (context.Context, span.Span) {
	return span.Start(ctx, name, span.Client, append(attrs, span.A("db.system.name", s.dialect))...)
}

// Schema implements custard.Source.
func (s *tracedSource) Schema(ctx context.Context, refresh bool) (*custard.Schema, error) {
	ctx, sp := s.start(ctx, "schema")
	schema, err := s.Source.Schema(ctx, refresh)
	if err == nil {
		sp.Set(span.A("custard.tables", len(schema.Tables)))
	}
	sp.End(err)
	return schema, err
}

// Values implements custard.Source.
func (s *tracedSource) Values(ctx context.Context, req custard.ValuesRequest) ([]custard.ValueMatch, error) {
	ctx, sp := s.start(ctx, "values")
	found, err := s.Source.Values(ctx, req)
	sp.Set(span.A("custard.values", len(found)))
	sp.End(err)
	return found, err
}

// Explain implements custard.Source.
func (s *tracedSource) Explain(ctx context.Context, stmt custard.Statement) (*custard.Plan, error) {
	ctx, sp := s.start(ctx, "explain", span.Content("db.query.text", stmt.SQL))
	plan, err := s.Source.Explain(ctx, stmt)
	if err == nil {
		sp.Set(span.A("custard.plan.cost", plan.Cost), span.A("custard.plan.rows", plan.Rows))
	}
	sp.End(err)
	return plan, err
}

// Query implements custard.Source: the span ends with the rows.
func (s *tracedSource) Query(ctx context.Context, stmt custard.Statement) (*custard.Result, error) {
	ctx, sp := s.start(ctx, "query", span.Content("db.query.text", stmt.SQL))
	res, err := s.Source.Query(ctx, stmt)
	if err != nil {
		sp.End(err)
		return nil, err
	}
	out := *res
	out.Batches = counted(res.Batches, sp)
	return &out, nil
}

// counted ends a span with the rows that pass.
func counted(batches iter.Seq2[*custard.Batch, error], sp span.Span) iter.Seq2[*custard.Batch, error] {
	return func(yield func(*custard.Batch, error) bool) {
		rows := 0
		var failed error
		defer func() {
			sp.Set(span.A("db.response.returned_rows", rows))
			sp.End(failed)
		}()
		for batch, err := range batches {
			if failed = err; err == nil {
				if rows == 0 {
					sp.Event("first rows")
				}
				rows += batch.Rows
			}
			if !yield(batch, err) {
				return
			}
		}
	}
}
