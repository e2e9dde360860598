package print

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// castStyle returns how a cast is spelled in this dialect.
func (p *printer) castStyle(e *query.Cast) query.CastStyle {
	switch e.Style {
	case query.CastColons:
		if p.is(custard.Postgres, custard.DuckDB, custard.Snowflake) {
			return e.Style
		}
	case query.CastLiteral:
		if p.d != custard.SQLite && (p.d != custard.MySQL || !isMade(e.Pos) || mysqlLiteral(e.Type)) {
			return e.Style
		}
	case query.CastTry:
		return e.Style
	case query.CastConvert, query.CastUsing:
		if p.d == custard.MySQL {
			return e.Style
		}
	}
	return query.CastCall
}

// mysqlLiteral says whether MySQL has literals of the type.
func mysqlLiteral(t *query.Type) bool {
	switch strings.ToLower(t.Name.Last().Name) {
	case "date", "time", "timestamp":
		return true
	}
	return false
}

func (p *printer) castLevel(e *query.Cast) prec {
	if p.castStyle(e) == query.CastColons {
		return colons
	}
	return primary
}

func (p *printer) cast(e *query.Cast) {
	if e.Type == nil {
		p.refuse("a cast to nothing")
		return
	}
	if p.d == custard.SQLite && isMade(e.Pos) && p.sqliteDateCast(e) {
		return
	}
	switch p.castStyle(e) {
	case query.CastColons:
		p.expr(e.X, colons)
		p.str("::")
		p.castType(e)
	case query.CastLiteral:
		s, ok := e.X.(*query.String)
		if !ok || s.Prefix != "" {
			p.refuse("a typed literal that is no string")
			return
		}
		p.castType(e)
		p.byte(' ')
		p.text(s.Value)
	case query.CastConvert:
		p.str("CONVERT(")
		p.expr(e.X, lowest)
		p.str(", ")
		p.castType(e)
		p.byte(')')
	case query.CastUsing:
		p.str("CONVERT(")
		p.expr(e.X, lowest)
		p.str(" USING ")
		p.word(e.Type.Name.Last().Name)
		p.byte(')')
	case query.CastTry:
		if !p.is(custard.DuckDB, custard.Snowflake) {
			p.fail("TRY_CAST", "Test the text before the cast, or use CAST.")
		}
		p.castAs("TRY_CAST(", e)
	default:
		if e.Style == query.CastUsing {
			p.fail("CONVERT … USING", "Leave the conversion out.")
		}
		p.castAs("CAST(", e)
	}
}

func (p *printer) castAs(open string, e *query.Cast) {
	p.str(open)
	p.expr(e.X, lowest)
	p.str(" AS ")
	p.castType(e)
	p.byte(')')
}

// sqliteDateCast writes a neutral cast to a date or a timestamp: SQLite has functions for them, its CAST would make a number.
func (p *printer) sqliteDateCast(e *query.Cast) bool {
	if len(e.Type.Name) != 1 || e.Type.Array > 0 {
		return false
	}
	name := strings.ToLower(e.Type.Name[0].Name)
	if s, ok := e.X.(*query.String); ok && e.Style == query.CastLiteral && (name == "date" || name == "timestamp") {
		p.text(s.Value)
		return true
	}
	switch name {
	case "date":
		p.str("date(")
	case "timestamp", "datetime":
		p.str("datetime(")
	default:
		return false
	}
	p.expr(e.X, lowest)
	p.byte(')')
	return true
}

// castType writes the type of a cast: a neutral one as the dialect calls it.
func (p *printer) castType(e *query.Cast) {
	if isMade(e.Pos) && len(e.Type.Name) == 1 && e.Type.Array == 0 && len(e.Type.Fields) == 0 && e.Type.Suffix == "" {
		literal := p.d == custard.MySQL && p.castStyle(e) == query.CastLiteral // TIMESTAMP '…', though cast to DATETIME
		if name := p.neutralType(strings.ToLower(e.Type.Name[0].Name), len(e.Type.Args)); name != "" && !literal {
			p.str(name)
			p.typeArgs(e.Type)
			return
		}
	}
	at := len(p.buf)
	p.typeName(e.Type)
	if e.Style == query.CastLiteral && p.d == custard.Postgres && e.Type.Name.Last().Quote == 0 {
		p.capitals(at) // DATE '…', as everybody writes it
	}
}

// neutralType returns what the dialect calls one of the types that people write everywhere; empty where it is the same.
func (p *printer) neutralType(name string, args int) string {
	switch p.d {
	case custard.MySQL:
		switch name {
		case "int", "integer", "bigint", "smallint", "boolean", "bool":
			return "SIGNED"
		case "text", "varchar", "string":
			return "CHAR"
		case "numeric", "decimal":
			if args == 0 {
				return "DECIMAL(38, 10)"
			}
			return "DECIMAL"
		case "real", "float", "double precision", "double":
			return "DOUBLE"
		case "timestamp":
			return "DATETIME"
		}
	case custard.SQLite:
		switch name {
		case "int", "bigint", "smallint", "boolean", "bool":
			return "INTEGER"
		case "varchar", "string", "char":
			return "TEXT"
		case "decimal":
			return "NUMERIC"
		case "float", "double", "double precision":
			return "REAL"
		}
	case custard.Postgres:
		switch name {
		case "double":
			return "double precision"
		case "string":
			return "text"
		case "datetime":
			return "timestamp"
		}
	}
	return ""
}

// typeName writes a type as it was spelled, in capitals outside PostgreSQL, whose people do not.
func (p *printer) typeName(t *query.Type) {
	for i, part := range t.Name {
		if i > 0 {
			p.byte('.')
		}
		switch {
		case part.Quote == 0 && !plainWords(part.Name):
			p.fail("type "+shown(part.Name), "Cast to a type of this database.")
		case part.Quote != 0:
			p.quoted(part.Name, p.quote())
		case len(t.Name) > 1:
			p.ident(part)
		case p.d == custard.Postgres:
			p.word(part.Name)
		default:
			at := len(p.buf)
			p.word(part.Name)
			p.capitals(at)
		}
	}
	p.typeArgs(t)
	if t.Suffix != "" {
		p.byte(' ')
		p.word(t.Suffix)
	}
	for range t.Array {
		p.str("[]")
	}
}

// capitals turns what was written since at into capitals.
func (p *printer) capitals(at int) {
	for i, c := range p.buf[at:] {
		if c >= 'a' && c <= 'z' {
			p.buf[at+i] = c &^ 0x20
		}
	}
}

// typeArgs writes what stands in parentheses: numbers, or types; Snowflake's VECTOR(FLOAT, 256) has both.
func (p *printer) typeArgs(t *query.Type) {
	if len(t.Args)+len(t.Fields) == 0 {
		return
	}
	p.byte('(')
	for i, f := range t.Fields {
		p.comma(i)
		if f.Name.Name != "" {
			p.ident(f.Name)
			p.byte(' ')
		}
		p.typeName(f.Type)
	}
	for i, a := range t.Args {
		p.comma(len(t.Fields) + i)
		if digits, negative := strings.CutPrefix(a, "-"); negative {
			p.byte('-')
			a = digits
		}
		p.word(a)
	}
	p.byte(')')
}
