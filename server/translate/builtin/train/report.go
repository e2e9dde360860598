package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/custard-ai/custard/server/translate/builtin/core"
)

// diagnosis counts where gold queries are lost.
type diagnosis struct {
	n, known, first, within, filled, missing int
	wrong                                    [16]int
}

func (d *diagnosis) add(ctx context.Context, e *example, x core.Diagnosis) {
	d.n++
	if x.SketchRank < 0 {
		return
	}
	d.known++
	if x.SketchRank == 0 {
		d.first++
	}
	if x.SketchRank < 25 {
		d.within++
	}
	if x.Missing {
		d.missing++
	}
	if x.Filled != nil && e.right(ctx, x.Filled) {
		d.filled++
	}
	for r := range x.Wrong {
		d.wrong[r]++
	}
}

func (d *diagnosis) report() {
	pct := func(k int) float64 { return 100 * float64(k) / float64(max(d.n, 1)) }
	fmt.Printf("  sketch known %.1f%%, first %.1f%%, in the first 25 %.1f%%; right once the sketch is given %.1f%%; a choice missing %.1f%%; wrong by role %v\n",
		pct(d.known), pct(d.first), pct(d.within), pct(d.filled), pct(d.missing), d.wrong)
}

// report prints how a list of questions went.
func report(list []outcome) {
	n := float64(max(len(list), 1))
	right, abstained := 0, 0
	var times []time.Duration
	for _, r := range list {
		if r.Right {
			right++
		}
		if r.Abstained != "" {
			abstained++
		}
		times = append(times, r.took)
	}
	slices.Sort(times)
	if len(times) == 0 {
		times = []time.Duration{0}
	}
	fmt.Printf("questions %d  EX %.1f%%  abstained %.1f%%  p50 %v p95 %v\n", len(list), 100*float64(right)/n, 100*float64(abstained)/n,
		times[len(times)/2].Round(100*time.Microsecond), times[len(times)*95/100].Round(100*time.Microsecond))
	for _, at := range []float64{0.9, 0.8, 0.7, 0.5, 0.3, 0} {
		c, right := 0, 0
		for _, r := range list {
			if r.Abstained == "" && r.Confidence >= at {
				c++
				if r.Right {
					right++
				}
			}
		}
		fmt.Printf("  confidence ≥ %.1f: %.1f%% of the questions, %.1f%% right\n", at, 100*float64(c)/n, 100*float64(right)/max(float64(c), 1))
	}
}

// reportPlaces prints how often the core's first candidates hold a right one, and how the grammar did.
func reportPlaces(list []outcome) {
	within := func(k int) float64 {
		c := 0
		for _, r := range list {
			if r.Place >= 0 && r.Place < k {
				c++
			}
		}
		return 100 * float64(c) / float64(max(len(list), 1))
	}
	read, grammar := 0, 0
	for _, r := range list {
		if r.Grammar != "" {
			read++
			if r.GrammarRight {
				grammar++
			}
		}
	}
	fmt.Printf("  candidates right: first %.1f%%, in the first 5 %.1f%%, 20 %.1f%%, 40 %.1f%%; the grammar reads %d, %d right\n",
		within(1), within(5), within(20), within(40), read, grammar)
}
