package ask

import (
	"strconv"

	"github.com/custard-ai/custard/internal/custard"
)

// sampleRows is how many of a result's first rows the sentence and the chart are computed from.
const sampleRows = 1000

// cell is a decoded cell of the sample.
type cell struct {
	text string
	null bool
}

// sample keeps the first rows of a result and counts all.
type sample struct {
	fields  []custard.Field
	skip    bool   // an export: count rows, look at none
	rows    int64  // in all
	cells   []cell // of the first sampleRows rows, row by row
	partial bool   // there were more rows than the sample holds
}

func newSample(fields []custard.Field, skip bool) *sample {
	return &sample{fields: fields, skip: skip}
}

// add counts a batch's rows and keeps those that still fit.
func (s *sample) add(b *custard.Batch) {
	s.rows += int64(b.Rows)
	if s.skip || len(s.fields) == 0 || s.partial {
		s.partial = s.partial || (s.skip && b.Rows > 0)
		return
	}
	room := sampleRows*len(s.fields) - len(s.cells)
	s.partial = b.Rows*len(s.fields) > room
	r := b.Reader()
	for range min(room, b.Rows*len(s.fields)) {
		text, null, ok := r.Next()
		if !ok {
			return
		}
		s.cells = append(s.cells, cell{string(text), null})
	}
}

// kept is the number of rows in the sample.
func (s *sample) kept() int {
	if len(s.fields) == 0 {
		return 0
	}
	return len(s.cells) / len(s.fields)
}

// at returns the cell of a row and column of the sample.
func (s *sample) at(row, col int) cell { return s.cells[row*len(s.fields)+col] }

// number returns a cell as a float; ok is false for NULL and what is no number.
func (c cell) number() (float64, bool) {
	if c.null {
		return 0, false
	}
	v, err := strconv.ParseFloat(c.text, 64)
	return v, err == nil
}
