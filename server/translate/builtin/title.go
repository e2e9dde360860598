package builtin

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// title names the counts, sums and averages of a tree's select list that have no name yet, so that people read
// number_of_tracks and not count(*). A name that the schema has already, or that stands twice, is not given.
func title(tree *query.Query, ms *index.Mentions) {
	sel, ok := tree.Body.(*query.Select)
	if !ok {
		return
	}
	var given []string
	for i := range sel.Items {
		it := &sel.Items[i]
		if it.Alias != nil {
			given = append(given, it.Alias.Name)
			continue
		}
		f, ok := it.Expr.(*query.Func)
		if !ok || f.Over != nil || len(f.Name) != 1 {
			continue
		}
		name := titleOf(f, sel, ms)
		if name == "" || slices.Contains(given, name) || taken(ms.Index, name) {
			continue
		}
		given = append(given, name)
		it.Alias = &query.Ident{Name: name}
	}
}

// titleOf is the name of an aggregate, empty for what has none.
func titleOf(f *query.Func, sel *query.Select, ms *index.Mentions) string {
	column := ""
	if len(f.Args) == 1 {
		c, ok := f.Args[0].Value.(*query.Column)
		if !ok {
			return ""
		}
		column = strings.Join(index.Words(c.Name.Last().Name, func(string) bool { return false }), "_")
	}
	switch strings.ToLower(f.Name.Last().Name) {
	case "count":
		noun := counted(ms)
		if noun == "" && f.Distinct {
			noun = strings.TrimSuffix(column, "_id")
		}
		if noun == "" && len(sel.From) == 1 {
			if t, ok := sel.From[0].(*query.Table); ok {
				if found := ms.Index.Table("", t.Name.Last().Name); found != nil {
					noun = strings.Join(found.Words, "_")
				}
			}
		}
		if noun == "" || noun == "id" {
			return "number_of_rows"
		}
		return "number_of_" + index.Plural(noun)
	case "sum":
		return measured("total", column)
	case "avg":
		return measured("average", column)
	case "min":
		return measured("minimum", column)
	case "max":
		return measured("maximum", column)
	}
	return ""
}

// measured puts an aggregate's word before a column's name.
func measured(word, column string) string {
	switch {
	case column == "":
		return ""
	case column == word || strings.HasPrefix(column, word+"_"): // total_total says nothing
		return strings.Replace(word, "total", "sum", 1) + "_of_" + column
	}
	return word + "_" + column
}

// counted is what the question counts where that is the name of a table: 'how many tracks', 'number of different artists'.
func counted(ms *index.Mentions) string {
	for i := 1; i+1 < len(ms.Tokens); i++ {
		pair := ms.Tokens[i-1].Lower + " " + ms.Tokens[i].Lower
		if pair != "how many" && pair != "number of" {
			continue
		}
		best := index.Link{}
		for _, l := range ms.Links {
			if l.Column == nil && (l.Span.First == i+1 || l.Span.First == i+2) && l.Coverage > best.Coverage {
				best = l
			}
		}
		if best.Table != nil && best.Coverage >= 0.9 {
			return strings.Join(best.Table.Words, "_")
		}
	}
	return ""
}

// taken says whether a column of the schema has that name, so that it would be read as the column.
func taken(ix *index.Index, name string) bool {
	for _, t := range ix.Tables {
		for _, c := range t.Columns {
			if strings.EqualFold(c.Def.Name, name) {
				return true
			}
		}
	}
	return false
}
