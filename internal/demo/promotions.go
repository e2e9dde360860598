package demo

import (
	"fmt"
	"math"
	"time"
)

// promotions fills campaigns and coupons, those of every year that the history touches.
func (s *shop) promotions() {
	campaigns, coupons := s.open("campaigns", 6), s.open("coupons", 5)
	type event struct {
		name, channel, code string
		month               time.Month
		day, days, pct      int
		budget              float64
	}
	events := []event{
		{"Winter Clearance", "email", "WINTER", time.January, 5, 20, 20, 6000},
		{"Valentine's Day", "social", "LOVE", time.February, 3, 12, 10, 4500},
		{"Spring Awakening", "search", "SPRING", time.March, 15, 30, 10, 9000},
		{"Mother's Day", "email", "MUM", time.May, 1, 12, 15, 5000},
		{"Summer Sale", "social", "SUMMER", time.June, 20, 35, 15, 12000},
		{"Back to School", "affiliate", "SCHOOL", time.August, 15, 28, 10, 7000},
		{"Autumn Catalogue", "print", "AUTUMN", time.September, 20, 30, 5, 8000},
		{"Black Friday", "search", "BLACK", time.November, 20, 11, 25, 21000},
		{"Christmas Gifts", "social", "XMAS", time.December, 1, 22, 10, 18000},
	}
	id := 0
	for year := s.start.Year(); year <= s.day(historyDays).Year(); year++ {
		for _, e := range events {
			from := int(time.Date(year, e.month, e.day, 0, 0, 0, 0, time.UTC).Sub(s.start).Hours() / 24)
			if from < 0 || from > historyDays {
				continue
			}
			id++
			to := from + e.days
			budget := e.budget * (1 + 0.12*float64(year-s.start.Year())) * (0.9 + 0.2*s.r.Float64())
			campaigns.add(id, fmt.Sprintf("%s %d", e.name, year), e.channel, math.Round(budget/10)*10, s.date(from), s.date(to))
			coupons.add(id, fmt.Sprintf("%s%02d", e.code, year%100), e.pct, s.date(from), s.date(to+7))
			if e.channel != "print" { // nobody clicks on paper
				s.campaigns = append(s.campaigns, period{id, from, to, e.pct})
			}
			s.coupons = append(s.coupons, period{id, from, to + 7, e.pct})
		}
	}
	id++
	coupons.add(id, "EMPLOYEE", 30, s.date(0), s.date(historyDays+365)) // never used
}

// running returns the periods that a day lies in.
func running(periods []period, day int) []period {
	var on []period
	for _, p := range periods {
		if p.from <= day && day <= p.to {
			on = append(on, p)
		}
	}
	return on
}
