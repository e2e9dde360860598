package ask

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/custard-ai/custard/internal/custard"
)

// sentence says in one or two sentences what the rows say. Every number in it stands in a row, or is a count of rows.
func (s *sample) sentence(truncated bool) string {
	n := s.kept()
	switch {
	case s.rows == 0:
		return "No rows match."
	case n == 0 || s.partial || truncated:
		return s.countSentence(truncated)
	case n == 1 && len(s.fields) == 1:
		return s.single()
	case n == 1:
		return s.record()
	}
	label, measure := -1, -1
	for i, f := range s.fields {
		switch {
		case s.isMeasure(i) && !(s.isYear(i) && i == 0):
			if measure < 0 {
				measure = i
			}
		case label < 0 && (!f.Type.Numeric() || s.isYear(i)):
			label = i
		}
	}
	switch {
	case label >= 0 && measure >= 0 && s.distinct(label) && s.overTime(label):
		return s.trend(label, measure)
	case label >= 0 && measure >= 0 && s.distinct(label):
		return s.ranking(label, measure)
	case len(s.fields) == 1 && measure == 0:
		return s.spread(measure)
	case len(s.fields) == 1:
		return s.list()
	}
	return s.countSentence(false)
}

func (s *sample) countSentence(truncated bool) string {
	switch {
	case truncated && s.rows == 1:
		return "The first row; there are more."
	case truncated:
		return fmt.Sprintf("The first %s rows; there are more.", group(strconv.FormatInt(s.rows, 10)))
	case s.rows == 1:
		return "1 row."
	}
	return group(strconv.FormatInt(s.rows, 10)) + " rows."
}

// single is the sentence for one value.
func (s *sample) single() string {
	name := capital(s.called(0))
	if s.at(0, 0).null {
		return name + " has no value: nothing matches, or what matches is empty."
	}
	return fmt.Sprintf("%s: %s.", name, s.show(0, 0))
}

// record is the sentence for one row of several values.
func (s *sample) record() string {
	var parts []string
	for i := range s.fields {
		if i == 6 {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, s.called(i)+": "+s.show(0, i))
	}
	return capital(strings.Join(parts, ", ")) + "."
}

// list is the sentence for one column of things.
func (s *sample) list() string {
	const most = 5
	n := s.kept()
	var parts []string
	for row := range min(n, most) {
		parts = append(parts, s.show(row, 0))
	}
	if n > most {
		return fmt.Sprintf("%s rows: %s and %s more.", group(strconv.Itoa(n)), strings.Join(parts, ", "), group(strconv.Itoa(n-most)))
	}
	return fmt.Sprintf("%d rows: %s.", n, strings.Join(parts, ", "))
}

// spread is the sentence for many values of one measure.
func (s *sample) spread(col int) string {
	lo, hi, _ := s.extremes(col)
	if lo < 0 {
		return s.countSentence(false)
	}
	return fmt.Sprintf("%s values of %s, from %s to %s.", group(strconv.Itoa(s.kept())), s.called(col), s.show(lo, col), s.show(hi, col))
}

// ranking is the sentence for a measure of each of several things.
func (s *sample) ranking(label, measure int) string {
	lo, hi, ties := s.extremes(measure)
	what := s.called(measure)
	if lo < 0 {
		return s.countSentence(false)
	}
	if s.at(lo, measure) == s.at(hi, measure) {
		return fmt.Sprintf("%s is %s for all %s.", capital(what), s.show(lo, measure), group(strconv.Itoa(s.kept())))
	}
	of := func(row int) string {
		if s.at(row, label).null {
			return "no " + s.called(label)
		}
		return s.who(row, label)
	}
	first := fmt.Sprintf("%s has the highest %s, %s", of(hi), what, s.show(hi, measure))
	if ties > 1 {
		first = fmt.Sprintf("%s and %d more have the highest %s, %s", of(hi), ties-1, what, s.show(hi, measure))
	}
	if s.at(hi, label).null {
		first = capital(first)
	}
	return fmt.Sprintf("%s; %s the lowest of the %s rows, %s.", first, of(lo), group(strconv.Itoa(s.kept())), s.show(lo, measure))
}

// who is a row's label: a person's first and last name together where they stand side by side.
func (s *sample) who(row, label int) string {
	if next := label + 1; next < len(s.fields) && words(s.fields[label].Name) == "first name" && words(s.fields[next].Name) == "last name" {
		return s.show(row, label) + " " + s.show(row, next)
	}
	return s.show(row, label)
}

// trend is the sentence for a measure over time.
func (s *sample) trend(label, measure int) string {
	lo, hi, _ := s.extremes(measure)
	if lo < 0 {
		return s.countSentence(false)
	}
	first, last := 0, s.kept()-1
	if s.at(first, label).text > s.at(last, label).text {
		first, last = last, first
	}
	what := capital(s.called(measure))
	unit := s.periodSuffix(label)
	when := func(row int) string { return strings.TrimSuffix(s.show(row, label), unit) }
	from, okFrom := s.at(first, measure).number()
	to, okTo := s.at(last, measure).number()
	moved := "went from"
	if okFrom && okTo {
		switch {
		case to > from:
			moved = "rose from"
		case to < from:
			moved = "fell from"
		default:
			moved = "was the same at both ends:"
		}
	}
	return fmt.Sprintf("%s %s %s (%s) to %s (%s); highest %s (%s), lowest %s (%s).", what, moved,
		s.show(first, measure), when(first), s.show(last, measure), when(last),
		s.show(hi, measure), when(hi), s.show(lo, measure), when(lo))
}

