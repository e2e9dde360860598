package demo

import (
	"context"
	"database/sql"
	"math"
	"math/rand/v2"
	"time"
)

// shop is the generator's state: the tables being filled and what later rows need to know of earlier ones.
type shop struct {
	*calendar
	r      *rand.Rand
	tables []*table
	open   func(name string, width int) *table

	customers []customer
	products  []product
	sellers   []int // employees who take orders on the phone and in the store
	agents    []int // employees who answer tickets
	campaigns []period
	coupons   []period
	depots    int

	pool    []int32 // customers who may order, each as often as they are keen
	joining int     // the next customer to sign up
	shelf   shelfOdds
}

// A customer as orders see one.
type customer struct {
	joined, leaves int // days
	keen           int // 0 for those who never order
	address        int
}

// A product as orders see one.
type product struct {
	launched, ended int
	odds, season    float64
	quality         float64 // stars, on average
	bulk            bool    // bought several at a time
	prices          []price // oldest first
}

// A price holds from a day on.
type price struct {
	from   int
	amount float64
}

// A period is a campaign's or coupon's id, days and strength.
type period struct{ id, from, to, pct int }

func newShop(ctx context.Context, tx *sql.Tx, today time.Time) *shop {
	s := &shop{calendar: newCalendar(today), r: rand.New(rand.NewPCG(20_231, 77))}
	s.open = func(name string, width int) *table {
		t := newTable(ctx, tx, name, width)
		s.tables = append(s.tables, t)
		return t
	}
	return s
}

// fill makes everything and returns the first error.
func (s *shop) fill() error {
	for _, step := range []func(){s.staff, s.catalogue, s.promotions, s.people, s.trade} {
		step()
		for _, t := range s.tables {
			if err := t.flush(); err != nil {
				return err
			}
		}
		s.tables = nil
	}
	return nil
}

// chance is true with probability p.
func (s *shop) chance(p float64) bool { return s.r.Float64() < p }

// between draws from lo to hi, both included.
func (s *shop) between(lo, hi int) int { return lo + s.r.IntN(hi-lo+1) }

// pick draws one of the values.
func pick[T any](s *shop, values []T) T { return values[s.r.IntN(len(values))] }

// orNull is NULL with probability p.
func (s *shop) orNull(p float64, value any) any {
	if s.chance(p) {
		return nil
	}
	return value
}

// cents rounds to whole cents.
func cents(amount float64) float64 { return math.Round(amount*100) / 100 }

// retail rounds to a price that ends like a shop's.
func retail(amount float64) float64 {
	switch {
	case amount < 30:
		return cents(math.Round(amount*10) / 10)
	case amount < 120:
		return math.Round(amount) - 0.1
	}
	return math.Round(amount)
}

// flag is a boolean as SQLite keeps it.
func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
