// Package notes is how a team writes down what it knows about a database: the form of the context section of custard.yaml
// and of the server's API, its way into a translate.Context, and the linter that says what no longer fits the schema.
//
//	context:
//	  tables:
//	    orders:
//	      description: one row a checkout
//	      synonyms: [purchases]
//	      filter: deleted_at IS NULL
//	      columns:
//	        total: with tax                      # short for {description: with tax}
//	        card: {masked: true}
//	    audit_log: {hidden: true}
//	  metrics:
//	    revenue: sum(order_items.price * order_items.quantity)
//	  terms:
//	    VIP: a customer with more than ten orders
//	  examples:
//	    - question: how many orders came last week?
//	      query: SELECT count(*) FROM orders WHERE …
//	  connections:                               # the same for one of them alone
//	    shop: {}
package notes

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate"
)

// Notes is what is written.
type Notes struct {
	Tables      map[string]Table  `json:"tables,omitempty"`
	Metrics     map[string]Metric `json:"metrics,omitempty"`
	Terms       map[string]string `json:"terms,omitempty"`
	Examples    []Example         `json:"examples,omitempty"`
	Connections map[string]Notes  `json:"connections,omitempty"` // in a file alone
}

// Table is written under the table's name, or schema.table.
type Table struct {
	Description string            `json:"description,omitempty"`
	Synonyms    []string          `json:"synonyms,omitempty"`
	Filter      string            `json:"filter,omitempty"`
	Hidden      bool              `json:"hidden,omitempty"`
	Columns     map[string]Column `json:"columns,omitempty"`
}

// Column is written under its name; a plain text is its description.
type Column struct {
	Description string   `json:"description,omitempty"`
	Synonyms    []string `json:"synonyms,omitempty"`
	Hidden      bool     `json:"hidden,omitempty"`
	Masked      bool     `json:"masked,omitempty"`
}

// Metric is written under its name; a plain text is its expression.
type Metric struct {
	Expression  string   `json:"expression"`
	Description string   `json:"description,omitempty"`
	Synonyms    []string `json:"synonyms,omitempty"`
}

// Example is a question and the query that somebody has verified.
type Example struct {
	Question string `json:"question"`
	Query    string `json:"query"`
}

// UnmarshalJSON takes a text for the description.
func (c *Column) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &c.Description) == nil {
		return nil
	}
	type plain Column
	return strict(data, (*plain)(c))
}

// UnmarshalJSON takes a text for the expression.
func (m *Metric) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &m.Expression) == nil {
		return nil
	}
	type plain Metric
	return strict(data, (*plain)(m))
}

func strict(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

// The bounds of notes, whoever wrote them.
const (
	maxBytes = 512 << 10
	maxText  = 8000
	maxDepth = 2 // notes of connections have no connections
)

// Read reads notes; where says whose they are, for errors, which are CodeUsage. Nothing gives empty notes.
func Read(data []byte, where string) (*Notes, error) {
	n := &Notes{}
	if len(data) == 0 {
		return n, nil
	}
	if len(data) > maxBytes {
		return nil, custard.Errorf(custard.CodeUsage, "%s: the context is larger than %d KiB", where, maxBytes>>10)
	}
	if err := strict(data, n); err != nil {
		return nil, custard.Errorf(custard.CodeUsage, "%s: the context cannot be read: %w", where, err).
			WithHint("See how it is written with: custard help context")
	}
	if err := n.check(maxDepth); err != nil {
		return nil, custard.Errorf(custard.CodeUsage, "%s: %s", where, err.Message).WithHint("See how it is written with: custard help context")
	}
	return n, nil
}

func (n *Notes) check(depth int) *custard.Error {
	for name, m := range n.Metrics {
		if strings.TrimSpace(m.Expression) == "" || strings.TrimSpace(name) == "" {
			return custard.Errorf(custard.CodeUsage, "the metric %q has no name or no expression", name)
		}
	}
	for _, e := range n.Examples {
		if strings.TrimSpace(e.Question) == "" || strings.TrimSpace(e.Query) == "" {
			return custard.Errorf(custard.CodeUsage, "an example needs a question and a query")
		}
		if len(e.Question) > maxText || len(e.Query) > 2*maxText {
			return custard.Errorf(custard.CodeUsage, "an example is too long")
		}
	}
	for name, sub := range n.Connections {
		if depth <= 1 {
			return custard.Errorf(custard.CodeUsage, "the connection %q cannot have connections", name)
		}
		if err := sub.check(depth - 1); err != nil {
			return err
		}
	}
	return nil
}

// For returns what is written for one connection: what holds for all, and what is its own.
func (n *Notes) For(connection string) []*Notes {
	out := []*Notes{n}
	for name, own := range n.Connections {
		if strings.EqualFold(name, connection) {
			out = append([]*Notes{&own}, out...) // the nearer first: its descriptions win
		}
	}
	return out
}

// Context makes what engines take; nil where nothing is written.
func Context(all ...*Notes) *translate.Context {
	c := &translate.Context{}
	for _, n := range all {
		for _, name := range slices.Sorted(maps.Keys(n.Tables)) {
			t := n.Tables[name]
			schema, table, ok := strings.Cut(name, ".")
			if !ok {
				schema, table = "", name
			}
			c.Tables = append(c.Tables, translate.TableNote{
				Schema: schema, Table: table, Description: t.Description, Synonyms: t.Synonyms, Filter: t.Filter, Hidden: t.Hidden,
			})
			for _, column := range slices.Sorted(maps.Keys(t.Columns)) {
				x := t.Columns[column]
				c.Columns = append(c.Columns, translate.ColumnNote{
					Schema: schema, Table: table, Column: column, Description: x.Description, Synonyms: x.Synonyms, Hidden: x.Hidden, Masked: x.Masked,
				})
			}
		}
		for _, name := range slices.Sorted(maps.Keys(n.Metrics)) {
			m := n.Metrics[name]
			c.Metrics = append(c.Metrics, translate.Metric{Name: name, Expression: m.Expression, Description: m.Description, Synonyms: m.Synonyms})
		}
		for _, word := range slices.Sorted(maps.Keys(n.Terms)) {
			c.Glossary = append(c.Glossary, translate.Term{Word: word, Meaning: n.Terms[word]})
		}
		for _, e := range n.Examples {
			c.Examples = append(c.Examples, translate.Example{Question: e.Question, SQL: e.Query})
		}
	}
	if len(c.Tables)+len(c.Columns)+len(c.Metrics)+len(c.Glossary)+len(c.Examples) == 0 {
		return nil
	}
	return c
}
