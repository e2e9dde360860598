package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/query"
)

// warning says what a join multiplies, and the safe rewrite.
func (g *joins) warning(a aggregate, measured []*source, culprit *source, with []*source) string {
	on := columnNames(g.joinedOn(culprit, with))
	verb := "is"
	if strings.Contains(on, ", ") {
		verb = "are together"
	}
	text := fmt.Sprintf("%s takes each row of %s once for every row of %s that is joined to it (%s %s not unique there), so the result may be too large. ",
		callText(a), measured[0].called(), culprit.called(), on, verb)
	if a.name == "avg" {
		text = strings.Replace(text, "may be too large", "may be skewed", 1)
	}
	if a.name == "count" {
		return text + fmt.Sprintf("Write count(DISTINCT %s) to count the rows of %s once.", measured[0].keyText(), measured[0].called())
	}
	return text + fmt.Sprintf("Aggregate %s first, JOIN (SELECT %s, … FROM %s GROUP BY %s) …, or filter with EXISTS instead of the join.",
		culprit.called(), on, culprit.tableText(), on)
}

// called is how people know a source: its table, with the alias where it is another word.
func (s *source) called() string {
	switch {
	case s.table != nil && !strings.EqualFold(s.table.Name, s.name):
		return s.table.Name + " (" + s.name + ")"
	case s.name != "":
		return s.name
	default:
		return "the sub-query"
	}
}

func (s *source) tableText() string {
	if s.table != nil {
		return s.table.Name
	}
	return s.called()
}

// keyText is the column that tells a source's rows apart, as an argument.
func (s *source) keyText() string {
	for _, key := range s.uniqueKeys() {
		if len(key) == 1 && s.name != "" {
			return s.name + "." + s.columnName(key[0])
		}
	}
	return "…"
}

func sourcesOf(ps []place) []*source {
	var out []*source
	for _, p := range ps {
		if !slices.Contains(out, p.src) {
			out = append(out, p.src)
		}
	}
	return out
}

func columnNames(ps []place) string {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = p.src.columnName(p.i)
	}
	return strings.Join(names, ", ")
}

// callText is an aggregate as people read it.
func callText(a aggregate) string {
	name := strings.ToLower(a.name)
	if a.call.Star {
		return name + "(*)"
	}
	if len(a.call.Args) == 1 {
		if c, ok := a.call.Args[0].Value.(*query.Column); ok {
			return name + "(" + written(c.Name) + ")"
		}
	}
	return name + "(…)"
}
