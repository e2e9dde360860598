package ir_test

import (
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

func column(name string, t custard.Type) *custard.Column { return &custard.Column{Name: name, Type: t} }

func schema() *custard.Schema {
	return &custard.Schema{Dialect: custard.SQLite, Tables: []*custard.Table{
		{Name: "band", PrimaryKey: []string{"id"}, Columns: []*custard.Column{column("id", custard.TypeInt), column("name", custard.TypeText), column("founded", custard.TypeInt)}},
		{Name: "song", PrimaryKey: []string{"id"}, Columns: []*custard.Column{
			column("id", custard.TypeInt), column("title", custard.TypeText), column("band_id", custard.TypeInt), column("length", custard.TypeInt),
		}, ForeignKeys: []custard.ForeignKey{{Columns: []string{"band_id"}, RefTable: "band", RefColumns: []string{"id"}}}},
		{Name: "island", Columns: []*custard.Column{column("palm", custard.TypeText)}},
	}}
}

// TestThereAndBack reads queries into the form and writes them again.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	ix := index.New(schema())
	for sql, want := range map[string]string{
		`SELECT name FROM band`: ``,
		`SELECT count(*) FROM song WHERE length > 300 AND title LIKE '%love%'`:                                   ``,
		`SELECT T1.name, count(*) FROM band AS T1 JOIN song AS T2 ON T1.id = T2.band_id GROUP BY T1.id`:          `SELECT band.name, count(*) FROM band JOIN song ON band.id = song.band_id GROUP BY band.id`,
		`SELECT name FROM band WHERE id NOT IN (SELECT band_id FROM song)`:                                       ``,
		`SELECT name FROM band WHERE founded > (SELECT avg(founded) FROM band)`:                                  ``,
		`SELECT name FROM band WHERE founded < 1970 OR founded > 1990`:                                           ``,
		`SELECT title FROM song ORDER BY length DESC LIMIT 3`:                                                    ``,
		`SELECT name FROM band EXCEPT SELECT band.name FROM band JOIN song ON band.id = song.band_id`:            ``,
		`SELECT band.name FROM band JOIN song ON band.id = song.band_id GROUP BY band.name HAVING count(*) >= 2`: ``,
		`SELECT title FROM song WHERE length BETWEEN 100 AND 200`:                                                ``,
		`SELECT DISTINCT title FROM song WHERE band_id IS NULL`:                                                  ``,
	} {
		tree, err := parse.Parse(custard.SQLite, sql)
		if err != nil {
			t.Fatal(err)
		}
		q, ok := ir.Extract(tree, ix)
		if !ok {
			t.Errorf("%s: not in the form", sql)
			continue
		}
		back, ok := ir.Build(q, ix.NewJoiner(nil, nil), custard.SQLite)
		if !ok {
			t.Errorf("%s: does not join", sql)
			continue
		}
		if want == "" {
			want = sql
		}
		got, err := print.SQL(custard.SQLite, back)
		if err != nil || got != want {
			t.Errorf("%s\n got %s %v", want, got, err)
		}
	}
}

func TestWhatTheFormCannotSay(t *testing.T) {
	t.Parallel()
	ix := index.New(schema())
	for _, sql := range []string{
		`SELECT length + 1 FROM song`, `SELECT a.name FROM band a JOIN band b ON a.id = b.id`, `SELECT nothing FROM band`,
		`SELECT name FROM (SELECT name FROM band)`, `SELECT name FROM band LEFT JOIN song ON band.id = song.band_id`,
	} {
		tree, err := parse.Parse(custard.SQLite, sql)
		if err != nil {
			t.Fatal(err)
		}
		if q, ok := ir.Extract(tree, ix); ok {
			t.Errorf("%s was read as %s", sql, q.Key())
		}
	}
}

func TestKeyIgnoresOrder(t *testing.T) {
	t.Parallel()
	ix := index.New(schema())
	key := func(sql string) string {
		tree, err := parse.Parse(custard.SQLite, sql)
		if err != nil {
			t.Fatal(err)
		}
		q, _ := ir.Extract(tree, ix)
		return q.Key()
	}
	if key(`SELECT name, founded FROM band WHERE id = 1 AND founded = 2`) != key(`SELECT founded, name FROM band WHERE founded = 2 AND id = 1`) {
		t.Error("the order of columns and conditions does not matter")
	}
	if key(`SELECT name FROM band WHERE id = 1`) == key(`SELECT name FROM band WHERE id = 2`) {
		t.Error("values matter")
	}
}

func TestPostgresGroupsWhatIsSelected(t *testing.T) {
	t.Parallel()
	ix := index.New(schema())
	band, song := ix.Table("", "band"), ix.Table("", "song")
	q := &ir.Query{Select: []ir.Term{{Col: band.Column("name")}, {Agg: ir.Count, Star: song}}, Group: []*index.Column{band.Column("id")}}
	tree, ok := ir.Build(q, ix.NewJoiner(nil, nil), custard.Postgres)
	if !ok {
		t.Fatal("does not join")
	}
	got, err := print.SQL(custard.Postgres, tree)
	want := `SELECT band.name, count(*) FROM band JOIN song ON band.id = song.band_id GROUP BY band.id, band.name`
	if err != nil || got != want {
		t.Errorf("got %s %v", got, err)
	}
}

// What SQLite alone runs is built for SQLite alone.
func TestLooseQueriesAreSQLitesAlone(t *testing.T) {
	t.Parallel()
	ix := index.New(schema())
	song := ix.Table("", "song")
	name, total := ir.Term{Col: song.Columns[1]}, ir.Term{Agg: ir.Count, Star: song}
	for what, q := range map[string]*ir.Query{
		"a row beside an aggregate":         {Select: []ir.Term{name, total}},
		"an aggregate in the order of rows": {Select: []ir.Term{total}, Order: []ir.Order{{Term: name}}},
		"distinct rows in another order":    {Select: []ir.Term{name}, Distinct: true, Order: []ir.Order{{Term: ir.Term{Col: song.Columns[0]}}}},
	} {
		if _, ok := ir.Build(q, ix.NewJoiner(nil, nil), custard.SQLite); !ok {
			t.Errorf("%s: not built for SQLite", what)
		}
		if tree, ok := ir.Build(q, ix.NewJoiner(nil, nil), custard.Postgres); ok {
			text, err := print.SQL(custard.Postgres, tree)
			t.Errorf("%s: built for PostgreSQL: %s %v", what, text, err)
		}
	}
}
