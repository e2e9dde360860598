package output

import (
	"github.com/custard-ai/custard/internal/custard"
)

// tableWriter draws rows as a table: with boxes that fit the width on a terminal, plain columns elsewhere, or Markdown.
// It keeps the first rows to see how wide the columns are, then streams; a later cell that is wider is clipped on a
// terminal and sticks out elsewhere.
type tableWriter struct {
	stream
	screen   Screen
	markdown bool

	fields []custard.Field
	sample []*custard.Batch
	rows   int // in the sample
	bytes  int // in the sample
	style  *tableStyle
	layout layout
	cell   []byte
	upward *verticalWriter // where a few rows were too wide for a table
}

const (
	sampleRows  = 1000
	sampleBytes = 4 << 20
	// A column is padded to at most so much where nothing is clipped; a longer cell sticks out.
	widestPlain = 100
	// At most so many rows that do not fit as a table are shown one above the other instead.
	fewRows = 20
)

func (t *tableWriter) Begin(fields []custard.Field) error {
	t.fields = fields
	t.style = plainStyle(t.screen)
	switch {
	case t.markdown:
		t.style = markdownStyle()
	case t.screen.Terminal():
		t.style = boxStyle(t.screen)
	}
	return nil
}

func (t *tableWriter) Rows(b *custard.Batch) error {
	if t.upward != nil {
		return t.upward.Rows(b)
	}
	if t.layout.widths != nil {
		return t.draw(b)
	}
	t.sample = append(t.sample, b.Clone())
	t.rows += b.Rows
	t.bytes += len(b.Data)
	if t.rows < sampleRows && t.bytes < sampleBytes {
		return nil
	}
	return t.start()
}

// start chooses the widths and draws what was kept.
func (t *tableWriter) start() error {
	natural := make([]int, len(t.fields))
	for i, f := range t.fields {
		natural[i] = width(t.shownName(f))
	}
	for _, b := range t.sample {
		r := b.Reader()
		for range b.Rows {
			for i := range t.fields {
				cell, null, ok := r.Next()
				if !ok {
					return brokenBatch(&r)
				}
				natural[i] = max(natural[i], width(t.text(cell, null, i)))
			}
		}
	}
	t.lay(natural)
	if t.layout.hidden > 0 && t.rows <= fewRows && t.rows > 0 {
		t.upward = &verticalWriter{stream: t.stream, screen: t.screen}
		if err := t.upward.Begin(t.fields); err != nil {
			return err
		}
		t.layout.hidden = 0
	} else {
		t.top()
	}
	sample := t.sample
	t.sample = nil
	for _, b := range sample {
		if err := t.Rows(b); err != nil {
			return err
		}
	}
	return t.err
}

func (t *tableWriter) lay(natural []int) {
	if t.screen.Terminal() {
		t.layout = fit(natural, t.fields, t.screen.Width, 3)
		return
	}
	for i := range natural {
		natural[i] = max(min(natural[i], widestPlain), 3*btoi(t.markdown))
	}
	t.layout = layout{widths: natural}
}

// Hidden returns how many columns found no place on the screen.
func (t *tableWriter) Hidden() int { return t.layout.hidden }

func (t *tableWriter) shownName(f custard.Field) []byte {
	return t.style.escape(glyphs{t.screen.Unicode}.appendShown(nil, []byte(f.Name), custard.TypeText))
}

func (t *tableWriter) text(cell []byte, null bool, column int) []byte {
	if null {
		return t.style.null
	}
	if t.screen.Terminal() && len(cell) > 16*t.screen.Width { // the rest cannot be seen
		cell = cell[:16*t.screen.Width]
	}
	t.cell = glyphs{t.screen.Unicode}.appendShown(t.cell[:0], cell, t.fields[column].Type)
	return t.style.escape(t.cell)
}

func (t *tableWriter) top() {
	s := t.style
	t.rule(s.top)
	t.buf = append(t.buf, s.left...)
	for i := range t.layout.widths {
		if i > 0 {
			t.buf = append(t.buf, s.between...)
		}
		t.put(t.shownName(t.fields[i]), i, s.header)
	}
	t.endLine()
	t.rule(s.middle)
}

func (t *tableWriter) draw(b *custard.Batch) error {
	r := b.Reader()
	for range b.Rows {
		t.buf = append(t.buf, t.style.left...)
		for i := range t.fields {
			cell, null, ok := r.Next()
			if !ok {
				return brokenBatch(&r)
			}
			if i >= len(t.layout.widths) {
				continue
			}
			if i > 0 {
				t.buf = append(t.buf, t.style.between...)
			}
			sgr := ""
			if null {
				sgr = t.style.nullSGR
			}
			t.put(t.text(cell, null, i), i, sgr)
		}
		t.endLine()
		if err := t.full(); err != nil {
			return err
		}
	}
	return t.blockEnd()
}

// put writes a text into its column: numbers to the right, else to the left.
func (t *tableWriter) put(text []byte, column int, sgr string) {
	columns := t.layout.widths[column]
	w := 0
	if t.screen.Terminal() {
		text, w = glyphs{t.screen.Unicode}.clip(text, columns)
	} else {
		w = width(text)
	}
	right := t.fields[column].Type.Numeric()
	if right {
		t.buf = appendSpaces(t.buf, columns-w)
	}
	if sgr != "" {
		t.buf = append(t.buf, sgr...)
		t.buf = append(t.buf, text...)
		t.buf = append(t.buf, sgrReset...)
	} else {
		t.buf = append(t.buf, text...)
	}
	if !right && (column < len(t.fields)-1 || t.style.right != "") {
		t.buf = appendSpaces(t.buf, columns-w)
	}
}

func (t *tableWriter) endLine() {
	if t.layout.hidden > 0 {
		t.buf = append(t.buf, t.style.between...)
		t.buf = append(t.buf, t.style.more...)
	}
	t.buf = append(t.buf, t.style.right...)
	if t.style.trim {
		for len(t.buf) > 0 && t.buf[len(t.buf)-1] == ' ' {
			t.buf = t.buf[:len(t.buf)-1]
		}
	}
	t.buf = append(t.buf, '\n')
}

func (t *tableWriter) rule(r ruleStyle) {
	if r.line == "" {
		return
	}
	t.buf = append(t.buf, t.style.ruleSGR...)
	t.buf = append(t.buf, r.left...)
	for i, w := range t.layout.widths {
		if i > 0 {
			t.buf = append(t.buf, r.between...)
		}
		if t.markdown {
			t.buf = appendDashes(t.buf, w, t.fields[i].Type.Numeric())
			continue
		}
		for range w + 2 {
			t.buf = append(t.buf, r.line...)
		}
	}
	if t.layout.hidden > 0 {
		t.buf = append(t.buf, r.between...)
		for range width([]byte(t.style.more)) + 2 {
			t.buf = append(t.buf, r.line...)
		}
	}
	t.buf = append(t.buf, r.right...)
	if t.style.ruleSGR != "" {
		t.buf = append(t.buf, sgrReset...)
	}
	t.buf = append(t.buf, '\n')
}

func (t *tableWriter) End() error {
	if t.layout.widths == nil {
		if err := t.start(); err != nil {
			return err
		}
	}
	if t.upward != nil {
		return t.upward.End()
	}
	t.rule(t.style.bottom)
	return t.flush()
}

// Abort shows the rows that came.
func (t *tableWriter) Abort(*custard.Error) error {
	if t.fields == nil || (t.layout.widths == nil && t.rows == 0) {
		return nil
	}
	return t.End()
}
