package executor

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/gob"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/custard-ai/custard/agent/executor/values"
	"github.com/custard-ai/custard/internal/custard"
)

const (
	valueAge     = time.Hour // after which it is made anew, while the old one serves
	valueWorkers = 3         // columns that are read at once
	valueScan    = 200_000   // rows of a table that are read
	valueLimit   = 20_000    // values of a column that are kept
	valueTotal   = 400_000   // values in all
	valueColumns = 2_000     // columns in all
)

// valueIndex makes the index of values when it is first asked for, in the background, and keeps it.
type valueIndex struct {
	mu     sync.Mutex
	index  *values.Index // what there is; may lack columns while the index is being made
	made   time.Time     // when the whole index was
	making chan struct{} // closed when the making ends; nil where none is under way
	stop   context.CancelFunc
	closed bool
	work   sync.WaitGroup
}

// Values finds words of a question among the database's values. The first call makes the index and waits a few seconds
// for it; columns that are not read by then are missing until a later call.
func (e *Executor) Values(ctx context.Context, req custard.ValuesRequest) ([]custard.ValueMatch, error) {
	v := &e.values
	v.mu.Lock()
	if v.closed {
		v.mu.Unlock()
		return nil, custard.Errorf(custard.CodeUnreachable, "the database was closed")
	}
	if v.making == nil && (v.index == nil || time.Since(v.made) > valueAge) {
		e.makeValues(v)
	}
	fresh, making := !v.made.IsZero(), v.making
	v.mu.Unlock()
	if !fresh && making != nil {
		late := time.NewTimer(e.opts.ValueWait)
		defer late.Stop()
		select {
		case <-making:
		case <-late.C:
		case <-ctx.Done():
			return nil, custard.AsError(ctx.Err())
		}
	}
	v.mu.Lock()
	index := v.index
	v.mu.Unlock()
	if index == nil {
		return nil, nil
	}
	return index.Find(req.Text, req.Limit), nil
}

// makeValues starts the making of the index. v.mu is held.
func (e *Executor) makeValues(v *valueIndex) {
	ctx, stop := context.WithCancel(context.Background())
	v.making, v.stop = make(chan struct{}), stop
	v.work.Go(func() {
		defer stop()
		e.gatherValues(ctx, v)
		v.mu.Lock()
		close(v.making)
		v.making = nil
		v.mu.Unlock()
	})
}

// close stops the making and waits for its end.
func (v *valueIndex) close() {
	v.mu.Lock()
	v.closed = true
	if v.stop != nil {
		v.stop()
	}
	v.mu.Unlock()
	v.work.Wait()
}

// gathered is one column's values.
type gathered struct {
	Column values.Column
	Values []string
}

