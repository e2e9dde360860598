package parse

import (
	"strings"

	"github.com/custard-ai/custard/internal/query"
)

// typeName reads a type as a cast spells it.
func (p *parser) typeName() *query.Type {
	p.enter()
	defer p.leave()
	t := &query.Type{Pos: p.pos()}
	switch p.cur.kind {
	case tQuoted:
		t.Name = p.nameFrom(p.quotedIdent())
	case tWord:
		if r := reservedIn[p.cur.kw] & p.d; r != 0 && p.cur.kw != kwInterval && p.cur.kw != kwBinary {
			p.unexpected("a type")
		}
		t.Name = p.nameFrom(p.typeWord())
	default:
		p.unexpected("a type")
	}
	if len(t.Name) == 1 && t.Name[0].Quote == 0 {
		p.typeWords(t)
	}
	if p.cur.kind == '(' {
		p.typeArgs(t)
	}
	p.typeSuffix(t)
	for p.cur.kind == '[' && p.in(pgLike) {
		p.next()
		if p.cur.kind == tNumber {
			p.next()
		}
		p.want(']')
		t.Array++
	}
	if p.in(pgLike) && p.cur.kw == kwArray {
		p.next()
		t.Array++
		if p.accept('[') {
			p.number()
			p.want(']')
		}
	}
	return t
}

// typeWord reads one word of a type's name, in lower case.
func (p *parser) typeWord() query.Ident {
	id := query.Ident{Name: strings.ToLower(p.text(p.cur)), Pos: p.pos()}
	p.next()
	return id
}

// typeWords joins the words of names such as double precision.
func (p *parser) typeWords(t *query.Type) {
	name := &t.Name[0].Name
	more := func(words ...string) {
		for _, w := range words {
			if p.isWord(p.cur, w) {
				*name += " " + w
				p.next()
				return
			}
		}
	}
	switch p.d {
	case lite: // any words at all
		for p.cur.kind == tWord && p.isName(p.cur) {
			more(strings.ToLower(p.text(p.cur)))
		}
		return
	case my:
		switch *name {
		case "signed", "unsigned":
			more("integer", "int")
		case "double":
			more("precision")
		case "national":
			more("char", "character", "varchar")
		}
		return
	}
	switch *name {
	case "double":
		more("precision")
	case "character", "char", "nchar", "bit":
		more("varying")
	case "national":
		more("character", "char")
		more("varying")
	case "interval":
		if p.d != snow {
			p.intervalFields(t)
		}
	}
}

// intervalFields reads the unit after the type INTERVAL.
func (p *parser) intervalFields(t *query.Type) {
	if p.cur.kind != tWord || unitOf(p.text(p.cur), pg) == "" {
		return
	}
	t.Suffix = strings.ToLower(p.text(p.cur))
	p.next()
	if p.cur.kw == kwTo {
		p.next()
		t.Suffix += " to " + strings.ToLower(p.text(p.cur))
		p.label()
	}
}

// typeArgs reads what stands in parentheses after a type: numbers, mostly; types in DuckDB and Snowflake.
func (p *parser) typeArgs(t *query.Type) {
	p.next()
	for {
		switch {
		case p.cur.kind == tNumber:
			t.Args = append(t.Args, p.number().Text)
		case p.cur.kind == '-' && p.ahead(1).kind == tNumber && p.in(pg|lite):
			p.next()
			t.Args = append(t.Args, "-"+p.number().Text)
		case p.cur.kind == '+' && p.ahead(1).kind == tNumber && p.d == lite:
			p.next()
			t.Args = append(t.Args, p.number().Text)
		case p.in(duck|snow) && (p.cur.kind == tWord || p.cur.kind == tQuoted):
			t.Fields = append(t.Fields, p.typeField(t))
		case p.d == snow && p.isWord(p.cur, "max"):
			t.Args = append(t.Args, "max")
			p.next()
		default:
			p.unexpected("a number")
		}
		if !p.accept(',') {
			break
		}
	}
	p.want(')')
}

// typeField reads a field of STRUCT(a int), or a type of MAP(k, v) and ARRAY(t).
func (p *parser) typeField(t *query.Type) query.TypeField {
	var f query.TypeField
	switch t.Name.Last().Name {
	case "struct", "row", "union", "object":
		f.Name = p.label()
	}
	f.Type = p.typeName()
	if p.d == snow && p.acceptKws(kwNot, kwNull) {
		f.Type.Suffix = strings.TrimSpace(f.Type.Suffix + " not null")
	}
	return f
}

// typeSuffix reads what follows a type's arguments.
func (p *parser) typeSuffix(t *query.Type) {
	if len(t.Name) != 1 || p.cur.kind != tWord {
		return
	}
	name := t.Name[0].Name
	switch {
	case p.d == my:
		switch {
		case p.isWord(p.cur, "character") && p.isWord(p.ahead(1), "set"):
			p.next()
			p.next()
			t.Suffix = "character set " + strings.ToLower(p.label().Name)
		case p.isWord(p.cur, "charset"):
			p.next()
			t.Suffix = "character set " + strings.ToLower(p.label().Name)
		case p.isWord(p.cur, "unsigned"), p.isWord(p.cur, "signed"), p.isWord(p.cur, "ascii"), p.isWord(p.cur, "unicode"), p.cur.kw == kwBinary && strings.HasPrefix(name, "char"):
			t.Suffix = strings.ToLower(p.text(p.cur))
			p.next()
			if t.Suffix == "unsigned" && (p.isWord(p.cur, "integer") || p.isWord(p.cur, "int")) {
				p.next()
			}
		}
	case p.in(pgLike|snow) && (name == "time" || name == "timestamp"):
		if (p.cur.kw == kwWith || p.cur.kw == kwWithout || p.d == snow && p.isWord(p.cur, "local")) && p.ahead(1).kw == kwTime {
			t.Suffix = strings.ToLower(p.text(p.cur)) + " time zone"
			p.next()
			p.next()
			p.wantKw(kwZone)
		}
	}
}
