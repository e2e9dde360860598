package print

import (
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// Name writes a name of the schema as a query in dialect d has to spell it: quoted where the bare word would mean something
// else. ok is false where no query can hold it.
func Name(d custard.Dialect, parts ...string) (text string, ok bool) {
	p := printer{d: d}
	for i, part := range parts {
		if i > 0 {
			p.byte('.')
		}
		p.ident(query.ID(part))
	}
	return string(p.buf), p.err == nil && len(parts) > 0
}
