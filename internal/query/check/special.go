package check

import (
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

func (r *resolver) lambda(e *query.Lambda, sc *scope) (query.Expr, val) {
	was := len(sc.params)
	sc.params = append(sc.params, e.Params...)
	body, _ := r.expr(e.Body, sc)
	sc.params = sc.params[:was]
	return &query.Lambda{Params: append([]query.Ident(nil), e.Params...), Body: body, Pos: e.Pos}, val{}
}

// collation takes any plain name: a collation compares and does nothing else.
func (r *resolver) collation(n query.Name) {
	last := n.Last().Name
	for _, c := range last {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.' || c == '@') {
			r.refuse("", "the collation '%s' is not known", last)
			return
		}
	}
	if len(n) > 2 || len(n) == 2 && n[0].Name != "pg_catalog" || last == "" {
		r.refuse("", "the collation '%s' is not known", written(n))
	}
}

// substring is also PostgreSQL's SUBSTRING(x FROM 'pattern').
func (r *resolver) substring(e *query.Substring, sc *scope) query.Expr {
	out := &query.Substring{X: r.opt(e.X, sc), From: r.opt(e.From, sc), For: r.opt(e.For, sc), Pos: e.Pos}
	if _, ok := out.From.(*query.Number); !ok && r.rules.dialect == custard.Postgres {
		r.pattern(out.From)
	}
	return out
}
