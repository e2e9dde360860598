package notes

import (
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
)

func shop() *custard.Schema {
	return &custard.Schema{Dialect: custard.SQLite, Database: "shop", Tables: []*custard.Table{
		{Name: "items", Kind: custard.KindTable, Columns: []*custard.Column{{Name: "price", Type: custard.TypeDecimal}, {Name: "n", Type: custard.TypeInt}}},
		{Name: "orders", Kind: custard.KindTable, Columns: []*custard.Column{{Name: "id", Type: custard.TypeInt}, {Name: "deleted_at", Type: custard.TypeTimestamp}, {Name: "total", Type: custard.TypeDecimal}}},
	}}
}

func TestLint(t *testing.T) {
	t.Parallel()
	n, err := Read([]byte(`{"tables":{
		"orders":{"filter":"deleted_at IS NULL","columns":{"total":"with tax","gone":{"masked":true}}},
		"items":{"filter":"price >"}, "nothing":{"hidden":true}},
		"metrics":{"revenue":"sum(items.price * items.n)","average":"avg(total)","bad":"sum(items.prise)","worse":"sum("},
		"examples":[{"question":"a","query":"SELECT count(*) FROM orders"},{"question":"b","query":"SELECT prize FROM items"}]}`), "test")
	if err != nil {
		t.Fatal(err)
	}
	var where []string
	for _, f := range Lint(Context(n), shop()) {
		where = append(where, f.Where)
		if f.Problem == "" {
			t.Errorf("%s says nothing", f.Where)
		}
	}
	want := "tables.items.filter tables.nothing tables.orders.columns.gone metrics.bad metrics.worse examples[2] (b)"
	if got := strings.Join(where, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestReadIsStrict(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{`{"tabels":{}}`, `{"tables":{"a":{"mask":true}}}`, `{"tables":{"a":{"columns":{"b":{"hide":true}}}}}`, `[]`,
		`{"metrics":{"x":""}}`, `{"examples":[{"question":"x"}]}`, `{"connections":{"a":{"connections":{"b":{}}}}}`} {
		if _, err := Read([]byte(bad), "test"); err == nil || custard.AsError(err).Code != custard.CodeUsage {
			t.Errorf("%s: %v", bad, err)
		}
	}
	n, err := Read([]byte(`{"terms":{"a":"all"},"connections":{"Prod":{"terms":{"a":"own"}}}}`), "test")
	if err != nil {
		t.Fatal(err)
	}
	if c := Context(n.For("prod")...); len(c.Glossary) != 2 || c.Glossary[0].Meaning != "own" {
		t.Errorf("%+v", c)
	}
	if Context(&Notes{}) != nil {
		t.Error("nothing is something")
	}
}
