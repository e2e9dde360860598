package output

import (
	"unicode/utf8"

	"github.com/custard-ai/custard/internal/custard"
)

// csvWriter writes RFC 4180 with LF line ends.
type csvWriter struct {
	stream
	comma byte
	safe  bool
	shown bool // to a terminal: control characters are shown, not sent
	bools []bool
}

func (c *csvWriter) Begin(fields []custard.Field) error {
	c.bools = make([]bool, len(fields))
	for i, f := range fields {
		if i > 0 {
			c.buf = append(c.buf, c.comma)
		}
		c.bools[i] = f.Type == custard.TypeBool
		c.cell([]byte(f.Name))
	}
	c.buf = append(c.buf, '\n')
	return nil
}

func (c *csvWriter) Rows(b *custard.Batch) error {
	r := b.Reader()
	for range b.Rows {
		for i := range c.bools {
			if i > 0 {
				c.buf = append(c.buf, c.comma)
			}
			cell, null, ok := r.Next()
			switch {
			case !ok:
				return brokenBatch(&r)
			case null:
				if len(c.bools) == 1 {
					c.buf = append(c.buf, '"', '"')
				}
			case c.bools[i] && boolWord(cell) != "":
				c.buf = append(c.buf, boolWord(cell)...)
			default:
				c.cell(cell)
			}
		}
		c.buf = append(c.buf, '\n')
		if err := c.full(); err != nil {
			return err
		}
	}
	return c.blockEnd()
}

func (c *csvWriter) cell(cell []byte) {
	if c.shown {
		cell = shown(cell)
	}
	formula := c.safe && isFormula(cell)
	if len(cell) > 0 && !formula && csvPlain(cell, c.comma) {
		c.buf = append(c.buf, cell...)
		return
	}
	c.buf = append(c.buf, '"')
	if formula {
		c.buf = append(c.buf, '\'')
	}
	for _, b := range cell {
		if b == '"' {
			c.buf = append(c.buf, '"')
		}
		c.buf = append(c.buf, b)
	}
	c.buf = append(c.buf, '"')
}

func (c *csvWriter) End() error { return c.flush() }

func (c *csvWriter) Abort(*custard.Error) error { return c.flush() }

// boolWord returns the word for t and f, which more readers know, and "" for what is neither.
func boolWord(cell []byte) string {
	if len(cell) != 1 {
		return ""
	}
	switch cell[0] {
	case 't':
		return "true"
	case 'f':
		return "false"
	}
	return ""
}

// isFormula says whether a spreadsheet may run a cell: it begins with one of = + - @, their full-width forms, a tab or a
// line end, and is no plain number.
func isFormula(cell []byte) bool {
	if len(cell) == 0 {
		return false
	}
	switch cell[0] {
	case '=', '@', '\t', '\r', '\n':
		return true
	case '+', '-':
		return !jsonNumber(cell[1:])
	}
	if cell[0] >= utf8.RuneSelf {
		switch r, _ := utf8.DecodeRune(cell); r {
		case '＝', '＋', '－', '＠':
			return true
		}
	}
	return false
}
