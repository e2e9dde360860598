package analytic

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// sales is where the money is: a table of lines (quantity × price less a discount), the orders that they belong to, an
// amount for a whole order. Any part may be missing.
type sales struct {
	line     *index.Table
	qty      *index.Column
	price    *index.Column
	discount *index.Column
	cost     *index.Column // of one unit, reached from the line
	header   *index.Table
	total    *index.Column // of the header
}

func (v *view) sales() *sales {
	s := &sales{}
	best := 0.0
	for _, t := range v.ix.Tables {
		if v.skip[t.ID] || len(v.parents(t)) == 0 {
			continue
		}
		qty, price := measureCalled(t, "quantiti", "qty", "unit"), measureCalled(t, "price")
		if qty == nil {
			continue
		}
		if price == nil {
			for _, p := range v.parents(t) {
				if c := measureCalled(p, "price"); c != nil {
					price = c
				}
			}
		}
		score := 0.1 * float64(len(v.parents(t)))
		score += float64(boolInt(has(t.Stems, "item", "line", "detail", "sale", "order"))) + 0.5*float64(boolInt(price != nil && price.Table == t))
		for _, p := range v.parents(t) {
			score += 0.7 * float64(boolInt(orderLike(p)))
		}
		if has(t.Stems, "stock", "inventori", "cart", "wishlist", "return", "purchas", "suppli") {
			score--
		}
		if price != nil && score > best && score >= 1 {
			best = score
			s.line, s.qty, s.price = t, qty, price
		}
	}
	if s.line != nil {
		s.discount = measureCalled(s.line, "discount")
		for _, p := range v.parents(s.line) {
			if orderLike(p) && s.header == nil {
				s.header = p
			}
			if c := measureCalled(p, "cost"); c != nil && s.cost == nil {
				s.cost = c
			}
		}
	}
	if s.header == nil {
		s.header = v.orders()
	}
	if s.header != nil {
		for _, name := range []string{"revenu", "total", "amount", "subtot", "sale", "valu", "price", "fare", "fee", "cost"} {
			if c := measureCalled(s.header, name); c != nil && !has(c.Stems, "ship", "tax", "discount", "freight", "deliveri", "count", "item", "number") {
				s.total = c
				break
			}
		}
	}
	return s
}

// orders finds the table of orders in a schema without order lines.
func (v *view) orders() *index.Table {
	var best *index.Table
	score := 0
	for _, t := range v.ix.Tables {
		if v.skip[t.ID] || !orderLike(t) && !has(t.Stems, "payment") {
			continue
		}
		n := 2*boolInt(len(t.Stems) == 1) + boolInt(len(v.parents(t)) > 0) + 2*boolInt(measureCalled(t, "total", "amount", "price", "revenu", "fare") != nil) - boolInt(has(t.Stems, "payment"))
		if n > score {
			best, score = t, n
		}
	}
	if score < 3 {
		return nil
	}
	return best
}

func orderLike(t *index.Table) bool {
	return has(t.Stems, "order", "invoic", "sale", "purchas", "transact", "book", "rental", "reserv", "receipt", "bill", "basket", "checkout") &&
		!has(t.Stems, "item", "line", "detail", "custom", "histori", "status", "event")
}

// parents are the tables that a table refers to.
func (v *view) parents(t *index.Table) []*index.Table {
	var out []*index.Table
	for _, e := range v.ix.Graph.At[t.ID] {
		if e.FromTable() == t && e.ToTable() != t && !v.skip[e.ToTable().ID] && toKey(e) && !slices.Contains(out, e.ToTable()) {
			out = append(out, e.ToTable())
		}
	}
	return out
}

// measureCalled is the table's number whose name holds one of the stems, the earlier stem first.
func measureCalled(t *index.Table, stems ...string) *index.Column {
	for _, s := range stems {
		for _, c := range t.Columns {
			if c.Numeric() && c.Ref == nil && !c.InKey && (has(c.Stems, s) || slices.Contains(c.Words, s)) && !has(c.Stems, "per", "stock", "reorder") {
				return c
			}
		}
	}
	return nil
}

func has(stems []string, any ...string) bool {
	for _, s := range any {
		if slices.Contains(stems, s) {
			return true
		}
	}
	return false
}

// lineRevenue is quantity × price × (1 − discount).
func (s *sales) lineRevenue(b *block) query.Expr {
	x := bin("*", b.col(s.qty), b.col(s.price))
	if s.discount == nil {
		return x
	}
	d := b.col(s.discount)
	if s.hundreds() {
		d = bin("/", d, decimal("100.0"))
	}
	return bin("*", x, bin("-", num(1), d))
}

