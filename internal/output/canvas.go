package output

import (
	"math"
	"strconv"
	"strings"
)

// canvas gathers the lines of a chart.
type canvas struct {
	screen Screen
	glyphs glyphs
	out    []byte
}

func (c *canvas) pick(unicode, ascii string) string {
	if c.screen.Unicode {
		return unicode
	}
	return ascii
}

func (c *canvas) text(s string) { c.out = append(c.out, s...) }

func (c *canvas) styled(sgr, s string) {
	if !c.screen.Color || sgr == "" || s == "" {
		c.text(s)
		return
	}
	c.text(sgr)
	c.text(s)
	c.text(sgrReset)
}

func (c *canvas) spaces(n int) { c.out = appendSpaces(c.out, n) }

func (c *canvas) newline() {
	for len(c.out) > 0 && c.out[len(c.out)-1] == ' ' {
		c.out = c.out[:len(c.out)-1]
	}
	c.out = append(c.out, '\n')
}

// label writes a text of exactly so many columns: clipped, or padded on the left or right.
func (c *canvas) label(s string, columns int, right bool, sgr string) {
	text, w := c.glyphs.clip([]byte(s), columns)
	if right {
		c.spaces(columns - w)
	}
	c.styled(sgr, string(text))
	if !right {
		c.spaces(columns - w)
	}
}

// seriesColor is the colour of a series; the marks differ too, for screens without colour.
func seriesColor(series int) string {
	return [...]string{"\x1b[36m", "\x1b[33m", "\x1b[35m", "\x1b[32m"}[series%maxSeries]
}

// title writes what the chart shows: the series by the column across.
func (c *canvas) title(what string) {
	text, _ := c.glyphs.clip([]byte(what), c.screen.Width-1)
	c.styled(sgrBold, string(text))
	c.newline()
}

// legend writes which mark stands for which series, where there are several.
func (c *canvas) legend(names []string, marks func(int) string) {
	if len(names) < 2 {
		return
	}
	left := c.screen.Width - 1
	for i, name := range names {
		text, w := c.glyphs.clip([]byte(name), 30)
		if left -= w + 4; left < 0 {
			break
		}
		c.styled(seriesColor(i), marks(i))
		c.text(" " + string(text) + "  ")
	}
	c.newline()
}

// number writes a value for people: thousands apart, few decimals.
func number(v float64) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		return "NULL"
	case a >= 1e15 || (a > 0 && a < 1e-4):
		return strconv.FormatFloat(v, 'g', 4, 64)
	case v == math.Trunc(v):
		return thousands(strconv.FormatFloat(v, 'f', 0, 64))
	case a >= 1:
		return thousands(strconv.FormatFloat(v, 'f', 2, 64))
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

func thousands(digits string) string {
	sign, fraction := "", ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	if i := strings.IndexByte(digits, '.'); i >= 0 {
		digits, fraction = digits[:i], digits[i:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits + fraction
}

// niceStep returns the round step (1, 2, 2.5 or 5 times a power of ten) that cuts a span into about so many parts.
func niceStep(span float64, parts int) float64 {
	if span <= 0 || math.IsInf(span, 0) || math.IsNaN(span) {
		return 1
	}
	raw := span / float64(parts)
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range [...]float64{1, 2, 2.5, 5} {
		if raw <= m*power*(1+1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// tick writes a value on an axis with as many decimals as its step needs.
func tick(v, step float64) string {
	if math.Abs(v) < step/1e6 {
		v = 0
	}
	if a := math.Abs(v); a >= 1e15 || step < 1e-6 {
		return strconv.FormatFloat(v, 'g', 4, 64)
	}
	decimals := 0
	for s := step; decimals < 6 && math.Abs(s-math.Round(s)) > 1e-9*math.Max(1, s); s *= 10 {
		decimals++
	}
	return thousands(strconv.FormatFloat(v, 'f', decimals, 64))
}
