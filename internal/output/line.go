package output

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// lineHeight is how many lines of text the plot of a line chart has.
const lineHeight = 12

// drawLines draws each series as a line over the column across: by time or number where it holds such, else in the
// order of the rows. A missing value is a gap.
func drawLines(c *canvas, d *data) {
	c.title(strings.Join(d.names, ", ") + " by " + nameOr(d.x.Name, "row"))
	c.legend(d.names, func(s int) string { return c.mark(s, len(d.values)) })

	pos, order := positions(d)
	low, high := math.Inf(1), math.Inf(-1)
	for _, values := range d.values {
		for _, v := range values {
			if !math.IsNaN(v) {
				low, high = math.Min(low, v), math.Max(high, v)
			}
		}
	}
	if low > 0 && low < 0.6*high { // near enough to zero to show it: the slope then tells the proportion
		low = 0
	}
	if low == high {
		low, high = math.Min(low, 0), math.Max(high, 0)
		if low == high {
			high = 1
		}
	}
	step := niceStep(high-low, 4)
	low = math.Floor(low/step+1e-9) * step
	if above := math.Ceil(high/step-1e-9) * step; above-high < step/3 { // else the last mark lies below the top
		high = above
	}

	axisWidth := 0
	for v := low; v <= high+step/1e6; v += step {
		axisWidth = max(axisWidth, len(tick(v, step)))
	}
	plotWidth := max(10, c.screen.Width-1-axisWidth-2)
	p := newPlot(plotWidth, lineHeight, c.screen.Unicode && (c.screen.Color || len(d.values) == 1))
	for s, values := range d.values {
		var from *dot
		for _, i := range order {
			if math.IsNaN(values[i]) {
				from = nil
				continue
			}
			at := dot{
				x: int(math.Round(pos[i] * float64(p.dotsX-1))),
				y: int(math.Round((high - values[i]) / (high - low) * float64(p.dotsY-1))),
			}
			p.line(from, at, s)
			from = &at
		}
	}
	at := make(map[int]string)
	for v := low; v <= high+step/1e6; v += step {
		at[int(math.Round((high-v)/(high-low)*float64(lineHeight-1)))] = tick(v, step)
	}
	for y := range lineHeight {
		label, isTick := at[y]
		c.label(label, axisWidth, true, sgrDim)
		c.styled(sgrDim, " "+c.pick(pickTick(isTick, "┤", "│"), pickTick(isTick, "+", "|")))
		p.row(c, y, len(d.values))
		c.newline()
	}
	c.spaces(axisWidth + 1)
	c.styled(sgrDim, c.pick("└", "+")+strings.Repeat(c.pick("─", "-"), plotWidth))
	c.newline()
	c.spaces(axisWidth + 2)
	c.across(shortLabels(d, order), pos, order, plotWidth)
	c.newline()
}

func pickTick(isTick bool, yes, no string) string {
	if isTick {
		return yes
	}
	return no
}

func nameOr(name, other string) string {
	if name == "" {
		return other
	}
	return name
}

func (c *canvas) mark(series, of int) string {
	if c.screen.Unicode && (c.screen.Color || of == 1) {
		return "━"
	}
	return string("*+ox"[series%maxSeries])
}

// positions returns where each row stands across, from 0 to 1, and the rows in that order.
func positions(d *data) (pos []float64, order []int) {
	n := len(d.labels)
	pos, order = make([]float64, n), make([]int, n)
	for i := range order {
		order[i] = i
	}
	at := make([]float64, n)
	measured := true
	for i, label := range d.labels {
		v, ok := coordinate(label, d.x.Type.Numeric())
		if !ok {
			measured = false
			break
		}
		at[i] = v
	}
	if measured {
		slices.SortStableFunc(order, func(a, b int) int {
			switch {
			case at[a] < at[b]:
				return -1
			case at[a] > at[b]:
				return 1
			}
			return 0
		})
		first, last := at[order[0]], at[order[n-1]]
		if last > first {
			for i := range pos {
				pos[i] = (at[i] - first) / (last - first)
			}
			return pos, order
		}
	}
	for i := range pos {
		order[i] = i
		pos[i] = float64(i) / float64(n-1)
	}
	return pos, order
}

// coordinate reads a label as a number or a moment.
func coordinate(label string, numeric bool) (float64, bool) {
	if numeric {
		v, err := strconv.ParseFloat(label, 64)
		return v, err == nil && !math.IsInf(v, 0) && !math.IsNaN(v)
	}
	for _, layout := range [...]string{"2006-01-02", "2006-01", "2006-01-02 15:04:05Z07", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "15:04:05"} {
		if t, err := time.Parse(layout, label); err == nil {
			return float64(t.Unix()), true
		}
	}
	return 0, false
}

// shortLabels leaves out what all labels share: the time of day where it is always midnight, the day where it is always the first.
func shortLabels(d *data, order []int) []string {
	labels := make([]string, len(d.labels))
	copy(labels, d.labels)
	strip := func(suffix func(string) (string, bool)) {
		for _, i := range order {
			if _, ok := suffix(labels[i]); !ok {
				return
			}
		}
		for i := range labels {
			labels[i], _ = suffix(labels[i])
		}
	}
	strip(func(s string) (string, bool) {
		day, clock, ok := strings.Cut(s, " ")
		return day, ok && len(day) == 10 && strings.HasPrefix(clock, "00:00:00")
	})
	strip(func(s string) (string, bool) {
		month, ok := strings.CutSuffix(s, "-01")
		return month, ok && len(month) == 7
	})
	strip(func(s string) (string, bool) {
		year, ok := strings.CutSuffix(s, "-01")
		return year, ok && len(year) == 4
	})
	return labels
}

// across writes as many labels under the axis as find place, the first and the last among them.
func (c *canvas) across(labels []string, pos []float64, order []int, columns int) {
	widest := 0
	for _, l := range labels {
		widest = max(widest, width([]byte(l)))
	}
	widest = min(widest, columns/2-1)
	n := len(order)
	count := max(2, min(n, columns/(widest+4)))
	used := 0
	for k := range count {
		i := order[k*(n-1)/(count-1)]
		text, w := c.glyphs.clip([]byte(labels[i]), widest)
		at := int(math.Round(pos[i]*float64(columns-1))) - w/2
		if k == 0 {
			at = 0
		}
		if at = min(at, columns-w); at < used+2*btoi(used > 0) || (k < count-1 && at+w > columns-widest-2) && k > 0 {
			continue
		}
		c.spaces(at - used)
		c.styled(sgrDim, string(text))
		used = at + w
	}
}