// hundreds says whether the discount is a percentage, not a fraction.
func (s *sales) hundreds() bool {
	return s.discount.Def.Type == custard.TypeInt || has(s.discount.Stems, "percent", "pct")
}

func (s *sales) says(what string) string {
	text := what + " = " + s.qty.Def.Name + " × " + s.price.Def.Name
	if s.discount != nil {
		text += " × (1 − " + s.discount.Def.Name
		if s.hundreds() {
			text += "/100"
		}
		text += ")"
	}
	if what == "profit" && s.cost != nil {
		text += " − " + s.qty.Def.Name + " × " + s.cost.Def.Name
	}
	return text + ", from " + s.line.Def.Name
}

// dateOf finds the column that says when a row of a table happened: its own, or that of a table it belongs to. hint is
// the stem of a verb ('hire') or empty.
func (v *view) dateOf(t *index.Table, hint string) *index.Column {
	var best *index.Column
	score := -100.0
	c := v.climb(t)
	for _, p := range v.ix.Tables {
		if c.cost[p.ID] >= far || c.cost[p.ID] > 4.5 {
			continue
		}
		for _, col := range p.Columns {
			if !col.Temporal() || col.Def.Type == custard.TypeTime {
				continue
			}
			s := dateScore(col, hint) - 3*c.cost[p.ID] - 0.01*float64(col.Pos)
			if p != t && !orderLike(p) && !eventLike(p) {
				s -= 6
			}
			if s > score {
				best, score = col, s
			}
		}
	}
	if score < -6 {
		return nil
	}
	return best
}

// eventLike says whether a table's rows are things that happen, not things that are.
func eventLike(t *index.Table) bool {
	return has(t.Stems, "visit", "shipment", "payment", "ticket", "event", "session", "click", "appoint", "game", "match", "flight", "trip", "log", "enrol", "loan", "claim", "review", "return", "refund", "call", "attend", "treatment", "admiss")
}

func dateScore(c *index.Column, hint string) float64 {
	s := 0.0
	for _, stem := range c.Stems {
		switch {
		case hint != "" && (stem == hint || strings.HasPrefix(stem, hint) && len(hint) > 3 || strings.HasPrefix(hint, stem) && len(stem) > 3):
			s += 12
		case hint != "" && sameEvent(hint, stem):
			s += 8
		}
		for _, own := range c.Table.Stems {
			if own == stem || len(stem) > 2 && strings.HasPrefix(own, stem) || len(own) > 3 && strings.HasPrefix(stem, own) {
				s += 3
			}
		}
		switch stem {
		case "order", "invoic", "sale", "purchas", "transact", "book", "payment", "pay", "visit", "occur", "event":
			s += 2
		case "creat", "place", "open", "start", "date", "hire", "join", "issu", "post", "submit", "begin", "from", "release":
			s++
		case "birth", "birthday", "dob", "death":
			s -= 5
		case "updat", "modifi", "requir", "due", "promis", "end", "expir", "valid", "last", "close", "deliv", "delet", "left", "to", "counted", "redeem":
			s -= 2.5
		}
	}
	return s
}

// sameEvent says whether a verb and a word of a column's name speak of the same thing.
func sameEvent(verb, stem string) bool {
	switch verb {
	case "join", "regist", "sign":
		return isOneOf(stem, "creat", "join", "regist", "signup", "sign", "member", "start", "sinc")
	case "buy", "purchas", "order", "place", "sell":
		return isOneOf(stem, "order", "purchas", "sale", "invoic", "sold", "transact", "buy")
	case "hire", "employ", "start":
		return isOneOf(stem, "hire", "start", "join", "employ")
	case "leav", "left", "quit":
		return isOneOf(stem, "left", "leav", "termin", "terminat", "term", "end", "exit")
	case "open", "creat", "submit", "rais":
		return isOneOf(stem, "open", "creat", "submit", "report")
	case "close", "resolv", "finish", "complet":
		return isOneOf(stem, "close", "resolv", "finish", "complet", "end")
	case "launch", "releas", "publish":
		return isOneOf(stem, "launch", "releas", "publish", "introduc")
	case "deliv", "arriv", "receiv":
		return isOneOf(stem, "deliv", "deliveri", "arriv", "receiv", "receipt")
	case "ship", "send", "dispatch":
		return isOneOf(stem, "ship", "shipment", "sent", "dispatch")
	case "pay":
		return isOneOf(stem, "paid", "pay", "payment")
	case "born":
		return isOneOf(stem, "birth", "birthday", "dob", "born")
	}
	return false
}
