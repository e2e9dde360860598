package output

import (
	"bytes"
	"strconv"

	"github.com/custard-ai/custard/internal/custard"
)

// verticalWriter writes each row as a block of lines, one a column. Nothing is clipped, and lines within a cell stay lines.
type verticalWriter struct {
	stream
	screen Screen
	fields []custard.Field
	names  [][]byte
	wide   int
	rows   int64
	cell   []byte
}

func (v *verticalWriter) Begin(fields []custard.Field) error {
	v.fields = fields
	v.names = make([][]byte, len(fields))
	for i, f := range fields {
		v.names[i] = glyphs{v.screen.Unicode}.appendShown(nil, []byte(f.Name), custard.TypeText)
		v.wide = max(v.wide, width(v.names[i]))
	}
	return nil
}

func (v *verticalWriter) Rows(b *custard.Batch) error {
	r := b.Reader()
	for range b.Rows {
		v.rows++
		v.title()
		for i := range v.fields {
			cell, null, ok := r.Next()
			if !ok {
				return brokenBatch(&r)
			}
			v.line(i, cell, null)
		}
		if err := v.full(); err != nil {
			return err
		}
	}
	return v.blockEnd()
}

func (v *verticalWriter) title() {
	dash := "-"
	if v.screen.Terminal() && v.screen.Unicode {
		dash = "─"
	}
	v.sgr(sgrDim)
	v.buf = append(append(v.buf, dash...), "[ "...)
	v.buf = strconv.AppendInt(v.buf, v.rows, 10)
	v.buf = append(v.buf, " ]"...)
	for range max(v.wide, 20) {
		v.buf = append(v.buf, dash...)
	}
	v.sgr(sgrReset)
	v.buf = append(v.buf, '\n')
}

func (v *verticalWriter) line(i int, cell []byte, null bool) {
	v.sgr(sgrBold)
	v.buf = append(v.buf, v.names[i]...)
	v.sgr(sgrReset)
	v.buf = appendSpaces(v.buf, v.wide-width(v.names[i]))
	v.bar()
	if null {
		v.sgr(sgrDim)
		v.buf = append(v.buf, "NULL"...)
		v.sgr(sgrReset)
		v.buf = append(v.buf, '\n')
		return
	}
	for first := true; ; first = false {
		line, rest, more := bytes.Cut(cell, []byte{'\n'})
		if !first {
			v.buf = appendSpaces(v.buf, v.wide)
			v.bar()
		}
		if more {
			line = bytes.TrimSuffix(line, []byte{'\r'})
		}
		v.cell = glyphs{v.screen.Unicode}.appendShown(v.cell[:0], line, v.fields[i].Type)
		v.buf = append(v.buf, v.cell...)
		for len(v.buf) > 0 && v.buf[len(v.buf)-1] == ' ' {
			v.buf = v.buf[:len(v.buf)-1]
		}
		v.buf = append(v.buf, '\n')
		if !more {
			return
		}
		cell = rest
	}
}

func (v *verticalWriter) bar() {
	if v.screen.Terminal() && v.screen.Unicode {
		v.sgr(sgrDim)
		v.buf = append(v.buf, " │ "...)
		v.sgr(sgrReset)
		return
	}
	v.buf = append(v.buf, " | "...)
}

func (v *verticalWriter) sgr(code string) {
	if v.screen.Color {
		v.buf = append(v.buf, code...)
	}
}

func (v *verticalWriter) End() error { return v.flush() }

func (v *verticalWriter) Abort(*custard.Error) error { return v.flush() }
