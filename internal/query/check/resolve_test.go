package check

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
)

var update = flag.Bool("update", false, "write the golden files")

// shop is a schema with what names can be difficult about: mixed case, a reserved word, a second schema.
func shop(d custard.Dialect) *custard.Schema {
	s := &custard.Schema{Dialect: d, Database: "shop", DefaultSchema: "public"}
	switch d {
	case custard.SQLite, custard.DuckDB:
		s.DefaultSchema = "main"
	case custard.MySQL:
		s.DefaultSchema = "shop"
	case custard.Snowflake:
		s.DefaultSchema = "PUBLIC"
	}
	spell := func(n string) string {
		if d == custard.Snowflake {
			return strings.ToUpper(n)
		}
		return n
	}
	table := func(schema, name, key string, cols ...string) *custard.Table {
		t := &custard.Table{Schema: schema, Name: spell(name), Kind: custard.KindTable}
		if key != "" {
			for k := range strings.SplitSeq(key, ",") {
				t.PrimaryKey = append(t.PrimaryKey, spell(k))
			}
		}
		for _, c := range cols {
			n, typ, _ := strings.Cut(c, ":")
			dataType, kind := typ, custard.Type(typ)
			switch typ {
			case "mood":
				kind = custard.TypeText
			case "struct":
				dataType, kind = "STRUCT(street VARCHAR, zip VARCHAR)", custard.TypeJSON
			case "int":
				dataType = "integer"
			case "decimal":
				dataType = "numeric(10,2)"
			}
			col := &custard.Column{Name: spell(n), Type: kind, DataType: dataType}
			if typ == "array" {
				col.Elem, col.DataType = custard.TypeText, "text[]"
			}
			t.Columns = append(t.Columns, col)
		}
		s.Tables = append(s.Tables, t)
		return t
	}
	refers := func(t *custard.Table, col, to string) {
		t.ForeignKeys = append(t.ForeignKeys, custard.ForeignKey{Columns: []string{spell(col)}, RefTable: spell(to), RefColumns: []string{spell("id")}})
	}
	home := s.DefaultSchema
	table(home, "customers", "id", "id:int", "name:text", "email:text", "city:text", "credit:decimal", "mood:mood", "tags:array", "data:json", "address:struct")
	refers(table(home, "orders", "id", "id:int", "customer_id:int", "ordered_at:timestamp", "total:decimal", "status:text"), "customer_id", "customers")
	items := table(home, "order_items", "order_id,line", "order_id:int", "line:int", "product_id:int", "quantity:int", "price:decimal")
	items.ForeignKeys = append(items.ForeignKeys, custard.ForeignKey{Columns: []string{spell("order_id")}, RefTable: spell("orders"), RefColumns: []string{spell("id")}})
	refers(items, "product_id", "products")
	table(home, "products", "id", "id:int", "name:text", "price:decimal", "category_id:int").Unique = [][]string{{spell("name")}}
	refers(table(home, "tickets", "id", "id:int", "customer_id:int", "opened:date", "minutes:int"), "customer_id", "customers")
	table(home, "employees", "id", "id:int", "name:text", "manager_id:int", "salary:int")
	if d != custard.Snowflake {
		table(home, "Order Details", "", "Order ID:int", "Unit Price:decimal", "select:int")
		table(home, "Users", "Id", "Id:int", "Name:text", "createdAt:timestamp")
	}
	table("sales", "orders", "id", "id:int", "amount:decimal")
	table("sales", "regions", "id", "id:int", "name:text")
	return s
}

// verdict is all that Check says about a statement, as text.
func verdict(d custard.Dialect, text string, o Options) string {
	tree, err := parse.Parse(d, text)
	if err != nil {
		return "parse: " + err.Error()
	}
	o.Dialect = d
	res, err := Check(tree, NewIndex(shop(d)), o)
	if err != nil {
		e := custard.AsError(err)
		out := string(e.Code) + ": " + e.Message
		if e.Hint != "" {
			out += "\n  hint: " + e.Hint
		}
		return out
	}
	out, err := print.SQL(d, res.Query)
	if err != nil {
		return "print: " + err.Error()
	}
	var fields []string
	for _, f := range res.Fields {
		typ := string(f.Type)
		if typ == "" {
			typ = "?"
		}
		fields = append(fields, strings.TrimSpace(f.Name+" "+typ))
	}
	out += "\n  gives: " + strings.Join(fields, ", ")
	for _, w := range res.Warnings {
		out += "\n  warning: " + w
	}
	for _, p := range res.Repairs {
		out += "\n  repair: " + p
	}
	return out
}

