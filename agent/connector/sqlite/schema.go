package sqlite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

const (
	mainSchema = "main"
	// shown are the relations that people asked for: neither SQLite's own nor the tables behind a virtual table.
	shown = "l.schema = 'main' AND l.type IN ('table', 'view', 'virtual') AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
	// estimates asked for in one statement
	estimatesAtOnce = 100
)

// Schema discovers the file in four statements, and one for each hundred tables where ANALYZE has not run. A relation
// that SQLite itself cannot open (a view of a table that is gone, a virtual table whose module is not here) is left out.
func (c *Conn) Schema(ctx context.Context) (*custard.Schema, error) {
	schema := &custard.Schema{Dialect: custard.SQLite, Database: filepath.Base(c.path), DefaultSchema: mainSchema}
	err := c.use(ctx, func(h *handle) error {
		return h.discover(func() error {
			if err := h.each("SELECT sqlite_version()", func(row *statement) error {
				schema.Version = "SQLite " + row.text(0)
				return nil
			}); err != nil {
				return err
			}
			var err error
			if schema.Fingerprint, err = h.fingerprint(); err != nil {
				return err
			}
			d := discovery{h: h, tables: map[string]*custard.Table{}}
			if err := d.run(); err != nil {
				return err
			}
			schema.Tables = d.sorted()
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return schema, nil
}

// Fingerprint is a hash of all CREATE statements.
func (c *Conn) Fingerprint(ctx context.Context) (string, error) {
	var print string
	err := c.use(ctx, func(h *handle) error {
		return h.discover(func() error {
			var err error
			print, err = h.fingerprint()
			return err
		})
	})
	return print, err
}

func (h *handle) fingerprint() (string, error) {
	hash := sha256.New()
	err := h.each("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name", func(row *statement) error {
		for i := range 4 {
			hash.Write(row.bytes(i))
			hash.Write([]byte{0})
		}
		return nil
	})
	return hex.EncodeToString(hash.Sum(nil)[:16]), err
}

// discovery gathers the tables of one file.
type discovery struct {
	h      *handle
	tables map[string]*custard.Table
	order  []*custard.Table
}

func (d *discovery) sorted() []*custard.Table {
	slices.SortFunc(d.order, func(a, b *custard.Table) int { return strings.Compare(a.Name, b.Name) })
	return d.order
}

func (d *discovery) run() error {
	withoutRowid := map[string]bool{}
	if err := d.h.each("SELECT l.name, l.type, l.wr FROM pragma_table_list l WHERE "+shown, func(row *statement) error {
		t := &custard.Table{Schema: mainSchema, Name: row.text(0), Kind: custard.KindTable, Rows: -1}
		if row.text(1) == "view" {
			t.Kind = custard.KindView
		}
		if row.integer(2) == 1 || row.text(1) == "virtual" {
			withoutRowid[t.Name] = true
		}
		d.tables[t.Name] = t
		d.order = append(d.order, t)
		return nil
	}); err != nil {
		return err
	}
	if err := d.columns(); err != nil {
		return err
	}
	if err := d.foreignKeys(); err != nil {
		return err
	}
	if err := d.uniqueKeys(); err != nil {
		return err
	}
	return d.estimates(withoutRowid)
}

// columns reads all columns at once, or table by table where one of them cannot be opened.
func (d *discovery) columns() error {
	const from = `SELECT l.name, x.name, x.type, x."notnull", x.pk FROM pragma_table_list l, pragma_table_xinfo(l.name, 'main') x
		WHERE x.hidden <> 1 AND ` + shown
	read := func(sql string) error {
		keys := map[*custard.Table]map[int64]string{}
		err := d.h.each(sql, func(row *statement) error {
			t := d.tables[row.text(0)]
			if t == nil {
				return nil
			}
			declared := row.text(2)
			pk := row.integer(4)
			t.Columns = append(t.Columns, &custard.Column{
				Name: row.text(1), Type: typeOf(declared), DataType: declared,
				Nullable: row.integer(3) == 0 && (pk == 0 || t.Kind != custard.KindTable || !strings.EqualFold(declared, "INTEGER")),
			})
			if pk > 0 {
				if keys[t] == nil {
					keys[t] = map[int64]string{}
				}
				keys[t][pk] = row.text(1)
			}
			return nil
		})
		for t, key := range keys {
			t.PrimaryKey = nil
			for i := int64(1); i <= int64(len(key)); i++ {
				t.PrimaryKey = append(t.PrimaryKey, key[i])
			}
		}
		return err
	}
	err := read(from)
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*custard.Error](err); ok && e.Code == custard.CodeCanceled {
		return err
	}
	all := d.order
	d.order = nil
	for _, t := range all {
		t.Columns = nil
		err := read("SELECT " + literal(t.Name) + `, x.name, x.type, x."notnull", x.pk FROM pragma_table_xinfo(` + literal(t.Name) + `, 'main') x WHERE x.hidden <> 1`)
		if e, ok := errors.AsType[*custard.Error](err); ok && e.Code == custard.CodeCanceled {
			return err
		}
		if err != nil {
			delete(d.tables, t.Name)
			continue
		}
		d.order = append(d.order, t)
	}
	return nil
}

func (d *discovery) foreignKeys() error {
	var last int64
	var of *custard.Table
	if err := d.h.each(`SELECT m.name, f.id, f."table", f."from", f."to" FROM sqlite_schema m, pragma_foreign_key_list(m.name, 'main') f
		WHERE m.type = 'table' AND m.sql LIKE '%references%' ORDER BY m.name, f.id, f.seq`, func(row *statement) error {
		t := d.tables[row.text(0)]
		if t == nil {
			return nil
		}
		if t != of || row.integer(1) != last || len(t.ForeignKeys) == 0 {
			of, last = t, row.integer(1)
			t.ForeignKeys = append(t.ForeignKeys, custard.ForeignKey{RefSchema: mainSchema, RefTable: row.text(2)})
		}
		key := &t.ForeignKeys[len(t.ForeignKeys)-1]
		key.Columns = append(key.Columns, row.text(3))
		if !row.null(4) {
			key.RefColumns = append(key.RefColumns, row.text(4))
		}
		return nil
	}); err != nil {
		return err
	}
	byFold := make(map[string]*custard.Table, len(d.tables))
	for name, t := range d.tables {
		byFold[strings.ToLower(name)] = t
	}
	for _, t := range d.order {
		kept := t.ForeignKeys[:0]
		for _, key := range t.ForeignKeys {
			parent := byFold[strings.ToLower(key.RefTable)]
			if parent == nil {
				continue // SQLite lets a key name a table that does not exist
			}
			key.RefTable = parent.Name
			if len(key.RefColumns) == 0 { // the parent's primary key is meant
				key.RefColumns = slices.Clone(parent.PrimaryKey)
			}
			for i, name := range key.RefColumns {
				if c := parent.Column(name); c != nil {
					key.RefColumns[i] = c.Name
				}
			}
			for i, name := range key.Columns {
				if c := t.Column(name); c != nil {
					key.Columns[i] = c.Name
				}
			}
			if len(key.RefColumns) == len(key.Columns) {
				kept = append(kept, key)
			}
		}
		t.ForeignKeys = slices.Clip(kept)
		if len(kept) == 0 {
			t.ForeignKeys = nil
		}
	}
	return nil
}

// uniqueKeys reads the unique constraints and indexes over plain columns, partial ones and the primary key left out.
func (d *discovery) uniqueKeys() error {
	type index struct{ table, name string }
	var last index
	broken := map[index]bool{}
	return d.h.each(`SELECT m.name, i.name, c.name FROM sqlite_schema m, pragma_index_list(m.name, 'main') i, pragma_index_info(i.name, 'main') c
		WHERE m.type = 'table' AND i."unique" AND NOT i.partial AND i.origin <> 'pk' ORDER BY m.name, i.name, c.seqno`, func(row *statement) error {
		t := d.tables[row.text(0)]
		if t == nil {
			return nil
		}
		this := index{t.Name, row.text(1)}
		if broken[this] {
			return nil
		}
		if this != last {
			t.Unique = append(t.Unique, nil)
			last = this
		}
		n := len(t.Unique) - 1
		if row.null(2) { // an expression
			broken[this] = true
			t.Unique = t.Unique[:n]
			last = index{}
			return nil
		}
		t.Unique[n] = append(t.Unique[n], row.text(2))
		return nil
	})
}

// estimates fills in the numbers of rows: from ANALYZE's statistics, else from the greatest rowid, which is a look at
// one page.
func (d *discovery) estimates(withoutRowid map[string]bool) error {
	analyzed := false
	if err := d.h.each("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'", func(*statement) error {
		analyzed = true
		return nil
	}); err != nil {
		return err
	}
	if analyzed {
		if err := d.h.each("SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl", func(row *statement) error {
			if t := d.tables[row.text(0)]; t != nil {
				t.Rows = row.integer(1)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	var ask []*custard.Table
	for _, t := range d.order {
		if t.Rows < 0 && t.Kind == custard.KindTable && !withoutRowid[t.Name] && rowidName(t) != "" {
			ask = append(ask, t)
		}
	}
	for chunk := range slices.Chunk(ask, estimatesAtOnce) {
		var sql strings.Builder
		for i, t := range chunk {
			if i > 0 {
				sql.WriteString(" UNION ALL ")
			}
			sql.WriteString("SELECT " + strconv.Itoa(i) + ", (SELECT max(" + rowidName(t) + ") FROM " + quote(t.Name) + ")")
		}
		if err := d.h.each(sql.String(), func(row *statement) error {
			chunk[row.integer(0)].Rows = max(0, row.integer(1))
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// rowidName returns a name of the table's rowid that no column hides.
func rowidName(t *custard.Table) string {
	for _, name := range [...]string{"rowid", "_rowid_", "oid"} {
		if t.Column(name) == nil {
			return name
		}
	}
	return ""
}

// literal writes a text as SQLite reads it.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
