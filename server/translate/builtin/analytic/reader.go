package analytic

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// reader cuts a question into chunks.
type reader struct {
	v      *view
	m      *index.Mentions
	toks   []index.Token // spelling mended
	now    time.Time
	chunks []chunk
	notes  []string
	known  map[int][]target // what runs of words name, remembered
}

// word is the i-th word in lower case, empty past either end.
func (r *reader) word(i int) string {
	if i < 0 || i >= len(r.toks) {
		return ""
	}
	return r.toks[i].Lower
}

func (r *reader) stem(i int) string {
	if i < 0 || i >= len(r.toks) {
		return ""
	}
	return r.toks[i].Stem
}

// number is the whole number at word i, in digits or as one word.
func (r *reader) number(i int) (int, bool) {
	if i < 0 || i >= len(r.toks) {
		return 0, false
	}
	for k := range r.m.Numbers {
		n := &r.m.Numbers[k]
		if n.Span.First == i && n.Value == float64(int(n.Value)) {
			return int(n.Value), true
		}
	}
	if w := r.word(i); w == "few" || w == "couple" {
		return map[string]int{"few": 3, "couple": 2}[w], true
	}
	return 0, false
}

// amount is the number that begins at word i and how many words it takes.
func (r *reader) amount(i int) (float64, int) {
	for k := range r.m.Numbers {
		if n := &r.m.Numbers[k]; n.Span.First == i {
			return n.Value, n.Span.Len()
		}
	}
	return 0, 0
}

// inUnit is a number of a chunk as a column holds it: 5 minutes are 300000 milliseconds.
func (r *reader) inUnit(c *chunk, v float64, col *index.Column) float64 {
	for k := range r.m.Numbers {
		n := &r.m.Numbers[k]
		if n.Value != v || n.Span.First < c.span.First || n.Span.First > c.span.End {
			continue
		}
		if held, err := strconv.ParseFloat(n.In(col), 64); err == nil && n.Unit != "" {
			return held
		}
	}
	return v
}

// dashed says whether words i and i+1 are joined by one hyphen, slash or point.
func (r *reader) dashed(i int) bool {
	if i+1 >= len(r.toks) {
		return false
	}
	gap := r.m.Question[r.toks[i].End:r.toks[i+1].Start]
	return gap == "-" || gap == "/" || gap == "."
}

// comma says whether a comma stands before word i.
func (r *reader) comma(i int) bool {
	return i > 0 && i < len(r.toks) && strings.ContainsAny(r.m.Question[r.toks[i-1].End:r.toks[i].Start], ",&;")
}

// eat says how many words the first of the phrases takes that stands at word i; 0 for none. A word that ends in '*'
// stands for all words that begin so.
func (r *reader) eat(i int, phrases ...string) int {
	for _, p := range phrases {
		n := 0
		for w := range strings.FieldsSeq(p) {
			said := r.word(i + n)
			if head, open := strings.CutSuffix(w, "*"); said == "" || said != w && (!open || !strings.HasPrefix(said, head)) {
				n = 0
				break
			}
			n++
		}
		if n > 0 {
			return n
		}
	}
	return 0
}

// add appends a chunk that takes n words from i on, and returns n.
func (r *reader) add(i, n int, c chunk) int {
	c.span = index.Span{First: i, End: i + n}
	r.chunks = append(r.chunks, c)
	return n
}

// text is what stands in the question from word i on for n words.
func (r *reader) text(i, n int) string { return r.m.Text(index.Span{First: i, End: i + n}) }

// cut reads the whole question.
func (r *reader) cut() {
	for i := 0; i < len(r.toks); {
		if r.comma(i) {
			r.add(i, 0, chunk{kind: kAnd, op: ","})
		}
		i += max(1, r.chunkAt(i))
	}
	r.names()
}

func (r *reader) chunkAt(i int) int {
	for _, read := range []func(int) int{r.quoted, r.like, r.longValue, r.analytic, r.windows, r.strongValue, r.ranks, r.compares, r.things, r.links, r.value, r.adjective, r.plain} {
		if n := read(i); n > 0 {
			return n
		}
	}
	if r.mend(i) {
		return r.chunkAt(i)
	}
	return r.add(i, 1, chunk{kind: kUnknown})
}

