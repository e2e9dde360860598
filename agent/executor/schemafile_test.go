package executor

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/custard-ai/custard/internal/custard"
)

func someSchema(tables int) *custard.Schema {
	s := &custard.Schema{Dialect: custard.Postgres, Database: "db", DefaultSchema: "public", Version: "PostgreSQL 15", Fingerprint: "f", Overloads: []string{"max", "replace"}}
	for i := range tables {
		t := &custard.Table{
			Schema: "public", Name: fmt.Sprint("t", i), Kind: custard.KindTable, Comment: "a café", Rows: int64(i) - 1, PrimaryKey: []string{"c0"},
			Unique:      [][]string{{"c1", "c2"}, {"c3"}},
			ForeignKeys: []custard.ForeignKey{{Columns: []string{"c1"}, RefSchema: "public", RefTable: "t0", RefColumns: []string{"c0"}}},
		}
		for c := range 15 {
			t.Columns = append(t.Columns, &custard.Column{Name: fmt.Sprint("c", c), Type: custard.TypeArray, Elem: custard.TypeInt, DataType: "integer[]", Nullable: c%2 == 0, Comment: "x"})
		}
		s.Tables = append(s.Tables, t)
	}
	s.Tables = append(s.Tables, &custard.Table{Name: "empty", Columns: []*custard.Column{}})
	return s
}

func TestSchemaFile(t *testing.T) {
	t.Parallel()
	want := someSchema(3)
	data := string(encodeSchema(want))
	if d := cmp.Diff(want, decodeSchema(data)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	for i := range len(data) {
		if decodeSchema(data[:i]) != nil {
			t.Fatalf("the first %d of %d bytes are taken for a schema", i, len(data))
		}
	}
	if decodeSchema(data+"x") != nil {
		t.Error("a longer file is taken for a schema")
	}
}

func FuzzSchemaFile(f *testing.F) {
	f.Add(string(encodeSchema(someSchema(1))))
	f.Fuzz(func(t *testing.T, data string) {
		if s := decodeSchema(data); s != nil {
			again := decodeSchema(string(encodeSchema(s)))
			if d := cmp.Diff(s, again); d != "" {
				t.Error(d)
			}
		}
	})
}

func BenchmarkSchemaFile2000(b *testing.B) {
	data := string(encodeSchema(someSchema(2000)))
	for b.Loop() {
		if decodeSchema(data) == nil {
			b.Fatal("broken")
		}
	}
}
