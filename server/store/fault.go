package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/custard-ai/custard/internal/custard"
)

// failed turns what a database said into an error of the domain; doing says what was tried, for the message. What is a
// *custard.Error already stays one. The database's own text is in Cause alone: it may quote values.
func failed(err error, doing string) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*custard.Error](err); ok {
		return e
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return custard.AsError(err)
	}
	e := &custard.Error{Code: custard.CodeInternal, Message: "cannot " + doing, Cause: err}
	if hint, ok := unreachable(err); ok {
		e.Code, e.Message, e.Hint, e.Retry = custard.CodeUnreachable, "the server's database does not work: cannot "+doing, hint, true
	}
	return e
}

// unreachable says whether the database, not the statement, is at fault, and what its operator can do.
func unreachable(err error) (hint string, ok bool) {
	if e, is := errors.AsType[*sqlite.Error](err); is {
		switch e.Code() & 0xff {
		case lib.SQLITE_FULL:
			return "Its disk is full: free some space; nothing needs to be restarted.", true
		case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
			return "Another program holds the file: close it, or try again in a moment.", true
		case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM:
			return "Check that the file and its folder can be written to.", true
		case lib.SQLITE_IOERR:
			return "Its disk is full or failing: check it; nothing needs to be restarted.", true
		case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
			return "The file is damaged or not a database: restore it from a backup.", true
		}
		return "", false
	}
	const check = "Check that PostgreSQL runs and that DATABASE_URL is right; the server connects again by itself."
	if e, is := errors.AsType[*pgconn.PgError](err); is {
		switch {
		case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "57P"):
			return check, true
		case strings.HasPrefix(e.Code, "28"), e.Code == "3D000":
			return "PostgreSQL refuses the user, the password or the database of DATABASE_URL.", true
		case e.Code == "53300":
			return "PostgreSQL has no free connection: raise max_connections, or lower the servers' pools.", true
		case strings.HasPrefix(e.Code, "53"), strings.HasPrefix(e.Code, "58"):
			return "PostgreSQL is out of disk space, memory or another resource: see its log.", true
		case e.Code == "25006":
			return "PostgreSQL takes no writes: DATABASE_URL must name the primary.", true
		}
		return "", false
	}
	if _, is := errors.AsType[*pgconn.ConnectError](err); is {
		return check, true
	}
	if _, is := errors.AsType[net.Error](err); is {
		return check, true
	}
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "database is closed") || strings.Contains(err.Error(), "conn closed") {
		return check, true
	}
	return "", false
}

// taken says whether a row was refused because another has its key.
func taken(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() == lib.SQLITE_CONSTRAINT_UNIQUE || e.Code() == lib.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23505"
}

// dangling says whether a row was refused because what it belongs to does not exist.
func dangling(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() == lib.SQLITE_CONSTRAINT_FOREIGNKEY
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23503"
}

// busy says whether another connection holds SQLite's file.
func busy(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == lib.SQLITE_BUSY
}

// tryAgain says whether a transaction failed only because of another.
func tryAgain(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01")
}

// none says whether a query found no row.
func none(err error) bool { return errors.Is(err, sql.ErrNoRows) }

func notFound(what string) *custard.Error {
	return custard.Errorf(custard.CodeNotFound, "there is no such %s", what)
}

// one says notFound where a statement changed no row.
func one(res sql.Result, err error, what, doing string) error {
	if err != nil {
		return failed(err, doing)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return failed(err, doing)
	}
	if n == 0 {
		return notFound(what)
	}
	return nil
}
