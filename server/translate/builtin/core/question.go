package core

import (
	"math"
	"slices"
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// Problem is a question about a schema with all that the scorers ask of it.
type Problem struct {
	ix     *index.Index
	ms     *index.Mentions
	joiner *index.Joiner

	sentence  []int       // of each token
	marker    []int       // the last clause marker at or before each token, -1 for none
	taken     []float64   // how surely each token is part of a value
	columns   []*colInfo  // by Column.ID
	tables    []tabInfo   // by Table.ID
	linked    []*colInfo  // the columns that the question names, in the schema's order
	topTables [4]float64  // the scores of the tables that are named best
	pool      []*colInfo  // the columns that are worth trying
	values    []valueItem // what conditions may compare with
	ngrams    []uint32    // features of the sketch model
	stems     []uint32    // hashes of the content words
	scratch   []uint32
	reading   reading
	tableAt   [][]*index.Table       // the tables that each token names
	tableSeq  map[*index.Table]int   // in the order of their first naming
	ranked    map[roleKey][]*colInfo // the columns that score best for a role
}

type tabInfo struct {
	score float64 // how surely the question names the table: 0 to 1
	span  index.Span
	exact bool
	cols  int // columns of the table that the question names
}

// colInfo is what the question says about a column.
type colInfo struct {
	col   *index.Column
	links []index.Link
	best  index.Link // zero where the question does not name the column
	rival int        // 0: nothing links the span better; 1: another column as well; 2: another is better
	value bool       // a value of the column is mentioned
	base  map[roleKey][]uint32
	score map[roleKey]float64 // of the base features, in a search
}

// valueItem is something that a condition may compare with.
type valueItem struct {
	span     index.Span
	text     string
	col      *index.Column // nil: any that fits
	number   *index.Number
	source   source
	score    float64
	rivals   int  // columns with the same span
	inside   bool // a longer database value covers the span
	quoted   bool
	likeness int    // how a database value is written in the question
	like     string // the pattern for LIKE
}

type source uint8

const (
	fromDatabase source = iota
	fromQuote
	fromNumber
	fromCapitals
	fromCode
	fromLetters
)

// NewProblem prepares a question.
func NewProblem(ix *index.Index, ms *index.Mentions) *Problem {
	p := &Problem{ix: ix, ms: ms, columns: make([]*colInfo, len(ix.Columns)), tables: make([]tabInfo, len(ix.Tables))}
	p.clauses()
	p.findValues()
	for i := range p.values {
		p.values[i].like = p.pattern(&p.values[i])
	}
	p.findColumns()
	p.findTables()
	p.placeTables()
	p.choosePool()
	p.joiner = ix.NewJoiner(func(t *index.Table) float64 { return p.tables[t.ID].score }, p.edgeBonus)
	p.sketchFeatures()
	return p
}

// edgeBonus makes an edge cheaper whose key column the question names.
func (p *Problem) edgeBonus(e *index.Edge) float64 {
	best := 0.0
	for _, c := range e.From {
		info := p.columns[c.ID]
		if info == nil {
			continue
		}
		for _, l := range info.links {
			own := 0.0
			for k := l.Span.First; k < l.Span.End; k++ {
				if s := p.ms.Tokens[k].Stem; slices.Contains(c.Stems, s) && !slices.Contains(e.ToTable().Stems, s) {
					own = 0.3
				}
			}
			best = max(best, own*l.Coverage)
		}
	}
	return best
}

// clauses finds sentences and the words that open a clause.
func (p *Problem) clauses() {
	n, last := 0, -1
	for i, t := range p.ms.Tokens {
		if i > 0 && strings.ContainsAny(p.ms.Question[p.ms.Tokens[i-1].End:t.Start], "?.!;") {
			n++
			last = -1
		}
		if clauseMarker(t.Lower) {
			last = i
		}
		p.sentence = append(p.sentence, n)
		p.marker = append(p.marker, last)
	}
	p.taken = make([]float64, len(p.ms.Tokens))
	for _, t := range p.ms.Tokens {
		if !index.Stopword(t.Lower) && len(p.stems) < 40 {
			p.stems = append(p.stems, hash(t.Stem))
		}
	}
}

func clauseMarker(w string) bool {
	switch w {
	case "whose", "with", "where", "that", "who", "which", "by", "of", "for", "in", "each", "every", "per", "order", "ordered", "sorted",
		"have", "has", "had", "from", "is", "are", "was", "than", "most", "least", "highest", "lowest", "largest", "smallest", "having",
		"when", "what", "how", "and", "or", "not", "without", "to", "on", "at", "least2", "more", "average", "maximum", "minimum", "total":
		return true
	}
	return false
}

// findColumns gathers what the question says about each column.
func (p *Problem) findColumns() {
	for _, c := range p.ix.Columns {
		links := p.ms.OfColumn(c)
		if len(links) == 0 {
			continue
		}
		info := &colInfo{col: c, links: links}
		for i := range links {
			// A link inside a database value counts for less.
			for k := links[i].Span.First; k < links[i].Span.End; k++ {
				if p.taken[k] >= 1 && links[i].Span.Len() == 1 {
					links[i].Coverage *= 0.6
					links[i].Exact = false
					break
				}
			}
		}
		slices.SortStableFunc(links, func(a, b index.Link) int { return compare(quality(b), quality(a)) })
		info.best = links[0]
		p.columns[c.ID] = info
		p.linked = append(p.linked, info)
	}
	p.findRivals()
	for i := range p.values {
		if c := p.values[i].col; c != nil {
			info := p.info(c)
			info.value = true
		}
	}
}

// findRivals tells for each column whether another is named as well or better by the same words.
func (p *Problem) findRivals() {
	type top struct {
		info   *colInfo
		best   float64
		second float64 // of another column
	}
	at := make([]top, len(p.ms.Tokens))
	for _, info := range p.linked {
		for _, l := range info.links {
			q := quality(l)
			for k := l.Span.First; k < l.Span.End; k++ {
				switch t := &at[k]; {
				case t.info == nil:
					*t = top{info: info, best: q}
				case t.info == info:
					t.best = max(t.best, q)
				case q > t.best:
					*t = top{info: info, best: q, second: t.best}
				default:
					t.second = max(t.second, q)
				}
			}
		}
	}
	for _, info := range p.linked {
		q := quality(info.best)
		for k := info.best.Span.First; k < info.best.Span.End; k++ {
			other := at[k].best
			if at[k].info == info {
				other = at[k].second
			}
			switch {
			case other > q+0.05:
				info.rival = 2
			case other > q-0.05:
				info.rival = max(info.rival, 1)
			}
		}
	}
}

// quality orders links: how much of the name, over how many words, how exactly.
func quality(l index.Link) float64 {
	q := l.Coverage + 0.08*float64(min(l.Span.Len(), 4))
	if l.Exact {
		q += 0.3
	}
	return q
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// info returns the column's entry, made where there is none.
func (p *Problem) info(c *index.Column) *colInfo {
	if p.columns[c.ID] == nil {
		p.columns[c.ID] = &colInfo{col: c}
	}
	return p.columns[c.ID]
}

func (p *Problem) findTables() {
	for _, t := range p.ix.Tables {
		info := &p.tables[t.ID]
		for _, l := range p.ms.OfTable(t) {
			s := l.Coverage
			if l.Exact {
				s += 0.05
			}
			for k := l.Span.First; k < l.Span.End; k++ {
				if p.taken[k] >= 1 {
					s *= 0.7
					break
				}
			}
			if s > info.score {
				info.score, info.span, info.exact = s, l.Span, l.Exact
			}
		}
		info.score = math.Min(1, info.score)
		for _, c := range t.Columns {
			if ci := p.columns[c.ID]; ci != nil && ci.best.Coverage > 0.6 {
				info.cols++
			}
		}
		p.rankTable(info.score)
	}
}

// rankTable keeps the best scores of tables.
func (p *Problem) rankTable(score float64) {
	for i, s := range p.topTables {
		if score > s {
			copy(p.topTables[i+1:], p.topTables[i:])
			p.topTables[i] = score
			return
		}
	}
}

// placeTables notes which tables each token names, and in which order the question names them.
func (p *Problem) placeTables() {
	p.tableAt = make([][]*index.Table, len(p.ms.Tokens))
	p.tableSeq = map[*index.Table]int{}
	best := make([]float64, len(p.tableAt))
	for _, t := range p.ix.Tables {
		for _, l := range p.ms.OfTable(t) {
			if l.Coverage < 0.6 {
				continue
			}
			for k := l.Span.First; k < l.Span.End; k++ {
				switch q := quality(l); {
				case q > best[k]+0.05:
					p.tableAt[k], best[k] = []*index.Table{t}, q
				case q > best[k]-0.05:
					p.tableAt[k] = append(p.tableAt[k], t)
				}
			}
		}
	}
	n := 0
	for _, list := range p.tableAt {
		if len(list) == 0 {
			continue
		}
		fresh := false
		for _, t := range list {
			if _, ok := p.tableSeq[t]; !ok {
				p.tableSeq[t] = n
				fresh = true
			}
		}
		if fresh {
			n++
		}
	}
}

// tableNear looks from a token in a direction for the nearest that names a table: 0 for none, 1 for the column's own
// table, 2 for another; and how far.
func (p *Problem) tableNear(t *index.Table, at, step, reach int) (which, far int) {
	for d := range reach {
		k := at + step*d
		if k < 0 || k >= len(p.tableAt) {
			return 0, 0
		}
		if list := p.tableAt[k]; len(list) > 0 {
			if slices.Contains(list, t) {
				return 1, d
			}
			return 2, d
		}
	}
	return 0, 0
}

// choosePool picks the columns worth trying: all of a small schema; of a large one those of the tables that the
// question speaks of, and of their neighbours.
func (p *Problem) choosePool() {
	const most = 260
	if len(p.ix.Columns) <= most {
		for _, c := range p.ix.Columns {
			p.pool = append(p.pool, p.info(c))
		}
		return
	}
	type scored struct {
		info  *colInfo
		score float64
	}
	var list []scored
	for _, c := range p.ix.Columns {
		t := &p.tables[c.Table.ID]
		info := p.columns[c.ID]
		s := t.score + 0.1*float64(min(t.cols, 4))
		if info != nil {
			s += 1.5 * quality(info.best)
			if info.value {
				s++
			}
		}
		if c == c.Table.Key || c == c.Table.Label {
			s += 0.5 * t.score
		}
		if s > 0.3 {
			list = append(list, scored{p.info(c), s})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return compare(b.score, a.score) })
	for i, s := range list {
		if i < most {
			p.pool = append(p.pool, s.info)
		}
	}
}
