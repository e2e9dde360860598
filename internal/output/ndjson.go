package output

import (
	"io"
	"strconv"

	"github.com/custard-ai/custard/internal/custard"
)

// ndjsonWriter writes one JSON object a row.
type ndjsonWriter struct {
	stream
	fields []custard.Field
	keys   [][]byte // what stands before each value: {"name": or ,"name":
}

func (n *ndjsonWriter) Begin(fields []custard.Field) error {
	n.fields = fields
	n.keys = make([][]byte, len(fields))
	for i, name := range uniqueNames(fields) {
		key := []byte{','}
		if i == 0 {
			key[0] = '{'
		}
		n.keys[i] = append(appendString(key, []byte(name)), ':')
	}
	return nil
}

func (n *ndjsonWriter) Rows(b *custard.Batch) error {
	r := b.Reader()
	for range b.Rows {
		if err := n.object(&r); err != nil {
			return err
		}
		n.buf = append(n.buf, '\n')
		if err := n.full(); err != nil {
			return err
		}
	}
	return n.blockEnd()
}

// object appends a row as an object.
func (n *ndjsonWriter) object(r *custard.Reader) error {
	for i := range n.fields {
		n.buf = append(n.buf, n.keys[i]...)
		cell, null, ok := r.Next()
		if !ok {
			return brokenBatch(r)
		}
		if null {
			n.buf = append(n.buf, "null"...)
			continue
		}
		n.buf = appendJSON(n.buf, cell, n.fields[i].Type, n.fields[i].Elem)
	}
	n.buf = append(n.buf, '}')
	return nil
}

func (n *ndjsonWriter) End() error { return n.flush() }

func (n *ndjsonWriter) Abort(*custard.Error) error { return n.flush() }

// uniqueNames returns the columns' names, each once: the second 'name' is name_2.
func uniqueNames(fields []custard.Field) []string {
	names := make([]string, len(fields))
	given := make(map[string]bool, len(fields))
	for _, f := range fields {
		given[f.Name] = true
	}
	taken := make(map[string]bool, len(fields))
	for i, f := range fields {
		name := f.Name
		for n := 2; taken[name] || (n > 2 && given[name]); n++ {
			name = f.Name + "_" + strconv.Itoa(n)
		}
		taken[name] = true
		names[i] = name
	}
	return names
}

// NewArray returns a writer of a JSON array of one object a row, for lists that are no answer.
func NewArray(w io.Writer) Writer { return &arrayWriter{ndjsonWriter{stream: newStream(w)}, 0} }

type arrayWriter struct {
	ndjsonWriter
	rows int
}

func (a *arrayWriter) Begin(fields []custard.Field) error {
	if err := a.ndjsonWriter.Begin(fields); err != nil {
		return err
	}
	a.buf = append(a.buf, '[')
	return nil
}

func (a *arrayWriter) Rows(b *custard.Batch) error {
	r := b.Reader()
	for range b.Rows {
		if a.rows++; a.rows > 1 {
			a.buf = append(a.buf, ',')
		}
		a.buf = append(a.buf, "\n  "...)
		if err := a.object(&r); err != nil {
			return err
		}
		if err := a.full(); err != nil {
			return err
		}
	}
	return a.blockEnd()
}

func (a *arrayWriter) End() error {
	if a.rows > 0 {
		a.buf = append(a.buf, '\n')
	}
	a.buf = append(a.buf, "]\n"...)
	return a.flush()
}
