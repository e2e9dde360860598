package print

import (
	"bytes"

	"github.com/custard-ai/custard/internal/query"
)

// layout is how Pretty lays a query out.
type layout struct {
	margin int // spaces before a new line
	flat   int // above zero while something is tried on one line
}

const (
	width = 80 // what a line may hold before it is broken
	step  = 2  // spaces for each level
)

// breaks says whether new lines may be written here.
func (p *printer) breaks() bool { return p.layout != nil && p.layout.flat == 0 }

// line starts a new line where there are any, else it writes a space.
func (p *printer) line() {
	if p.breaks() {
		p.newline()
	} else {
		p.byte(' ')
	}
}

func (p *printer) newline() {
	for len(p.buf) > 0 && p.buf[len(p.buf)-1] == ' ' {
		p.buf = p.buf[:len(p.buf)-1]
	}
	p.byte('\n')
	for range p.layout.margin {
		p.byte(' ')
	}
}

func (p *printer) indent(write func()) {
	p.layout.margin += step
	write()
	p.layout.margin -= step
}

// onOneLine writes without new lines, however long it gets.
func (p *printer) onOneLine(write func()) {
	if p.layout != nil {
		p.layout.flat++
		defer func() { p.layout.flat-- }()
	}
	write()
}

// fits writes on one line; where that gets too long it takes it back and says false.
func (p *printer) fits(write func()) bool {
	start := len(p.buf)
	column := start - 1 - bytes.LastIndexByte(p.buf, '\n')
	p.onOneLine(write)
	if column+len(p.buf)-start <= width {
		return true
	}
	p.buf = p.buf[:start]
	return false
}

// list writes a clause with its elements: on one line where they fit, else each on its own.
func (p *printer) list(keyword string, n int, element func(int)) {
	p.str(keyword)
	flat := func() {
		for i := range n {
			p.comma(i)
			element(i)
		}
	}
	if !p.breaks() {
		flat()
		return
	}
	if p.fits(flat) {
		return
	}
	if n == 1 {
		element(0)
		return
	}
	p.indent(func() {
		for i := range n {
			if i > 0 {
				p.byte(',')
			}
			p.newline()
			element(i)
		}
	})
}

// condition writes a condition: on one line where it fits, else each part of its ANDs, or of its ORs, on its own.
func (p *printer) condition(e query.Expr) {
	if !p.breaks() {
		p.expr(e, lowest)
		return
	}
	if p.fits(func() { p.expr(e, lowest) }) {
		return
	}
	if !isChain(e) {
		p.expr(e, lowest)
		return
	}
	p.indent(func() { p.chain(e) })
}

func isChain(e query.Expr) bool {
	b, ok := e.(*query.Binary)
	return ok && (b.Op == "AND" || b.Op == "OR")
}

// chain writes the parts of an AND or OR below one another.
func (p *printer) chain(e query.Expr) {
	b := e.(*query.Binary)
	in, _ := p.infix(b.Op)
	if l, ok := b.L.(*query.Binary); ok && l.Op == b.Op {
		p.chain(l)
	} else {
		p.expr(b.L, in.left)
	}
	p.newline()
	p.str(b.Op)
	p.byte(' ')
	p.expr(b.R, in.right)
}
