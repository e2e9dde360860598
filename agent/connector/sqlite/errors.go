package sqlite

import (
	"strings"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"github.com/custard-ai/custard/internal/custard"
)

// errInterrupted is the error of a statement that stop ended; the caller, who knows why, replaces it.
func errInterrupted() *custard.Error { return custard.Errorf(custard.CodeCanceled, "interrupted") }

func errNoMemory() *custard.Error {
	return custard.Errorf(custard.CodeLimit, "the statement needs more memory than SQLite may take").WithHint("Filter before sorting, grouping or DISTINCT, and leave out long texts.")
}

// errorOf turns a result code and SQLite's message into an error of the domain.
func (h *handle) errorOf(rc int32) error {
	message := libc.GoString(lib.Xsqlite3_errstr(h.tls, rc))
	if h.db != 0 {
		message = libc.GoString(lib.Xsqlite3_errmsg(h.tls, h.db))
	}
	return classify(rc, message, h.stateOf().denied)
}

// classify is errorOf without a connection. denied is the authorizer's last refusal.
func classify(rc int32, message string, denied int32) *custard.Error {
	switch rc & 0xff {
	case lib.SQLITE_INTERRUPT, lib.SQLITE_ABORT:
		return errInterrupted()
	case lib.SQLITE_AUTH:
		return custard.Errorf(custard.CodeRefused, "%s", refusal(denied, message))
	case lib.SQLITE_READONLY:
		if rc == lib.SQLITE_READONLY_ROLLBACK || rc == lib.SQLITE_READONLY_RECOVERY || rc == lib.SQLITE_READONLY_CANTINIT {
			return custard.Errorf(custard.CodeUnreachable, "the database was left in the middle of a write and must be recovered first (%s)", message).
				WithHint("Open it once with a program that may write to it, or copy it with its -journal or -wal file to a folder that may be written.")
		}
		return custard.Errorf(custard.CodeRefused, "the statement would write (%s)", message)
	case lib.SQLITE_TOOBIG:
		return custard.Errorf(custard.CodeLimit, "a value or the statement is larger than the limit (%s)", message).WithHint("Ask for a part of it, such as substr(column, 1, 1000).")
	case lib.SQLITE_NOMEM:
		return errNoMemory()
	case lib.SQLITE_FULL:
		return custard.Errorf(custard.CodeLimit, "there is no room for SQLite's temporary data (%s)", message)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		e := custard.Errorf(custard.CodeFailed, "another program is writing to the database (%s)", message).WithHint("Try again in a moment.")
		e.Retry = true
		return e
	case lib.SQLITE_CORRUPT:
		return custard.Errorf(custard.CodeFailed, "the database file is damaged (%s)", message).WithHint("Run PRAGMA integrity_check with the sqlite3 program, or restore a copy.")
	case lib.SQLITE_NOTADB:
		return custard.Errorf(custard.CodeUsage, "the file is not a SQLite database, or it is encrypted (%s)", message)
	case lib.SQLITE_CANTOPEN, lib.SQLITE_IOERR, lib.SQLITE_PERM, lib.SQLITE_NOLFS:
		return custard.Errorf(custard.CodeUnreachable, "the database file cannot be read (%s)", message)
	case lib.SQLITE_ERROR:
		return custard.Errorf(errorCode(message), "%s", message)
	}
	return custard.Errorf(custard.CodeFailed, "%s", message)
}

// errorCode reads SQLite's message: it has one result code for everything that is wrong in a statement.
func errorCode(message string) custard.Code {
	switch {
	case strings.HasPrefix(message, "no such table"):
		return custard.CodeUnknownTable
	case strings.HasPrefix(message, "no such column"), strings.HasPrefix(message, "ambiguous column name"):
		return custard.CodeUnknownColumn
	case strings.HasPrefix(message, "not authorized"), strings.Contains(message, "is prohibited"), strings.HasSuffix(message, "may not be modified"),
		strings.HasPrefix(message, "unsafe use of"):
		return custard.CodeRefused
	case strings.Contains(message, "syntax error"), strings.HasPrefix(message, "unrecognized token"),
		strings.HasPrefix(message, "incomplete input"), strings.HasPrefix(message, "no such function"):
		return custard.CodeSyntax
	case strings.Contains(message, "too large"), strings.Contains(message, "too many"), strings.Contains(message, "too big"),
		strings.Contains(message, "too complex"):
		return custard.CodeLimit
	}
	return custard.CodeFailed
}

// openError says what to do about a file that SQLite could not open although it looks like a database.
func openError(path string, err error) error {
	e := *custard.AsError(err)
	if e.Code == custard.CodeRefused { // reading itself needs a file beside it that cannot be made
		e.Code, e.Message = custard.CodeUnreachable, "the database is in WAL mode and its folder may not be written"
	}
	e.Message = path + ": " + e.Message
	if e.Code == custard.CodeUnreachable && e.Hint == "" {
		e.Hint = "Check the permissions. A database in WAL mode needs a folder that may be written, or its -wal and -shm files beside it: copy the database to such a folder."
	}
	return &e
}
