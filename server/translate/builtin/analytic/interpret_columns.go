package analytic

import (
	"slices"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// columnChunk reads a column's name in its role.
func (in *interpreter) columnChunk(k int, c *chunk) bool {
	nx, _ := in.next(k)
	pick := in.choose(c.targets, nil)
	if len(in.aggs) > 0 && in.aggs[len(in.aggs)-1].kind == kAgg {
		if t := in.choose(c.targets, func(t target) bool {
			return t.column != nil && (t.column.Numeric() || in.isExtreme() && t.column.Temporal())
		}); t != nil {
			pick = t
		}
	}
	if pick == nil {
		return false
	}
	if pick.column == nil {
		c.kind = kTable
		return in.table(k, c)
	}
	col := pick.column
	in.column = col
	if prev := in.prev(k); prev != nil && prev.kind == kValue && prev.span.End == c.span.First && in.lastCond() != nil && in.lastCond().of() == col.Table && col.Ref == nil {
		return true // 'the Western region'
	}
	if in.rank != nil && in.rank.done && in.rank.by != nil && in.rank.by.op == "units" && in.role == roleBy && (col == in.sales.qty || has(col.Stems, "quantiti")) {
		return true // 'best selling by quantity'
	}
	if isOneOf(in.r.word(c.span.First-1), "its", "their") && in.entity != nil {
		in.withLabel = true
	}
	if s := in.subject(); s == col.Table && col.Temporal() && nx != nil && nx.kind == kWindow && past(in.r.word(c.span.End-1)) { // 'subscriptions canceled in 2024'
		in.verb = in.r.stem(c.span.End - 1)
		return true
	}
	if in.lastCond() != nil && in.lastCond().col == col && len(in.aggs) == 0 && in.role != roleBy && in.role != rolePer && in.role != roleHead {
		return true // 'with white as their colour'
	}
	if nx != nil && nx.kind == kValue && nx.span.First <= c.span.End+2 && len(in.aggs) == 0 && in.valueOf(nx, col) {
		return true
	}
	if in.rank != nil && !in.rank.done && in.entity != nil && in.sort == 0 && in.role == roleSort && (col.Role == index.RoleCategory || has(col.Stems, "countri", "citi", "state", "region")) {
		in.role = roleEach // 'top 3 customers by country'
	}
	if in.entity == col.Table && in.role != roleEach && (in.role != roleSort || in.sort == 0) && in.role != rolePer && in.rank != nil && !in.rank.done && col.Ref == nil && (in.rank.base == "late" || in.rank.base == "") && !col.Numeric() && !col.Temporal() {
		in.attrs = append(in.attrs, col)
		return true
	}
	if v, at := in.next(k); v != nil && isOneOf(in.r.word(c.span.End), "by", "is", "of", "in") && (v.kind == kBy || v.kind == kOf) {
		if w, _ := in.next(at); w != nil && w.kind == kValue && slices.ContainsFunc(w.values, func(x index.ValueLink) bool { return x.Column == col }) {
			v.used = true
			return in.valueOf(w, col)
		}
	}
	if nx != nil && nx.kind == kMissing {
		nx.used = true
		return in.addNull(col, true)
	}
	if in.flag(col) && (len(in.aggs) == 0 || nx != nil && nx.kind == kTable && nx.span.First == c.span.End) && in.role != roleBy && in.role != rolePer && (nx == nil || nx.kind != kCmp) && !in.wordIs(c, "name") {
		in.addCond(&cond{col: col, op: "true", not: in.neg})
		in.neg = false
		return true
	}
	switch in.role {
	case roleNot:
		if in.valueAhead(k, col) { // 'not located in Paris'
			in.role = roleHead
			return true
		}
		in.analytic = true
		return in.addNull(col, true)
	case roleBy, rolePer, roleEach:
		return in.columnDim(col)
	case roleSort:
		in.rank.col, in.rank.done = col, true
		in.role = roleHead
		return true
	}
	if !col.Numeric() && !col.Temporal() && in.role != roleSort && in.seriesOf(k, dim{column: col}) {
		return true
	}
	if in.rank != nil && !in.rank.done && (col.Numeric() || col.Temporal()) && len(in.aggs) == 0 {
		if in.entity != nil || in.listed {
			in.rank.col, in.rank.done = col, true
			if in.entity == nil {
				in.entity = col.Table
			}
			return true
		}
		// 'the highest salary'
		op := "max"
		if in.rank.dir < 0 {
			op = "min"
		}
		if in.rank.n <= 1 {
			in.rank = nil
			return in.sink(k, &measure{op: op, col: col})
		}
	}
	if len(in.aggs) > 0 {
		return in.columnAggregate(k, col)
	}
	if w := in.r.word(c.span.First); (w == "cost" || w == "costs") && nx != nil && nx.kind == kCmp && in.entity == col.Table {
		if price := measureCalled(in.entity, "price"); price != nil { // 'products that cost more than 500'
			in.column = price
			return true
		}
	}
	if nx != nil && (nx.kind == kCmp || nx.kind == kMean) && (col.Numeric() || col.Temporal()) {
		return true // the comparison takes it
	}
	if prev := in.prev(k); in.role == roleWith && in.entity != nil && nx == nil && !in.withLabel && in.v.leads(in.entity, col.Table) && prev != nil && prev.kind == kWith && isOneOf(in.r.word(prev.span.First), "have", "has", "that", "which", "who", "having", "with") && len(in.attrs) == 0 {
		return in.addNull(col, false)
	}
	if nx != nil && nx.kind == kValue && nx.span.First <= c.span.End+2 && in.valueOf(nx, col) {
		return true
	}
	if in.histogram {
		return in.columnDim(col)
	}
	if in.share && in.entity == nil && len(in.measures) == 0 && col.Numeric() {
		return in.sink(k, &measure{op: "sum", col: col})
	}
	in.withLabel = in.withLabel || in.showing && in.entity != nil && in.v.leads(in.entity, col.Table)
	in.attrs = append(in.attrs, col)
	if w := in.r.word(c.span.First); c.span.Len() == 1 && (w == "name" || w == "names") {
		in.plainNames = append(in.plainNames, col)
	}
	in.said = append(in.said, c.targets)
	return true
}

func (in *interpreter) wordIs(c *chunk, w string) bool {
	return in.r.word(c.span.End-1) == w || in.r.word(c.span.End-1) == w+"s"
}

func (in *interpreter) isExtreme() bool {
	op := in.aggs[len(in.aggs)-1].op
	return op == "max" || op == "min"
}

// columnAggregate makes measures of 'average price', 'number of countries', 'minimum and maximum salary'.
func (in *interpreter) columnAggregate(k int, col *index.Column) bool {
	ok := true
	aggs := in.takeAggs()
	for i, a := range aggs {
		m := &measure{op: a.op, col: col, p: a.num}
		switch {
		case a.kind == kCount:
			if i+1 < len(aggs) || i > 0 && col.Numeric() {
				continue
			}
			if col.Role == index.RoleMeasure && !in.listed {
				m.op = "sum" // 'number of seats', 'number of units in stock'
			} else {
				m.op, m.dist = "count", true
			}
		case a.op == "much":
			m.op = "sum"
		}
		if m.op == "sum" && !col.Numeric() || m.op == "avg" && !col.Numeric() {
			return false
		}
		ok = in.sink(k, m) && ok
	}
	return ok
}

// columnDim reads 'by country'.
func (in *interpreter) columnDim(col *index.Column) bool {
	if in.rank != nil && in.entity != nil && (in.role == roleEach || in.role == rolePer) {
		in.rankDims = append(in.rankDims, dim{column: col})
		in.analytic = true
		return true
	}
	if col.Ref != nil && len(col.Words) > 1 && in.v.leads(col.Table, col.Ref.Table) {
		in.dims = append(in.dims, dim{table: col.Ref.Table})
		return true
	}
	in.dims = append(in.dims, dim{column: col})
	return true
}

// flag says whether a column holds yes or no.
func (in *interpreter) flag(c *index.Column) bool {
	if c.Def.Type == custard.TypeBool || c.Role == index.RoleFlag {
		return true
	}
	if c.Ref != nil || len(c.Words) != 1 || c.Temporal() || c.Def.Type == custard.TypeDecimal {
		return false
	}
	w := c.Words[0]
	return (slices.Contains([]string{"active", "discontinued", "enabled", "archived", "deleted", "verified", "cancelled", "canceled", "approved", "completed", "billable"}, w)) && (c.Text() || c.Def.Type == custard.TypeInt)
}

func (in *interpreter) addCond(c *cond) {
	if s := in.subject(); in.event != nil && s != nil && c.of() != s && in.v.leads(in.event.table, c.of()) {
		in.event.conds = append(in.event.conds, c)
		return
	}
	in.conds = append(in.conds, c)
}

func (in *interpreter) addNull(col *index.Column, missing bool) bool {
	in.dropAttr(col)
	in.addCond(&cond{col: col, op: "null", not: !missing})
	in.analytic, in.neg = true, false
	if in.role == roleNot || in.role == roleWith {
		in.role = roleHead
	}
	if in.entity == nil && len(in.measures) == 0 {
		in.entity = col.Table
	}
	return true
}
