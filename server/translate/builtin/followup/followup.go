// Package followup makes whole questions of what people say after an answer: 'and by month?', 'what about France?',
// 'only in 2024', 'top 3'. It works on the words of the question before, so that whatever reads whole questions reads
// follow-ups too, and what was understood can be shown.
package followup

import (
	"slices"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/analytic"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// Values finds the values of the database that a text mentions.
type Values func(text string) ([]custard.ValueMatch, error)

// Whole returns the question that the last of a conversation's questions stands for: itself, where it is whole. before
// are the earlier ones, oldest first, as they were asked. Errors are those of values.
func Whole(ix *index.Index, before []string, question string, now time.Time, values Values) (string, error) {
	const most = 6 // turns that are looked back
	before = before[max(0, len(before)-most):]
	whole := ""
	for _, q := range append(slices.Clone(before), question) {
		f := &follow{ix: ix, now: now, values: values}
		var err error
		if whole, err = f.after(whole, q); err != nil {
			return "", err
		}
	}
	return whole, nil
}

type follow struct {
	ix     *index.Index
	now    time.Time
	values Values
}

// after reads a question that comes after another.
func (f *follow) after(last, question string) (string, error) {
	if last == "" {
		return question, nil
	}
	asked, told := why(question)
	said, marked := strip(asked)
	marked = marked || told
	if said == "" {
		return question, nil
	}
	if year(said) {
		said = "in " + said
	}
	vs, err := f.values(said)
	if err != nil {
		return "", err
	}
	ms := f.ix.Read(said, vs)
	last = strings.TrimRight(strings.TrimSpace(last), "?!. ")
	if isOne(strings.ToLower(said), "how many", "how many are there", "how many are those", "count them", "how many are they", "count") {
		return "how many " + unasked(last), nil
	}
	if whole := f.earlier(last, ms); whole != "" {
		return whole, nil
	}
	if len(ms.Tokens) == 0 || !marked && f.stands(ms) || marked && f.asks(ms) {
		return question, nil
	}
	first := ms.Tokens[0].Lower
	switch {
	case by(ms) > 0:
		return f.regroup(last, said), nil
	case first == "top" || first == "bottom":
		return f.top(last, ms), nil
	case strings.HasPrefix(first, "sort") || strings.HasPrefix(first, "order") || first == "ranked":
		return last + ", " + sorted(said), nil
	}
	if span, ok := f.period(ms); ok && f.covers(ms, span) {
		return f.when(last, said), nil
	}
	if v, ok := best(ms); ok {
		return f.value(last, said, ms, v)
	}
	if preposition(first) || isOne(first, "with", "without", "that", "who", "whose", "which", "where", "their", "its", "as", "not", "excluding", "including", "except", "more", "less", "over", "under", "above", "below", "between") {
		if first == "their" || first == "its" {
			return last + " and " + said, nil
		}
		return last + " " + said, nil
	}
	return question, nil
}

// strip takes off the words that only say that more of the same is asked for; marked says whether there were any.
func strip(question string) (said string, marked bool) {
	said = strings.Trim(strings.TrimSpace(question), "?!., ")
	for range 4 {
		lower := strings.ToLower(said)
		found := false
		for _, w := range []string{
			"and what about", "and how about", "what about", "how about", "the same but", "same but", "the same for", "same for", "the same", "same thing", "and only", "but only", "and just",
			"and", "but", "now", "then", "ok", "okay", "also", "so", "or", "only", "just", "please", "instead", "show me", "show", "give me", "now show", "the ones", "those", "them", "these", "the one", "of those", "of them", "of these", "for those",
		} {
			if rest, ok := strings.CutPrefix(lower, w+" "); ok {
				said = strings.TrimSpace(said[len(said)-len(rest):])
				marked, found = true, true
				break
			}
		}
		for _, w := range []string{" only", " instead", " please", " then", " now", " too", " as well", " alone"} {
			if rest, ok := strings.CutSuffix(strings.ToLower(said), w); ok {
				said = said[:len(rest)]
				marked, found = true, true
			}
		}
		if !found {
			break
		}
	}
	return strings.Trim(said, "?!., "), marked
}

// stands says whether a question that nothing marks as a follow-up is whole: it names a table, or is long.
func (f *follow) stands(ms *index.Mentions) bool {
	if f.asks(ms) || len(ms.Tokens) > 7 {
		return true
	}
	if n := by(ms); n > 0 {
		return false
	}
	switch ms.Tokens[0].Lower {
	case "top", "bottom", "sort", "sorted", "order", "ordered", "in", "for", "from", "since", "during", "between", "before", "after", "without", "with", "last", "this", "previous", "their", "its", "as":
		return false
	}
	for _, l := range ms.Links {
		if l.Column == nil && l.Coverage > 0.9 {
			return true
		}
	}
	return len(ms.Tokens) > 3
}

// asks says whether a question begins as a whole one does.
func (f *follow) asks(ms *index.Mentions) bool {
	if len(ms.Tokens) < 3 {
		return false
	}
	switch ms.Tokens[0].Lower {
	case "how":
		named := false
		for _, l := range ms.Links {
			named = named || l.Column == nil && l.Coverage > 0.6
		}
		return named && ms.Tokens[1].Lower != "about"
	case "who", "what", "when", "list", "find", "which":
		return true
	}
	return false
}

// by says how many words 'by', 'per', 'for each' take at the start; 0 for none.
func by(ms *index.Mentions) int {
	switch w := ms.Tokens[0].Lower; w {
	case "by", "per":
		return 1
	case "for":
		if len(ms.Tokens) > 1 && isOne(ms.Tokens[1].Lower, "each", "every") {
			return 2
		}
	case "each", "every":
		return 1
	case "broken", "grouped", "split":
		for k := 1; k < min(3, len(ms.Tokens)); k++ {
			if ms.Tokens[k].Lower == "by" {
				return k + 1
			}
		}
	}
	return 0
}

// regroup asks for another breakdown.
func (f *follow) regroup(last, said string) string {
	words := strings.Fields(last)
	at := -1
	for i, w := range words {
		if i > 0 && isOne(strings.ToLower(w), "by", "per") {
			at = i
		}
	}
	if at < 0 || at < len(words)-4 || strings.EqualFold(words[at-1], "sorted") || strings.EqualFold(words[at-1], "ordered") {
		return last + " " + said
	}
	end := at + 2 // the breakdown that is replaced: 'by month', in front of what follows it ('in 2024')
	for end < len(words) && !preposition(strings.ToLower(words[end])) {
		end++
	}
	return strings.Join(slices.Concat(words[:at], strings.Fields(said), words[min(end, len(words)):]), " ")
}

// top asks for the first rows: of a breakdown by its things, else of the list.
func (f *follow) top(last string, ms *index.Mentions) string {
	head := ms.Question
	words := strings.Fields(last)
	for i, w := range words {
		if i > 0 && i+1 < len(words) && isOne(strings.ToLower(w), "by", "per") {
			end := i + 2
			for end < len(words) && !preposition(strings.ToLower(words[end])) {
				end++
			}
			measure := unasked(strings.Join(words[:i], " "))
			return strings.Join(slices.Concat([]string{head}, words[i+1:end], []string{"by", measure}, words[end:]), " ")
		}
	}
	return head + " " + unasked(last)
}

func sorted(said string) string {
	words := strings.Fields(said)
	if len(words) > 1 && strings.EqualFold(words[1], "by") {
		return "sorted " + strings.Join(words[1:], " ")
	}
	if len(words) > 2 && strings.EqualFold(words[2], "by") { // 'sort them by price'
		return "sorted " + strings.Join(words[2:], " ")
	}
	return said
}

// unasked takes 'show me', 'which', 'list all' off the front.
func unasked(q string) string {
	for {
		lower := strings.ToLower(q)
		cut := false
		for _, w := range []string{"show me", "show", "list", "give me", "which", "what are", "what is", "what", "find", "how many", "all", "the"} {
			if strings.HasPrefix(lower, w+" ") && !(w == "how many" && cut) {
				if w == "how many" {
					return "number of " + strings.TrimSpace(q[len(w):])
				}
				q, cut = strings.TrimSpace(q[len(w):]), true
				break
			}
		}
		if !cut {
			return q
		}
	}
}

// period is the window of time that a question speaks of.
func (f *follow) period(ms *index.Mentions) (index.Span, bool) {
	spans := analytic.Periods(f.ix, ms, f.now)
	if len(spans) == 0 {
		return index.Span{}, false
	}
	return spans[len(spans)-1].Span, true
}

// covers says whether nothing that matters stands outside a span.
func (f *follow) covers(ms *index.Mentions, s index.Span) bool {
	for i := range ms.Tokens {
		if !s.Covers(i) && !index.Stopword(ms.Tokens[i].Lower) {
			return false
		}
	}
	return true
}

// when asks about another time.
func (f *follow) when(last, said string) string {
	lower := strings.ToLower(said)
	if first, _, _ := strings.Cut(lower, " "); lower[0] >= '0' && lower[0] <= '9' || month(first) {
		said = "in " + said
	}
	ms := f.ix.Read(last, nil)
	periods := analytic.Periods(f.ix, ms, f.now)
	if len(periods) == 0 {
		return last + " " + said
	}
	old := periods[len(periods)-1].Span
	said = f.inYear(said, periods[len(periods)-1])
	start, end := ms.Tokens[old.First].Start, ms.Tokens[old.End-1].End
	if old.First > 0 && preposition(ms.Tokens[old.First-1].Lower) {
		start = ms.Tokens[old.First-1].Start
	}
	return last[:start] + said + last[end:]
}

// best is the value that a follow-up names.
func best(ms *index.Mentions) (index.ValueLink, bool) {
	var found index.ValueLink
	for _, v := range ms.Values {
		if v.Score > found.Score+0.01*float64(found.Span.Len()-v.Span.Len()) && v.Score > 0.7 {
			found = v
		}
	}
	return found, found.Column != nil
}

// value asks about another value: in place of one of the same column, else as a further condition.
func (f *follow) value(last, said string, ms *index.Mentions, v index.ValueLink) (string, error) {
	first := ms.Tokens[0].Lower
	rest := 0 // words beside the value
	for i := range ms.Tokens {
		if !v.Span.Covers(i) && !index.Stopword(ms.Tokens[i].Lower) {
			rest++
		}
	}
	old, err := f.values(last)
	if err != nil {
		return "", err
	}
	var same *custard.ValueMatch
	for i := range old {
		o := &old[i]
		for _, n := range ms.Values {
			if n.Span == v.Span && o.Score > 0.85 && o.Table == n.Column.Table.Def.Name && o.Column == n.Column.Def.Name && (same == nil || o.End-o.Start > same.End-same.Start) {
				same = o
			}
		}
	}
	if same != nil && rest == 0 {
		return last[:same.Start] + ms.Text(v.Span) + last[same.End:], nil
	}
	if !preposition(first) && !isOne(first, "with", "without", "that", "who", "whose", "not", "except", "excluding") {
		said = "for " + said
	}
	return last + " " + said, nil
}

func preposition(w string) bool {
	switch w {
	case "in", "for", "from", "of", "at", "on", "to", "during", "since", "between", "before", "after", "until", "within", "over":
		return true
	}
	return false
}

func year(w string) bool {
	return len(w) == 4 && (w[:2] == "19" || w[:2] == "20") && strings.Trim(w, "0123456789") == ""
}

func month(w string) bool {
	switch w {
	case "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "q1", "q2", "q3", "q4":
		return true
	}
	return false
}

func isOne(w string, of ...string) bool { return slices.Contains(of, w) }
