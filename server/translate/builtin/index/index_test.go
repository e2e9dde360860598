package index_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

func column(name string, t custard.Type) *custard.Column { return &custard.Column{Name: name, Type: t} }

// library is an invented schema: one declared key, the others to be inferred.
func library() *custard.Schema {
	return &custard.Schema{Dialect: custard.SQLite, Database: "library", Tables: []*custard.Table{
		{Name: "authors", PrimaryKey: []string{"author_id"}, Columns: []*custard.Column{
			column("author_id", custard.TypeInt), column("FullName", custard.TypeText), column("birthdate", custard.TypeText), column("nationality", custard.TypeText),
		}},
		{Name: "books", PrimaryKey: []string{"id"}, Columns: []*custard.Column{
			column("id", custard.TypeInt), column("title", custard.TypeText), column("author_id", custard.TypeInt), column("price", custard.TypeDecimal), column("num_pages", custard.TypeInt),
		}},
		{Name: "loans", Columns: []*custard.Column{
			column("loan_id", custard.TypeInt), column("book_id", custard.TypeInt), column("member", custard.TypeInt), column("loaned_on", custard.TypeDate),
		}, ForeignKeys: []custard.ForeignKey{{Columns: []string{"member"}, RefTable: "members", RefColumns: []string{"id"}}}},
		{Name: "members", PrimaryKey: []string{"id"}, Columns: []*custard.Column{
			column("id", custard.TypeInt), column("first_name", custard.TypeText), column("age", custard.TypeInt),
		}},
	}}
}

func TestWords(t *testing.T) {
	t.Parallel()
	known := func(w string) bool { return w == "last" || w == "name" || w == "race" || w == "id" }
	for name, want := range map[string][]string{
		"order_items": {"order", "items"}, "OrderItems": {"order", "items"}, "HTTPStatus": {"http", "status"}, "lastname": {"last", "name"},
		"raceId": {"race", "id"}, "raceid": {"race", "id"}, "address2": {"address", "2"}, "Num of pets": {"num", "of", "pets"}, "IDs": {"ids"},
	} {
		if diff := cmp.Diff(want, index.Words(name, known)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestStemsMeet(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{{"countries", "country"}, {"people", "person"}, {"classes", "class"}, {"wrote", "writes"}, {"cities", "City"}} {
		if a, b := index.Stem(pair[0]), index.Stem(pair[1]); a != b {
			t.Errorf("%s → %s, %s → %s", pair[0], a, pair[1], b)
		}
	}
}

func TestRolesAndKeys(t *testing.T) {
	t.Parallel()
	ix := index.New(library())
	for name, want := range map[string]index.Role{
		"author_id": index.RoleID, "FullName": index.RoleLabel, "birthdate": index.RoleDate, "nationality": index.RoleCategory,
	} {
		if got := ix.Table("", "authors").Column(name).Role; got != want {
			t.Errorf("%s has role %d, want %d", name, got, want)
		}
	}
	if ref := ix.Table("", "loans").Column("book_id").Ref; ref == nil || ref.String() != "books.id" {
		t.Errorf("loans.book_id refers to %v", ref)
	}
	if key := ix.Table("", "loans").Key; key == nil || key.Def.Name != "loan_id" {
		t.Errorf("key of loans: %v", key)
	}
}

func TestJoinTree(t *testing.T) {
	t.Parallel()
	ix := index.New(library())
	tree, ok := ix.JoinTree(ix.Table("", "authors"), ix.Table("", "members"))
	if !ok || len(tree.Tables) != 4 || len(tree.Edges) != 3 {
		t.Fatalf("authors and members join over books and loans; got %+v", tree)
	}
	for i, e := range tree.Edges {
		if e.FromTable() != tree.Tables[i+1] && e.ToTable() != tree.Tables[i+1] {
			t.Errorf("edge %d does not bring %s", i, tree.Tables[i+1].Def.Name)
		}
	}
}

func TestMentions(t *testing.T) {
	t.Parallel()
	ix := index.New(library())
	q := `What are the titles of books with more than 1,000 pages by the oldest "Swedish" author?`
	m := ix.Read(q, nil)
	best := func(table, col string) float64 {
		links := m.OfColumn(ix.Table("", table).Column(col))
		if len(links) == 0 {
			return 0
		}
		return links[0].Coverage
	}
	if best("books", "title") != 1 || best("books", "num_pages") < 0.3 || best("members", "first_name") > 0.5 {
		t.Errorf("columns: title %g, pages %g, first name %g", best("books", "title"), best("books", "num_pages"), best("members", "first_name"))
	}
	if l := m.OfTable(ix.Table("", "books")); len(l) == 0 || !l[0].Exact {
		t.Errorf("books is named: %+v", l)
	}
	if len(m.Numbers) != 1 || m.Numbers[0].Text != "1000" {
		t.Errorf("numbers: %+v", m.Numbers)
	}
	if len(m.Quotes) != 1 || m.Quotes[0].Text != "Swedish" {
		t.Errorf("quotes: %+v", m.Quotes)
	}
	var compare, super *index.Cue
	for i := range m.Cues {
		switch m.Cues[i].Kind {
		case index.CueCompare:
			compare = &m.Cues[i]
		case index.CueSuperlative:
			super = &m.Cues[i]
		}
	}
	if compare == nil || compare.Op != ">" || compare.Number == nil || compare.Number.Value != 1000 {
		t.Errorf("compare: %+v", compare)
	}
	if super == nil || super.Base != "old" || super.DirFor(ix.Table("", "authors").Column("birthdate")) != -1 ||
		super.DirFor(ix.Table("", "members").Column("age")) != 1 {
		t.Errorf("superlative: %+v", super)
	}
}

func TestDirections(t *testing.T) {
	t.Parallel()
	ix := index.New(library())
	age, born := ix.Table("", "members").Column("age"), ix.Table("", "authors").Column("birthdate")
	for q, want := range map[string][2]int{
		"the youngest member": {-1, 1}, "members from the oldest to the youngest": {1, -1}, "the eldest member": {1, -1},
	} {
		c := ix.Read(q, nil).Cues[0]
		if got := [2]int{c.DirFor(age), c.DirFor(born)}; got != want {
			t.Errorf("%q: age and birth sort %v, want %v", q, got, want)
		}
	}
}
