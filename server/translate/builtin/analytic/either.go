package analytic

// An alternative is an 'or' of the question and how much had been said before it.
type alternative struct {
	conds, events int
}

// or notes where an 'or' stands.
func (in *interpreter) or() {
	in.ors = append(in.ors, alternative{len(in.conds), len(in.events)})
}

// alternatives says whether the question's one 'or' stands between two conditions that say different things, and there is
// nothing else that could belong to either: 'from Germany or with the newsletter'.
func (p *plan) alternatives() bool {
	if len(p.ors) != 1 || len(p.windows) > 0 || len(p.days) > 0 || p.churn || p.repeat {
		return false
	}
	for _, c := range p.conds {
		if len(c.values) > 1 {
			return false // the or is between these
		}
	}
	before := p.ors[0].conds + p.ors[0].events
	return before == 1 && len(p.conds)+len(p.events) == 2
}

// eitherOf joins the last two conditions of a block by OR; false where a join that one of them needs would lose rows for
// which the other holds.
func (p *plan) eitherOf(b *block, n int) bool {
	if len(b.conds)-n != 2 {
		return false
	}
	for _, c := range p.conds {
		edges, _, _ := p.v.path(b.base, c.of())
		for _, e := range edges {
			for _, from := range e.From {
				if from.Def.Nullable {
					return false
				}
			}
		}
	}
	b.conds = append(b.conds[:n:n], bin("OR", b.conds[n], b.conds[n+1]))
	return true
}
