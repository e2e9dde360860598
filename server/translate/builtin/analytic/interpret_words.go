package analytic

// likeChunk reads 'whose title contains Live'.
func (in *interpreter) likeChunk(c *chunk) bool {
	col := in.column
	if col == nil || !col.Text() {
		s := in.subject()
		if s == nil || s.Label == nil {
			return false
		}
		col = s.Label
	}
	pattern := map[string]string{"prefix": c.base + "%", "suffix": "%" + c.base, "contains": "%" + c.base + "%", "named": "%" + c.base + "%"}[c.op]
	if c.op == "named" { // of the thing before it, whatever the question is about
		if t := c.tables(); len(t) == 1 && t[0].table.Label != nil && t[0].table.Label.Text() {
			col = t[0].table.Label
		}
		in.says("'" + c.base + "' looked for within " + col.String())
	}
	in.dropAttr(col)
	in.addCond(&cond{col: col, like: pattern, not: in.neg})
	in.neg = false
	if in.entity == nil && len(in.measures) == 0 {
		in.entity = col.Table
	}
	return true
}

// stock reads 'out of stock'.
func (in *interpreter) stock() bool {
	s := in.subject()
	if s == nil {
		return false
	}
	for _, c := range s.Columns {
		if c.Numeric() && has(c.Stems, "stock", "inventori") && !has(c.Stems, "reorder") {
			in.conds = append(in.conds, &cond{col: c, op: "<=", num: 0})
			return true
		}
	}
	for _, t := range in.v.children(s) {
		if has(t.Stems, "stock", "inventori") {
			if c := measureCalled(t, "quantiti", "stock", "level"); c != nil {
				in.events = append(in.events, &event{table: t, having: &measure{op: "sum", col: c}, op: "<=", num: 0})
				in.says("out of stock: " + c.String() + " adds up to nothing")
				return true
			}
		}
	}
	return false
}

// ranked reads 'top 5', 'most expensive', 'best selling'.
func (in *interpreter) ranked(k int, c *chunk) bool {
	nx, _ := in.next(k)
	if in.rank != nil && !in.rank.done && in.entity == nil && c.base != "" && in.rank.base != "" { // 'cheapest and most expensive'
		for _, r := range []*ranking{in.rank, {dir: c.dir, base: c.base}} {
			low := isOneOf(r.base, "cheap", "young", "short", "low", "small", "light", "slow", "early") != (r.dir < 0)
			in.aggs = append(in.aggs, chunk{kind: kAgg, op: map[bool]string{true: "min", false: "max"}[low]})
		}
		in.rank = nil
		return true
	}
	if in.rank != nil && in.rank.done && in.sort == 0 || in.rank != nil && c.base == "" && in.rank.base != "" {
		return false
	}
	if in.rank != nil && !in.rank.done { // 'the most … top 5'
		if c.num > 0 {
			in.rank.n = int(c.num)
		}
		if c.base != "" {
			in.rank.base = c.base
		}
	} else {
		in.rank = &ranking{dir: c.dir, n: int(c.num), base: c.base}
	}
	if c.num == 0 && in.several(k) {
		in.rank.top = in.r.text(c.span.First, c.span.Len())
	}
	if c.op == "all" { // 'most expensive first'
		in.sort = c.dir
	}
	if prev := in.prev(k); prev != nil && prev.kind == kVerb && in.rank.base == "" && nx == nil {
		in.rank.verb = prev.op // 'which coupons were used most'
	}
	if len(in.aggs) > 0 && nx == nil {
		return false
	}
	switch c.base {
	case "sold", "selling":
		in.analytic = true
		s := in.sales
		if s.qty == nil && s.total == nil {
			return false
		}
		op := "units"
		if s.qty == nil || in.entity != nil && s.header != nil && in.v.leads(s.header, in.entity) {
			op = "revenue"
		}
		in.rankBy(&measure{op: op})
		return true
	}
	if in.role == roleWith || in.role == roleBy || in.role == roleNot {
		in.role = roleHead
	}
	return true
}

// missing reads 'missing phone number', 'phone is missing'.
func (in *interpreter) missing(k int) bool {
	if nx, _ := in.next(k); nx != nil && nx.kind == kColumn {
		if t := in.choose(nx.targets, func(t target) bool { return t.column != nil }); t != nil {
			nx.used = true
			return in.addNull(t.column, true)
		}
	}
	if in.column != nil {
		return in.addNull(in.column, true)
	}
	return false
}

// duplicates reads 'duplicate e-mail addresses', 'customers with the same name'.
func (in *interpreter) duplicates(k int) bool {
	nx, nk := in.next(k)
	for nx != nil && nx.kind == kTable { // 'duplicate customer e-mails'
		t := in.choose(nx.tables(), nil)
		if t == nil {
			return false
		}
		nx.used = true
		in.entity = t.table
		nx, nk = in.next(nk)
		for nx != nil && (nx.kind == kOf || nx.kind == kBy || nx.kind == kWith) {
			nx.used = true
			nx, nk = in.next(nk)
		}
	}
	if nx != nil && nx.kind == kColumn {
		if t := in.choose(nx.targets, func(t target) bool { return t.column != nil }); t != nil {
			nx.used = true
			in.duplicate = append(in.duplicate, t.column)
			return true
		}
	}
	if in.column != nil {
		in.dropAttr(in.column)
		in.duplicate = append(in.duplicate, in.column)
		return true
	}
	if in.entity != nil && in.entity.Label != nil {
		in.duplicate = append(in.duplicate, in.entity.Label)
		return true
	}
	return false
}
