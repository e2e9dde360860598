package demo

import (
	"fmt"
	"math"
	"time"
)

// customerCount is how many sign up, the first fifth before the history begins.
const customerCount = 3200

// people fills customers, addresses, wish lists and gift cards. Customers are numbered in the order in which they
// signed up; sign-ups grow with the shop.
func (s *shop) people() {
	customers, addresses := s.open("customers", 10), s.open("addresses", 7)
	wishes, cards := s.open("wishlist_items", 3), s.open("gift_cards", 6)
	from := nations()
	total := 0
	for _, n := range from {
		total += n.weight
	}
	odd := awkward()
	address, card, lastMail := 0, 0, ""
	for i := range customerCount {
		nat := &from[0]
		for w, k := s.r.IntN(total), 0; w >= 0; k++ {
			nat = &from[k]
			w -= nat.weight
		}
		name := pick(s, nat.first) + " " + pick(s, nat.last)
		if nat.familyFirst {
			name = pick(s, nat.last) + pick(s, nat.first)
		}
		if i%337 == 100 && len(odd) > 0 {
			name, odd = odd[0], odd[1:]
		}
		joined := s.joinDay(i)
		c := customer{joined: joined, leaves: math.MaxInt, keen: [...]int{1, 1, 1, 2, 2, 3, 4, 7}[s.r.IntN(8)]}
		if s.chance(0.13) {
			c.keen = 0
		}
		if s.chance(0.34) {
			c.leaves = max(joined, 0) + s.between(30, 700)
		}
		mail := fmt.Sprintf("%s%d@%s", mailbox(name), i%97, pick(s, []string{"example.com", "mail.example", "post.example", "web.example"}))
		if i%211 == 150 && lastMail != "" { // the same person signed up twice
			mail = lastMail
		}
		lastMail = mail
		segment := "consumer"
		switch x := s.r.Float64(); {
		case x < 0.17:
			segment = "business"
			c.keen *= 2
		case x < 0.29:
			segment = "student"
		}
		city := pick(s, nat.cities)
		phone := fmt.Sprintf("%s %d %06d", nat.prefix, s.between(20, 999), s.r.IntN(1_000_000))
		born := -s.between(24*365, 74*365)
		if segment == "student" {
			born = -s.between(17*365, 24*365)
		}
		customers.add(i+1, name, mail, s.orNull(0.12, phone), s.orNull(0.2, s.day(born).Format(time.DateOnly)), city, nat.country, segment, flag(s.chance(0.58)),
			s.stamp(joined*daySecs+hour(s.r, false)*3600+s.r.IntN(3600)))

		address++
		c.address = address
		addresses.add(address, i+1, "billing", street(s, nat), s.orNull(0.03, postcode(s, nat.country)), city, nat.country)
		if s.chance(0.22) {
			address++
			c.address = address
			addresses.add(address, i+1, "shipping", street(s, nat), s.orNull(0.03, postcode(s, nat.country)), pick(s, nat.cities), nat.country)
		}
		s.customers = append(s.customers, c)
		s.extras(i, c, wishes, cards, &card)
	}
}

// extras are a customer's wishes and gift cards.
func (s *shop) extras(i int, c customer, wishes, cards *table, card *int) {
	first := max(c.joined, 0)
	if s.chance(0.3) {
		product, day := s.r.IntN(20), first
		for range s.between(1, 6) {
			product += s.between(1, 20)
			if product >= len(s.products) || day >= historyDays {
				break
			}
			day = s.between(day, historyDays)
			if s.products[product].launched <= day {
				wishes.add(i+1, product+1, s.date(day))
			}
		}
	}
	if s.chance(0.11) {
		*card++
		issued := s.between(min(first, historyDays), historyDays)
		var redeemed any
		if s.chance(0.6) && issued+200 < historyDays {
			redeemed = s.date(issued + s.between(3, 190))
		}
		cards.add(*card, fmt.Sprintf("GC-%06d", *card*7919%1000000), i+1, pick(s, []float64{20, 25, 50, 50, 100}), s.date(issued), redeemed)
	}
}

// joinDay is the day on which the i-th customer signs up: never falling, steeper as the shop grows.
func (s *shop) joinDay(i int) int {
	const early = customerCount / 5
	if i < early {
		return -400 + 400*i/early
	}
	t := float64(i-early) / (customerCount - early) // growth from 0.7 to 1.3 of the mean: solve 0.7 x + 0.3 x² = t
	return int((math.Sqrt(0.49+1.2*t) - 0.7) / 0.6 * historyDays)
}

func street(s *shop, n *nation) string {
	return fmt.Sprintf("%s %d", pick(s, n.streets), s.between(1, 140))
}

func postcode(s *shop, country string) string {
	switch country {
	case "United Kingdom":
		return fmt.Sprintf("%s%d %d%s", pick(s, []string{"SW", "M", "BS", "LS", "EH"}), s.between(1, 19), s.between(1, 9), pick(s, []string{"AB", "QT", "NX"}))
	case "Netherlands":
		return fmt.Sprintf("%d %s", s.between(1000, 9999), pick(s, []string{"AB", "KL", "XZ"}))
	}
	return fmt.Sprintf("%05d", s.between(1000, 99999))
}
