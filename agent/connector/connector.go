// Package connector is what a database must offer to be asked: a Driver opens a Conn, a Conn discovers the schema, looks
// up values, explains and runs read-only statements. Each database is one folder below and one line in package all.
//
// A connector is the engine's layer of safety: whatever text reaches it, it runs in the engine's own read-only mode,
// within limits, and can be cancelled at the database. Package executor, above it, has parsed and checked the text.
package connector

import (
	"context"
	"iter"

	"github.com/custard-ai/custard/internal/custard"
)

// Driver opens databases of one kind.
type Driver interface {
	// Name is the connector's name, as configuration spells it: postgres, sqlite.
	Name() string
	// Dialect is what the database speaks.
	Dialect() custard.Dialect
	// Accepts says whether a DSN or file name is this driver's: by scheme (postgres://…, sqlite:path), or by the look
	// of a file. It touches neither disk nor network, except to read a file's first bytes.
	Accepts(dsn string) bool
	// Open checks a DSN (only parameters on the driver's list are allowed) and connects. Errors: CodeUsage for a DSN
	// that is wrong, CodeUnreachable where the database does not answer, CodeUnauthenticated where it refuses the login.
	// Messages never hold the password.
	Open(ctx context.Context, dsn string, opts Options) (Conn, error)
}

// Options are limits that hold for a Conn whatever a statement asks for. Zero values take the defaults.
type Options struct {
	MaxConns int   // statements at once; default 4. More wait.
	MaxCell  int64 // bytes of one value; default 16 MiB
}

// Conn is an open database (a pool). All methods are safe for concurrent use.
type Conn interface {
	// Schema discovers tables, columns, keys and comments, in as few catalogue queries as possible.
	Schema(ctx context.Context) (*custard.Schema, error)
	// Fingerprint changes whenever Schema would; cheaper than Schema.
	Fingerprint(ctx context.Context) (string, error)
	// Distinct yields distinct values of a column in the column's text form, at most limit, reading at most scan rows.
	Distinct(ctx context.Context, table *custard.Table, column *custard.Column, scan, limit int) iter.Seq2[string, error]
	// Explain plans a statement without running it.
	Explain(ctx context.Context, sql string) (*custard.Plan, error)
	// Query runs a statement in the engine's read-only mode, always rolled back. See [custard.Result] for how it ends.
	Query(ctx context.Context, stmt custard.Statement) (*custard.Result, error)
	// Privileges says what the role may do beyond reading.
	Privileges(ctx context.Context) (*Privileges, error)
	// Close cancels what runs and frees the connections. It is idempotent.
	Close() error
}

// Privileges is what the connected role may do beyond reading, and how to make a role that may not.
type Privileges struct {
	Role     string
	Excess   []string // 'is a superuser', 'may write to 12 tables'; empty for a proper role
	ProperBy string   // the statements that make a proper role; may be empty
}
