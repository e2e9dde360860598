package postgres

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/custard-ai/custard/internal/custard"
)

// errorOf turns an error of the server or of the network into one of the domain, with the server's own words.
func errorOf(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*custard.Error](err); ok {
		return e
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return serverError(pg)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return custard.AsError(err)
	}
	e := custard.Errorf(custard.CodeUnreachable, "the connection to the database broke: %w", err)
	e.Retry = true
	return e
}

// serverError maps a SQLSTATE.
func serverError(pg *pgconn.PgError) *custard.Error {
	// Package executor writes the system's schema before calls; whoever asked did not.
	e := custard.Errorf(codeOf(pg), "%s", strings.Replace(pg.Message, "function pg_catalog.", "function ", 1))
	e.Cause = pg
	var hint []string
	if pg.Detail != "" && e.Code != custard.CodeInternal {
		hint = append(hint, pg.Detail)
	}
	if pg.Hint != "" {
		hint = append(hint, pg.Hint)
	}
	if own := advice(pg.Code); own != "" {
		hint = append(hint, own)
	} else if e.Code == custard.CodeTimeout {
		hint = append(hint, "Raise the time limit, or ask for less.")
	}
	e.Hint = strings.Join(hint, " ")
	switch pg.Code {
	case "40001", "40P01", "53300", "57P01", "57P02", "57P03":
		e.Retry = true
	}
	return e
}

func codeOf(pg *pgconn.PgError) custard.Code {
	switch pg.Code {
	case "57014": // query_canceled
		if strings.Contains(pg.Message, "timeout") {
			return custard.CodeTimeout
		}
		return custard.CodeCanceled
	case "55P03": // lock_not_available
		return custard.CodeTimeout
	case "42P01", "3F000":
		return custard.CodeUnknownTable
	case "42703", "42702":
		return custard.CodeUnknownColumn
	case "42501": // insufficient_privilege
		return custard.CodeForbidden
	case "42601", "42883", "42704", "42P02", "42P18":
		return custard.CodeSyntax
	case "25006", "25001": // read_only_sql_transaction, active_sql_transaction
		return custard.CodeRefused
	case "3D000":
		return custard.CodeUnreachable
	}
	if len(pg.Code) < 2 {
		return custard.CodeFailed
	}
	switch pg.Code[:2] {
	case "28":
		return custard.CodeUnauthenticated
	case "08", "57":
		return custard.CodeUnreachable
	case "53":
		if pg.Code == "53300" {
			return custard.CodeUnreachable
		}
		return custard.CodeLimit
	case "54":
		return custard.CodeLimit
	}
	return custard.CodeFailed
}

// advice says what to do about a SQLSTATE, where the server does not.
func advice(state string) string {
	switch state {
	case "28P01", "28000":
		return "Check the user and the password (in the URL, PGPASSWORD or ~/.pgpass)."
	case "3D000":
		return "Check the database's name at the end of the URL."
	case "53300":
		return "The server has no connection free: try again, or use a pooler."
	case "42501":
		return "Ask the database's owner for GRANT SELECT."
	case "55P03":
		return "Another session holds a lock on a table: try again in a moment."
	}
	return ""
}

// connectError says why there is no connection and what to do.
func connectError(config *pgconn.Config, err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return serverError(pg)
	}
	at := where(config)
	unreachable := func(hint, format string, args ...any) error {
		e := custard.Errorf(custard.CodeUnreachable, format, args...).WithHint("%s", hint)
		e.Retry = true
		return e
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return unreachable("Check the host's name and the network.", "the host %s is not known", dns.Name)
	}
	switch {
	case errors.Is(err, context.Canceled):
		return custard.AsError(context.Canceled)
	case errors.Is(err, syscall.ECONNREFUSED):
		return unreachable("Check that the server runs and that host and port are right.", "nothing answers at %s", at)
	case errors.Is(err, os.ErrNotExist):
		return unreachable("Check that the server runs; name a host for a server elsewhere.", "there is no server at %s", at)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return unreachable("Check host, port and firewalls.", "%s did not answer in time", at)
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "refused TLS connection"):
		return unreachable("Use sslmode=disable only on a network that you trust.", "the server at %s does not offer TLS", at)
	case strings.Contains(text, "x509:"), strings.Contains(text, "tls:"):
		_, why, _ := strings.Cut(text, "tls: ")
		return unreachable("Check sslrootcert and the host's name, or choose another sslmode.", "the server at %s could not be trusted: %s", at, why)
	case strings.Contains(text, "failed SASL auth"), strings.Contains(text, "password"):
		e := custard.Errorf(custard.CodeUnauthenticated, "the server at %s did not accept the login", at)
		e.Cause = err
		return e.WithHint("%s", advice("28P01"))
	}
	e := custard.Errorf(custard.CodeUnreachable, "cannot connect to %s", at)
	e.Cause, e.Retry = err, true
	return e
}
