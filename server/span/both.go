package span

import (
	"context"
	"time"
)

type recording struct{}

// Recorded returns a context whose question r keeps, where the Tracer of the question is one that WithRecorders made.
func Recorded(ctx context.Context, r *Recorder) context.Context {
	return context.WithValue(ctx, recording{}, r)
}

// WithRecorders returns a Tracer that tells next, which may be nil, and the Recorder that a question's context brings along.
func WithRecorders(next Tracer) Tracer { return &recorders{next} }

type recorders struct{ next Tracer }

// Start implements Tracer.
func (t *recorders) Start(ctx context.Context, name string, kind Kind, at time.Time, attrs ...Attr) (context.Context, Span) {
	r, ok := ctx.Value(recording{}).(*Recorder)
	switch {
	case !ok && t.next == nil:
		return ctx, silent{}
	case !ok:
		return t.next.Start(ctx, name, kind, at, attrs...)
	case t.next == nil:
		return r.Start(ctx, name, kind, at, attrs...)
	}
	ctx, first := t.next.Start(ctx, name, kind, at, attrs...)
	ctx, second := r.Start(ctx, name, kind, at, attrs...)
	return ctx, both{first, second}
}

type both struct{ first, second Span }

// Set implements Span.
func (b both) Set(attrs ...Attr) {
	b.first.Set(attrs...)
	b.second.Set(attrs...)
}

// Event implements Span.
func (b both) Event(name string, attrs ...Attr) {
	b.first.Event(name, attrs...)
	b.second.Event(name, attrs...)
}

// End implements Span.
func (b both) End(err error) {
	b.first.End(err)
	b.second.End(err)
}

// Both returns a tracer that tells two.
func Both(a, b Tracer) Tracer { return pair{a, b} }

type pair struct{ a, b Tracer }

// Start implements Tracer.
func (t pair) Start(ctx context.Context, name string, kind Kind, at time.Time, attrs ...Attr) (context.Context, Span) {
	ctx, first := t.a.Start(ctx, name, kind, at, attrs...)
	ctx, second := t.b.Start(ctx, name, kind, at, attrs...)
	return ctx, both{first, second}
}
