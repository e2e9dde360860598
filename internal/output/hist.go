package output

import (
	"fmt"
	"math"
	"slices"

	"github.com/custard-ai/custard/internal/custard"
)

// drawHist draws how often values fall into each of some ranges of equal width.
func drawHist(c *canvas, d *data) {
	values := make([]float64, 0, len(d.values[0]))
	for _, v := range d.values[0] {
		if !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	first, step, counts := bins(values)
	whole := step >= 1 && step == math.Trunc(step) && !slices.ContainsFunc(values, func(v float64) bool { return v != math.Trunc(v) })
	h := &data{x: custard.Field{Name: d.names[0], Type: custard.TypeText}, names: []string{"rows"}, values: [][]float64{make([]float64, len(counts))}}
	for i, n := range counts {
		from := first + float64(i)*step
		label := tick(from, step)
		switch {
		case whole && step > 1:
			label += c.pick("–", " to ") + tick(from+step-1, step)
		case !whole:
			label += c.pick("–", " to ") + tick(from+step, step)
		}
		h.labels = append(h.labels, label)
		h.values[0][i] = float64(n)
	}
	drawBars(c, h)
	if missing := len(d.values[0]) - len(values); missing > 0 {
		c.styled(sgrDim, fmt.Sprintf("%s without a value", thousands(fmt.Sprint(missing))))
		c.newline()
	}
}

// bins chooses round ranges for sorted values: their first edge, their width, and how many values each holds.
func bins(sorted []float64) (first, step float64, counts []int) {
	low, high := sorted[0], sorted[len(sorted)-1]
	if low == high {
		return low, 1, []int{len(sorted)}
	}
	// Freedman and Diaconis where the middle half has a width, else Sturges; between 5 and 20 ranges.
	n := float64(len(sorted))
	parts := math.Ceil(math.Log2(n)) + 1
	if iqr := sorted[len(sorted)*3/4] - sorted[len(sorted)/4]; iqr > 0 {
		parts = math.Ceil((high - low) / (2 * iqr / math.Cbrt(n)))
	}
	step = niceStep(high-low, int(math.Min(math.Max(parts, 5), 20)))
	if high-low >= 5 && !slices.ContainsFunc(sorted, func(v float64) bool { return v != math.Trunc(v) }) {
		step = math.Max(1, math.Ceil(step))
	}
	first = math.Floor(low/step) * step
	counts = make([]int, int(math.Floor((high-first)/step))+1)
	for _, v := range sorted {
		counts[min(int((v-first)/step), len(counts)-1)]++
	}
	return first, step, counts
}
