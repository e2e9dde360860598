package analytic

import (
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// Windows are read on Sunday, 22 November 2026.
func TestWindows(t *testing.T) {
	t.Parallel()
	ix := index.New(&custard.Schema{})
	for _, c := range []struct{ question, from, to string }{
		{"orders today", "2026-11-22", "2026-11-23"},
		{"orders yesterday", "2026-11-21", "2026-11-22"},
		{"orders this week", "2026-11-16", "2026-11-23"},
		{"orders last week", "2026-11-09", "2026-11-16"},
		{"orders last month", "2026-10-01", "2026-11-01"},
		{"orders in the previous quarter", "2026-07-01", "2026-10-01"},
		{"orders this year", "2026-01-01", "2027-01-01"},
		{"orders last year", "2025-01-01", "2026-01-01"},
		{"orders year to date", "2026-01-01", "2026-11-23"},
		{"orders so far this month", "2026-11-01", "2026-11-23"},
		{"orders ytd", "2026-01-01", "2026-11-23"},
		{"orders in the last 30 days", "2026-10-23", "2026-11-23"},
		{"orders over the past 6 weeks", "2026-10-11", "2026-11-23"},
		{"orders in the past three months", "2026-08-22", "2026-11-23"},
		{"orders in the past year", "2025-11-22", "2026-11-23"},
		{"orders in the last 3 full months", "2026-08-01", "2026-11-01"},
		{"orders since March", "2026-03-01", ""},
		{"orders since December", "2025-12-01", ""},
		{"orders since 2024", "2024-01-01", ""},
		{"orders before 2010", "", "2010-01-01"},
		{"orders after 2015", "2016-01-01", ""},
		{"orders until last month", "", "2026-11-01"},
		{"orders in Q3 2017", "2017-07-01", "2017-10-01"},
		{"orders in Q4", "2026-10-01", "2027-01-01"},
		{"orders in the third quarter of 2017", "2017-07-01", "2017-10-01"},
		{"orders in the first half of 2025", "2025-01-01", "2025-07-01"},
		{"orders in H2 2025", "2025-07-01", "2026-01-01"},
		{"orders in 2016", "2016-01-01", "2017-01-01"},
		{"orders in May 2017", "2017-05-01", "2017-06-01"},
		{"orders in May", "2026-05-01", "2026-06-01"},
		{"orders in December", "2025-12-01", "2026-01-01"},
		{"orders in December last year", "2025-12-01", "2026-01-01"},
		{"orders between May and July 2017", "2017-05-01", "2017-08-01"},
		{"orders between November 2016 and February 2017", "2016-11-01", "2017-03-01"},
		{"orders from 2015 to 2017", "2015-01-01", "2018-01-01"},
		{"orders from 2016 on", "2016-01-01", ""},
		{"orders between 2017-05-01 and 2017-07-15", "2017-05-01", "2017-07-16"},
		{"orders between 1 June 2022 and 31 August 2022", "2022-06-01", "2022-09-01"},
		{"orders on 3 May 2017", "2017-05-03", "2017-05-04"},
		{"orders on May 3rd, 2017", "2017-05-03", "2017-05-04"},
		{"orders on 2017-05-03", "2017-05-03", "2017-05-04"},
		{"orders in 2017-05", "2017-05-01", "2017-06-01"},
		{"orders two weeks ago", "2026-11-02", "2026-11-09"},
		{"orders last Friday", "2026-11-20", "2026-11-21"},
		{"orders last weekend", "2026-11-14", "2026-11-16"},
		{"orders last summer", "2026-06-01", "2026-09-01"},
		{"employees born in the 1950s", "1950-01-01", "1960-01-01"},
	} {
		r := &reader{v: newView(ix, custard.SQLite), m: ix.Read(c.question, nil), now: time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)}
		r.toks = r.m.Tokens
		r.cut()
		var got []string
		for _, k := range r.chunks {
			if k.kind == kWindow {
				got = append(got, day(k.window.from)+" "+day(k.window.to))
			}
		}
		if len(got) != 1 || got[0] != c.from+" "+c.to {
			t.Errorf("%s: got %q, want %s to %s", c.question, got, c.from, c.to)
		}
	}
}

// What looks like a window is none.
func TestNoWindow(t *testing.T) {
	t.Parallel()
	ix := index.New(&custard.Schema{})
	for _, question := range []string{"orders over 2000", "may I see the orders", "march", "orders by month", "2000 customers", "the first 5 orders", "orders from Germany"} {
		r := &reader{v: newView(ix, custard.SQLite), m: ix.Read(question, nil), now: time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)}
		r.toks = r.m.Tokens
		r.cut()
		for _, k := range r.chunks {
			if k.kind == kWindow {
				t.Errorf("%s: read %s", question, k.window.says())
			}
		}
	}
}

