package output

import "github.com/custard-ai/custard/internal/custard"

// appendArray appends a PostgreSQL array literal as a JSON array of its elements, nested as it is nested; ok is false,
// and dst as it was, where it is no array literal.
func appendArray(dst, cell []byte, elem custard.Type) (out []byte, ok bool) {
	if elem == "" {
		elem = custard.TypeText
	}
	p := arrayParser{in: cell, elem: elem}
	if len(cell) > 0 && cell[0] == '[' { // explicit bounds: [0:2]={1,2,3}
		for p.pos < len(cell) && cell[p.pos] != '=' {
			p.pos++
		}
		p.pos++
	}
	start := len(dst)
	out, ok = p.array(dst, 0)
	if !ok || p.pos != len(cell) {
		return dst[:start], false
	}
	return out, true
}

type arrayParser struct {
	in      []byte
	pos     int
	elem    custard.Type
	scratch []byte
}

// maxArrayDepth is above PostgreSQL's own limit of 6 dimensions.
const maxArrayDepth = 16

func (p *arrayParser) peek() byte {
	if p.pos < len(p.in) {
		return p.in[p.pos]
	}
	return 0
}

func (p *arrayParser) array(dst []byte, depth int) ([]byte, bool) {
	if p.peek() != '{' || depth > maxArrayDepth {
		return dst, false
	}
	p.pos++
	dst = append(dst, '[')
	if p.peek() == '}' {
		p.pos++
		return append(dst, ']'), true
	}
	for {
		var ok bool
		switch p.peek() {
		case '{':
			dst, ok = p.array(dst, depth+1)
		case '"':
			dst, ok = p.quoted(dst)
		default:
			dst, ok = p.bare(dst)
		}
		if !ok {
			return dst, false
		}
		switch p.peek() {
		case ',':
			p.pos++
			dst = append(dst, ',')
		case '}':
			p.pos++
			return append(dst, ']'), true
		default:
			return dst, false
		}
	}
}

func (p *arrayParser) quoted(dst []byte) ([]byte, bool) {
	p.scratch = p.scratch[:0]
	for p.pos++; p.pos < len(p.in); p.pos++ {
		switch c := p.in[p.pos]; c {
		case '"':
			p.pos++
			return appendJSON(dst, p.scratch, p.elem, ""), true
		case '\\':
			p.pos++
			if p.pos == len(p.in) {
				return dst, false
			}
			p.scratch = append(p.scratch, p.in[p.pos])
		default:
			p.scratch = append(p.scratch, c)
		}
	}
	return dst, false
}

func (p *arrayParser) bare(dst []byte) ([]byte, bool) {
	start := p.pos
	for p.pos < len(p.in) && p.in[p.pos] != ',' && p.in[p.pos] != '}' && p.in[p.pos] != '{' && p.in[p.pos] != '"' {
		p.pos++
	}
	text := p.in[start:p.pos]
	switch {
	case len(text) == 0:
		return dst, false
	case string(text) == "NULL":
		return append(dst, "null"...), true
	}
	return appendJSON(dst, text, p.elem, ""), true
}
