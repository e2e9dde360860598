package demo

import (
	"math/rand/v2"
	"time"
)

// The history covers three years; before it lie the years in which employees were hired and products launched.
const (
	historyDays = 3 * 365
	beforeDays  = 9 * 365
	// outageAge is how many days ago the shop was down for a day.
	outageAge = 447
	daySecs   = 24 * 60 * 60
)

// calendar counts days: 0 is the first day of the history, historyDays is today. Moments are seconds on the same axis.
type calendar struct {
	start time.Time
	dates []string // from -beforeDays on
}

func newCalendar(today time.Time) *calendar {
	y, m, d := today.Date()
	start := time.Date(y, m, d-historyDays, 0, 0, 0, 0, time.UTC)
	c := &calendar{start: start, dates: make([]string, beforeDays+historyDays+400)}
	for i := range c.dates {
		c.dates[i] = start.AddDate(0, 0, i-beforeDays).Format(time.DateOnly)
	}
	return c
}

// date is the day as the database keeps it.
func (c *calendar) date(day int) string { return c.dates[day+beforeDays] }

// stamp is the moment as the database keeps it.
func (c *calendar) stamp(moment int) string {
	day := moment / daySecs
	s := moment % daySecs
	if s < 0 {
		day, s = day-1, s+daySecs
	}
	b := make([]byte, 0, 19)
	b = append(b, c.date(day)...)
	b = append(b, ' ', byte('0'+s/36000), byte('0'+s/3600%10), ':', byte('0'+s/600%6), byte('0'+s/60%10), ':', byte('0'+s/10%6), byte('0'+s%10))
	return string(b)
}

func (c *calendar) day(day int) time.Time { return c.start.AddDate(0, 0, day) }

// now is the moment up to which there is data: early on today's morning, so that nothing lies in the future.
const now = historyDays*daySecs + 6*60*60

// demand is how many orders a day brings, on average.
func (c *calendar) demand(day int) float64 {
	t := float64(day) / historyDays
	date := c.day(day)
	base := 6.6 + 9.8*t
	base *= [...]float64{1.32, 0.88, 0.82, 0.90, 0.95, 1.05, 1.22}[date.Weekday()]
	month, dom := date.Month(), date.Day()
	switch {
	case c.blackFriday(day):
		base *= 3.1
	case day > 0 && c.blackFriday(day-1) || day > 1 && c.blackFriday(day-2) || day > 2 && c.blackFriday(day-3):
		base *= 2
	case month == time.November && dom >= 15, month == time.December && dom <= 20:
		base *= 1.75
	case month == time.December && dom >= 24 && dom <= 26:
		base *= 0.35
	case month == time.January:
		base *= 0.82
	case month == time.July, month == time.August:
		base *= 0.9
	}
	switch day {
	case historyDays - outageAge:
		return 0
	case historyDays - outageAge + 1:
		base *= 1.5
	}
	if day == historyDays {
		base *= 0.15 // only the small hours have passed
	}
	return base
}

// blackFriday is the day after the fourth Thursday of November.
func (c *calendar) blackFriday(day int) bool {
	d := c.day(day)
	return d.Month() == time.November && d.Weekday() == time.Friday && d.Day() >= 23 && d.Day() <= 29
}

// christmas says whether people are buying presents.
func (c *calendar) christmas(day int) bool {
	d := c.day(day)
	return d.Month() == time.December && d.Day() <= 23 || d.Month() == time.November && d.Day() >= 20
}

// hour draws the hour of an order: evenings on the web, office hours on the phone and in the store.
func hour(r *rand.Rand, office bool) int {
	if office {
		return 9 + r.IntN(9)
	}
	weights := [24]int{2, 1, 1, 0, 0, 1, 2, 4, 5, 6, 7, 7, 8, 7, 6, 6, 7, 8, 10, 13, 14, 12, 8, 4}
	n := r.IntN(139)
	for h, w := range weights {
		if n -= w; n < 0 {
			return h
		}
	}
	return 23
}