// periodSuffix is what every date of a column ends with because it stands for its whole year or month: "-01-01", "-01", or
// "" where the days differ.
func (s *sample) periodSuffix(col int) string {
	suffix := "-01-01"
	for row := range s.kept() {
		text := s.show(row, col)
		if len(text) != len("2006-01-02") {
			return ""
		}
		for suffix != "" && !strings.HasSuffix(text, suffix) {
			suffix = strings.TrimSuffix(suffix, "-01")
		}
	}
	return suffix
}

// extremes returns the rows of the smallest and largest number of a column (the first of each) and how many rows share the
// largest; -1 where there is no number.
func (s *sample) extremes(col int) (lo, hi, ties int) {
	lo, hi = -1, -1
	var least, most float64
	for row := range s.kept() {
		v, ok := s.at(row, col).number()
		if !ok {
			continue
		}
		if lo < 0 || v < least {
			lo, least = row, v
		}
		switch {
		case hi < 0 || v > most:
			hi, most, ties = row, v, 1
		case v == most:
			ties++
		}
	}
	return lo, hi, ties
}

// show is a cell as a sentence says it: numbers grouped, text shortened and on one line, NULL as 'no value'.
func (s *sample) show(row, col int) string {
	c := s.at(row, col)
	if c.null {
		return "no value"
	}
	f := s.fields[col]
	switch {
	case f.Type.Numeric() && !s.isYear(col) && !isKeyName(f.Name):
		return group(round(c.text, f.Type))
	case f.Type == custard.TypeBool:
		if c.text == "t" {
			return "yes"
		}
		return "no"
	case f.Type == custard.TypeTimestamp:
		return strings.TrimSuffix(c.text, " 00:00:00")
	}
	text := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, c.text)
	if runes := []rune(text); len(runes) > 60 {
		text = string(runes[:59]) + "…"
	}
	return text
}

// round shortens a float to what a sentence needs; exact types stay as they are.
func round(text string, t custard.Type) string {
	if t == custard.TypeInt {
		return text
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || len(text) < 8 || strings.ContainsAny(text, "eE") {
		return text
	}
	if t == custard.TypeFloat || len(text)-strings.IndexByte(text, '.') > 5 {
		prec := 2
		if v > -0.1 && v < 0.1 {
			prec = 4
		}
		return strings.TrimSuffix(strconv.FormatFloat(v, 'f', prec, 64), ".00")
	}
	return text
}

// group puts commas between thousands: 1234567.5 becomes 1,234,567.5.
func group(text string) string {
	digitsFrom := 0
	if strings.HasPrefix(text, "-") {
		digitsFrom = 1
	}
	end := len(text)
	if dot := strings.IndexByte(text, '.'); dot >= 0 {
		end = dot
	}
	if !digits(text[digitsFrom:end]) {
		return text
	}
	var b strings.Builder
	b.WriteString(text[:digitsFrom])
	for i := digitsFrom; i < end; i++ {
		if i > digitsFrom && (end-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(text[i])
	}
	b.WriteString(text[end:])
	return b.String()
}

// called is what a sentence calls a column: its name in words, or "value" where the name is a piece of a statement.
func (s *sample) called(col int) string {
	name := humanise(s.fields[col].Name)
	switch {
	case spoken(name):
		return name
	case len(s.fields) == 1:
		return "the value"
	}
	return "value " + strconv.Itoa(col+1)
}

// spoken says whether people can read a name: it has letters, and nothing that only statements have.
func spoken(name string) bool {
	var prev rune
	letters := false
	for _, r := range name {
		switch {
		case unicode.IsLetter(r):
			letters = true
		case r == '(' && prev != ' ': // a call
			return false
		case !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -'’.,:&/%#()$€£", r):
			return false
		}
		prev = r
	}
	return letters
}

// humanise turns a column's name into words: total_revenue, TotalRevenue and sum(total) become total revenue, total
// revenue and sum of total; count(*) becomes count.
func humanise(name string) string {
	lower := strings.ToLower(strings.Map(func(r rune) rune {
		if r == '"' || r == '`' {
			return -1
		}
		return r
	}, name))
	if lower == "count(*)" {
		return "count"
	}
	if open := strings.IndexByte(name, '('); open > 0 && strings.HasSuffix(name, ")") && !strings.ContainsAny(name[open+1:len(name)-1], "()*/+-") {
		inner := strings.TrimPrefix(strings.ToLower(name[open+1:len(name)-1]), "distinct ")
		if dot := strings.LastIndexByte(inner, '.'); dot >= 0 {
			inner = inner[dot+1:]
		}
		switch strings.ToLower(name[:open]) {
		case "count":
			return "count of " + words(inner)
		case "sum":
			return modified("total", words(inner))
		case "avg":
			return modified("average", words(inner))
		case "min":
			return modified("lowest", words(inner))
		case "max":
			return modified("highest", words(inner))
		}
	}
	return words(name)
}

// modified puts an adjective before a name, unless it begins with it: the sum of total is the total.
func modified(adjective, name string) string {
	if name == adjective || strings.HasPrefix(name, adjective+" ") {
		return name
	}
	return adjective + " " + name
}

// words splits snake and camel case into lower-case words.
func words(name string) string {
	var b strings.Builder
	var prev rune
	for _, r := range strings.Trim(name, "\"`[]") {
		switch {
		case r == '_' || r == ' ' || unicode.IsControl(r):
			r = ' '
			if prev == ' ' || prev == 0 {
				continue
			}
		case unicode.IsUpper(r) && unicode.IsLower(prev):
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
		prev = r
	}
	return strings.TrimSpace(b.String())
}

// capital returns text with its first letter in upper case.
func capital(text string) string {
	for i, r := range text {
		return string(unicode.ToUpper(r)) + text[i+len(string(r)):]
	}
	return text
}
