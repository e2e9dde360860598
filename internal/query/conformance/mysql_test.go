package conformance

import (
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

var mysql = witness{dialect: custard.MySQL, read: MySQL, shape: MySQLShape, knows: tidbKnows}

// tidbKnows lists what MySQL has and TiDB's parser has not, or reads as something else.
func tidbKnows(q *query.Query) bool {
	known := true
	query.Inspect(q, func(n query.Node) bool {
		switch n := n.(type) {
		case *query.Interval:
			// It takes INTERVAL ( for its function of that name, where MySQL looks further. An expression may be written
			// with a parenthesis in front.
			switch n.Value.(type) {
			case *query.Number, *query.String, *query.Column, *query.Func:
			default:
				known = false
			}
		}
		return known
	})
	return known
}

func TestMySQLConstructs(t *testing.T) { t.Parallel(); mysql.constructs(t) }
func TestMySQLCorpus(t *testing.T)     { t.Parallel(); mysql.corpus(t) }
func TestMySQLEscapes(t *testing.T)    { t.Parallel(); mysql.escapes(t) }
func TestMySQLWords(t *testing.T)      { t.Parallel(); mysql.words(t) }
func TestMySQLRandom(t *testing.T)     { t.Parallel(); mysql.random(t) }
func TestMySQLGrouping(t *testing.T)   { t.Parallel(); mysql.grouping(t, mysqlVocabulary) }

// FuzzMySQL: what we accept is one read-only statement to TiDB's parser, about the same tables.
func FuzzMySQL(f *testing.F) { mysql.fuzz(f) }

// TestMySQLWitness makes sure that the witness tells a query from what is none.
func TestMySQLWitness(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		"", "SELECT 1; SELECT 2", "DELETE FROM a", "SELECT 1 INTO OUTFILE 'x' FROM a", "SELECT 1 FROM a FOR UPDATE",
		"SELECT @@version", "SELECT @a := 1", "SET a = 1",
	} {
		if facts, err := MySQL(sql); err == nil {
			t.Errorf("%s: read as %v", sql, facts)
		}
	}
}
