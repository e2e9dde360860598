package demo

import (
	"fmt"
	"math"
)

// catalogue fills categories, suppliers, products, their price history, warehouses and stock.
func (s *shop) catalogue() {
	categories, suppliers, products := s.open("categories", 3), s.open("suppliers", 7), s.open("products", 10)
	history, warehouses, stock := s.open("price_history", 5), s.open("warehouses", 5), s.open("stock", 5)

	sources := vendors()
	for i, v := range sources {
		contact := pick(s, nations())
		name := pick(s, contact.first) + " " + pick(s, contact.last)
		suppliers.add(i+1, v[0], s.orNull(0.1, name), s.orNull(0.15, mailbox(name)+"@"+mailbox(v[0])+".example"), v[1], v[2], s.between(2, 45))
	}
	for i, d := range depots() {
		warehouses.add(i+1, d.name, d.city, d.country, d.capacity)
	}
	s.depots = len(depots())

	all := shelves()
	aisles, id := map[string]int{}, 0
	for _, sh := range all {
		if aisles[sh.aisle] == 0 {
			id++
			aisles[sh.aisle] = id
			categories.add(id, sh.aisle, nil)
		}
	}
	changes := 0
	for i, sh := range all {
		id++
		categories.add(id, sh.name, aisles[sh.aisle])
		for k, g := range sh.goods {
			n := len(s.products) + 1
			p := product{launched: s.between(-beforeDays/3, -30), ended: math.MaxInt, season: sh.season, bulk: g.price < 30,
				odds: math.Pow(s.r.Float64(), 2)*3 + 0.15, quality: 3.3 + 1.5*s.r.Float64()}
			p.odds *= math.Pow(60/(g.price+20), 0.35)
			switch {
			case n%19 == 7: // launched, and nobody wants it
				p.odds, p.launched = 0, s.between(historyDays-200, historyDays-20)
			case s.chance(0.22):
				p.launched = s.between(20, historyDays-120)
			}
			if n%19 != 7 && s.chance(0.09) {
				p.ended = s.between(max(p.launched, 0)+200, historyDays+300)
			}
			supplier := (i*2+k%2)%(len(sources)-2) + 1
			cost := cents(g.price * (0.42 + 0.25*s.r.Float64()))
			products.add(n, fmt.Sprintf("%s-%04d", skuPrefix(sh.aisle), 1000+n*7), g.name, id, supplier, g.price, cost,
				s.orNull(0.06, cents(0.1+math.Sqrt(g.price)*0.25*s.r.Float64())), s.date(p.launched), flag(p.ended <= historyDays))
			p.prices = s.priceList(p, g.price)
			for c := 1; c < len(p.prices); c++ {
				changes++
				history.add(changes, n, p.prices[c-1].amount, p.prices[c].amount, s.date(p.prices[c].from))
			}
			for w := range s.depots {
				if s.chance(0.78) {
					stock.add(w+1, n, s.stocked(p), 5*s.between(1, 8), s.orNull(0.05, s.date(historyDays-s.between(1, 90))))
				}
			}
			s.products = append(s.products, p)
		}
	}
	s.shelf.prepare(s.products)
}

// stocked draws how many of a product lie in a warehouse: sometimes none.
func (s *shop) stocked(p product) int {
	switch {
	case p.ended <= historyDays, s.chance(0.06):
		return 0
	}
	return int(12 + p.odds*60*s.r.Float64())
}

// priceList goes back from today's price to the launch in a few steps, mostly rises.
func (s *shop) priceList(p product, today float64) []price {
	steps := s.between(0, 4)
	from := make([]int, 0, steps+1)
	first := max(p.launched, -60)
	at := first
	for range steps {
		at += s.between(90, 400)
		if at >= historyDays {
			break
		}
		from = append(from, at)
	}
	prices := make([]price, len(from)+1)
	amount := today
	for i := len(from); i > 0; i-- {
		prices[i] = price{from[i-1], amount}
		before := retail(amount / (1 + 0.03 + 0.07*s.r.Float64()))
		if s.chance(0.2) {
			before = retail(amount * (1.04 + 0.06*s.r.Float64()))
		}
		if before == amount {
			before = cents(amount - 0.5)
		}
		amount = before
	}
	prices[0] = price{first, amount}
	return prices
}

// priceOn is what a product costs on a day.
func (p *product) priceOn(day int) float64 {
	i := len(p.prices) - 1
	for i > 0 && p.prices[i].from > day {
		i--
	}
	return p.prices[i].amount
}

// skuPrefix is the aisle's first three letters, as they stand in article numbers.
func skuPrefix(aisle string) string {
	b := []byte(aisle[:3])
	for i := range b {
		b[i] &^= 0x20
	}
	return string(b)
}
