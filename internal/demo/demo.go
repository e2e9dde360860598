package demo

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"modernc.org/sqlite"

	"github.com/custard-ai/custard/internal/custard"
)

// Version changes whenever the generator does, so that a file of an older one is not taken for today's.
const Version = 1

// sqliteFull is SQLite's own code for a disk without room.
const sqliteFull = 13

// grace is how long a file of another day is left alone: another process may be about to open it.
const grace = time.Minute

// Path returns the file of the demo database for the day that today lies in (in today's location), making it in
// dataDir where it is not there yet; files of other days or versions are removed. It takes about a second the first
// time and next to nothing after. Processes that do this at once do not disturb each other: each builds a file
// of its own and puts it in place with a rename. Errors are *custard.Error with what to do about a folder that
// cannot be written or a full disk.
func Path(ctx context.Context, dataDir string, today time.Time) (string, error) {
	day := today.Format(time.DateOnly)
	path := filepath.Join(dataDir, fmt.Sprintf("demo-%d-%s.db", Version, day))
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Size() > 0 {
		return path, nil
	}
	if err := os.MkdirAll(dataDir, 0o700); err != nil {
		return "", explain(dataDir, err)
	}
	temp, err := os.CreateTemp(dataDir, "demo-*.tmp")
	if err != nil {
		return "", explain(dataDir, err)
	}
	name := temp.Name()
	defer os.Remove(name) // where it was renamed there is nothing to remove
	if err := temp.Close(); err != nil {
		return "", explain(dataDir, err)
	}
	if err := build(ctx, name, today); err != nil {
		return "", explain(dataDir, err)
	}
	if err := os.Rename(name, path); err != nil {
		return "", explain(dataDir, err)
	}
	removeOthers(dataDir, path)
	return path, nil
}

// removeOthers deletes what other days, versions and interrupted runs left behind. What cannot be deleted now (a file
// that is open elsewhere) goes the next time.
func removeOthers(dataDir, keep string) {
	files, err := os.ReadDir(dataDir)
	if err != nil {
		return
	}
	for _, file := range files {
		name := file.Name()
		if !strings.HasPrefix(name, "demo-") || filepath.Ext(name) != ".db" && filepath.Ext(name) != ".tmp" || name == filepath.Base(keep) {
			continue
		}
		if info, err := file.Info(); err == nil && time.Since(info.ModTime()) > grace {
			_ = os.Remove(filepath.Join(dataDir, name))
		}
	}
}

// build writes the whole database into the empty file at path.
func build(ctx context.Context, path string, today time.Time) (err error) {
	// What is being made is thrown away when anything goes wrong, so neither journal nor sync is needed.
	dsn := (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: url.Values{"_pragma": {
		"journal_mode(off)", "synchronous(off)", "locking_mode(exclusive)", "cache_size(-65536)",
	}}.Encode()}).String()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if _, err := tx.ExecContext(ctx, schema); err != nil {
		return err
	}
	if err := newShop(ctx, tx, today).fill(); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, indexes); err != nil {
		return err
	}
	return tx.Commit()
}

// explain says what to do about a failure to write into dataDir.
func explain(dataDir string, err error) error {
	const elsewhere = "Set XDG_DATA_HOME to a folder that can be written."
	full := errors.Is(err, syscall.ENOSPC)
	if e, ok := errors.AsType[*sqlite.Error](err); ok && e.Code()&0xff == sqliteFull {
		full = true
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return custard.AsError(err)
	case full:
		return custard.Errorf(custard.CodeFailed, "no room for the demo database in %s: %w", dataDir, err).
			WithHint("It needs some 12 MB. Free some room, or set XDG_DATA_HOME to a folder on another disk.")
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return custard.Errorf(custard.CodeFailed, "the demo database cannot be written to %s: %w", dataDir, err).WithHint(elsewhere)
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, fs.ErrExist):
		return custard.Errorf(custard.CodeFailed, "%s is not a folder: %w", dataDir, err).WithHint(elsewhere)
	}
	return custard.Errorf(custard.CodeFailed, "the demo database could not be made in %s: %w", dataDir, err).WithHint(elsewhere)
}
