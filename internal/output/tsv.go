package output

import "github.com/custard-ai/custard/internal/custard"

// tsvWriter writes cells apart by tabs, with backslash escapes for what would break a line.
type tsvWriter struct {
	stream
	safe  bool
	shown bool
	bools []bool
}

func (t *tsvWriter) Begin(fields []custard.Field) error {
	t.bools = make([]bool, len(fields))
	for i, f := range fields {
		if i > 0 {
			t.buf = append(t.buf, '\t')
		}
		t.bools[i] = f.Type == custard.TypeBool
		t.cell([]byte(f.Name))
	}
	t.buf = append(t.buf, '\n')
	return nil
}

func (t *tsvWriter) Rows(b *custard.Batch) error {
	r := b.Reader()
	for range b.Rows {
		for i := range t.bools {
			if i > 0 {
				t.buf = append(t.buf, '\t')
			}
			cell, null, ok := r.Next()
			switch {
			case !ok:
				return brokenBatch(&r)
			case null:
			case t.bools[i] && boolWord(cell) != "":
				t.buf = append(t.buf, boolWord(cell)...)
			default:
				t.cell(cell)
			}
		}
		t.buf = append(t.buf, '\n')
		if err := t.full(); err != nil {
			return err
		}
	}
	return t.blockEnd()
}

func (t *tsvWriter) cell(cell []byte) {
	if t.safe && isFormula(cell) {
		t.buf = append(t.buf, '\'')
	}
	if !tsvPlain(cell) {
		escaped := make([]byte, 0, len(cell)+8)
		for _, b := range cell {
			switch b {
			case '\\':
				escaped = append(escaped, '\\', '\\')
			case '\t':
				escaped = append(escaped, '\\', 't')
			case '\n':
				escaped = append(escaped, '\\', 'n')
			case '\r':
				escaped = append(escaped, '\\', 'r')
			default:
				escaped = append(escaped, b)
			}
		}
		cell = escaped
	}
	if t.shown {
		cell = shown(cell)
	}
	t.buf = append(t.buf, cell...)
}

func (t *tsvWriter) End() error { return t.flush() }

func (t *tsvWriter) Abort(*custard.Error) error { return t.flush() }
