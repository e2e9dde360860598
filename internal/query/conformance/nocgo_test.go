//go:build !cgo

package conformance

import "testing"

func TestPostgres(t *testing.T) {
	t.Skip("PostgreSQL's grammar is C: set CGO_ENABLED=1 and install a C compiler")
}
