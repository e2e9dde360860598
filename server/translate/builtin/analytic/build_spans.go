package analytic

import (
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// spanExpr is how long a span is, in its unit.
func (p *plan) spanExpr(b *block, s *span) query.Expr {
	sqlite := p.v.dialect == custard.SQLite
	days := sqlite || s.to != nil && !s.now && s.from.Def.Type == custard.TypeDate && s.to.Def.Type == custard.TypeDate && p.v.dialect == custard.Postgres
	at := func(x query.Expr) query.Expr {
		switch {
		case sqlite:
			return fn("julianday", x)
		case days:
			return x
		}
		return &query.Extract{Field: "EPOCH", X: x}
	}
	today := func() query.Expr {
		text := str(p.r.now.Format(time.DateOnly))
		if sqlite {
			return text
		}
		return &query.Cast{X: text, Type: &query.Type{Name: query.Name{query.ID("date")}}, Style: query.CastLiteral}
	}
	var end query.Expr
	switch {
	case s.to == nil:
		end = today()
		p.says("counted from " + s.from.String() + " to today")
	case s.now:
		end = fn("coalesce", b.col(s.to), today())
		p.says("counted from " + s.from.String() + " to " + s.to.String() + ", else to today")
	default:
		end = b.col(s.to)
		p.says("counted from " + s.from.String() + " to " + s.to.String())
	}
	x := bin("-", at(end), at(b.col(s.from)))
	perDay := map[string]string{"hour": "24.0", "day": "", "year": "365.25"}[s.unit]
	if !days {
		perDay = map[string]string{"hour": "3600.0", "day": "86400.0", "year": "31557600.0"}[s.unit]
		return bin("/", x, decimal(perDay))
	}
	switch s.unit {
	case "hour":
		return bin("*", x, decimal(perDay))
	case "year":
		return bin("/", x, decimal(perDay))
	}
	return x
}

// spanAlias names a span's column.
func (s *span) alias() string {
	if s.name == "days" {
		return s.unit + "s"
	}
	return s.name + "_" + s.unit + "s"
}

// bothKnown keeps the rows that have both dates.
func (p *plan) bothKnown(b *block, s *span) {
	for _, c := range []*index.Column{s.from, s.to} {
		if c != nil && c.Def.Nullable && (c == s.from || !s.now) {
			b.where(isNull(b.col(c), true))
		}
	}
}
