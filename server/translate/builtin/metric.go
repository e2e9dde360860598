package builtin

import (
	"context"
	"fmt"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate"
)

// metric answers a question that names one of the team's metrics: the question is read as one for the number of rows of the
// metric's table, and the metric stands in the count's place. Nil where no metric is named, or none fits what was read.
func (e *Engine) metric(ctx context.Context, req translate.Request) *translate.Translation {
	if req.Context == nil || len(req.Context.Metrics) == 0 {
		return nil
	}
	var found *translate.Metric
	from, to := 0, 0
	for i := range req.Context.Metrics {
		m := &req.Context.Metrics[i]
		for _, name := range append([]string{m.Name}, m.Synonyms...) {
			name = strings.ReplaceAll(name, "_", " ")
			if a, b := phrase(req.Question, name); b-a > to-from {
				found, from, to = m, a, b
			}
		}
	}
	if found == nil {
		return nil
	}
	x, err := translate.ParseFilter(req.Dialect, found.Expression)
	if err != nil {
		return nil // the linter says so
	}
	table := metricTable(req.Schema, x)
	if table == nil {
		return nil
	}
	instead := "number of " + strings.ReplaceAll(table.Name, "_", " ")
	sub := req
	sub.Context, sub.Values = nil, nil
	sub.Question = req.Question[:from] + instead + req.Question[to:]
	for _, v := range req.Values { // values stand elsewhere in the question that is asked instead
		switch {
		case v.End <= from:
		case v.Start >= to:
			v.Start += len(instead) - (to - from)
			v.End += len(instead) - (to - from)
		default:
			continue
		}
		sub.Values = append(sub.Values, v)
	}
	tr, err := e.Translate(ctx, sub)
	if err != nil || tr.Tree == nil {
		return nil
	}
	tree := query.Clone(tr.Tree)
	if !placeMetric(tree, x, table, strings.ReplaceAll(found.Name, " ", "_")) || !e.index(req.Schema).runs(tree, req) {
		return nil
	}
	out := *tr
	out.Tree = tree
	out.Assumptions = append([]string{fmt.Sprintf("%s = %s, the team's metric", found.Name, found.Expression)}, tr.Assumptions...)
	return &out
}

// phrase finds whole words in a text without regard to case; b is 0 where they are not there.
func phrase(text, words string) (a, b int) {
	lower, words := strings.ToLower(text), strings.ToLower(strings.TrimSpace(words))
	if words == "" || len(lower) != len(text) {
		return 0, 0
	}
	inWord := func(i int) bool {
		c := lower[i]
		return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
	}
	for at := 0; ; {
		i := strings.Index(lower[at:], words)
		if i < 0 {
			return 0, 0
		}
		a, b = at+i, at+i+len(words)
		if (a == 0 || !inWord(a-1)) && (b == len(lower) || !inWord(b)) {
			return a, b
		}
		at = b
	}
}

// metricTable is the one table that an expression reads; nil where it reads several, or it is not clear which.
func metricTable(s *custard.Schema, x query.Expr) *custard.Table {
	var table *custard.Table
	var bare []string
	clear := true
	query.Inspect(x, func(n query.Node) bool {
		c, ok := n.(*query.Column)
		if !ok || len(c.Name) == 0 {
			return true
		}
		if len(c.Name) == 1 {
			bare = append(bare, c.Name[0].Name)
			return true
		}
		t := s.Table("", c.Name[len(c.Name)-2].Name)
		clear = clear && t != nil && (table == nil || table == t)
		table = t
		return true
	})
	if !clear || table != nil {
		if !clear {
			return nil
		}
		return table
	}
	for _, t := range s.Tables {
		has := len(bare) > 0
		for _, name := range bare {
			has = has && t.Column(name) != nil
		}
		if has && table != nil {
			return nil
		}
		if has {
			table = t
		}
	}
	return table
}

// placeMetric puts an expression in the place of the count that a query gives, and says whether there is one.
func placeMetric(q *query.Query, x query.Expr, table *custard.Table, name string) bool {
	sel, ok := q.Body.(*query.Select)
	if !ok {
		return false
	}
	owner := query.Ident{}
	for _, from := range sel.From {
		query.Inspect(from, func(n query.Node) bool {
			if _, inner := n.(*query.Query); inner {
				return false
			}
			if t, ok := n.(*query.Table); ok && strings.EqualFold(t.Name.Last().Name, table.Name) {
				if owner = t.Name.Last(); t.Alias != nil {
					owner = *t.Alias
				}
			}
			return true
		})
	}
	if owner.Name == "" {
		return false
	}
	query.Inspect(x, func(n query.Node) bool {
		if c, ok := n.(*query.Column); ok && len(c.Name) > 0 {
			c.Name = query.Name{owner, c.Name.Last()}
		}
		return true
	})
	count := func(e query.Expr) bool {
		f, ok := e.(*query.Func)
		return ok && strings.EqualFold(f.Name.Last().Name, "count") && f.Over == nil
	}
	placed, old := false, ""
	for i, it := range sel.Items {
		if !count(it.Expr) {
			continue
		}
		if placed {
			return false
		}
		if it.Alias != nil {
			old = it.Alias.Name
		}
		alias := query.ID(name)
		sel.Items[i] = query.Item{Expr: x, Alias: &alias}
		placed = true
	}
	for i, o := range q.OrderBy {
		if c, ok := o.Expr.(*query.Column); count(o.Expr) || ok && len(c.Name) == 1 && old != "" && c.Name[0].Name == old {
			q.OrderBy[i].Expr = &query.Column{Name: query.Name{query.ID(name)}}
		}
	}
	having := false
	if sel.Having != nil {
		query.Inspect(sel.Having, func(n query.Node) bool {
			f, ok := n.(*query.Func)
			having = having || ok && count(f)
			return true
		})
	}
	return placed && !having
}
