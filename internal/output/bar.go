package output

import (
	"fmt"
	"math"
	"strings"
)

// maxBars is how many lines of bars a chart has; the rest is counted below them.
const maxBars = 24

// drawBars draws a bar for each row, one line a series, from a common zero: to the left where it is negative.
func drawBars(c *canvas, d *data) {
	what := strings.Join(d.names, ", ")
	if d.x.Name != "" {
		what += " by " + d.x.Name
	}
	c.title(what)
	mark := func(s int) string {
		return c.pick([]string{"█", "▓", "▒", "░"}[s%maxSeries], []string{"#", "=", "*", "-"}[s%maxSeries])
	}
	c.legend(d.names, mark)

	rows := len(d.labels)
	if limit := maxBars / len(d.values); rows > limit+1 {
		rows = limit
	}
	low, high, labelWidth, valueWidth := 0.0, 0.0, 0, 0
	for r := range rows {
		labelWidth = max(labelWidth, width([]byte(d.labels[r])))
		for _, values := range d.values {
			if v := values[r]; !math.IsNaN(v) {
				low, high = math.Min(low, v), math.Max(high, v)
				valueWidth = max(valueWidth, len(number(v)))
			}
		}
	}
	labelWidth = min(labelWidth, max(4, c.screen.Width*2/5))
	space := c.screen.Width - 1 - labelWidth - 1 - 1 - 1 - valueWidth
	left := 0 // columns to the left of the axis
	if low < 0 {
		left = valueWidth + 1
		space -= left
	}
	space = max(1, space-btoi(low < 0)) // the axis may be rounded to the right by one
	scale := 0.0
	if high > low {
		scale = float64(space) / (high - low)
	}
	left += int(math.Round(-low * scale))
	for r := range rows {
		for s, values := range d.values {
			name := d.labels[r]
			if s > 0 {
				name = ""
			}
			c.label(name, labelWidth, d.x.Type.Numeric(), "")
			c.text(" ")
			c.bar(values[r], scale, left, mark(s), seriesColor(s), len(d.values) == 1)
			c.newline()
		}
	}
	if more := len(d.labels) - rows; more > 0 {
		c.styled(sgrDim, fmt.Sprintf("%s and %s more", c.pick("…", "..."), thousands(fmt.Sprint(more))))
		c.newline()
	}
}

// bar draws one value: columns to the left of the axis, the axis, columns to the right, the number.
func (c *canvas) bar(v, scale float64, left int, mark, color string, fine bool) {
	axis := c.pick("│", "|")
	text := number(v)
	size := math.Abs(v) * scale
	switch {
	case math.IsNaN(v):
		c.spaces(left)
		c.styled(sgrDim, axis+" "+text)
		return
	case v < 0:
		full := max(1, int(math.Round(size)))
		c.spaces(left - full - 1 - len(text))
		c.text(text + " ")
		c.styled(color, strings.Repeat(mark, full))
		c.styled(sgrDim, axis)
		return
	}
	c.spaces(left)
	c.styled(sgrDim, axis)
	full, part := int(size), 0
	if c.screen.Unicode && fine {
		part = int(math.Round((size - float64(full)) * 8))
	} else {
		full = int(math.Round(size))
	}
	if part == 8 {
		full, part = full+1, 0
	}
	blocks := strings.Repeat(mark, full)
	if part > 0 {
		blocks += string([]rune("▏▎▍▌▋▊▉")[part-1])
	}
	if blocks == "" && v > 0 { // something is there, however small
		blocks = c.pick("▏", mark)
	}
	c.styled(color, blocks)
	c.text(" " + text)
}
