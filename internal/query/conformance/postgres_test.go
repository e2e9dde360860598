//go:build cgo

package conformance

import (
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

var postgres = witness{dialect: custard.Postgres, read: Postgres, shape: PostgresShape, knows: func(*query.Query) bool { return true }}

func TestPostgresConstructs(t *testing.T) { t.Parallel(); postgres.constructs(t) }
func TestPostgresCorpus(t *testing.T)     { t.Parallel(); postgres.corpus(t) }
func TestPostgresEscapes(t *testing.T)    { t.Parallel(); postgres.escapes(t) }
func TestPostgresWords(t *testing.T)      { t.Parallel(); postgres.words(t) }
func TestPostgresRandom(t *testing.T)     { t.Parallel(); postgres.random(t) }
func TestPostgresGrouping(t *testing.T)   { t.Parallel(); postgres.grouping(t, postgresVocabulary) }

// FuzzPostgres: what we accept is one read-only statement to PostgreSQL's own grammar, about the same tables.
func FuzzPostgres(f *testing.F) { postgres.fuzz(f) }

// TestPostgresWitness makes sure that the witness tells a query from what is none.
func TestPostgresWitness(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		"", "SELECT 1; SELECT 2", "DELETE FROM a", "SELECT 1 INTO b FROM a", "SELECT 1 FROM a FOR UPDATE",
		"WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x", "COPY a TO 'x'", "SELECT $1",
	} {
		if facts, err := Postgres(sql); err == nil {
			t.Errorf("%s: read as %v", sql, facts)
		}
	}
}
