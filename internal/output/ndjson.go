package output

import (
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
		for i := range n.fields {
			n.buf = append(n.buf, n.keys[i]...)
			cell, null, ok := r.Next()
			if !ok {
				return brokenBatch(&r)
			}
			if null {
				n.buf = append(n.buf, "null"...)
				continue
			}
			n.buf = appendJSON(n.buf, cell, n.fields[i].Type, n.fields[i].Elem)
		}
		n.buf = append(n.buf, '}', '\n')
		if err := n.full(); err != nil {
			return err
		}
	}
	return n.blockEnd()
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
