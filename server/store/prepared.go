package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
)

// lookup runs a statement that every request runs, through a statement that each connection prepares once: some five times
// cheaper than a query that is put together and parsed each time. query is a constant of this package with ? for
// arguments; dest get the columns of the one row, sql.ErrNoRows says that there is none.
func (s *Store) lookup(ctx context.Context, query string, args []any, dest ...any) error {
	stmt, err := s.prepare(ctx, query) //nolint:sqlclosecheck // it is kept for the next
	if err != nil {
		return err
	}
	if s.observe != nil {
		s.observe(query)
	}
	for i, a := range args {
		if text, ok := a.(string); ok {
			args[i] = clean(text)
		}
	}
	return stmt.QueryRowContext(ctx, args...).Scan(dest...)
}

// prepare returns the statement of a text. It holds no lock while it asks the database, which may not answer: of two that
// prepare the same text at once, the first is kept.
func (s *Store) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.Lock()
	stmt := s.prepared[query]
	s.mu.Unlock()
	if stmt != nil {
		return stmt, nil
	}
	text := query
	if s.dialect == dialectPostgres {
		text = numbered(query)
	}
	stmt, err := s.read.DB.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first := s.prepared[query]; first != nil {
		_ = stmt.Close() //nolint:sqlclosecheck // not the caller's, who gets the first
		return first, nil
	}
	s.prepared[query] = stmt
	return stmt, nil
}

// numbered replaces each ? by $1, $2 and so on.
func numbered(query string) string {
	var b strings.Builder
	n := 0
	for part := range strings.SplitSeq(query, "?") {
		if n > 0 {
			b.WriteString("$" + strconv.Itoa(n))
		}
		b.WriteString(part)
		n++
	}
	return b.String()
}

// clean is text as both databases take it: valid UTF-8 without NUL. An id that is not becomes one that nothing has.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}
