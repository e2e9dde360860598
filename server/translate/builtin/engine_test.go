package builtin_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin"
)

func column(name string, t custard.Type) *custard.Column { return &custard.Column{Name: name, Type: t} }

func library() *custard.Schema {
	return &custard.Schema{Dialect: custard.SQLite, Database: "library", Tables: []*custard.Table{
		{Name: "authors", Kind: custard.KindTable, PrimaryKey: []string{"author_id"}, Columns: []*custard.Column{
			column("author_id", custard.TypeInt), column("name", custard.TypeText), column("birth_date", custard.TypeDate), column("nationality", custard.TypeText),
		}},
		{Name: "books", Kind: custard.KindTable, PrimaryKey: []string{"book_id"}, Columns: []*custard.Column{
			column("book_id", custard.TypeInt), column("title", custard.TypeText), column("author_id", custard.TypeInt), column("price", custard.TypeDecimal), column("pages", custard.TypeInt),
		}, ForeignKeys: []custard.ForeignKey{{Columns: []string{"author_id"}, RefTable: "authors", RefColumns: []string{"author_id"}}}},
		{Name: "members", Kind: custard.KindTable, PrimaryKey: []string{"member_id"}, Columns: []*custard.Column{
			column("member_id", custard.TypeInt), column("name", custard.TypeText), column("age", custard.TypeInt), column("city", custard.TypeText),
		}},
	}}
}

func TestTranslate(t *testing.T) {
	t.Parallel()
	e := builtin.New()
	for _, c := range []struct {
		question string
		values   []custard.ValueMatch
		want     string
	}{
		{"How many books are there?", nil, `SELECT count(*) AS number_of_books FROM books`},
		{"What is the average price of all books?", nil, `SELECT avg(price) AS average_price FROM books`},
		{"List the titles of books ordered by price in descending order.", nil, `SELECT title FROM books ORDER BY price DESC`},
		{"What is the title of the most expensive book?", nil, `SELECT title FROM books ORDER BY price DESC LIMIT 1`},
		{"Show the names of members older than 30.", nil, `SELECT name FROM members WHERE age > 30`},
		{"How many members are there in each city?", nil, `SELECT city, count(*) AS number_of_members FROM members GROUP BY city`},
		{
			"What are the titles of books by authors from Sweden?",
			[]custard.ValueMatch{{Table: "authors", Column: "nationality", Value: "Sweden", Start: 45, End: 51, Score: 1}},
			`SELECT books.title FROM books JOIN authors ON books.author_id = authors.author_id WHERE authors.nationality = 'Sweden'`,
		},
	} {
		got, err := e.Translate(t.Context(), translate.Request{Question: c.question, Schema: library(), Dialect: custard.SQLite, Values: c.values})
		if err != nil {
			t.Errorf("%s: %v", c.question, err)
			continue
		}
		if got.Tree == nil {
			t.Errorf("%s: asks back %+v", c.question, got.Clarify)
			continue
		}
		text, err := print.SQL(custard.SQLite, got.Tree)
		if err != nil || text != c.want {
			t.Errorf("%s\n got %s %v\nwant %s", c.question, text, err, c.want)
		}
		if got.Confidence <= 0 || got.Confidence > 1 {
			t.Errorf("%s: confidence %g", c.question, got.Confidence)
		}
	}
}

func TestRefusesWrites(t *testing.T) {
	t.Parallel()
	e := builtin.New()
	for _, q := range []string{
		"delete all books", "Please drop the table members", "update the price of all books to 5", "insert a new member called Bo",
		"Could you remove the books without a price?", "add a member", "set the age of Bo to 3", "truncate books",
		"raise the price of all books", "cancel loan 7", "mark member 12 as inactive", "give every author a bonus", "members; drop table members", "please approve the loan of Bo",
	} {
		_, err := e.Translate(t.Context(), translate.Request{Question: q, Schema: library(), Dialect: custard.SQLite})
		if custard.AsError(err) == nil || custard.AsError(err).Code != custard.CodeRefused {
			t.Errorf("%s: %v", q, err)
		}
	}
}

func TestTakesStatements(t *testing.T) {
	t.Parallel()
	e := builtin.New()
	got, err := e.Translate(t.Context(), translate.Request{Question: "select name from members limit 2", Schema: library(), Dialect: custard.SQLite})
	if err != nil {
		t.Fatal(err)
	}
	text, err := print.SQL(custard.SQLite, got.Tree)
	if err != nil || text != "SELECT name FROM members LIMIT 2" || got.Confidence != 1 {
		t.Errorf("got %s with %g, %v", text, got.Confidence, err)
	}
	got, err = e.Translate(t.Context(), translate.Request{Question: "select the names of all members", Schema: library(), Dialect: custard.SQLite})
	if err != nil || got.Confidence == 1 {
		t.Errorf("a question that begins with select is taken for a statement: %v", err)
	}
}

