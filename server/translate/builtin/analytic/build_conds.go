package analytic

import (
	"slices"
	"strconv"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// number writes a number as a query spells it.
func number(v float64) query.Expr {
	return &query.Number{Text: strconv.FormatFloat(v, 'f', -1, 64)}
}

// within is the condition that a date column lies in a window, half-open so that dates and timestamps both work.
func within(x query.Expr, again func() query.Expr, w window) query.Expr {
	var out query.Expr
	if !w.from.IsZero() {
		out = bin(">=", x, str(w.from.Format(time.DateOnly)))
		x = again()
	}
	if !w.to.IsZero() {
		out = and(out, bin("<", x, str(w.to.Format(time.DateOnly))))
	}
	return out
}

// inWindow puts a window on a column of the block.
func (p *plan) inWindow(b *block, c *index.Column, w window) query.Expr {
	return within(b.col(c), func() query.Expr { return b.col(c) }, w)
}

// window finds the date of a table and puts the windows on it; false where the table has no date.
func (p *plan) windowsOn(b *block, t *index.Table, hint string, windows []window, days []int) bool {
	if len(windows) == 0 && len(days) == 0 {
		return true
	}
	c := p.v.dateOf(t, hint)
	if c == nil {
		return false
	}
	p.says("date taken from " + c.String())
	if len(windows) == 2 && (windows[0].to.IsZero() && windows[1].from.IsZero() || windows[1].to.IsZero() && windows[0].from.IsZero()) {
		b.where(p.inWindow(b, c, windows[0])) // 'after … and before …'
		windows = windows[1:]
	}
	var any query.Expr
	for _, w := range windows {
		if x := p.inWindow(b, c, w); any == nil {
			any = x
		} else {
			any = bin("OR", any, x)
		}
	}
	b.where(any)
	if len(days) > 0 {
		in := &query.In{X: &query.Extract{Field: "DOW", X: b.col(c)}}
		for _, d := range days {
			in.List = append(in.List, num(d))
		}
		b.where(in)
	}
	return true
}

// says notes an assumption once.
func (p *plan) says(text string) {
	if slices.Contains(p.notes, text) {
		return
	}
	p.notes = append(p.notes, text)
}

// apply puts a condition on a block: on its own row or one that it leads to, else as EXISTS over a table that leads to both.
func (p *plan) apply(b *block, c *cond) bool {
	if p.v.leads(b.base, c.of()) {
		b.where(p.express(b, c))
		return true
	}
	hub := p.v.hub(p.sales.line, b.base, c.of())
	if hub == nil {
		return false
	}
	not := c.not
	b.where(b.related(b.base, hub, not, func(sub *block) {
		d := *c
		d.not = false
		sub.where(p.express(sub, &d))
	}))
	return !b.failure
}

// express writes a condition on a column that the block reaches.
func (p *plan) express(b *block, c *cond) query.Expr {
	x := b.col(c.col)
	if c.make != nil {
		return c.make(b, x)
	}
	switch {
	case len(c.values) == 1:
		if c.not {
			return bin("<>", x, p.literal(c.col, c.values[0]))
		}
		return bin("=", x, p.literal(c.col, c.values[0]))
	case len(c.values) > 1:
		in := &query.In{X: x, Not: c.not}
		for _, v := range c.values {
			in.List = append(in.List, p.literal(c.col, v))
		}
		return in
	}
	if c.like != "" {
		return &query.Like{Op: map[bool]string{true: "ILIKE", false: "LIKE"}[p.v.dialect == custard.Postgres], Not: c.not, X: x, Pattern: str(c.like)}
	}
	var out query.Expr
	switch c.op {
	case "null":
		if c.col.Text() && !c.not {
			return bin("OR", isNull(x, false), bin("=", b.col(c.col), str("")))
		}
		return isNull(x, c.not)
	case "true":
		return p.truth(x, c)
	case "between":
		return &query.Between{Not: c.not, X: x, Lo: number(c.num), Hi: number(c.hi)}
	case "mean>", "mean<":
		inner := p.v.block(c.col.Table, b)
		inner.pinned = false
		b.pinned = true
		avg := inner.selects(item(fn("avg", inner.col(c.col)), ""))
		return bin(c.op[4:], x, &query.Subquery{Query: &query.Query{Body: avg}})
	case "late", "early":
		done := x
		if c.col.Def.Type != c.other.Def.Type || c.col.Def.Type == custard.TypeTimestamp && c.other.Def.Type == custard.TypeDate {
			done = &query.DateTrunc{Unit: "DAY", X: x}
		}
		op := ">"
		if c.op == "early" != c.not {
			op = "<="
		}
		return bin(op, done, b.col(c.other))
	default:
		out = bin(c.op, x, number(c.num))
	}
	if c.not {
		return not(out)
	}
	return out
}

// literal is a value as its column's type wants it.
func (p *plan) literal(c *index.Column, v string) query.Expr {
	if c.Numeric() {
		if _, err := strconv.ParseFloat(v, 64); err == nil {
			return &query.Number{Text: v}
		}
	}
	return str(v)
}

// truth is the condition that a yes-or-no column says yes.
func (p *plan) truth(x query.Expr, c *cond) query.Expr {
	switch {
	case c.col.Def.Type == custard.TypeBool && p.v.dialect != custard.SQLite:
		if c.not {
			return not(x)
		}
		return x
	case c.col.Def.Type == custard.TypeBool || c.col.Numeric():
		return bin("=", x, num(1-boolInt(c.not)))
	}
	in := &query.In{X: x, Not: c.not}
	for _, v := range []string{"1", "Y", "y", "yes", "Yes", "YES", "t", "T", "true", "True", "TRUE"} {
		in.List = append(in.List, str(v))
	}
	return in
}

// related says that child has, or (negated) has not, a row for the row of table that the block leads to. Where one column
// refers it is key [NOT] IN (sub-query), which a database reads once, index or none; else a correlated [NOT] EXISTS.
func (b *block) related(table, child *index.Table, negated bool, fill func(sub *block)) query.Expr {
	edges, _, ok := b.v.path(child, table)
	if !ok || len(edges) == 0 {
		b.failure = true
		return nil
	}
	sub := b.v.block(child, b)
	last := edges[len(edges)-1]
	left := sub.follow(edges[:len(edges)-1])
	if len(last.From) == 1 && (!negated || !last.To[0].Def.Nullable || last.To[0].InKey) {
		key := sub.ref(left, last.From[0])
		if negated && last.From[0].Def.Nullable {
			sub.where(isNull(key, true)) // one NULL in the list would let NOT IN hold for nothing
		}
		if fill != nil {
			fill(sub)
		}
		b.failure = b.failure || sub.failure
		return &query.In{Not: negated, X: b.col(last.To[0]), Query: &query.Query{Body: sub.selects(item(key, ""))}}
	}
	for i := range last.From {
		sub.where(bin("=", sub.ref(left, last.From[i]), b.col(last.To[i])))
	}
	if fill != nil {
		fill(sub)
	}
	sub.pinned = true
	b.failure = b.failure || sub.failure
	x := &query.Exists{Query: &query.Query{Body: sub.selects(item(num(1), ""))}}
	if negated {
		return not(x)
	}
	return x
}

// applyEvent puts an event on a block that leads to the entity.
func (p *plan) applyEvent(b *block, e *event, entity *index.Table) bool {
	if e.table == nil || !p.v.leads(b.base, entity) {
		return false
	}
	ok := true
	fill := func(sub *block) {
		for _, c := range e.conds {
			ok = p.apply(sub, c) && ok
		}
		ok = p.windowsOn(sub, e.table, e.verb, e.windows, nil) && ok
	}
	if e.having == nil {
		if len(e.conds) > 0 && !e.not {
			for _, c := range p.each(e) { // bought A and B: one EXISTS for each
				one := c
				b.where(b.related(entity, e.table, false, func(sub *block) {
					for _, x := range one {
						ok = p.apply(sub, x) && ok
					}
					ok = p.windowsOn(sub, e.table, e.verb, e.windows, nil) && ok
				}))
			}
			return ok && !b.failure
		}
		b.where(b.related(entity, e.table, e.not, fill))
		return ok && !b.failure
	}
	// key IN (SELECT key … GROUP BY key HAVING …)
	edges, _, found := p.v.path(e.table, entity)
	if !found || len(edges) == 0 || len(edges[len(edges)-1].From) != 1 {
		return false
	}
	last := edges[len(edges)-1]
	sub := p.v.block(e.table, nil)
	key := func() query.Expr { return sub.ref(sub.follow(edges[:len(edges)-1]), last.From[0]) }
	item0 := item(key(), "")
	fill(sub)
	cmp, good := p.compareHaving(sub, e)
	if !good || !ok {
		return false
	}
	sel := sub.selects(item0)
	sel.GroupBy = groupBy([]query.Expr{key()})
	sub.strip(sel)
	sel.Having = cmp
	b.where(&query.In{X: b.col(last.To[0]), Not: e.not, Query: &query.Query{Body: sel}})
	return !sub.failure && !b.failure
}

// each splits an event's conditions where several values of one column are wanted together.
func (p *plan) each(e *event) [][]*cond {
	for i, c := range e.conds {
		if len(c.values) < 2 || c.not || !p.r.said(kAnd, "and", "both") || p.r.said(kOr) {
			continue
		}
		var out [][]*cond
		for _, v := range c.values {
			one := *c
			one.values = []string{v}
			out = append(out, append([]*cond{&one}, append(append([]*cond{}, e.conds[:i]...), e.conds[i+1:]...)...))
		}
		return out
	}
	return [][]*cond{e.conds}
}

// said says whether the question has a chunk of a kind, with one of the words where some are given.
func (r *reader) said(kind chunkKind, words ...string) bool {
	for _, c := range r.chunks {
		if c.kind == kind && c.span.Len() > 0 && (len(words) == 0 || isOneOf(r.word(c.span.First), words...)) {
			return true
		}
	}
	return false
}

// compareHaving is the condition on an event's measure.
func (p *plan) compareHaving(b *block, e *event) (query.Expr, bool) {
	x, ok := p.measureIn(b, e.having)
	if !ok {
		return nil, false
	}
	switch e.op {
	case "between":
		return &query.Between{X: x, Lo: number(e.num), Hi: number(e.hi)}, true
	case "mean>", "mean<":
		inner := p.v.block(b.base, nil)
		y, good := p.measureIn(inner, e.having)
		if !good {
			return nil, false
		}
		edges, _, _ := p.v.path(b.base, p.entityOf())
		if len(edges) == 0 {
			return nil, false
		}
		last := edges[len(edges)-1]
		k := inner.ref(inner.follow(edges[:len(edges)-1]), last.From[0])
		for _, c := range e.conds {
			if !p.apply(inner, c) {
				return nil, false
			}
		}
		if !p.windowsOn(inner, b.base, e.verb, append(append([]window{}, e.windows...), p.windows...), nil) {
			return nil, false
		}
		sel := inner.selects(item(y, "value"))
		sel.GroupBy = groupBy([]query.Expr{k})
		inner.strip(sel)
		id := query.ID("each")
		outer := &query.Select{Items: []query.Item{item(fn("avg", named("", "value")), "")}, From: []query.TableExpr{&query.Derived{Query: &query.Query{Body: sel}, Alias: &id}}}
		return bin(e.op[4:], x, &query.Subquery{Query: &query.Query{Body: outer}}), true
	}
	return bin(e.op, x, number(e.num)), true
}

func (p *plan) entityOf() *index.Table {
	if p.entity != nil {
		return p.entity
	}
	for _, m := range p.measures {
		if m.table != nil {
			return m.table
		}
	}
	return nil
}

// strip takes qualifiers off again that were added after the SELECT was made.
func (b *block) strip(*query.Select) {
	if len(b.joined) == 1 && !b.pinned {
		for _, r := range b.refs {
			r.Name = r.Name[len(r.Name)-1:]
		}
	}
}
