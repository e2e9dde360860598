package demo

import (
	"fmt"
	"math"
)

// trade fills what happens day by day: orders with their items, payments, shipments, returns, refunds, reviews and
// tickets, and the visits to the site.
func (s *shop) trade() {
	b := &books{shop: s,
		orders: s.open("orders", 10), items: s.open("order_items", 6), payments: s.open("payments", 5), refunds: s.open("refunds", 5),
		shipments: s.open("shipments", 8), returns: s.open("returns", 6), reviews: s.open("reviews", 6),
		visits: s.open("visits", 7), tickets: s.open("support_tickets", 9)}
	for day := range historyDays + 1 {
		for s.joining < len(s.customers) && s.customers[s.joining].joined <= day {
			for range s.customers[s.joining].keen {
				s.pool = append(s.pool, int32(s.joining))
			}
			s.joining++
		}
		s.shelf.open(day, s.christmas(day))
		demand := s.demand(day)
		last := daySecs
		if day == historyDays {
			last = 6 * 3600
		}
		n := int(demand*(0.8+0.4*s.r.Float64()) + s.r.Float64())
		coupons, campaigns := running(s.coupons, day), running(s.campaigns, day)
		for range n {
			b.order(day, last, coupons)
		}
		for range int(demand*1.1*(0.8+0.4*s.r.Float64()) + s.r.Float64()) {
			b.visit(day, last, campaigns)
		}
	}
}

// books are the tables of the trade.
type books struct {
	*shop
	orders, items, payments, refunds, shipments, returns, reviews, visits, tickets *table
}

// a line of an order.
type line struct {
	product, qty, pct int
	price             float64
}

func (b *books) order(day, last int, coupons []period) {
	who := -1
	for range 50 {
		if c := int(pick(b.shop, b.pool)); b.customers[c].leaves > day {
			who = c
			break
		}
	}
	if who < 0 {
		return
	}
	id := b.orders.rows + 1
	channel, seller := "web", any(nil)
	switch x := b.r.Float64(); {
	case x < 0.24+0.16*float64(day)/historyDays:
		channel = "app"
	case x > 0.93:
		channel, seller = "store", pick(b.shop, b.sellers)
	case x > 0.88:
		channel, seller = "phone", pick(b.shop, b.sellers)
	}
	moment := (hour(b.r, seller != nil)*3600 + b.r.IntN(3600)) % last
	at := day*daySecs + moment
	var coupon any
	pct := 0
	if len(coupons) > 0 && b.chance(0.2) {
		c := pick(b.shop, coupons)
		coupon, pct = c.id, c.pct
	}
	lines := b.basket(day, pct)
	total := 0.0
	for n, l := range lines {
		b.items.add(id, n+1, l.product+1, l.qty, l.price, l.pct)
		total += float64(l.qty) * l.price * float64(100-l.pct) / 100
	}
	fee := 4.9
	switch {
	case channel == "store" || total > 80:
		fee = 0
	case total > 40:
		fee = 2.9
	}
	var address any
	if channel != "store" {
		address = b.customers[who].address
	}
	status := b.follow(id, who, at, cents(total+fee), channel == "store", lines)
	b.orders.add(id, fmt.Sprintf("R%s-%05d", b.date(day)[2:4], 10000+id*37%89999), who+1, seller, coupon, address, channel, status, fee, b.stamp(at))
}

// basket draws the lines of an order.
func (b *books) basket(day, pct int) []line {
	n := [...]int{1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5, 7}[b.r.IntN(14)]
	lines := make([]line, 0, n)
	for range n {
		p := b.shelf.draw(b.r)
		again := false
		for _, l := range lines {
			again = again || l.product == p
		}
		if again {
			continue
		}
		l := line{product: p, qty: 1, pct: pct, price: b.products[p].priceOn(day)}
		if b.products[p].bulk {
			l.qty = [...]int{1, 1, 1, 2, 2, 3, 4, 6}[b.r.IntN(8)]
		} else if b.chance(0.08) {
			l.qty = 2
		}
		if l.pct == 0 && b.chance(0.09) {
			l.pct = [...]int{5, 10, 15, 20}[b.r.IntN(4)]
		}
		lines = append(lines, l)
	}
	return lines
}

// follow makes what comes after an order, as far as it has happened by now, and returns the order's status.
func (b *books) follow(id, who, at int, total float64, store bool, lines []line) string {
	paid := at + 60 + b.r.IntN(900)
	method := [...]string{"card", "card", "card", "card", "paypal", "paypal", "paypal", "invoice", "invoice", "bank transfer", "gift card"}[b.r.IntN(11)]
	switch method {
	case "invoice":
		paid = at + b.between(2, 32)*daySecs + b.r.IntN(40000)
	case "bank transfer":
		paid = at + b.between(1, 4)*daySecs + b.r.IntN(40000)
	}
	cancelled := b.chance(0.031)
	settled := paid <= now && (!cancelled || b.chance(0.4))
	if settled {
		if total > 100 && b.chance(0.04) {
			b.payments.add(b.payments.rows+1, id, "gift card", 50.0, b.stamp(paid))
			b.payments.add(b.payments.rows+1, id, "card", cents(total-50), b.stamp(paid+90))
		} else {
			b.payments.add(b.payments.rows+1, id, method, total, b.stamp(paid))
		}
	}
	payment := b.payments.rows
	if cancelled {
		if back := paid + b.between(3600, 3*daySecs); settled && back <= now {
			b.refunds.add(b.refunds.rows+1, payment, total, "order cancelled", b.stamp(back))
		}
		b.ticket(id, who, at+7200, 0.2)
		return "cancelled"
	}
	status, delivered := "pending", at
	if settled {
		status = "paid"
	}
	if !store {
		shipped := at + b.between(5*3600, 70*3600)
		delivered = shipped + b.between(18*3600, 120*3600)
		if shipped > now || b.chance(0.004) {
			b.ticket(id, who, at+daySecs, 0.04)
			return status
		}
		status = b.ship(id, at, shipped, &delivered)
	} else if settled {
		status = "delivered"
	}
	b.ticket(id, who, delivered+daySecs, 0.09)
	if status != "delivered" {
		return status
	}
	back := 0
	for n, l := range lines {
		product := b.products[l.product]
		if b.chance(0.075 - 0.012*(product.quality-3)) {
			if when := delivered + b.between(2*daySecs, 25*daySecs); when <= now {
				b.goesBack(id, n+1, l, payment, settled, when)
				back++
			}
		} else if when := delivered + b.between(daySecs, 30*daySecs); when <= now && b.chance(0.15) {
			b.review(l.product, who, when)
		}
	}
	if back == len(lines) {
		return "returned"
	}
	return "delivered"
}

