package analytic

import (
	"slices"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// whose finds what a 'when' is about where only the name of something was said: 'when was Ann hired', 'when did Ann last
// order'.
func (in *interpreter) whose() {
	p := in.plan
	if !p.when || p.entity != nil || len(p.measures) > 0 || len(p.conds) == 0 {
		return
	}
	t := p.conds[0].of()
	for _, c := range in.chunks {
		if c.kind != kVerb {
			continue
		}
		if in.ownDate(t, c.op) != nil {
			p.entity, p.verb = t, c.op
		} else if e := in.eventTable(t, c.op); e != nil {
			p.entity = e
		}
	}
}

// superiors reads who reports to whom, in a table that refers to itself: 'who reports to Ann', 'who is Ann's manager'.
func (in *interpreter) superiors() {
	p := in.plan
	t := p.entity
	if t == nil && len(p.conds) > 0 && len(p.attrs) == 1 && p.attrs[0].Ref != nil {
		t = p.attrs[0].Table
	}
	if t == nil || t.Key == nil || len(p.measures) > 0 {
		return
	}
	at := slices.IndexFunc(t.Columns, func(c *index.Column) bool { return c.Ref != nil && c.Ref == t.Key })
	names := slices.ContainsFunc(p.conds, func(c *cond) bool { return c.col != nil && c.col.Table == t && slices.Contains(labels(t), c.col) })
	if at < 0 || !names {
		return
	}
	up, down := slices.Contains(p.attrs, t.Columns[at]), false
	for k, c := range in.chunks {
		later := slices.ContainsFunc(in.chunks[k:], func(o chunk) bool { return o.kind == kValue })
		switch {
		case c.kind == kVerb && c.op == "report":
			up, down = !later, later
		case c.kind == kVerb && c.op == "manag":
			down = later && in.r.word(c.span.End) == "by"
			up = later && !down
		}
	}
	if !up && !down {
		return
	}
	conds := p.conds
	wanted, given := t.Key, t.Columns[at]
	if down {
		wanted, given = given, wanted
	}
	p.entity, p.attrs = t, nil
	p.conds = []*cond{{col: wanted, make: func(b *block, x query.Expr) query.Expr {
		sub := p.v.block(t, b)
		for _, c := range conds {
			if !p.apply(sub, c) {
				b.failure = true
			}
		}
		sub.pinned = true
		return &query.In{X: x, Query: &query.Query{Body: sub.selects(item(sub.col0(given), ""))}}
	}}}
}
