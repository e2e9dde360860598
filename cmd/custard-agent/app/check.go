package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/link"
	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/custard"
)

// checkTime is how long the checks may take if nothing else is said.
const checkTime = 30 * time.Second

// failedError is the end of a report with failures, which has said everything.
type failedError struct{ code int }

func (e *failedError) Error() string { return "a check failed" }

// report writes a line for each check.
type report struct {
	w    io.Writer
	code int // of the first failure
}

func (r *report) ok(format string, args ...any) {
	fmt.Fprintf(r.w, "ok    %s\n", fmt.Sprintf(format, args...))
}

func (r *report) skip(what, why string) { fmt.Fprintf(r.w, "skip  %s: %s\n", what, why) }

// fail says what failed and what to do.
func (r *report) fail(what string, err error, code int) {
	e := custard.AsError(err)
	fmt.Fprintf(r.w, "FAIL  %s: %s\n", what, e.Message)
	for line := range strings.Lines(e.Hint) {
		fmt.Fprintf(r.w, "      %s\n", strings.TrimRight(line, "\n"))
	}
	if r.code == exitOK {
		r.code = code
	}
}

func (r *report) result() error {
	if r.code == exitOK {
		return nil
	}
	return &failedError{r.code}
}

// check tries everything once that the agent needs.
func (p *program) check(ctx context.Context, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r := &report{w: p.stdout}
	c, err := p.settings()
	if err != nil {
		r.fail("configuration", err, exitUsage)
		return r.result()
	}
	t, err := p.databaseTarget(c)
	if err != nil {
		r.fail("configuration", err, exitUsage)
		return r.result()
	}
	if c.Server == "" && c.Connection == "" && c.Token == "" {
		r.skip("server", "BACKEND_WEBSOCKET_URI, CONNECTION_ID and AGENT_TOKEN are not set")
	} else if err := t.server(c); err != nil {
		r.fail("configuration", err, exitUsage)
	} else {
		r.ok("configuration: %s, %s", t.endpoint, withoutPassword(t.dsn))
		r.server(ctx, link.New(t.link(c, p.version, nil, slog.New(slog.DiscardHandler))))
	}
	r.database(ctx, c, t)
	return r.result()
}

// server checks that the server is there and takes the token.
func (r *report) server(ctx context.Context, l *link.Link) {
	welcome, err := l.Try(ctx)
	if err == nil {
		r.ok("server reachable")
		r.ok("token accepted, protocol %d", welcome.Version)
		return
	}
	switch e := custard.AsError(err); e.Code { //nolint:exhaustive // all others are the connection's
	case custard.CodeUnauthenticated, custard.CodeForbidden, custard.CodeNotFound:
		r.ok("server reachable")
		r.fail("token", err, exitToken)
	case custard.CodeUnreachable, custard.CodeTimeout:
		if e.Hint == "" {
			e = e.WithHint("Check BACKEND_WEBSOCKET_URI, DNS, firewalls and HTTPS_PROXY%s.", because(e.Cause))
		}
		r.fail("server", e, exitUnreachable)
		r.skip("token", "the server is not reachable")
	default:
		r.fail("server", err, exitCode(e))
	}
}

func because(cause error) string {
	if cause == nil {
		return ""
	}
	return ": " + cause.Error()
}

// database checks that the database is there, that the role may only read, and that it sees a schema.
func (r *report) database(ctx context.Context, c *config.Agent, t *target) {
	conn, err := t.driver.Open(ctx, t.dsn, connector.Options{MaxConns: 1})
	if err != nil {
		code := exitUnreachable
		if custard.AsError(err).Code == custard.CodeUsage {
			code = exitUsage
		}
		r.fail("database", err, code)
		r.skip("role and schema", "the database is not reachable")
		return
	}
	defer func() { _ = conn.Close() }() // nothing runs on it
	r.ok("%s database reachable", t.driver.Name())

	if p, err := conn.Privileges(ctx); err != nil {
		r.fail("role", err, exitCode(custard.AsError(err)))
	} else if err := judge(p, c.AllowPrivileged); err != nil {
		r.fail("role", err, exitRole)
	} else if len(p.Excess) > 0 {
		r.ok("role %s %s; accepted by --allow-privileged", p.Role, strings.Join(p.Excess, ", "))
	} else {
		r.ok("%s may only read", strings.TrimSpace("role "+p.Role))
	}
	r.schema(ctx, conn)
}

func (r *report) schema(ctx context.Context, conn connector.Conn) {
	schema, err := conn.Schema(ctx)
	if err == nil && len(schema.Tables) == 0 {
		err = custard.Errorf(custard.CodeFailed, "the role sees no tables").WithHint("Grant it SELECT on what may be asked about.")
	}
	if err != nil {
		r.fail("schema", err, exitFailed)
		return
	}
	columns := 0
	for _, t := range schema.Tables {
		columns += len(t.Columns)
	}
	r.ok("schema of %s and %s", counted(len(schema.Tables), "table"), counted(columns, "column"))
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// judge refuses a role that may do more than read, unless that is accepted.
func judge(p *connector.Privileges, accepted bool) error {
	if len(p.Excess) == 0 || accepted {
		return nil
	}
	hint := "Use a role that may only read, or accept it with --allow-privileged."
	if p.ProperBy != "" {
		hint = "Make a role that may only read, and use it:\n\n" + p.ProperBy + "\nOr accept this one with --allow-privileged."
	}
	return custard.Errorf(custard.CodePolicy, "the role %s %s", p.Role, strings.Join(p.Excess, ", ")).WithHint("%s", hint)
}

// withoutPassword is a database's address as people may see it.
func withoutPassword(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Host == "" {
		if strings.Contains(dsn, "@") {
			return "the database"
		}
		return dsn
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path} // parameters may hold a password too
	if u.User != nil {
		shown.User = url.User(u.User.Username())
	}
	return shown.String()
}