// windows reads time windows.
func (r *reader) windows(i int) int {
	w, n := r.windowAt(i)
	if last := len(r.chunks) - 1; n == 0 && last > 0 && r.chunks[last].kind == kAnd && r.chunks[last-1].kind == kWindow {
		w, n = r.period(i, true) // 'in 2016 and 2017'
	}
	if n > 0 {
		if w.from.IsZero() && w.to.IsZero() {
			return 0
		}
		w.text = r.text(i, n)
		return r.add(i, n, chunk{kind: kWindow, window: w})
	}
	if r.bareYear(i) {
		if w, n := r.period(i, true); n > 0 {
			w.text = r.text(i, n)
			return r.add(i, n, chunk{kind: kWindow, window: w})
		}
	}
	if d := weekday(r.word(i)); d >= 0 && strings.HasSuffix(r.word(i), "days") {
		return r.add(i, 1, chunk{kind: kDays, days: []int{d}})
	}
	if n := r.eat(i, "on weekends", "at weekends", "on the weekend", "at the weekend", "weekends"); n > 0 {
		return r.add(i, n, chunk{kind: kDays, days: []int{0, 6}})
	}
	if n := r.eat(i, "on weekdays", "weekdays"); n > 0 && r.word(i-1) != "by" {
		return r.add(i, n, chunk{kind: kDays, days: []int{1, 2, 3, 4, 5}})
	}
	return 0
}

// like reads 'contains Live', 'starting with La': the words after it are text.
func (r *reader) like(i int) int {
	for _, s := range []struct {
		op      string
		phrases []string
	}{
		{"prefix", []string{"starts with", "start with", "starting with", "begins with", "begin with", "beginning with", "that start with"}},
		{"suffix", []string{"ends with", "end with", "ending with", "ends in", "ending in"}},
		{"contains", []string{"contains the word", "containing the word", "contain the word", "contains", "containing", "with the word", "includes the word", "that include the word"}},
	} {
		n := r.eat(i, s.phrases...)
		if n == 0 || i+n >= len(r.toks) {
			continue
		}
		n += r.eat(i+n, "the word", "the letters", "the letter")
		if len(r.m.Quotes) == 0 && s.op == "contains" && len(r.chunks) > 0 {
			if last := r.chunks[len(r.chunks)-1]; last.kind == kTable && r.toks[i+n].Text == r.toks[i+n].Lower {
				return 0 // 'orders containing beverages' is about things
			}
		}
		end := i + n
		for end < len(r.toks) && !isOneOf(r.word(end), "and", "or", "in", "by", "sorted", "ordered") {
			end++
		}
		if end == i+n {
			return 0
		}
		return r.add(i, end-i, chunk{kind: kLike, op: s.op, base: strings.Trim(r.text(i+n, end-i-n), "'\"“”‘’")})
	}
	return r.partOfName(i)
}

// partOfName reads 'customers named Miller' where no customer's whole name is Miller.
func (r *reader) partOfName(i int) int {
	n := r.eat(i, "named", "called", "are called", "are named", "is called", "is named", "with the name", "by the name of")
	if n == 0 || len(r.chunks) == 0 || r.valueLength(i+n) > 0 {
		return 0
	}
	thing := r.chunks[len(r.chunks)-1]
	if thing.kind != kTable {
		return 0
	}
	end := i + n
	for end < len(r.toks) && unicode.IsUpper([]rune(r.toks[end].Text)[0]) {
		end++
	}
	if end == i+n {
		return 0
	}
	return r.add(i, end-i, chunk{kind: kLike, op: "named", base: r.text(i+n, end-i-n), targets: thing.targets})
}

