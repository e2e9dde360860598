// Package postgres is the connector of PostgreSQL and of what speaks its protocol, such as Supabase.
//
// It uses pgconn, the protocol below pgx: rows come as the server's own text and go into the batch as they are. Every
// statement is one flight of messages in the extended protocol, which refuses stacked statements: BEGIN READ ONLY, the
// settings that it runs under, the statement, ROLLBACK. So a statement costs one round trip. A session that is ours alone keeps
// the settings (see pin.go); in one that a pooler shares nothing is left and nothing prepared by name, so that a pooler in
// transaction mode is as good as a server.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

// Driver opens PostgreSQL databases.
type Driver struct{}

// Name returns postgres.
func (Driver) Name() string { return "postgres" }

// Dialect returns [custard.Postgres].
func (Driver) Dialect() custard.Dialect { return custard.Postgres }

// Accepts takes postgres:// and postgresql:// URLs.
func (Driver) Accepts(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

const (
	// connectTimeout holds for one attempt unless connect_timeout or PGCONNECT_TIMEOUT say otherwise.
	connectTimeout = 10 * time.Second
	// cancelPatience is how long the end of a cancelled statement is waited for before the connection is cut.
	cancelPatience = 3 * time.Second
	// cancelPause is how long the first request to cancel is given before the next.
	cancelPause = 50 * time.Millisecond
)

// parameters that a URL may have: those that say how to reach the server and how to trust it. What changes how
// statements run (options, statement_timeout, search_path …) or reads files of connections (service, passfile) is not
// among them.
func parameters() []string {
	return []string{
		"host", "port", "user", "password", "dbname", "connect_timeout", "application_name", "target_session_attrs",
		"sslmode", "sslcert", "sslkey", "sslrootcert", "sslpassword", "sslsni", "sslnegotiation", "channel_binding",
		"require_auth",
	}
}

// Open connects to a URL. What the URL leaves out comes from where psql takes it: PGHOST, PGUSER, PGPASSWORD, PGSSLMODE
// and their like, and ~/.pgpass; PGOPTIONS, PGTZ and services are ignored.
func (Driver) Open(ctx context.Context, dsn string, opts connector.Options) (connector.Conn, error) {
	config, err := parse(dsn)
	if err != nil {
		return nil, err
	}
	c := newConn(config, opts)
	s, err := c.acquire(ctx)
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	c.release(s, true)
	return c, nil
}

// parse reads a URL. No message repeats a part of it that could hold the password.
func parse(dsn string) (*pgconn.Config, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, custard.Errorf(custard.CodeUsage, "the database URL cannot be read").
			WithHint("Write postgres://user@host:5432/database. Percent-encode characters such as @ : / ? and # in a password.")
	}
	allowed := parameters()
	for name := range u.Query() {
		if !slices.Contains(allowed, name) {
			return nil, custard.Errorf(custard.CodeUsage, "the parameter %q is not allowed in a database URL", name).
				WithHint("Allowed: %s.", strings.Join(allowed, ", "))
		}
	}
	config, err := pgconn.ParseConfigWithOptions(dsn, pgconn.ParseConfigOptions{ConnStringAllowedKeys: allowed})
	if err != nil {
		return nil, custard.Errorf(custard.CodeUsage, "the database URL is not valid: %s", reason(err)).
			WithHint("Write postgres://user@host:5432/database?sslmode=verify-full.")
	}
	name := config.RuntimeParams["application_name"]
	if name == "" {
		name = "custard"
	}
	// The two that poolers take too. All other settings are statements: see settings.
	config.RuntimeParams = map[string]string{"application_name": name, "client_encoding": "UTF8"}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: cancelPatience}
	}
	return config, nil
}

// reason returns the words of a configuration error after the connection string that it quotes.
func reason(err error) string {
	if cause := errors.Unwrap(err); cause != nil {
		return cause.Error()
	}
	text := err.Error()
	if i := strings.LastIndex(text, "`: "); i >= 0 {
		return text[i+len("`: "):]
	}
	return "a part of it cannot be read"
}

// where names the server of a connection for messages.
func where(config *pgconn.Config) string {
	network, address := pgconn.NetworkAddress(config.Host, config.Port)
	if network == "unix" {
		return "the socket " + address
	}
	return fmt.Sprintf("%s:%d", config.Host, config.Port)
}