func TestAsksForNoChange(t *testing.T) {
	t.Parallel()
	e := builtin.New()
	for _, q := range []string{"refund amount by month", "approved loans per year", "give me the authors", "raise in prices of books", "books by price, cheapest first", "cancelled loans in March 2024"} {
		_, err := e.Translate(t.Context(), translate.Request{Question: q, Schema: library(), Dialect: custard.SQLite})
		if ce := custard.AsError(err); ce != nil && ce.Code == custard.CodeRefused {
			t.Errorf("%s: %v", q, err)
		}
	}
}

func TestSaysWhatItCannotAnswer(t *testing.T) {
	t.Parallel()
	e := builtin.New()
	for _, q := range []string{"What is the weather?", "tell me a joke", "???", "How many dinosaurs are there?"} {
		_, err := e.Translate(t.Context(), translate.Request{Question: q, Schema: library(), Dialect: custard.SQLite})
		if ce := custard.AsError(err); ce == nil || ce.Code != custard.CodeUnanswerable || ce.Hint == "" {
			t.Errorf("%s: %v", q, err)
		}
	}
}

func TestAsksBackAboutABareWord(t *testing.T) {
	t.Parallel()
	got, err := builtin.New().Translate(t.Context(), translate.Request{Question: "names?", Schema: library(), Dialect: custard.SQLite})
	if err != nil || got.Clarify == nil || len(got.Clarify.Choices) != 2 {
		t.Fatalf("%+v %v", got, err)
	}
	for _, q := range got.Clarify.Choices {
		again, err := builtin.New().Translate(t.Context(), translate.Request{Question: q, Schema: library(), Dialect: custard.SQLite})
		if err != nil || again.Tree == nil {
			t.Errorf("%s: %+v %v", q, again, err)
			continue
		}
		text, err := print.SQL(custard.SQLite, again.Tree)
		if err != nil || !strings.HasPrefix(text, "SELECT name FROM ") {
			t.Errorf("%s: %s %v", q, text, err) // what was offered, and not how many there are
		}
	}
}

func TestNamesTheNounThatIsMissing(t *testing.T) {
	t.Parallel()
	_, err := builtin.New().Translate(t.Context(), translate.Request{Question: "How many unicorns are there for each city?", Schema: library(), Dialect: custard.SQLite})
	if ce := custard.AsError(err); ce == nil || ce.Code != custard.CodeUnanswerable || !strings.Contains(ce.Message, "unicorns") {
		t.Errorf("%v", err)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	e := builtin.New()
	schema := library()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 4 {
				if _, err := e.Translate(t.Context(), translate.Request{Question: "How many books are there?", Schema: schema, Dialect: custard.SQLite}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// wide makes a schema of n tables that refer to each other.
func wide(n int) *custard.Schema {
	nouns := []string{"order", "customer", "product", "invoice", "payment", "ticket", "vendor", "shipment", "employee", "project"}
	s := &custard.Schema{Dialect: custard.SQLite, Database: "wide"}
	for i := range n {
		noun := fmt.Sprintf("%s_%d", nouns[i%len(nouns)], i/len(nouns))
		t := &custard.Table{Name: noun, Kind: custard.KindTable, PrimaryKey: []string{"id"}, Columns: []*custard.Column{
			column("id", custard.TypeInt), column("name", custard.TypeText), column("status", custard.TypeText), column("created_at", custard.TypeTimestamp),
			column("amount", custard.TypeDecimal), column("city", custard.TypeText), column("quantity", custard.TypeInt), column(noun+"_code", custard.TypeText),
		}}
		if i > 0 {
			to := s.Tables[i/2]
			t.Columns = append(t.Columns, column(to.Name+"_id", custard.TypeInt))
			t.ForeignKeys = []custard.ForeignKey{{Columns: []string{to.Name + "_id"}, RefTable: to.Name, RefColumns: []string{"id"}}}
		}
		s.Tables = append(s.Tables, t)
	}
	return s
}

func BenchmarkTranslate(b *testing.B) {
	for _, n := range []int{5, 100, 2000} {
		b.Run(fmt.Sprintf("%d tables", n), func(b *testing.B) {
			e := builtin.New()
			schema := wide(n)
			req := translate.Request{Question: "What are the names and cities of customers with more than 3 orders, sorted by amount?", Schema: schema, Dialect: custard.SQLite}
			if _, err := e.Translate(b.Context(), req); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := e.Translate(b.Context(), req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFirstUse(b *testing.B) {
	schema := library()
	for b.Loop() {
		if _, err := builtin.New().Translate(b.Context(), translate.Request{Question: "How many books are there?", Schema: schema, Dialect: custard.SQLite}); err != nil {
			b.Fatal(err)
		}
	}
}
