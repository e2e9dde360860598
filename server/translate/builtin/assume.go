package builtin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/core"
	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// assumptions says in plain words what a candidate takes for granted.
func assumptions(ms *index.Mentions, p *core.Problem, c *core.Candidate) []string {
	a := &assumer{ms: ms}
	a.out = spelling(ms)
	a.query(p, c.Query)
	return a.out
}

type assumer struct {
	ms   *index.Mentions
	seen []*index.Column
	out  []string
}

func (a *assumer) say(format string, args ...any) {
	if s := fmt.Sprintf(format, args...); !slices.Contains(a.out, s) {
		a.out = append(a.out, s)
	}
}

func (a *assumer) query(p *core.Problem, q *ir.Query) {
	for _, t := range q.Select {
		a.column(t.Col)
	}
	for _, c := range slices.Concat(q.Where, q.Having) {
		a.column(c.Left.Col)
		if c.Value.Sub != nil {
			a.query(p, c.Value.Sub)
		}
	}
	for _, c := range q.Group {
		a.column(c)
	}
	for _, o := range q.Order {
		a.column(o.Term.Col)
		a.superlative(o)
	}
	if tree, ok := p.Joiner().Tree(q.Tables()...); ok {
		for _, e := range tree.Edges {
			if !e.Declared {
				a.say("%s and %s joined where %s equals %s, which no foreign key declares", e.FromTable().Def.Name, e.ToTable().Def.Name, e.From[0], e.To[0])
			}
		}
	}
	if q.Right != nil {
		a.query(p, q.Right)
	}
}

// column says how a column's name came from other words.
func (a *assumer) column(c *index.Column) {
	if c == nil || slices.Contains(a.seen, c) {
		return
	}
	a.seen = append(a.seen, c)
	links := a.ms.OfColumn(c)
	if len(links) == 0 || links[0].Exact {
		return
	}
	best := links[0]
	for _, l := range links {
		if l.Exact {
			return
		}
		if l.Coverage > best.Coverage {
			best = l
		}
	}
	said := a.ms.Text(best.Span)
	if best.Coverage >= 0.3 && (best.Synonym || best.Coverage < 0.7) && !strings.EqualFold(said, c.Phrase()) {
		a.say("'%s' read as %s", said, c)
	}
}

// superlative says which way 'oldest' was read.
func (a *assumer) superlative(o ir.Order) {
	if o.Term.Col == nil {
		return
	}
	for i := range a.ms.Cues {
		cue := &a.ms.Cues[i]
		if cue.Kind != index.CueSuperlative || cue.Base == "" || (cue.DirFor(o.Term.Col) > 0) != o.Desc {
			continue
		}
		end := "smallest"
		switch {
		case o.Desc && o.Term.Col.Temporal():
			end = "latest"
		case o.Desc:
			end = "greatest"
		case o.Term.Col.Temporal():
			end = "earliest"
		}
		a.say("'%s' read as the %s %s", a.ms.Text(cue.Span), end, o.Term.Col.Phrase())
		return
	}
}

// spelling says what misspelt words were read as.
func spelling(ms *index.Mentions) []string {
	out := make([]string, len(ms.Spelled))
	for i, w := range ms.Spelled {
		out[i] = fmt.Sprintf("'%s' read as '%s'", w.Wrote, w.Read)
	}
	return out
}
