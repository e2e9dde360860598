package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver that runs gold and predicted queries

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// question is a line of the questions' file.
type question struct {
	ID         int    `json:"id"`
	DB         string `json:"db"`
	Split      string `json:"split"`
	Question   string `json:"question"`
	Paraphrase string `json:"paraphrase"`
	SQL        string `json:"sql"`
}

func readQuestions(path string) ([]question, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []question
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, q)
	}
	return out, lines.Err()
}

// database is one of the databases that questions are asked about.
type database struct {
	name   string
	schema *custard.Schema
	ix     *index.Index
	source *executor.Executor
	sql    *sql.DB
	cache  map[string]*result
	limit  time.Duration // of a query
}

type databases struct {
	dir   string
	open  map[string]*database
	limit time.Duration // of a query
}

func (d *databases) get(ctx context.Context, name string) (*database, error) {
	if db := d.open[name]; db != nil {
		return db, nil
	}
	path := filepath.Join(d.dir, name+".sqlite")
	driver, conn, err := all.Open(ctx, path, connector.Options{})
	if err != nil {
		return nil, err
	}
	source := executor.New(driver, conn, executor.Options{SchemaAge: time.Hour})
	schema, err := source.Schema(ctx, false)
	if err != nil {
		return nil, err
	}
	db := &database{name: name, schema: schema, source: source, ix: index.New(schema), cache: map[string]*result{}, limit: d.limit}
	db.sql, err = sql.Open("sqlite", "file:"+path+"?mode=ro&immutable=1")
	if err != nil {
		return nil, err
	}
	if d.open == nil {
		d.open = map[string]*database{}
	}
	d.open[name] = db
	return db, nil
}

// result is what a query gave: each row as normalised cells.
type result struct {
	rows [][]string
	err  error
}

// run runs a query and keeps its result.
func (db *database) run(ctx context.Context, text string) *result {
	if r := db.cache[text]; r != nil {
		return r
	}
	ctx, cancel := context.WithTimeout(ctx, db.limit)
	defer cancel()
	r := &result{}
	r.rows, r.err = db.query(ctx, text)
	db.cache[text] = r
	return r
}

func (db *database) query(ctx context.Context, text string) ([][]string, error) {
	rows, err := db.sql.QueryContext(ctx, strings.TrimRight(strings.TrimSpace(text), ";"))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var out [][]string
	for rows.Next() {
		cells := make([]any, len(cols))
		at := make([]any, len(cols))
		for i := range cells {
			at[i] = &cells[i]
		}
		if err := rows.Scan(at...); err != nil {
			return nil, err
		}
		row := make([]string, len(cols))
		for i, c := range cells {
			row[i] = normal(c)
		}
		out = append(out, row)
		if len(out) > 30000 {
			return nil, fmt.Errorf("too many rows")
		}
	}
	return out, rows.Err()
}

// find finds a text's words among the database's values, as the program that asks does.
func (db *database) find(ctx context.Context, text string) []custard.ValueMatch {
	found, err := db.source.Values(ctx, custard.ValuesRequest{Text: text})
	if err != nil {
		return nil
	}
	return found
}
