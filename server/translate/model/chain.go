package model

import (
	"context"
	"errors"
	"fmt"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/translate"
)

// Fallback asks one engine after the other: the next where the one before could not be asked, or did not answer usefully.
// The answer says who wrote it and why the others did not. What an engine says about the question (that it cannot be
// answered, that it has several readings) is an answer, not a reason to ask another.
type Fallback struct {
	engines []translate.Translator
}

var (
	_ translate.Translator = (*Fallback)(nil)
	_ translate.Valuer     = (*Fallback)(nil)
)

// NewFallback makes a Fallback over engines, the preferred one first; there must be at least one.
func NewFallback(engines ...translate.Translator) *Fallback { return &Fallback{engines} }

// Name is that of the preferred engine.
func (f *Fallback) Name() string { return f.engines[0].Name() }

// WantsValues implements translate.Valuer for the preferred engine; another looks them up where it is asked.
func (f *Fallback) WantsValues(req translate.Request) bool { return wantsValues(f.engines[0], req) }

func wantsValues(e translate.Translator, req translate.Request) bool {
	v, ok := e.(translate.Valuer)
	return !ok || v.WantsValues(req)
}

// Translate implements translate.Translator.
func (f *Fallback) Translate(ctx context.Context, req translate.Request) (*translate.Translation, error) {
	var warnings []string
	var first error
	for i, e := range f.engines {
		r := req
		whole, err := wholeFor(ctx, e, i > 0, &r)
		var tr *translate.Translation
		if err == nil {
			tr, err = e.Translate(ctx, r)
		}
		if err == nil {
			if i == 0 {
				return tr, nil
			}
			out := *tr
			if out.Engine == "" {
				out.Engine = e.Name()
			}
			if whole != "" {
				out.Assumptions = append([]string{"read as the question '" + whole + "'"}, out.Assumptions...)
			}
			warnings[i-1] += ": " + e.Name() + " wrote this query"
			out.Warnings = append(warnings, out.Warnings...)
			return &out, nil
		}
		if first == nil {
			first = err
		}
		if ctx.Err() != nil || !passable(err) {
			if i > 0 && custard.AsError(err).Code == custard.CodeUnanswerable {
				// Not answered by the weaker engine: that the better one could not be asked is what can be mended.
				return nil, first
			}
			return nil, err
		}
		warnings = append(warnings, fmt.Sprintf("%s did not answer (%s)", e.Name(), custard.AsError(err).Message))
	}
	return nil, first
}

// wholeFor makes a whole question of a follow-up for an engine that reads only whole ones, and looks up its values.
func wholeFor(ctx context.Context, e translate.Translator, fallback bool, req *translate.Request) (string, error) {
	if !fallback || req.Lookup == nil {
		return "", nil
	}
	u, ok := e.(translate.Understander)
	if !ok || len(req.History) == 0 {
		var err error
		if req.Values == nil && wantsValues(e, *req) {
			req.Values, err = req.Lookup(req.Question)
		}
		return "", err
	}
	q, err := u.Understand(ctx, *req, req.Lookup)
	if err != nil {
		return "", err
	}
	whole := ""
	if q != req.Question {
		whole, req.Question = q, q
	}
	req.Values, err = req.Lookup(q)
	return whole, err
}

// passable says whether another engine may do better.
func passable(err error) bool {
	e, ok := errors.AsType[*custard.Error](err)
	if !ok {
		return false
	}
	switch llm.KindOf(err) {
	case llm.KindNoModel, llm.KindForbidden: // a mistake in the configuration is to be told, not to be hidden
		return false
	case "":
		return e.Code == custard.CodeFailed || e.Code == custard.CodeUnreachable || e.Code == custard.CodeTimeout
	}
	return e.Code != custard.CodeCanceled
}