func (e *Executor) gatherValues(ctx context.Context, v *valueIndex) {
	k, err := e.schema.get(ctx, e, e.opts.SchemaAge)
	if err != nil {
		return // the next call tries again
	}
	if all, ok := e.keptValues(k.schema.Fingerprint); ok {
		v.set(all, time.Now())
		return
	}
	todo := textColumns(k.schema)
	results := make([][]string, len(todo))
	var mu sync.Mutex
	next, total, whole := 0, 0, true
	show := time.Now().Add(e.opts.ValueWait * 3 / 4)
	var wg sync.WaitGroup
	for range valueWorkers {
		wg.Go(func() {
			for {
				mu.Lock()
				n := next
				next++
				full := total >= valueTotal
				mu.Unlock()
				if n >= len(todo) || full || ctx.Err() != nil {
					return
				}
				list, ok := e.distinct(ctx, todo[n])
				mu.Lock()
				results[n] = list
				total += len(list)
				whole = whole && ok
				var part []gathered
				if now := time.Now(); now.After(show) { // what there is serves whoever waits no longer
					show = now.Add(4 * e.opts.ValueWait)
					part = collect(todo, results)
				}
				mu.Unlock()
				if part != nil {
					v.set(part, time.Time{})
				}
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return
	}
	all := collect(todo, results)
	v.set(all, time.Now())
	if whole {
		e.keepValues(k.schema.Fingerprint, all)
	}
}

// set makes an index of what was gathered the one that serves.
func (v *valueIndex) set(all []gathered, made time.Time) {
	columns, lists := make([]values.Column, len(all)), make([][]string, len(all))
	for i, g := range all {
		columns[i], lists[i] = g.Column, g.Values
	}
	index := values.New(columns, lists)
	v.mu.Lock()
	defer v.mu.Unlock()
	if made.IsZero() && !v.made.IsZero() {
		return // a whole index, if an old one, serves better than a part
	}
	v.index = index
	if !made.IsZero() {
		v.made = made
	}
}

func collect(todo []textColumn, results [][]string) []gathered {
	var out []gathered
	for i, list := range results {
		if len(list) > 0 {
			out = append(out, gathered{values.Column{Schema: todo[i].table.Schema, Table: todo[i].table.Name, Column: todo[i].column.Name}, list})
		}
	}
	return out
}

// distinct reads a column's values; false where it could not be read to its end. Values that say nothing in a question
// are left out, and the column where they are most of it.
func (e *Executor) distinct(ctx context.Context, c textColumn) ([]string, bool) {
	var list []string
	seen, dull := 0, 0
	for value, err := range e.conn.Distinct(ctx, c.table, c.column, valueScan, valueLimit) {
		if err != nil {
			return nil, false // one that may not be read, or that fails, is no reason to have no index
		}
		if seen++; values.Telling(value) {
			list = append(list, value)
		} else {
			dull++
		}
		if seen == 500 && dull > 400 {
			return nil, true
		}
	}
	if seen > 20 && dull > seen*4/5 {
		return nil, true
	}
	return list, true
}

type textColumn struct {
	table  *custard.Table
	column *custard.Column
}

// textColumns returns the columns whose values are worth knowing, those of small tables first. Views repeat what
// tables hold: they count where there are no tables.
func textColumns(schema *custard.Schema) []textColumn {
	views := !slices.ContainsFunc(schema.Tables, func(t *custard.Table) bool { return t.Kind == custard.KindTable })
	var out []textColumn
	for _, t := range schema.Tables {
		if t.Kind == custard.KindForeignTable || t.Kind == custard.KindView && !views {
			continue
		}
		for _, c := range t.Columns {
			if c.Type == custard.TypeText && !dullName(c.Name) && !dullType(c.DataType) {
				out = append(out, textColumn{t, c})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b textColumn) int { return cmp.Compare(a.table.Rows, b.table.Rows) })
	return out[:min(len(out), valueColumns)]
}

// dullName says whether a column's name promises secrets or texts that nobody repeats in a question.
func dullName(name string) bool {
	small := strings.ToLower(name)
	for _, part := range [...]string{"password", "passwd", "secret", "api_key", "apikey", "private_key", "checksum"} {
		if strings.Contains(small, part) {
			return true
		}
	}
	// These are parts of other words (tourist, hashtag): they must be words of the name themselves.
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == '-' || r == ' ' || r == '.' }) {
		for _, dull := range [...]string{"url", "uri", "token", "hash", "salt", "signature", "pwd"} {
			if at := len(w) - len(dull); at == 0 && strings.EqualFold(w, dull) || at > 0 && strings.EqualFold(w[at:], dull) && camel(w, at) {
				return true
			}
		}
	}
	return false
}

// camel says whether a new word begins at a place of a name: imageUrl, imageURL.
func camel(name string, at int) bool {
	return name[at] >= 'A' && name[at] <= 'Z' && name[at-1] >= 'a' && name[at-1] <= 'z'
}

// dullType says whether a data type that travels as text holds no words.
func dullType(name string) bool {
	name, _, _ = strings.Cut(strings.ToLower(name), "(")
	switch strings.TrimSpace(name) {
	case "interval", "inet", "cidr", "macaddr", "macaddr8", "money", "xml", "tsvector", "tsquery", "bit", "bit varying",
		"point", "line", "lseg", "box", "path", "polygon", "circle", "geometry", "geography", "pg_lsn", "txid_snapshot":
		return true
	}
	return strings.HasSuffix(name, "range")
}

// keptValues reads the values from disk, where they are of this schema and not too old.
func (e *Executor) keptValues(fingerprint string) ([]gathered, bool) {
	path, ok := e.cachePath("values")
	if !ok {
		return nil, false
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, false
	}
	defer func() { _ = f.Close() }() // read only
	info, err := f.Stat()
	if err != nil || time.Since(info.ModTime()) > valueAge {
		return nil, false
	}
	var kept keptValues
	if gob.NewDecoder(bufio.NewReaderSize(f, 1<<20)).Decode(&kept) != nil || kept.Fingerprint != fingerprint {
		return nil, false
	}
	return kept.Columns, true
}

type keptValues struct {
	Fingerprint string
	Columns     []gathered
}

// keepValues writes the values to disk. The cache is a convenience: that it cannot be written is no error.
func (e *Executor) keepValues(fingerprint string, all []gathered) {
	path, ok := e.cachePath("values")
	if !ok {
		return
	}
	var b bytes.Buffer
	if gob.NewEncoder(&b).Encode(keptValues{fingerprint, all}) == nil {
		_ = replaceFile(path, b.Bytes())
	}
}
