package check

import "slices"

// uniqueKeys lists the sets of columns of a source that are unique together.
func (s *source) uniqueKeys() [][]int {
	if s.table == nil || s.cols != nil {
		return s.grouped
	}
	var out [][]int
	add := func(names []string) {
		key := make([]int, 0, len(names))
		for _, n := range names {
			for i, c := range s.table.Columns {
				if c.Name == n {
					key = append(key, i)
				}
			}
		}
		if len(key) == len(names) && len(key) > 0 {
			out = append(out, key)
		}
	}
	add(s.table.PrimaryKey)
	for _, u := range s.table.Unique {
		add(u)
	}
	return out
}

// keysOf lists what is unique in a query's rows: the columns that it is grouped by; and, where it passes rows on, the key of
// a source that determines all others.
func (r *resolver) keysOf(rel relation) [][]int {
	out := rel.grouped
	if r.err != nil || r.probe || !rel.plain || rel.scope == nil || len(rel.scope.sources) == 0 || len(rel.scope.sources) > 8 {
		return out
	}
	g := joins{r: r, sc: rel.scope, constant: rel.scope.fixed}
	for _, s := range rel.scope.sources {
		if len(rel.scope.sources) > 1 && len(g.determined([]*source{s})) < len(rel.scope.sources) {
			continue
		}
	keys:
		for _, key := range s.uniqueKeys() {
			places := make([]int, 0, len(key))
			for _, i := range key {
				at := slices.IndexFunc(rel.cols, func(c column) bool { return c.from == place{s, i} })
				if at < 0 {
					continue keys
				}
				places = append(places, at)
			}
			out = append(out, places)
		}
	}
	return out
}

// fanned is a join inside a derived table that repeats the values of a column.
type fanned struct{ repeated, by string }

func fannedIn(ps []place) *fanned {
	for _, p := range ps {
		if p.i >= 0 && p.src.cols != nil && p.src.cols[p.i].fanned != nil {
			return p.src.cols[p.i].fanned
		}
	}
	return nil
}

// markFanned marks the columns of a derived table whose values a join in it repeats, for what is aggregated outside.
func (r *resolver) markFanned(rel relation) {
	if r.err != nil || r.probe || !rel.plain || rel.scope == nil || len(rel.scope.sources) < 2 || len(rel.scope.sources) > 8 {
		return
	}
	g := joins{r: r, sc: rel.scope, constant: rel.scope.fixed}
	marks := map[*source]*fanned{}
	for i, c := range rel.cols {
		s := c.from.src
		if s == nil || s.scope != rel.scope {
			continue
		}
		mark, done := marks[s]
		if !done {
			if culprit := g.culprit(g.determined([]*source{s})); culprit != nil {
				mark = &fanned{repeated: s.called(), by: culprit.called()}
			}
			marks[s] = mark
		}
		if mark != nil && rel.cols[i].fanned == nil {
			rel.cols[i].fanned = mark
		}
	}
}