func TestWindowBefore(t *testing.T) {
	t.Parallel()
	whole := func(from, to, unit string, toDate bool) window {
		f, _ := time.Parse(time.DateOnly, from)
		u, _ := time.Parse(time.DateOnly, to)
		return window{from: f, to: u, whole: unit, toDate: toDate}
	}
	for _, c := range []struct {
		w        window
		year     bool
		from, to string
	}{
		{whole("2026-10-01", "2026-11-01", "month", false), false, "2026-09-01", "2026-10-01"},
		{whole("2026-03-01", "2026-04-01", "month", false), false, "2026-02-01", "2026-03-01"},
		{whole("2026-10-01", "2026-11-01", "month", false), true, "2025-10-01", "2025-11-01"},
		{whole("2026-01-01", "2026-11-23", "year", true), false, "2025-01-01", "2025-11-23"},
		{whole("2026-11-01", "2026-11-11", "", false), false, "2026-10-22", "2026-11-01"},
	} {
		got, ok := c.w.before(c.year)
		if !ok || day(got.from) != c.from || day(got.to) != c.to {
			t.Errorf("before %s: %s to %s, want %s to %s", c.w.says(), day(got.from), day(got.to), c.from, c.to)
		}
	}
	if _, ok := (window{from: time.Now()}).before(true); ok {
		t.Error("an open window has nothing before it")
	}
}

func TestMoneyOfDifferentShapes(t *testing.T) {
	t.Parallel()
	num := func(name string) *custard.Column { return &custard.Column{Name: name, Type: custard.TypeDecimal} }
	id := func(name string) *custard.Column { return &custard.Column{Name: name, Type: custard.TypeInt} }
	ref := func(column, table string) custard.ForeignKey {
		return custard.ForeignKey{Columns: []string{column}, RefTable: table, RefColumns: []string{"id"}}
	}
	orders := &custard.Table{Name: "orders", PrimaryKey: []string{"id"}, Columns: []*custard.Column{id("id"), {Name: "ordered_at", Type: custard.TypeTimestamp}}}
	products := &custard.Table{Name: "products", PrimaryKey: []string{"id"}, Columns: []*custard.Column{id("id"), num("unit_cost"), num("price")}}
	for _, c := range []struct {
		name, want string
		tables     []*custard.Table
	}{
		{"lines with a percentage", "revenue = qty × unit_price × (1 − discount_pct/100), from order_items", []*custard.Table{orders, products, {Name: "order_items",
			Columns: []*custard.Column{id("order_id"), id("product_id"), id("qty"), num("unit_price"), id("discount_pct")}, ForeignKeys: []custard.ForeignKey{ref("order_id", "orders"), ref("product_id", "products")}}}},
		{"lines with a fraction", "revenue = Quantity × UnitPrice × (1 − Discount), from Order Details", []*custard.Table{orders, products, {Name: "Order Details",
			Columns: []*custard.Column{id("order_id"), id("product_id"), id("Quantity"), num("UnitPrice"), {Name: "Discount", Type: custard.TypeFloat}}, ForeignKeys: []custard.ForeignKey{ref("order_id", "orders"), ref("product_id", "products")}}}},
		{"the price stands with the product", "revenue = qty × price, from order_lines", []*custard.Table{orders, products, {Name: "order_lines",
			Columns: []*custard.Column{id("order_id"), id("product_id"), id("qty")}, ForeignKeys: []custard.ForeignKey{ref("order_id", "orders"), ref("product_id", "products")}}}},
	} {
		s := newView(index.New(&custard.Schema{Tables: c.tables}), custard.SQLite).sales()
		if s.line == nil {
			t.Errorf("%s: found no lines", c.name)
			continue
		}
		if got := s.says("revenue"); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	stock := &custard.Table{Name: "stock", Columns: []*custard.Column{id("product_id"), id("quantity")}, ForeignKeys: []custard.ForeignKey{ref("product_id", "products")}}
	if s := newView(index.New(&custard.Schema{Tables: []*custard.Table{products, stock}}), custard.SQLite).sales(); s.line != nil {
		t.Errorf("what lies in a warehouse was taken for what was sold: %s", s.line.Def.Name)
	}
}

func TestEdits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{{"revenue", "revenue", 0}, {"reveneu", "revenue", 1}, {"contry", "country", 1}, {"prodcuts", "products", 1}, {"custmers", "customers", 1}, {"abcdef", "uvwxyz", 3}} {
		if got := edits(c.a, c.b, 2); got != c.want {
			t.Errorf("%s, %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func day(d time.Time) string {
	if d.IsZero() {
		return ""
	}
	return d.Format(time.DateOnly)
}
