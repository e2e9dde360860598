package notes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/check"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/server/translate"
)

// Finding is something that no longer fits the schema.
type Finding struct {
	Where   string `json:"where"`   // tables.orders.columns.total, metrics.revenue, examples[2]
	Problem string `json:"problem"` // what is wrong
	Hint    string `json:"hint,omitempty"`
}

// Lint says what of a context does not fit a schema as the database has it.
func Lint(c *translate.Context, s *custard.Schema) []Finding {
	out := []Finding{}
	if c == nil {
		return out
	}
	add := func(where string, err error) {
		e := custard.AsError(err)
		out = append(out, Finding{where, e.Message, e.Hint})
	}
	visible := c.Visible(s)
	idx := check.NewGuardedIndex(visible, c.Policy(s))
	run := func(d custard.Dialect, sql string) error {
		q, err := parse.Parse(d, sql)
		if err == nil {
			_, err = check.Check(q, idx, check.Options{Dialect: d})
		}
		return err
	}
	for _, n := range c.Tables {
		where := "tables." + dotted(n.Schema, n.Table)
		t := find(s, n.Schema, n.Table)
		if t == nil {
			out = append(out, Finding{where, "there is no such table", "`custard schema` lists the tables."})
			continue
		}
		if n.Filter != "" && !n.Hidden {
			_, err := translate.ParseFilter(s.Dialect, n.Filter)
			if err == nil {
				err = run(s.Dialect, "SELECT 1 FROM "+named(s.Dialect, t)+" WHERE ("+n.Filter+"\n)")
			}
			if err != nil {
				add(where+".filter", err)
			}
		}
	}
	for _, n := range c.Columns {
		where := "tables." + dotted(n.Schema, n.Table) + ".columns." + n.Column
		if t := find(s, n.Schema, n.Table); t != nil && t.Column(n.Column) == nil {
			out = append(out, Finding{where, "there is no such column", ""})
		}
	}
	for _, m := range c.Metrics {
		where := "metrics." + m.Name
		from, err := MetricTables(visible, m.Expression)
		if err == nil {
			err = run(s.Dialect, "SELECT "+m.Expression+"\n FROM "+strings.Join(from, ", "))
		}
		if err != nil {
			add(where, err)
		}
	}
	for i, e := range c.Examples {
		if err := run(s.Dialect, e.SQL); err != nil {
			add(fmt.Sprintf("examples[%d] (%s)", i+1, e.Question), err)
		}
	}
	return out
}

func dotted(schema, name string) string {
	if schema == "" {
		return name
	}
	return schema + "." + name
}

func find(s *custard.Schema, schema, name string) *custard.Table {
	for _, t := range s.Tables {
		if strings.EqualFold(t.Name, name) && (strings.EqualFold(t.Schema, schema) || schema == "" && t.Schema == s.DefaultSchema) {
			return t
		}
	}
	return nil
}

func named(d custard.Dialect, t *custard.Table) string {
	quote := func(name string) string {
		if d == custard.MySQL {
			return "`" + strings.ReplaceAll(name, "`", "``") + "`"
		}
		return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
	}
	if t.Schema == "" {
		return quote(t.Name)
	}
	return quote(t.Schema) + "." + quote(t.Name)
}

// MetricTables returns the tables that a metric's expression names before its columns, as they are written in FROM; where it
// names none, the only table that has all its columns.
func MetricTables(s *custard.Schema, expression string) ([]string, error) {
	x, err := translate.ParseFilter(s.Dialect, expression)
	if err != nil {
		return nil, err
	}
	var out []string
	var bare []string
	var missing string
	query.Inspect(x, func(n query.Node) bool {
		c, ok := n.(*query.Column)
		if !ok || len(c.Name) == 0 {
			return true
		}
		if len(c.Name) == 1 {
			bare = append(bare, c.Name[0].Name)
			return true
		}
		schema := ""
		if len(c.Name) > 2 {
			schema = c.Name[len(c.Name)-3].Name
		}
		t := s.Table(schema, c.Name[len(c.Name)-2].Name)
		if t == nil {
			missing = c.Name[len(c.Name)-2].Name
			return true
		}
		if name := named(s.Dialect, t); !slices.Contains(out, name) {
			out = append(out, name)
		}
		return true
	})
	if missing != "" {
		return nil, custard.Errorf(custard.CodeUnknownTable, "there is no table '%s'", missing)
	}
	if len(out) > 0 {
		return out, nil
	}
	for _, t := range s.Tables {
		if !slices.ContainsFunc(bare, func(name string) bool { return t.Column(name) == nil }) {
			out = append(out, named(s.Dialect, t))
		}
	}
	if len(out) != 1 {
		return nil, custard.Errorf(custard.CodeUnknownColumn, "the tables of its columns are not clear").
			WithHint("Write the table before each column: sum(order_items.price).")
	}
	return out, nil
}
