package output

import (
	"math"
	"strconv"

	"github.com/custard-ai/custard/internal/custard"
)

// Points keeps the first rows of a result as they stream by, for a chart that is chosen after the last one.
type Points struct {
	fields  []custard.Field
	batches []*custard.Batch
	rows    int
	bytes   int
	full    bool
}

const (
	maxPoints     = 20_000
	maxPointBytes = 8 << 20
)

// NewPoints returns a collector of rows with these columns.
func NewPoints(fields []custard.Field) *Points { return &Points{fields: fields} }

// Rows keeps a copy of a block while there is room.
func (p *Points) Rows(b *custard.Batch) {
	if p.full || p.rows+b.Rows > maxPoints || p.bytes+len(b.Data) > maxPointBytes {
		p.full, p.batches = true, nil
		return
	}
	p.batches = append(p.batches, b.Clone())
	p.rows += b.Rows
	p.bytes += len(b.Data)
}

// Draw returns the chart as lines for a screen (its Width, or 80 where it has none), or CodeFailed with the reason why it
// cannot be drawn: a column that is not there or holds no numbers, too few or too many rows.
func (p *Points) Draw(chart custard.Chart, screen Screen) (string, error) {
	if p.full {
		return "", custard.Errorf(custard.CodeFailed, "too many rows for a chart").
			WithHint("Ask for totals by group, or for fewer rows.")
	}
	if p.rows == 0 {
		return "", custard.Errorf(custard.CodeFailed, "no rows to draw")
	}
	if screen.Width <= 0 {
		screen.Width = 80
	}
	d, err := p.data(chart)
	if err != nil {
		return "", err
	}
	c := &canvas{screen: screen, glyphs: glyphs{screen.Unicode}}
	switch chart.Kind {
	case custard.ChartHist:
		drawHist(c, d)
	case custard.ChartLine:
		if len(d.labels) < 2 {
			drawBars(c, d)
			break
		}
		drawLines(c, d)
	case custard.ChartBar, custard.ChartAuto, custard.ChartNone:
		drawBars(c, d)
	}
	return string(c.out), nil
}

// data is what a chart shows: a label for each row and the values of each series, NaN where there is none.
type data struct {
	x      custard.Field
	labels []string
	names  []string
	values [][]float64 // by series, then row
}

// maxSeries is how many series one chart can tell apart.
const maxSeries = 4

func (p *Points) data(chart custard.Chart) (*data, error) {
	x, err := p.column(chart.X)
	if err != nil {
		return nil, err
	}
	d := &data{}
	if x >= 0 {
		d.x = p.fields[x]
	}
	names := chart.Y
	if len(names) > maxSeries {
		names = names[:maxSeries]
	}
	ys := make([]int, 0, len(names))
	for _, name := range names {
		y, err := p.column(name)
		if err != nil {
			return nil, err
		}
		if y < 0 {
			continue
		}
		ys = append(ys, y)
		d.names = append(d.names, name)
		d.values = append(d.values, make([]float64, 0, p.rows))
	}
	if len(ys) == 0 {
		return nil, custard.Errorf(custard.CodeFailed, "no column of numbers to draw")
	}
	numbers := false
	cells := make([]string, len(p.fields))
	for _, b := range p.batches {
		r := b.Reader()
		for range b.Rows {
			for i, f := range p.fields {
				cell, null, ok := r.Next()
				if !ok {
					return nil, brokenBatch(&r)
				}
				cells[i] = "NULL"
				if !null {
					cells[i] = string(glyphs{true}.appendShown(nil, cell[:min(len(cell), 400)], f.Type))
				}
			}
			label := strconv.Itoa(len(d.labels) + 1)
			if x >= 0 {
				label = cells[x]
			}
			d.labels = append(d.labels, label)
			for s, y := range ys {
				v, err := strconv.ParseFloat(cells[y], 64)
				if err != nil || math.IsInf(v, 0) {
					v = math.NaN()
				}
				numbers = numbers || !math.IsNaN(v)
				d.values[s] = append(d.values[s], v)
			}
		}
	}
	if !numbers {
		return nil, custard.Errorf(custard.CodeFailed, "the column %q holds no numbers to draw", d.names[0])
	}
	return d, nil
}

func (p *Points) column(name string) (int, error) {
	if name == "" {
		return -1, nil
	}
	for i, f := range p.fields {
		if f.Name == name {
			return i, nil
		}
	}
	return -1, custard.Errorf(custard.CodeFailed, "the result has no column %q to draw", name)
}