// ship sends an order, now and then in two parcels; delivered becomes the day of the last, in the far future where one
// is under way or lost.
func (b *books) ship(id, at, shipped int, delivered *int) string {
	status := "delivered"
	for parcel := range 1 + flag(b.chance(0.04)) {
		left, arrives := shipped+parcel*20*3600, *delivered+parcel*20*3600
		var arrived any
		if arrives <= now && !b.chance(0.003) {
			arrived = b.stamp(arrives)
		} else {
			status, arrives = "shipped", math.MaxInt/2
		}
		if left > now {
			break
		}
		carrier := [...]string{"DHL", "DHL", "DHL", "UPS", "UPS", "DPD", "Royal Mail", "La Poste"}[b.r.IntN(8)]
		depot := [...]int{1, 1, 1, 2, 2, 3, 4, 4, 5}[b.r.IntN(9)]
		b.shipments.add(b.shipments.rows+1, id, depot, carrier, b.orNull(0.02, fmt.Sprintf("%s%09d", carrier[:1], b.r.IntN(1_000_000_000))),
			b.date(at/daySecs+6+b.r.IntN(2)), b.stamp(left), arrived)
		if parcel == 0 {
			*delivered = arrives
		}
	}
	return status
}

// goesBack returns a line of an order and, where it had been paid, refunds it.
func (b *books) goesBack(id, n int, l line, payment int, settled bool, when int) {
	reason := [...]string{"wrong size", "damaged", "not as described", "changed my mind", "arrived too late"}[b.r.IntN(5)]
	qty := b.between(1, l.qty)
	b.returns.add(b.returns.rows+1, id, n, qty, b.orNull(0.08, reason), b.stamp(when))
	if back := when + b.between(daySecs, 6*daySecs); settled && back <= now {
		b.refunds.add(b.refunds.rows+1, payment, cents(float64(qty)*l.price*float64(100-l.pct)/100), b.orNull(0.08, reason), b.stamp(back))
	}
}

func (b *books) review(product, who, when int) {
	stars := int(math.Round(b.products[product].quality + 1.1*b.r.NormFloat64()))
	stars = min(max(stars, 1), 5)
	titles := [...][]string{{"Do not buy", "Broke after a week", "Very disappointed"}, {"Not great", "Expected more"}, {"It's okay", "Does the job", "So-so"},
		{"Good value", "Happy with it", "Nice quality"}, {"Love it!", "Perfect", "Would buy again", "Exceeded expectations"}}[stars-1]
	b.reviews.add(b.reviews.rows+1, product+1, who+1, stars, b.orNull(0.1, pick(b.shop, titles)), b.stamp(when))
}

// ticket opens a support ticket with probability p.
func (b *books) ticket(order, who, at int, p float64) {
	if at > now || !b.chance(p) {
		return
	}
	subject := [...]string{"Where is my order?", "Item arrived damaged", "Wrong item delivered", "Invoice missing", "How do I return this?", "Payment was charged twice", "Can't log in", "Change of address"}[b.r.IntN(8)]
	priority := [...]string{"normal", "normal", "normal", "low", "low", "high", "high", "urgent"}[b.r.IntN(8)]
	closed := at + int(b.r.ExpFloat64()*1.6*daySecs) + 1800
	status, end := "closed", any(nil)
	switch {
	case closed > now:
		status = pick(b.shop, []string{"open", "waiting"})
	case b.chance(0.01):
		status = "waiting"
	default:
		end = b.stamp(closed)
	}
	b.tickets.add(b.tickets.rows+1, who+1, b.orNull(0.12, order), b.orNull(0.04, pick(b.shop, b.agents)), subject, priority, status, b.stamp(at), end)
}

func (b *books) visit(day, last int, campaigns []period) {
	var who, campaign any
	if b.chance(0.45) {
		who = int(pick(b.shop, b.pool)) + 1
	}
	if len(campaigns) > 0 && b.chance(0.5) {
		campaign = pick(b.shop, campaigns).id
	}
	device := "desktop"
	switch x := b.r.Float64(); {
	case x < 0.4+0.2*float64(day)/historyDays:
		device = "mobile"
	case x > 0.92:
		device = "tablet"
	}
	at := day*daySecs + (hour(b.r, false)*3600+b.r.IntN(3600))%last
	views := 1 + int(b.r.ExpFloat64()*5)
	var length any
	if views > 1 {
		length = int(float64(views) * (10 + 50*b.r.Float64()))
	}
	b.visits.add(b.visits.rows+1, who, campaign, device, views, length, b.stamp(at))
}
