package store

import (
	"cmp"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/custard-ai/custard/internal/custard"
)

const dialectPostgres = "postgres"

// openPostgres makes a pool; nothing is dialled before it is used.
func (s *Store) openPostgres(url string, opts Options) error {
	s.dialect = dialectPostgres
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		// pgx's text may hold the password
		return custard.Errorf(custard.CodeUsage, "the database's URL cannot be read").
			WithHint("Write postgres://user:password@host:5432/database?sslmode=require, with special characters of the password percent-encoded.")
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 10 * time.Second
	}
	for name, value := range map[string]string{
		"application_name": "custard-server", "standard_conforming_strings": "on", "statement_timeout": "60s",
		"lock_timeout": "30s", "idle_in_transaction_session_timeout": "60s",
	} {
		if _, set := cfg.RuntimeParams[name]; !set || name == "standard_conforming_strings" { // bun's quoting counts on it
			cfg.RuntimeParams[name] = value
		}
	}
	db := sql.OpenDB(stdlib.GetConnector(*cfg))
	most := cmp.Or(opts.Connections, 16)
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(time.Hour)
	s.write = bun.NewDB(db, cleanPostgres{pgdialect.New()})
	s.read = s.write
	return nil
}

// cleanPostgres refuses no text: what no database keeps becomes the replacement character.
type cleanPostgres struct{ *pgdialect.Dialect }

// AppendString implements schema.Dialect.
func (d cleanPostgres) AppendString(b []byte, text string) []byte {
	return d.Dialect.AppendString(b, clean(text))
}
