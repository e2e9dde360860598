package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/migrate"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/migrations"
)

// migrationsLock is the key of PostgreSQL's advisory lock: "custard" in letters.
const migrationsLock = 0x63757374617264

// Migration is a numbered change of the database.
type Migration struct {
	Number  string
	Name    string
	Applied time.Time // zero for not yet
	Known   bool      // false for one that a newer program applied
}

// Migrator changes the database's tables from one version to another. Every method is all or nothing, however many
// migrations it runs: statements and notes are one transaction. Of many at once one works and the others wait for it.
type Migrator struct {
	store *Store
	files fs.FS
}

// OpenMigrator opens the database of a URL only to migrate it: nothing of it is used or expected. Close it afterwards.
// Its errors are Open's.
func OpenMigrator(_ context.Context, url string) (*Migrator, error) {
	s, err := connect(url, Options{Now: time.Now, Connections: 1})
	if err != nil {
		return nil, err
	}
	m, err := s.migrator()
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return m, nil
}

func (s *Store) migrator() (*Migrator, error) {
	files, err := migrations.For(s.dialect)
	if err != nil {
		return nil, failed(err, "find the migrations")
	}
	return &Migrator{store: s, files: files}, nil
}

// Close closes the database.
func (m *Migrator) Close() error { return m.store.Close() }

// Up applies what is not applied yet and returns it, oldest first.
func (m *Migrator) Up(ctx context.Context) ([]Migration, error) {
	var done []Migration
	err := m.work(ctx, func(ctx context.Context, w *migrate.Migrator) error {
		list, err := m.list(ctx, w)
		if err != nil {
			return err
		}
		if err := newer(list); err != nil {
			return err
		}
		group, err := w.Migrate(ctx)
		if err != nil {
			return err
		}
		done = nil
		for _, one := range group.Migrations {
			done = append(done, Migration{Number: one.Name, Name: one.Comment, Applied: m.store.now(), Known: true})
		}
		return nil
	})
	if err != nil {
		return nil, failed(err, "migrate the database; nothing was changed")
	}
	return done, nil
}

// Down takes the last steps migrations back, with the data in the tables that they made, and returns them, newest first.
func (m *Migrator) Down(ctx context.Context, steps int) ([]Migration, error) {
	var done []Migration
	err := m.work(ctx, func(ctx context.Context, w *migrate.Migrator) error {
		list, err := m.list(ctx, w)
		if err != nil {
			return err
		}
		if err := newer(list); err != nil {
			return err
		}
		known, err := w.MigrationsWithStatus(ctx)
		if err != nil {
			return err
		}
		done = nil
		for _, one := range known.Applied() { // newest first
			if len(done) == steps {
				break
			}
			if one.Down == nil {
				return custard.Errorf(custard.CodeUsage, "migration %s_%s cannot be taken back", one.Name, one.Comment)
			}
			if err := one.Down(ctx, w, &one); err != nil {
				return fmt.Errorf("%s: down: %w", one.Name, err)
			}
			if err := w.MarkUnapplied(ctx, &one); err != nil {
				return err
			}
			done = append(done, Migration{Number: one.Name, Name: one.Comment, Known: true})
		}
		return nil
	})
	if err != nil {
		return nil, failed(err, "take migrations back; nothing was changed")
	}
	return done, nil
}

// Status returns all migrations, oldest first, those that only a newer program knows at the end. It changes nothing.
func (m *Migrator) Status(ctx context.Context) ([]Migration, error) {
	set, err := m.set()
	if err != nil {
		return nil, err
	}
	there, err := m.noted(ctx)
	if err != nil {
		return nil, failed(err, "ask which migrations were applied")
	}
	w := migrate.NewMigrator(m.store.read, set)
	if !there {
		var list []Migration
		for _, one := range set.Sorted() {
			list = append(list, Migration{Number: one.Name, Name: one.Comment, Known: true})
		}
		return list, nil
	}
	list, err := m.list(ctx, w)
	return list, failed(err, "ask which migrations were applied")
}