// TestResolve compares what Check says about the statements of testdata/*.sql with what it said when somebody last looked. In
// these files a line '-- dialect' (with 'repair' or 'max N' behind it) holds for what follows; statements end with a semicolon.
func TestResolve(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatal("no statements", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			d, o := custard.Postgres, Options{}
			for statement := range strings.SplitSeq(string(text), ";\n") {
				for {
					statement = strings.TrimSpace(statement)
					line, rest, _ := strings.Cut(statement, "\n")
					head, ok := strings.CutPrefix(line, "-- ")
					if !ok {
						break
					}
					words := strings.Fields(head)
					if custard.Dialect(words[0]).Valid() {
						d, o = custard.Dialect(words[0]), Options{}
						for i, w := range words {
							switch w {
							case "repair":
								o.Repair = true
							case "max":
								fmt.Sscan(words[i+1], &o.MaxRows)
							}
						}
					}
					statement = rest
				}
				if statement != "" {
					fmt.Fprintf(&got, "%s: %s\n  %s\n\n", d, statement, verdict(d, statement, o))
				}
			}
			golden := strings.TrimSuffix(file, ".sql") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			wants, gots := strings.Split(string(want), "\n\n"), strings.Split(got.String(), "\n\n")
			for i := range max(len(wants), len(gots)) {
				switch {
				case i >= len(gots):
					t.Errorf("missing:\n%s", wants[i])
				case i >= len(wants):
					t.Errorf("new:\n%s", gots[i])
				case wants[i] != gots[i]:
					t.Errorf("got:\n%s\nwant:\n%s", gots[i], wants[i])
				}
			}
		})
	}
}

func TestNeedsSchema(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"select 1":                                  false,
		"select now(), 1 + 2":                       false,
		"values (1), (2)":                           false,
		"select * from generate_series(1, 3)":       false,
		"with x as (select 1 as n) select n from x": false,
		"select * from (select 1 as a) t":           false,
		"with recursive r(n) as (select 1 union all select n + 1 from r) select n from r limit 3": false,
		"select no_such_function(1), no_such_column":                                              false,
		"select 1 from orders":                                                    true,
		"select (select count(*) from orders)":                                    true,
		"with x as (select * from x) select * from x":                             true,
		"select (with t as (select 1) select 1 from t), (select count(*) from t)": true,
		"select * from generate_series(1, (select max(id) from orders))":          true,
		"select 1 order by (select 1 from orders)":                                true,
		"select 1 limit (select 1 from orders)":                                   true,
		"select * from no_such_function((select 1 from orders))":                  true,
		"select 1 where exists (table orders)":                                    true,
	} {
		tree, err := parse.Parse(custard.Postgres, text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := NeedsSchema(tree); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	tree, err := parse.Parse(custard.MySQL, "select 1 from dual")
	if err != nil || NeedsSchema(tree) {
		t.Errorf("dual is no table of the schema (%v)", err)
	}
}

// TestMade checks a tree that was built rather than read: its types and names belong to no dialect.
func TestMade(t *testing.T) {
	t.Parallel()
	for d, want := range map[custard.Dialect]string{
		custard.Postgres: "SELECT CAST(name AS integer) AS n FROM customers ORDER BY n LIMIT 7",
		custard.SQLite:   "SELECT CAST(name AS INTEGER) AS n FROM customers ORDER BY n LIMIT 7",
		custard.MySQL:    "SELECT CAST(name AS SIGNED) AS n FROM customers ORDER BY n LIMIT 7",
	} {
		alias := query.ID("n")
		q := &query.Query{
			Body: &query.Select{
				Items: []query.Item{{
					Expr:  &query.Cast{X: &query.Column{Name: query.Name{query.ID("name")}}, Type: &query.Type{Name: query.Name{{Name: "integer"}}}},
					Alias: &alias,
				}},
				From: []query.TableExpr{&query.Table{Name: query.Name{query.ID("customers")}}},
			},
			OrderBy: []query.Order{{Expr: &query.Column{Name: query.Name{query.ID("n")}}}},
		}
		res, err := Check(q, NewIndex(shop(d)), Options{Dialect: d, MaxRows: 7})
		if err != nil {
			t.Errorf("%s: %v", d, err)
			continue
		}
		if got, err := print.SQL(d, res.Query); err != nil || got != want {
			t.Errorf("%s: %s, want %s (%v)", d, got, want, err)
		}
	}
}
