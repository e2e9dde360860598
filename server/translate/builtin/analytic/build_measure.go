package analytic

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// home is the table whose rows a measure adds up; needs are tables that it must lead to.
func (p *plan) home(m *measure, needs []*index.Table) *index.Table {
	reach := func(t *index.Table) bool {
		for _, n := range needs {
			if !p.v.leads(t, n) {
				return false
			}
		}
		return true
	}
	var own *index.Table
	s := p.sales
	switch m.op {
	case "rate":
		return p.rateHome(m, reach)
	case "count":
		own = m.table
		if m.col != nil {
			own = m.col.Table
		}
	case "revenue", "order":
		if s.total != nil && reach(s.header) {
			return s.header
		}
		own = s.line
		if own == nil {
			own = s.header
		}
	case "profit", "margin", "units":
		own = s.line
	default:
		own = m.col.Table
	}
	if own == nil || reach(own) {
		return own
	}
	if m.op == "count" || m.op == "min" || m.op == "max" || m.op == "avg" {
		hub := p.v.hub(s.line, append([]*index.Table{own}, needs...)...)
		if m.op == "avg" {
			return nil // a join would count values several times
		}
		return hub
	}
	return nil
}

// alias names a measure's column.
func (p *plan) alias(m *measure) string {
	if m.name != "" {
		return m.name
	}
	switch m.op {
	case "count":
		name := ""
		switch {
		case m.col != nil:
			name = m.col.Phrase()
		case m.table != nil:
			name = index.Plural(m.table.Phrase())
		}
		name = strings.ReplaceAll(name, " ", "_")
		if m.agg == "avg" {
			return "average_" + name
		}
		return "number_of_" + name
	case "order":
		if m.agg == "sum" || m.agg == "" {
			return "order_value"
		}
		return name(m.agg) + "_order_value"
	case "revenue", "profit", "margin", "units":
		out := map[string]string{"revenue": "revenue", "profit": "profit", "margin": "margin_pct", "units": "units_sold"}[m.op]
		if m.agg != "" {
			out = name(m.agg) + "_" + out
		}
		return out
	}
	if m.span != nil {
		return name(m.op) + "_" + m.span.alias()
	}
	return name(m.op) + "_" + strings.ReplaceAll(m.col.Phrase(), " ", "_")
}

func name(op string) string {
	switch op {
	case "sum":
		return "total"
	case "avg":
		return "average"
	case "min":
		return "minimum"
	case "max":
		return "maximum"
	}
	return op
}

// each is the value of one row of the block's base that a measure adds up.
func (p *plan) eachValue(b *block, m *measure) (query.Expr, bool) {
	s := p.sales
	switch m.op {
	case "count":
		return num(1), true
	case "revenue", "order":
		if b.base == s.header && s.total != nil {
			p.says(m.op + " = " + s.total.String())
			return b.col(s.total), true
		}
		if s.line == nil {
			return nil, false
		}
		p.says(s.says("revenue"))
		return s.lineRevenue(b), true
	case "units":
		return b.col(s.qty), true
	case "profit":
		p.says(s.says("profit"))
		return bin("-", s.lineRevenue(b), bin("*", b.col(s.qty), b.col(s.cost))), true
	}
	if m.col == nil {
		return nil, false
	}
	if m.span != nil {
		return p.spanExpr(b, m.span), true
	}
	return b.col(m.col), true
}

// measureIn writes a measure as an aggregate over a block's rows.
func (p *plan) measureIn(b *block, m *measure) (query.Expr, bool) {
	return p.measureWhere(b, m, nil)
}

// measureWhere writes a measure over those of the block's rows for which only holds (all where it is nil).
func (p *plan) measureWhere(b *block, m *measure, only query.Expr) (query.Expr, bool) {
	pick := func(x query.Expr) query.Expr {
		if only == nil {
			return x
		}
		return caseWhen(only, x, nil)
	}
	switch m.op {
	case "rate":
		return p.rateIn(b, m, only)
	case "count":
		x := p.counted(b, m, pick, only)
		if x == nil {
			return nil, false
		}
		if m.per != nil {
			key, ok := p.keyOf(b, m.per)
			if !ok {
				return nil, false
			}
			return ratio(x, countDistinct(pick(key))), true
		}
		return x, m.agg == "" || m.agg == "sum"
	case "margin":
		profit, ok1 := p.eachValue(b, &measure{op: "profit"})
		revenue, ok2 := p.eachValue(b, &measure{op: "revenue"})
		if !ok1 || !ok2 {
			return nil, false
		}
		return percent(fn("sum", pick(profit)), fn("sum", pick(revenue))), true
	}
	x, ok := p.eachValue(b, m)
	if !ok {
		return nil, false
	}
	switch m.op {
	case "revenue", "profit", "units":
		sum := fn("sum", pick(x))
		if m.per != nil {
			key, ok := p.keyOf(b, m.per)
			if !ok {
				return nil, false
			}
			return ratio(sum, countDistinct(pick(key))), true
		}
		if m.agg == "avg" && m.op == "revenue" && p.sales.header != nil { // 'average revenue': of an order
			return p.orderAverage(b, x, pick)
		}
		if m.agg == "avg" || m.agg == "min" || m.agg == "max" {
			return fn(m.agg, pick(x)), true
		}
		return sum, m.agg == "" || m.agg == "sum"
	case "order":
		switch m.agg {
		case "", "sum":
			return fn("sum", pick(x)), true
		case "avg":
			return p.orderAverage(b, x, pick)
		case "min", "max":
			return fn(m.agg, pick(x)), b.base == p.sales.header
		}
		return nil, false
	case "sum", "avg", "min", "max":
		if b.base != m.col.Table && m.op != "min" && m.op != "max" {
			return nil, false
		}
		return fn(m.op, pick(x)), true
	}
	return nil, false
}