// things reads names of tables and columns.
func (r *reader) things(i int) int {
	if r.eat(i, "number of", "numbers of", "count of", "how many", "total number of", "amount of") > 0 {
		return 0
	}
	if r.eat(i, "day of the week", "day of week", "days of the week", "hour of the day", "hour of day", "time of day", "month of the year") > 0 {
		return r.grains(i)
	}
	if r.eat(i, "sorted by", "sort by", "ordered by", "order by", "grouped by", "logged in", "signed in") > 0 {
		return 0
	}
	targets, n := r.nounAt(i)
	if n == 0 {
		return r.people(i)
	}
	if isVerb(r.word(i)) && !r.nounPosition(i) && (n == 1 || targets[0].score < 0.95) { // but 'leave requests'
		return 0
	}
	if r.adjectiveOf(i, n, targets) {
		return r.addValue(i, n)
	}
	if n == 1 && targets[0].score < 0.7 && slices.ContainsFunc(r.m.Values, func(v index.ValueLink) bool {
		return v.Span.First == i && v.Span.Len() == 1 && strings.EqualFold(v.Value, r.word(i))
	}) {
		return 0 // 'from mobile' is what a column says, not another word for telephone
	}
	if n == 1 && r.word(i) == "new" && r.isThing(i+1) {
		return 0
	}
	if n == 1 && targets[0].score < 0.95 && unit(r.word(i)) != "" {
		return 0
	}
	if n == 1 && isVerb(r.word(i)) && targets[0].column != nil && r.valueLength(i) > 0 && r.isThing(i+1) {
		return 0 // 'open tickets'
	}
	kind := kColumn
	if targets[0].column == nil {
		kind = kTable
	}
	if kind == kColumn && targets[0].column.Numeric() && isOneOf(r.word(i+n), "cost", "costs", "amount", "amounts", "value", "values", "charges", "fee", "price", "prices") {
		if more, m := r.nounAt(i + n); m == 0 || more[0].score < 0.95 {
			n++ // 'freight cost'
		}
	}
	return r.add(i, n, chunk{kind: kind, targets: targets})
}

// people reads 'people' and 'members' as the rows of the table of people, where nothing is called so.
func (r *reader) people(i int) int {
	switch r.word(i) {
	case "people", "persons", "everyone", "everybody", "anyone", "somebody":
	case "member", "members": // 'crew members'
		if last := len(r.chunks) - 1; last >= 0 && r.chunks[last].kind == kTable && r.chunks[last].span.End == i {
			return r.add(i, 1, chunk{kind: kFill})
		}
		return 0
	default:
		return 0
	}
	var found *index.Table
	for _, t := range r.v.ix.Tables {
		if r.v.skip[t.ID] || t.Bridge || len(t.Stems) == 0 || !has(t.Stems[len(t.Stems)-1:], "employe", "staff", "personnel", "worker", "person", "member", "user", "custom", "patient", "passeng", "student") {
			continue
		}
		if found == nil || has(t.Stems, "employe", "staff", "personnel", "worker") && !has(found.Stems, "employe", "staff", "personnel", "worker") {
			found = t
		}
	}
	if found == nil {
		return 0
	}
	return r.add(i, 1, chunk{kind: kTable, targets: []target{{table: found, score: 0.7}}})
}

// adjectiveOf says whether words that are a name elsewhere are a value of the table that is named next: 'active
// subscriptions', where plans have a column called active.
func (r *reader) adjectiveOf(i, n int, targets []target) bool {
	if targets[0].column == nil || r.valueLength(i) != n {
		return false
	}
	next, k := r.nounAt(i + n)
	if k == 0 || next[0].column != nil {
		return false
	}
	for _, t := range targets {
		if t.column != nil && t.column.Table == next[0].table {
			return false
		}
	}
	for _, v := range r.m.Values {
		if v.Span.First == i && v.Span.Len() == n && v.Score > 0.95 && v.Column.Table == next[0].table {
			return true
		}
	}
	return false
}

// nounPosition says whether word i, which may be a verb, stands where a noun must: after an article, 'of', 'by', or a number.
func (r *reader) nounPosition(i int) bool {
	if strings.HasSuffix(r.word(i), "ed") {
		return false
	}
	if _, n := r.amount(i - 1); n > 0 {
		return true
	}
	return isOneOf(r.word(i-1), "the", "of", "by", "per", "many", "all", "a", "an", "each", "every", "no", "without", "with", "most", "fewest", "total", "our", "more", "any", "list", "show", "average") ||
		i == 0 || strings.HasSuffix(r.word(i), "s")
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
