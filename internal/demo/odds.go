package demo

import (
	"math/rand/v2"
	"sort"
)

// shelfOdds draws products by how much they are wanted on a day.
type shelfOdds struct {
	products []product
	upTo     []float64 // the odds of all products up to each
}

func (o *shelfOdds) prepare(products []product) {
	o.products, o.upTo = products, make([]float64, len(products))
}

// open sets the odds for a day: what is not yet launched or no longer sold is not on the shelf.
func (o *shelfOdds) open(day int, christmas bool) {
	sum := 0.0
	for i := range o.products {
		p := &o.products[i]
		if p.launched <= day && day < p.ended {
			odds := p.odds
			if christmas {
				odds *= p.season
			}
			sum += odds
		}
		o.upTo[i] = sum
	}
}

func (o *shelfOdds) draw(r *rand.Rand) int {
	x := r.Float64() * o.upTo[len(o.upTo)-1]
	return sort.Search(len(o.upTo)-1, func(i int) bool { return o.upTo[i] > x })
}
