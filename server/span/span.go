// Package span is how the parts of the server tell what a question went through: a tree of timed pieces with attributes.
// Who listens is a Tracer in the context; without one nothing is made and nothing costs. Package trace exports them.
//
// What is in an attribute: names, counts, codes, timings. What a person asked, a prompt, a query or a cell is content; it is
// given as Content and a tracer drops it unless the operator wants it.
package span

import (
	"context"
	"time"
)

// Attr is an attribute. Value is a string, int, float64, bool or []string.
type Attr struct {
	Key     string
	Value   any
	Content bool // may hold what a person asked, a prompt, a query or an answer
}

// A makes an attribute.
func A(key string, value any) Attr { return Attr{Key: key, Value: value} }

// Content makes an attribute that holds content.
func Content(key, value string) Attr { return Attr{Key: key, Value: value, Content: true} }

// Kind says what a piece is.
type Kind int

// The kinds: work within the process, and a call of another service.
const (
	Internal Kind = iota
	Client
)

// Tracer makes spans. It is safe for use by many at once.
type Tracer interface {
	// Start begins a span within the one of ctx, at the given time. The context that it returns is for what happens within.
	Start(ctx context.Context, name string, kind Kind, at time.Time, attrs ...Attr) (context.Context, Span)
}

// Span is a piece that has begun.
type Span interface {
	// Set adds attributes.
	Set(attrs ...Attr)
	// Event notes that something happened.
	Event(name string, attrs ...Attr)
	// End ends it; err is nil for what went well. It is called once.
	End(err error)
}

type key struct{}

// With returns a context whose spans t makes.
func With(ctx context.Context, t Tracer) context.Context {
	if t == nil {
		return ctx
	}
	return context.WithValue(ctx, key{}, t)
}

// Start begins a span now; one that does nothing where nobody listens.
func Start(ctx context.Context, name string, kind Kind, attrs ...Attr) (context.Context, Span) {
	t, ok := ctx.Value(key{}).(Tracer)
	if !ok {
		return ctx, silent{}
	}
	return t.Start(ctx, name, kind, time.Now(), attrs...)
}

// Record notes a piece that began at start and ends now.
func Record(ctx context.Context, name string, start time.Time, err error, attrs ...Attr) {
	if t, ok := ctx.Value(key{}).(Tracer); ok {
		_, s := t.Start(ctx, name, Internal, start, attrs...)
		s.End(err)
	}
}

// Listening says whether anybody does: for attributes that cost something to make.
func Listening(ctx context.Context) bool {
	_, ok := ctx.Value(key{}).(Tracer)
	return ok
}

type silent struct{}

func (silent) Set(...Attr)           {}
func (silent) Event(string, ...Attr) {}
func (silent) End(error)             {}
