package executor

import (
	"encoding/binary"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// A schema on disk is numbers and texts one after another (uvarint lengths, all texts in one block), so that reading
// 2,000 tables costs a millisecond: the texts share the file's memory, the columns are made in one piece.

type schemaWriter struct {
	numbers []byte
	texts   strings.Builder
}

func (w *schemaWriter) number(n int) { w.numbers = binary.AppendVarint(w.numbers, int64(n)) }

func (w *schemaWriter) text(s string) {
	w.number(len(s))
	w.texts.WriteString(s)
}

func (w *schemaWriter) list(list []string) {
	w.number(len(list))
	for _, s := range list {
		w.text(s)
	}
}

// encodeSchema writes a schema.
func encodeSchema(s *custard.Schema) []byte {
	var w schemaWriter
	for _, v := range [...]string{string(s.Dialect), s.Database, s.DefaultSchema, s.Version, s.Fingerprint} {
		w.text(v)
	}
	w.list(s.Overloads)
	columns := 0
	for _, t := range s.Tables {
		columns += len(t.Columns)
	}
	w.number(len(s.Tables))
	w.number(columns)
	for _, t := range s.Tables {
		w.text(t.Schema)
		w.text(t.Name)
		w.text(string(t.Kind))
		w.text(t.Comment)
		w.number(int(t.Rows))
		w.number(len(t.Columns))
		for _, c := range t.Columns {
			w.text(c.Name)
			w.text(string(c.Type))
			w.text(string(c.Elem))
			w.text(c.DataType)
			w.text(c.Comment)
			nullable := 0
			if c.Nullable {
				nullable = 1
			}
			w.number(nullable)
		}
		w.list(t.PrimaryKey)
		w.number(len(t.Unique))
		for _, u := range t.Unique {
			w.list(u)
		}
		w.number(len(t.ForeignKeys))
		for _, k := range t.ForeignKeys {
			w.list(k.Columns)
			w.text(k.RefSchema)
			w.text(k.RefTable)
			w.list(k.RefColumns)
		}
	}
	head := binary.AppendUvarint(nil, uint64(len(w.numbers)))
	return append(append(head, w.numbers...), w.texts.String()...)
}

type schemaReader struct {
	numbers []byte
	texts   string
	bad     bool
}

func (r *schemaReader) number() int {
	n, size := binary.Varint(r.numbers)
	if size <= 0 {
		r.bad, r.numbers = true, nil
		return 0
	}
	r.numbers = r.numbers[size:]
	return int(n)
}

// count reads a number of things that follow, each of which has at least one number.
func (r *schemaReader) count() int {
	n := r.number()
	if n < 0 || n > len(r.numbers) {
		r.bad = true
		return 0
	}
	return n
}

func (r *schemaReader) text() string {
	n := r.number()
	if n < 0 || n > len(r.texts) {
		r.bad = true
		return ""
	}
	s := r.texts[:n]
	r.texts = r.texts[n:]
	return s
}

func (r *schemaReader) list() []string {
	n := r.count()
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = r.text()
	}
	return list
}

// decodeSchema reads what encodeSchema wrote; nil where it is something else.
func decodeSchema(data string) *custard.Schema {
	size, n := binary.Uvarint([]byte(data[:min(len(data), binary.MaxVarintLen64)]))
	if n <= 0 || size > uint64(len(data)-n) {
		return nil
	}
	r := schemaReader{numbers: []byte(data[n : n+int(size)]), texts: data[n+int(size):]}
	s := &custard.Schema{Dialect: custard.Dialect(r.text()), Database: r.text(), DefaultSchema: r.text(), Version: r.text(), Fingerprint: r.text(), Overloads: r.list()}
	tables, columns := make([]custard.Table, r.count()), make([]custard.Column, r.count())
	refs := make([]*custard.Column, len(columns))
	s.Tables = make([]*custard.Table, len(tables))
	for i := range tables {
		t := &tables[i]
		s.Tables[i] = t
		t.Schema, t.Name, t.Kind, t.Comment, t.Rows = r.text(), r.text(), custard.TableKind(r.text()), r.text(), int64(r.number())
		n := r.count()
		if n > len(columns) {
			return nil
		}
		for c := range n {
			refs[c] = &columns[c]
			columns[c] = custard.Column{Name: r.text(), Type: custard.Type(r.text()), Elem: custard.Type(r.text()), DataType: r.text(), Comment: r.text(), Nullable: r.number() == 1}
		}
		t.Columns = refs[:n:n]
		columns, refs = columns[n:], refs[n:]
		t.PrimaryKey = r.list()
		if n := r.count(); n > 0 {
			t.Unique = make([][]string, n)
			for u := range t.Unique {
				t.Unique[u] = r.list()
			}
		}
		if n := r.count(); n > 0 {
			t.ForeignKeys = make([]custard.ForeignKey, n)
			for k := range t.ForeignKeys {
				t.ForeignKeys[k] = custard.ForeignKey{Columns: r.list(), RefSchema: r.text(), RefTable: r.text(), RefColumns: r.list()}
			}
		}
	}
	if r.bad || len(r.numbers) > 0 || len(r.texts) > 0 {
		return nil
	}
	return s
}
