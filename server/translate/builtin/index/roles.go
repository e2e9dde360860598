package index

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// Role is what a column is for.
type Role uint8

// The roles.
const (
	RoleText     Role = iota // free text and what fits nothing else
	RoleID                   // identifies a row of its table
	RoleRef                  // a foreign key
	RoleLabel                // names a row for people
	RoleMeasure              // a number to add up, average and compare
	RoleDate                 // a date or time, of a temporal type or text that holds dates
	RoleCategory             // one of a few values
	RoleFlag                 // yes or no
)

// Temporal says whether the column holds dates or times, whatever its type.
func (c *Column) Temporal() bool { return c.Role == RoleDate }

// Numeric says whether the column's type is a number.
func (c *Column) Numeric() bool { return c.Def.Type.Numeric() }

// Text says whether the column's type is text.
func (c *Column) Text() bool {
	return c.Def.Type == custard.TypeText || c.Def.Type == custard.TypeUUID || c.Def.Type == ""
}

// keys finds each table's key.
func (ix *Index) keys() {
	for _, t := range ix.Tables {
		for _, name := range t.Def.PrimaryKey {
			if c := t.Column(name); c != nil {
				c.InKey = true
			}
		}
		if len(t.Def.PrimaryKey) == 1 {
			t.Key = t.Column(t.Def.PrimaryKey[0])
		}
		if len(t.Def.PrimaryKey) > 0 || len(t.Columns) == 0 {
			continue
		}
		if u := t.Def.Unique; len(u) == 1 && len(u[0]) == 1 {
			t.Key = t.Column(u[0][0])
			continue
		}
		// No declared key: a column called id, or <table>_id in front.
		for _, c := range t.Columns {
			if c.squeeze == "id" || (c.Pos == 0 && c.idLike() && c.names(t)) {
				t.Key = c
				break
			}
		}
	}
}

// idLike says whether the column's name ends like a key's.
func (c *Column) idLike() bool {
	if len(c.Words) == 0 {
		return false
	}
	switch c.Words[len(c.Words)-1] {
	case "id", "ids", "key", "uuid", "code", "no", "num", "nr", "number":
		return true
	}
	return strings.HasSuffix(c.squeeze, "id") && len(c.squeeze) > 3
}

// names says whether all stems of the table's name are in the column's.
func (c *Column) names(t *Table) bool {
	for _, s := range t.Stems {
		if !slices.Contains(c.Stems, s) {
			return false
		}
	}
	return len(t.Stems) > 0
}

// roles decides what each column is for; keys and the graph are there already.
func (ix *Index) roles() {
	for _, t := range ix.Tables {
		refs := 0
		for _, c := range t.Columns {
			c.Role = c.role()
			if c.Ref != nil {
				refs++
			}
		}
		t.Bridge = refs >= 2 && len(t.Columns)-refs <= 2
		t.Label = t.label()
		if t.Label != nil && (t.Label.Role == RoleText || t.Label.Role == RoleCategory) {
			t.Label.Role = RoleLabel
		}
	}
}

func (c *Column) role() Role {
	last := ""
	if len(c.Words) > 0 {
		last = c.Words[len(c.Words)-1]
	}
	switch {
	case c == c.Table.Key && (c.idLike() || c.Numeric()):
		return RoleID
	case c.Ref != nil:
		return RoleRef
	case c.Def.Type == custard.TypeBool || flagName(c.Words):
		return RoleFlag
	case c.Def.Type.Temporal() || dateName(c.Words):
		return RoleDate
	case last == "id" || last == "uuid":
		return RoleID
	case c.Numeric():
		if last == "year" || last == "code" || last == "zip" {
			return RoleCategory
		}
		return RoleMeasure
	case categoryName(last):
		return RoleCategory
	}
	return RoleText
}

// dateName says whether a name reads as a date's.
func dateName(words []string) bool {
	if len(words) == 0 {
		return false
	}
	switch last := words[len(words)-1]; last {
	case "date", "datetime", "timestamp", "dob", "birthday", "birthdate", "day":
		return last != "day" || len(words) == 1
	case "at", "on", "since":
		return len(words) > 1
	case "from", "to", "start", "end":
		return words[0] == "date"
	}
	return len(words) > 1 && words[0] == "date"
}

// flagName says whether a name reads as a yes or no.
func flagName(words []string) bool {
	if len(words) == 0 {
		return false
	}
	switch words[0] {
	case "is", "has", "can", "was":
		return len(words) > 1
	}
	switch words[len(words)-1] {
	case "flag", "discontinued", "enabled", "disabled", "deleted", "archived", "active", "inactive", "verified":
		return true
	}
	return false
}

func categoryName(last string) bool {
	switch last {
	case "type", "status", "category", "kind", "class", "gender", "sex", "country", "city", "state", "region", "nationality", "color",
		"language", "continent", "level", "grade", "position", "department", "genre", "code", "party", "rating", "county", "district",
		"role", "unit", "brand", "segment", "currency", "priority", "location", "season", "year", "method", "channel", "stage", "severity",
		"tier", "source", "reason", "industry", "outcome", "specialty", "provider", "manufacturer", "mode":
		return true
	}
	return false
}

// label finds the column that names a row: by its name, else a number or code that people know a row by.
func (t *Table) label() *Column {
	var best *Column
	score, refs, dates := 0, 0, 0
	for _, c := range t.Columns {
		if c.Ref != nil {
			refs++
		}
		if c.Role == RoleDate {
			dates++
		}
	}
	record := refs >= 2 && dates > 0 // something that happened: an order, a booking
	for _, c := range t.Columns {
		if !c.Text() || c.Ref != nil || len(c.Words) == 0 {
			continue
		}
		if s := c.labelScore(t, record); s > score {
			best, score = c, s
		}
	}
	return best
}

func (c *Column) labelScore(t *Table, record bool) int {
	last := c.Words[len(c.Words)-1]
	named := c.names(t)
	switch {
	case c.squeeze == "name":
		return 10
	case last == "name" && len(c.Words) == 1:
		return 10
	case (last == "name" || last == "title") && named:
		return 9
	case last == "name" && (c.Words[0] == "full" || c.Words[0] == "display"):
		return 8
	case last == "name" && (c.Words[0] == "first" || c.Words[0] == "given" || c.Words[0] == "f"), c.squeeze == "fname" || c.squeeze == "forename":
		return 7
	case c.squeeze == "title" || last == "title" && len(c.Words) == 1:
		return t.titleScore()
	case last == "label" && len(c.Words) == 1, last == "description" && named:
		return 4
	case named && c != t.Key && c.Role != RoleCategory && c.Role != RoleDate:
		return 3
	case record || last == "last" || c.Words[0] == "last" || c.Words[0] == "middle":
		return 0
	case last == "name" || last == "title":
		return 6
	case (last == "number" || last == "reference" || last == "model") && c != t.Key && !contact(c.Words[0]):
		return 2
	}
	return 0
}

// titleScore: a title names a book, but is only the job of somebody who has a name.
func (t *Table) titleScore() int {
	for _, c := range t.Columns {
		if n := len(c.Words); n > 0 && c.Words[n-1] == "name" {
			return 2
		}
	}
	return 10
}

// contact says whether a number of that kind reaches somebody rather than naming a row.
func contact(kind string) bool {
	switch kind {
	case "phone", "telephone", "mobile", "cell", "fax", "house", "street", "room", "home", "work", "contact":
		return true
	}
	return false
}