// orderAverage is the money of the rows over the number of orders that they belong to.
func (p *plan) orderAverage(b *block, x query.Expr, pick func(query.Expr) query.Expr) (query.Expr, bool) {
	if b.base == p.sales.header {
		return fn("avg", pick(x)), true
	}
	if p.sales.header == nil || p.sales.header.Key == nil {
		return nil, false
	}
	return ratio(fn("sum", pick(x)), countDistinct(pick(b.col(p.sales.header.Key)))), true
}

// counted counts rows of a measure's table, or different values of its column.
func (p *plan) counted(b *block, m *measure, pick func(query.Expr) query.Expr, only query.Expr) query.Expr {
	if m.col != nil {
		return countDistinct(pick(b.col(m.col)))
	}
	if b.base != m.table || m.dist && m.table.Key != nil && b.base != m.table {
		key, ok := p.keyOf(b, &dim{table: m.table})
		if !ok {
			return nil
		}
		return countDistinct(pick(key))
	}
	if only != nil {
		return fn("sum", caseWhen(only, num(1), num(0)))
	}
	return countStar()
}

// keyOf is what tells rows of a dimension apart.
func (p *plan) keyOf(b *block, d *dim) (query.Expr, bool) {
	switch {
	case !p.v.leads(b.base, d.of()):
		return nil, false
	case d.column != nil:
		return b.col(d.column), true
	case d.table.Key != nil:
		return b.col(d.table.Key), true
	}
	return nil, false
}

// labels are the columns that name a row of a table for people.
func labels(t *index.Table) []*index.Column {
	var first, last *index.Column
	for _, c := range t.Columns {
		if !c.Text() {
			continue
		}
		switch {
		case has(c.Stems, "name") && has(c.Stems, "first", "given") || has(c.Words, "firstname", "fname"):
			first = c
		case has(c.Stems, "name") && has(c.Stems, "last", "famili") || has(c.Words, "lastname", "surname", "lname"):
			last = c
		}
	}
	switch {
	case first != nil && last != nil:
		return []*index.Column{first, last}
	case t.Label != nil:
		return []*index.Column{t.Label}
	}
	for _, c := range t.Columns { // what people call a row by, where it has no name: a code, an order's number
		if c.Text() && c.Ref == nil && !c.InKey && slices.ContainsFunc(t.Def.Unique, func(u []string) bool { return len(u) == 1 && u[0] == c.Def.Name }) {
			return []*index.Column{c}
		}
	}
	if t.Key != nil {
		return []*index.Column{t.Key}
	}
	var out []*index.Column
	for _, c := range t.Columns {
		if c.InKey {
			out = append(out, c)
		}
	}
	if len(out) == 0 && len(t.Columns) > 0 {
		out = t.Columns[:1]
	}
	return out
}

// singular is a table's name for one row of it.
func singular(t *index.Table) string {
	s := strings.Join(t.Words, "_")
	switch {
	case strings.HasSuffix(s, "ies") && len(s) > 4:
		return s[:len(s)-3] + "y"
	case strings.HasSuffix(s, "sses"), strings.HasSuffix(s, "xes"), strings.HasSuffix(s, "ches"):
		return s[:len(s)-2]
	case strings.HasSuffix(s, "s") && !strings.HasSuffix(s, "ss") && !strings.HasSuffix(s, "us"):
		return s[:len(s)-1]
	}
	return s
}

// labelItem names a label's column: categories.name becomes category.
func labelItem(x query.Expr, c *index.Column) query.Item {
	if len(c.Words) == 1 && isOneOf(c.Words[0], "name", "title") {
		return item(x, singular(c.Table))
	}
	return item(x, "")
}
