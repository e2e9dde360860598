package analytic

import (
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// quoted reads a quoted string, whatever it is.
func (r *reader) quoted(i int) int {
	for _, q := range r.m.Quotes {
		if q.Span.First == i {
			c := chunk{kind: kValue, op: q.Text}
			for _, v := range r.m.Values {
				if v.Span.Overlaps(q.Span) && strings.EqualFold(v.Value, q.Text) {
					c.values = append(c.values, v)
				}
			}
			return r.add(i, q.Span.Len(), c)
		}
	}
	return 0
}

// strongValue reads a value of the database that is written as one: with a capital inside the sentence, or over two
// words and more.
func (r *reader) strongValue(i int) int {
	n := r.valueLength(i)
	if n == 0 {
		return 0
	}
	capital := i > 0 && r.toks[i].Text != strings.ToLower(r.toks[i].Text)
	_, noun := r.nounAt(i)
	if n > 1 && n >= noun || capital && n >= noun && (noun == 0 || n > noun) {
		return r.addValue(i, n)
	}
	return 0
}

// longValue reads a value of two words and more that is written with a capital.
func (r *reader) longValue(i int) int {
	if n := r.valueLength(i); n > 1 && r.toks[i].Text != r.toks[i].Lower {
		if w, k := r.windowAt(i); k > 0 && w.text == "" {
			return 0
		}
		return r.addValue(i, n)
	}
	return 0
}

// value reads any other value.
func (r *reader) value(i int) int {
	if index.Stopword(r.word(i)) {
		return 0
	}
	if isVerb(r.word(i)) {
		last := len(r.chunks) - 1
		for last >= 0 && r.chunks[last].kind == kFill {
			last--
		}
		if last >= 0 && (r.chunks[last].kind == kNot || r.chunks[last].kind == kRank) || r.word(i+1) == "by" || r.eat(i+1, "late", "too late", "on time", "in time", "on schedule", "again") > 0 {
			return 0
		}
	}
	if n := r.valueLength(i); n > 0 {
		return r.addValue(i, n)
	}
	return 0
}

// good is the score from which a value counts as said.
const good = 0.85

func (r *reader) valueLength(i int) int {
	n := 0
	for _, v := range r.m.Values {
		if v.Span.First != i || v.Score < good || v.Span.Len() <= n {
			continue
		}
		if v.Span.Len() == 1 && isVerb(r.word(i)) && !strings.EqualFold(v.Value, r.word(i)) {
			continue // 'opened' is not the status 'open'
		}
		n = v.Span.Len()
	}
	return n
}

func (r *reader) addValue(i, n int) int {
	c := chunk{kind: kValue, op: r.text(i, n)}
	for _, v := range r.m.Values {
		if v.Span.First == i && v.Span.Len() == n && v.Score >= good {
			c.values = append(c.values, v)
		}
	}
	return r.add(i, n, c)
}

// names joins the parts of a person's name that stand side by side: first and last name of one table.
func (r *reader) names() {
	for i := range r.chunks[:max(0, len(r.chunks)-1)] {
		a, b := &r.chunks[i], &r.chunks[i+1]
		if a.kind != kValue || b.kind != kValue || a.span.End != b.span.First {
			continue
		}
		for _, x := range a.values {
			parts := labels(x.Column.Table)
			if len(parts) != 2 || x.Column != parts[0] && x.Column != parts[1] {
				continue
			}
			for _, y := range b.values {
				if y.Column.Table == x.Column.Table && y.Column != x.Column && (y.Column == parts[0] || y.Column == parts[1]) {
					a.values, b.values = []index.ValueLink{x}, []index.ValueLink{y}
					break
				}
			}
			if len(a.values) == 1 {
				break
			}
		}
	}
}
