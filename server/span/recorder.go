package span

import (
	"context"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// The bounds of what a Recorder keeps of one question: a history holds many.
const (
	mostStages  = 200
	longestText = 2000     // of an attribute; a longer one (a prompt) is left out
	mostText    = 16 << 10 // of all attributes together
)

// Recorder is a Tracer that keeps the last question's stages: for a history. It is safe for use by many at once, but keeps
// one question.
type Recorder struct {
	// Content says which attributes with content are kept; nil keeps all, which is right for the history of one person.
	Content func(key string) bool

	mu     sync.Mutex
	root   *custard.Stage
	began  time.Time
	stages int
	text   int
}

// Last returns the stages of the last question and forgets them; nil where there was none.
func (r *Recorder) Last() *custard.Stage {
	r.mu.Lock()
	defer r.mu.Unlock()
	root := r.root
	r.root = nil
	return root
}

// SoFar returns a copy of the stages of the last question as they are now, while it may still go on; nil where there is none.
func (r *Recorder) SoFar() *custard.Stage {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.root == nil {
		return nil
	}
	out := copied(r.root)
	if out.Took == 0 {
		out.Took = milliseconds(time.Since(r.began))
	}
	return out
}

func copied(s *custard.Stage) *custard.Stage {
	out := *s
	out.Attrs = maps.Clone(s.Attrs)
	out.Stages = nil
	for _, within := range s.Stages {
		out.Stages = append(out.Stages, copied(within))
	}
	return &out
}

// within is the key of the stage that a context is in, as one Recorder has it.
type within struct{ recorder *Recorder }

// Start implements Tracer. A span within no other begins a question.
func (r *Recorder) Start(ctx context.Context, name string, _ Kind, at time.Time, attrs ...Attr) (context.Context, Span) {
	r.mu.Lock()
	defer r.mu.Unlock()
	stage := &custard.Stage{Name: name}
	s := &recorded{recorder: r, stage: stage, began: at}
	parent, ok := ctx.Value(within{r}).(*custard.Stage)
	switch {
	case !ok:
		r.root, r.began, r.stages, r.text = stage, at, 1, 0
	case r.stages >= mostStages:
		return ctx, silent{}
	default:
		r.stages++
		parent.Stages = append(parent.Stages, stage)
	}
	stage.Start = milliseconds(at.Sub(r.began))
	s.set(attrs)
	return context.WithValue(ctx, within{r}, stage), s
}

type recorded struct {
	recorder *Recorder
	stage    *custard.Stage
	began    time.Time
}

// Set implements Span.
func (s *recorded) Set(attrs ...Attr) {
	s.recorder.mu.Lock()
	defer s.recorder.mu.Unlock()
	s.set(attrs)
}

func (s *recorded) set(attrs []Attr) {
	for _, a := range attrs {
		if a.Content && s.recorder.Content != nil && !s.recorder.Content(a.Key) {
			continue
		}
		if text, ok := a.Value.(string); ok {
			if text == "" || len(text) > longestText || s.recorder.text+len(text) > mostText {
				continue
			}
			s.recorder.text += len(text)
		}
		if s.stage.Attrs == nil {
			s.stage.Attrs = map[string]any{}
		}
		s.stage.Attrs[a.Key] = a.Value
	}
}

// Event implements Span: what happens within a stage is not kept.
func (s *recorded) Event(string, ...Attr) {}

// End implements Span.
func (s *recorded) End(err error) {
	s.recorder.mu.Lock()
	defer s.recorder.mu.Unlock()
	s.stage.Took = milliseconds(time.Since(s.began))
	if err != nil {
		e := custard.AsError(err)
		left := min(longestText, mostText-s.recorder.text, len(e.Message))
		s.stage.Code, s.stage.Error = e.Code, strings.ToValidUTF8(e.Message[:left], "")
		s.recorder.text += left
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
