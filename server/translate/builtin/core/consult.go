package core

import (
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/analytic"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// reading is what the analytic grammar made of the question; the ranker compares candidates with it.
type reading struct {
	query    *ir.Query // nil where the intermediate form cannot say it
	key      string
	coverage float64 // 0 where the grammar has no reading
	analytic bool
}

// Consult tells the problem what the grammar made of the question; c is nil where it made nothing of it.
func (p *Problem) Consult(c *analytic.Candidate) {
	if c == nil {
		return
	}
	p.reading = reading{coverage: c.Coverage, analytic: c.Analytic}
	if q, ok := ir.Extract(c.Tree, p.ix); ok {
		p.reading.query, p.reading.key = q, q.Key()
	}
}

// agreement tells how much of a candidate is as the grammar reads it.
func (p *Problem) agreement(q *ir.Query) []float64 {
	r := &p.reading
	whole, selects, where, order, tables := 0.0, 0.0, 0.0, 0.0, 0.0
	if r.query != nil {
		whole = fb(q.Key() == r.key)
		a, b := (&ir.Query{Select: q.Select}).Key(), (&ir.Query{Select: r.query.Select}).Key()
		selects = fb(a == b)
		a, b = (&ir.Query{Where: q.Where}).Key(), (&ir.Query{Where: r.query.Where}).Key()
		where = fb(a == b)
		a, b = (&ir.Query{Order: q.Order, Limit: q.Limit}).Key(), (&ir.Query{Order: r.query.Order, Limit: r.query.Limit}).Key()
		order = fb(a == b)
		mine, theirs := q.Tables(), r.query.Tables()
		same := len(mine) == len(theirs)
		for _, t := range mine {
			same = same && slices.Contains(theirs, t)
		}
		tables = fb(same)
	}
	return []float64{r.coverage, fb(r.analytic), fb(r.query != nil), whole, selects, where, order, tables}
}
