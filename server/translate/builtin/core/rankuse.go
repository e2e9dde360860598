package core

import (
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// tableUse tells how well the used tables are named, and how many that are named are not used.
func (p *Problem) tableUse(u *use) []float64 {
	low, sum, unnamed, left := 1.0, 0.0, 0.0, 0.0
	for t := range u.tables {
		s := p.tables[t.ID].score
		low = min(low, s)
		sum += s
		if s < 0.3 && p.tables[t.ID].cols == 0 {
			unnamed++
		}
	}
	for i, t := range p.ix.Tables {
		info := &p.tables[i]
		if info.score < 0.9 || u.tables[t] {
			continue
		}
		covered := true
		for k := info.span.First; k < info.span.End; k++ {
			if !u.tokens[k] {
				covered = false
			}
		}
		if !covered {
			left++
		}
	}
	return []float64{low, sum / float64(max(len(u.tables), 1)), unnamed, left}
}

// columnUse tells how well the used columns are named, and how many that are named are not used.
func (p *Problem) columnUse(q *ir.Query, u *use) []float64 {
	cover := func(c *index.Column) float64 {
		if c == nil || p.columns[c.ID] == nil {
			return 0
		}
		return p.columns[c.ID].best.Coverage
	}
	low, sum, n, ids, outdone, first := 1.0, 0.0, 0.0, 0.0, 0.0, 99.0
	inWhere := 0.0
	for _, t := range q.Select {
		if t.Col == nil {
			continue
		}
		s := cover(t.Col)
		low, sum, n = min(low, s), sum+s, n+1
		if s < 0.3 && (t.Col.Role == index.RoleID || t.Col.Role == index.RoleRef) {
			ids++
		}
		if info := p.columns[t.Col.ID]; info != nil {
			outdone += fb(info.rival == 2)
			if info.best.Span.Len() > 0 {
				first = min(first, float64(info.best.Span.First))
			}
		}
		for _, c := range q.Where {
			if c.Left.Col == t.Col && c.Op == ir.Eq {
				inWhere++
			}
		}
	}
	lowAll, weak := 1.0, 0.0
	for c := range u.cols {
		s := cover(c)
		lowAll = min(lowAll, s)
		if s < 0.3 {
			weak++
		}
	}
	left, leftNames := 0.0, 0.0
	for _, info := range p.linked {
		if info.best.Coverage < 0.9 || u.cols[info.col] || info.rival == 2 {
			continue
		}
		covered := true
		for k := info.best.Span.First; k < info.best.Span.End; k++ {
			if !u.tokens[k] {
				covered = false
			}
		}
		if !covered {
			left++
			if info.rival == 0 {
				leftNames++
			}
		}
	}
	content, done := 0.0, 0.0
	for i, t := range p.ms.Tokens {
		if !index.Stopword(t.Lower) {
			content++
			done += fb(u.tokens[i])
		}
	}
	order, orderSelected := 1.0, 0.0
	for _, o := range q.Order {
		if o.Term.Col != nil {
			order = min(order, cover(o.Term.Col))
			for _, t := range q.Select {
				orderSelected += fb(t.Col == o.Term.Col)
			}
		}
	}
	group, groupSelected := 1.0, 0.0
	for _, g := range q.Group {
		group = min(group, cover(g))
		for _, t := range q.Select {
			groupSelected += fb(t.Col == g)
		}
	}
	mean := 1.0
	if n > 0 {
		mean = sum / n
	}
	return []float64{low, mean, ids, outdone, first, inWhere, lowAll, weak, left, leftNames, content - done, done / max(content, 1),
		order, orderSelected, group, groupSelected}
}

// valueUse counts the values and numbers that are named and not used.
func (p *Problem) valueUse(u *use) []float64 {
	var spans []index.Span
	left, leftQuotes, numbers := 0.0, 0.0, 0.0
	for i := range p.values {
		v := &p.values[i]
		if v.source != fromDatabase && v.source != fromQuote || v.score < 0.95 || v.inside {
			continue
		}
		if slices.ContainsFunc(spans, v.span.Overlaps) {
			continue
		}
		spans = append(spans, v.span)
		if !slices.ContainsFunc(u.values, v.span.Overlaps) {
			covered := true
			for k := v.span.First; k < v.span.End; k++ {
				covered = covered && u.tokens[k]
			}
			left += fb(!covered || v.quoted || capital(p.ms.Tokens[v.span.First].Text) && v.span.First > 0)
			leftQuotes += fb(v.quoted)
		}
	}
	for _, n := range p.ms.Numbers {
		if !slices.ContainsFunc(u.values, n.Span.Overlaps) {
			numbers++
		}
	}
	return []float64{left, leftQuotes, numbers - float64(min(u.counts[4], 1)), numbers, float64(len(u.values))}
}

// cueUse tells whether what the question asks for by cues is in the query.
func (p *Problem) cueUse(q *ir.Query, u *use) []float64 {
	n := map[index.CueKind]float64{}
	free := 0.0
	sortDir, agree := 0.0, 0.0
	for i := range p.ms.Cues {
		c := &p.ms.Cues[i]
		n[c.Kind]++
		if c.Kind == index.CueCompare && c.Number == nil {
			free++
		}
		if (c.Kind == index.CueSort || c.Kind == index.CueSuperlative) && c.Dir != 0 {
			sortDir++
			for _, o := range q.Order {
				d := c.Dir
				if o.Term.Col != nil {
					d = c.DirFor(o.Term.Col)
				}
				if (d > 0) == o.Desc {
					agree++
				} else {
					agree--
				}
			}
		}
	}
	aggs := func(k index.CueKind, a ir.Agg) float64 { return min(n[k], 2) - float64(min(u.aggs[a], 2)) }
	return []float64{
		aggs(index.CueAverage, ir.Avg), aggs(index.CueSum, ir.Sum), aggs(index.CueMax, ir.Max), aggs(index.CueMin, ir.Min), aggs(index.CueCount, ir.Count),
		n[index.CueCompare] - float64(u.counts[1]) - float64(u.counts[6]), free - float64(u.counts[2]),
		n[index.CueSuperlative] - float64(u.counts[4]), n[index.CueSuperlative], n[index.CueNegation] + n[index.CueExcept] - float64(u.counts[7]),
		n[index.CueEach] - float64(u.counts[5]), n[index.CueSort] - float64(u.counts[3]), n[index.CueDistinct] - fb(u.dist), sortDir, agree,
		n[index.CueBoth], n[index.CueOr], n[index.CueContains],
	}
}