// noted says whether the table of applied migrations is there.
func (m *Migrator) noted(ctx context.Context) (bool, error) {
	query := "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'bun_migrations'"
	if m.store.dialect == dialectPostgres {
		query = "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('bun_migrations')"
	}
	var n int
	err := m.store.read.QueryRowContext(ctx, query).Scan(&n)
	return n > 0, err
}

func (m *Migrator) set() (*migrate.Migrations, error) {
	set := migrate.NewMigrations()
	if err := set.Discover(m.files); err != nil {
		return nil, failed(err, "read the migrations")
	}
	return set, nil
}

// list returns what is known and what is applied.
func (m *Migrator) list(ctx context.Context, w *migrate.Migrator) ([]Migration, error) {
	known, err := w.MigrationsWithStatus(ctx)
	if err != nil {
		return nil, err
	}
	applied, err := w.AppliedMigrations(ctx)
	if err != nil {
		return nil, err
	}
	var list []Migration
	for _, one := range known {
		list = append(list, Migration{Number: one.Name, Name: one.Comment, Applied: one.MigratedAt, Known: true})
	}
	for _, one := range applied {
		if !slices.ContainsFunc(list, func(k Migration) bool { return k.Number == one.Name }) {
			list = append(list, Migration{Number: one.Name, Applied: one.MigratedAt})
		}
	}
	slices.SortFunc(list, func(a, b Migration) int { return strings.Compare(a.Number, b.Number) })
	return list, nil
}

// newer refuses a database that a newer program has changed.
func newer(list []Migration) error {
	for _, one := range list {
		if !one.Known {
			return custard.Errorf(custard.CodeConflict, "a newer custard-server has changed the database (migration %s): this one does not know it", one.Number).
				WithHint("Start the newer version, or take its migrations back with its own: custard-server migrate down.")
		}
	}
	return nil
}

// work runs f with a migrator whose every statement is part of one transaction that nobody else's migrator runs beside.
func (m *Migrator) work(ctx context.Context, f func(ctx context.Context, w *migrate.Migrator) error) error {
	set, err := m.set()
	if err != nil {
		return err
	}
	conn, err := m.store.write.DB.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return conn.Raw(func(dc any) (err error) {
		raw := dc.(driver.Conn)
		// SQLite's transactions begin immediate: the second waits here. PostgreSQL's waits for the advisory lock.
		tx, err := raw.(driver.ConnBeginTx).BeginTx(ctx, driver.TxOptions{})
		if err != nil {
			return err
		}
		defer func() {
			if err != nil {
				err = errors.Join(err, tx.Rollback())
				return
			}
			err = tx.Commit()
		}()
		pool := sql.OpenDB(pinned{raw})
		defer func() { _ = pool.Close() }()
		pool.SetMaxOpenConns(1)
		db := bun.NewDB(pool, sqlitedialect.New())
		if m.store.dialect == dialectPostgres {
			db = bun.NewDB(pool, pgdialect.New())
			if _, err := db.ExecContext(ctx, "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0"); err != nil {
				return err
			}
			if _, err := db.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", migrationsLock); err != nil {
				return err
			}
		}
		w := migrate.NewMigrator(db, set, migrate.WithMarkAppliedOnSuccess(true))
		if err := w.Init(ctx); err != nil {
			return err
		}
		return f(ctx, w)
	})
}

// settle makes sure that the database is the one that this program knows: up to date, after migrating it where it may.
func (s *Store) settle(ctx context.Context, may bool) error {
	m, err := s.migrator()
	if err != nil {
		return err
	}
	list, err := m.Status(ctx)
	if err != nil {
		return err
	}
	if err := newer(list); err != nil {
		return err
	}
	missing := slices.ContainsFunc(list, func(one Migration) bool { return one.Applied.IsZero() })
	switch {
	case !missing:
		return nil
	case may:
		_, err = m.Up(ctx)
		return err
	}
	return custard.Errorf(custard.CodeConflict, "the database is older than this custard-server").
		WithHint("Make a backup, then run: custard-server migrate up.")
}
