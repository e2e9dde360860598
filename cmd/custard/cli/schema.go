package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

func newSchema(a *app) *cobra.Command {
	var c choice
	var out outputFlags
	cmd := &cobra.Command{
		Use:   "schema [TABLE…]",
		Short: "Show tables, columns, keys and comments",
		Long: `Shows the tables of a database, or the columns, keys and comments of some of them. With -o json it is the whole
schema as one object; with the other formats of programs one row a column.`,
		Example: `  custard schema --demo
  custard schema orders order_items -c shop
  custard schema --db shop.db -o json`,
		Args: arguments(0, -1, "tables"),
	}
	c.flags(a, cmd)
	out.flags(cmd, true)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		t, err := a.target(ctx, c)
		if err != nil {
			return err
		}
		spin := a.spin("reading the schema")
		defer spin.stop()
		at, err := a.reach(ctx, t)
		if err != nil {
			return err
		}
		defer func() { _ = at.close() }() // it was only read
		schema, err := at.schema(ctx, false)
		if err != nil {
			return err
		}
		spin.stop()
		tables, err := pick(schema, args)
		if err != nil {
			return err
		}
		view := &schemaView{app: a, schema: schema, tables: tables, format: format}
		switch {
		case format == output.JSON:
			return view.json()
		case format == output.CSV || format == output.TSV || format == output.NDJSON:
			return view.columns()
		case len(args) > 0:
			return view.details()
		}
		return view.overview()
	}
	return cmd
}

// pick returns the named tables, or all; CodeUnknownTable names those that are spelt alike.
func pick(schema *custard.Schema, names []string) ([]*custard.Table, error) {
	if len(names) == 0 {
		return schema.Tables, nil
	}
	tables := make([]*custard.Table, 0, len(names))
	for _, name := range names {
		folder, table, qualified := strings.Cut(name, ".")
		if !qualified {
			folder, table = "", name
		}
		t := schema.Table(folder, table)
		if t == nil {
			return nil, noTable(schema, name)
		}
		tables = append(tables, t)
	}
	return tables, nil
}

func noTable(schema *custard.Schema, name string) error {
	type near struct {
		name string
		d    int
	}
	var found []near
	for _, t := range schema.Tables {
		d := distance(strings.ToLower(name), strings.ToLower(t.Name))
		if strings.Contains(strings.ToLower(t.Name), strings.ToLower(name)) {
			d = 0
		}
		if d <= max(2, len(name)/3) {
			found = append(found, near{t.Name, d})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return a.d - b.d })
	hint := "`custard schema` lists the tables."
	if len(found) > 0 {
		names := make([]string, 0, 3)
		for _, n := range found[:min(3, len(found))] {
			names = append(names, n.name)
		}
		hint = "Did you mean " + strings.Join(names, " or ") + "?"
	}
	return custard.Errorf(custard.CodeUnknownTable, "there is no table %q", name).WithHint("%s", hint)
}

type schemaView struct {
	app    *app
	schema *custard.Schema
	tables []*custard.Table
	format output.Format
}

func (v *schemaView) name(t *custard.Table) string {
	if t.Schema == "" || t.Schema == v.schema.DefaultSchema {
		return t.Name
	}
	return t.Schema + "." + t.Name
}

func (v *schemaView) json() error {
	part := *v.schema
	part.Tables = v.tables
	text, err := json.MarshalIndent(&part, "", "  ")
	if err != nil {
		return custard.Errorf(custard.CodeInternal, "encoding the schema: %w", err)
	}
	_, err = v.app.stdout.Write(append(text, '\n'))
	return err
}

func (v *schemaView) overview() error {
	l := newList(textField("table"), textField("kind"), intField("columns"), intField("rows"), textField("comment"))
	for _, t := range v.tables {
		l.row(v.name(t), string(t.Kind), int64(len(t.Columns)), t.Rows, orDash(t.Comment))
	}
	return l.write(v.app, v.format)
}

// columns is one row a column of every table.
func (v *schemaView) columns() error {
	l := newList(textField("table"), textField("column"), textField("type"), textField("data_type"), boolField("nullable"), textField("key"), textField("comment"))
	for _, t := range v.tables {
		for _, c := range t.Columns {
			l.row(v.name(t), c.Name, string(c.Type), c.DataType, c.Nullable, keyOf(t, c), c.Comment)
		}
	}
	return l.write(v.app, v.format)
}

// details is one table of columns a table, under its name.
func (v *schemaView) details() error {
	for i, t := range v.tables {
		var head bytes.Buffer
		if i > 0 {
			head.WriteByte('\n')
		}
		title := output.Shown(v.name(t))
		if v.app.screen.out.Color {
			title = bold + title + reset
		}
		head.WriteString(title)
		if t.Rows >= 0 {
			fmt.Fprintf(&head, "  (%s)", count(t.Rows, "row"))
		}
		if t.Comment != "" {
			head.WriteString("  " + output.Shown(t.Comment))
		}
		head.WriteByte('\n')
		if _, err := v.app.stdout.Write(head.Bytes()); err != nil {
			return err
		}
		commented := slices.ContainsFunc(t.Columns, func(c *custard.Column) bool { return c.Comment != "" })
		fields := []custard.Field{textField("column"), textField("type"), textField("null"), textField("key"), textField("comment")}
		if !commented { // an empty column would only make the others narrower
			fields = fields[:4]
		}
		l := newList(fields...)
		for _, c := range t.Columns {
			null := "no"
			if c.Nullable {
				null = "yes"
			}
			typ := c.DataType
			if typ == "" {
				typ = string(c.Type)
			}
			cells := []any{c.Name, typ, null, orDash(keyOf(t, c)), orDash(c.Comment)}
			l.row(cells[:len(fields)]...)
		}
		if err := l.write(v.app, v.format); err != nil {
			return err
		}
	}
	return nil
}

// orDash is a text, or a blank that is not NULL.
func orDash(s string) string {
	if s == "" {
		return " "
	}
	return s
}

// keyOf says which keys a column belongs to: primary, unique, → table.column.
func keyOf(t *custard.Table, c *custard.Column) string {
	var keys []string
	if slices.Contains(t.PrimaryKey, c.Name) {
		keys = append(keys, "primary")
	}
	for _, u := range t.Unique {
		if len(u) == 1 && u[0] == c.Name {
			keys = append(keys, "unique")
			break
		}
	}
	for _, fk := range t.ForeignKeys {
		if i := slices.Index(fk.Columns, c.Name); i >= 0 && i < len(fk.RefColumns) {
			keys = append(keys, "-> "+fk.RefTable+"."+fk.RefColumns[i])
		}
	}
	return strings.Join(keys, ", ")
}
