package output

import "unicode/utf8"

// plot is a grid of characters that dots are set in: 2×4 to a character with braille, else one.
type plot struct {
	columns, rows int
	dotsX, dotsY  int
	braille       bool
	bits          []uint8
	series        []int8 // whose dot was set last; -1 for none
}

type dot struct{ x, y int }

func newPlot(columns, rows int, braille bool) *plot {
	p := &plot{columns: columns, rows: rows, dotsX: columns, dotsY: rows, braille: braille,
		bits: make([]uint8, columns*rows), series: make([]int8, columns*rows)}
	if braille {
		p.dotsX, p.dotsY = columns*2, rows*4
	}
	for i := range p.series {
		p.series[i] = -1
	}
	return p
}

func (p *plot) set(x, y, series int) {
	if x < 0 || y < 0 || x >= p.dotsX || y >= p.dotsY {
		return
	}
	bit := uint8(1)
	if p.braille {
		bit = [4][2]uint8{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}[y%4][x%2]
		x, y = x/2, y/4
	}
	p.bits[y*p.columns+x] |= bit
	p.series[y*p.columns+x] = int8(series)
}

// line sets the dots from one point to the next (Bresenham), or the one point alone.
func (p *plot) line(from *dot, to dot, series int) {
	if from == nil {
		p.set(to.x, to.y, series)
		return
	}
	x, y := from.x, from.y
	dx, dy := abs(to.x-x), -abs(to.y-y)
	sx, sy := sign(to.x-x), sign(to.y-y)
	for e := dx + dy; ; {
		p.set(x, y, series)
		if x == to.x && y == to.y {
			return
		}
		e2 := 2 * e
		if e2 >= dy {
			e += dy
			x += sx
		}
		if e2 <= dx {
			e += dx
			y += sy
		}
	}
}

func (p *plot) row(c *canvas, y, series int) {
	current := int8(-1)
	for x := range p.columns {
		i := y*p.columns + x
		if c.screen.Color && p.series[i] != current {
			if current >= 0 {
				c.text(sgrReset)
			}
			if current = p.series[i]; current >= 0 {
				c.text(seriesColor(int(current)))
			}
		}
		switch {
		case p.bits[i] == 0:
			c.text(" ")
		case p.braille:
			c.out = utf8.AppendRune(c.out, 0x2800+rune(p.bits[i]))
		default:
			c.text(c.mark(int(p.series[i]), max(2, series)))
		}
	}
	if current >= 0 {
		c.text(sgrReset)
	}
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

func sign(n int) int {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	}
	return 0
}
