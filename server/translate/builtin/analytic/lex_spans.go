package analytic

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// spans reads what is measured between two dates: 'delivery time', 'days from order to shipment', 'how long does it take to
// ship', 'age', 'tenure'. The chunk's base holds the stems of what happened, the earlier first; of one alone it is the later.
func (r *reader) spans(i int) int {
	if n := r.eat(i, "in hours", "in days", "in years"); n > 0 && r.said(kSpan) {
		return r.add(i, n, chunk{kind: kFill})
	}
	return r.span(i)
}

func (r *reader) span(i int) int {
	if targets, n := r.nounAt(i); n > 1 && targets[0].score >= 0.95 {
		return 0 // the schema has it
	}
	if n := r.eat(i, "age", "ages", "how old are", "how old is"); n > 0 && !r.v.holds("age") && r.v.born() != nil {
		return r.add(i, n, chunk{kind: kSpan, op: "age"})
	}
	if n := r.eat(i, "tenure*", "length of service", "years of service", "seniority", "time with the company", "how long have*"); n > 0 && !r.v.holds("tenur") && r.v.staff() != nil {
		if r.word(i) != "how" || r.asks("worked") || r.asks("been with us") || r.asks("been working") || r.asks("been employed") {
			return r.add(i, n, chunk{kind: kSpan, op: "tenure"})
		}
	}
	if _, n := r.amount(i - 1); n > 0 {
		if n = r.eat(i, "days to", "hours to", "days between", "days from"); n > 0 {
			return r.add(i, n, chunk{kind: kUnknown}) // 'more than 5 days to deliver' compares, which the plan cannot say
		}
		return 0
	}
	if n := r.eat(i, "how long does it take us to", "how long does it take to", "how long do we take to", "how long did it take to", "how long does it take for", "how many days does it take to", "time it takes to", "time taken to", "time to", "days to", "how long until", "days it takes to", "how long does it take until"); n > 0 {
		if stems, m := r.happenings(i+n, 1); m > 0 {
			return r.add(i, n+m, chunk{kind: kSpan, op: "took", base: stems})
		}
		return 0
	}
	n := r.eat(i, "number of days", "how many days", "days", "time", "hours", "delay", "duration", "time difference", "difference in days", "how long")
	if m := r.eat(i+n, "between", "from", "is it from", "is it between", "pass between", "passes between", "are there between", "passed between", "elapsed between"); n > 0 && m > 0 {
		first, a := r.happenings(i+n+m, 2)
		if a == 0 || r.eat(i+n+m+a, "and", "to", "until", "till") == 0 {
			return 0
		}
		second, b := r.happenings(i+n+m+a+1, 2)
		if b == 0 {
			return 0
		}
		return r.add(i, n+m+a+1+b, chunk{kind: kSpan, op: "took", base: first + " " + second})
	}
	if m := r.eat(i+1, "time", "times", "duration", "delay", "speed"); m > 0 && r.word(i+1) != "speed" {
		if stem := happening(r.word(i)); stem != "" {
			return r.add(i, 2, chunk{kind: kSpan, op: "took", base: stem})
		}
	}
	return 0
}

// happenings reads up to limit words that say what happened: 'the order date', 'being shipped'. It gives the stem of the
// first that does, and how many words it took.
func (r *reader) happenings(i, limit int) (stem string, n int) {
	n = r.eat(i, "the", "an", "a", "being", "it is", "placing the", "placing an", "its")
	for range limit {
		w := r.word(i + n)
		if w == "" || isOneOf(w, "and", "to", "until", "till", "by", "per", "for", "in", "of", "each") || unit(w) != "" {
			break
		}
		if s := happening(w); s != "" && stem == "" {
			stem = s
		} else if w != "date" && w != "time" && w != "an" && w != "a" && w != "the" && stem != "" {
			break
		}
		n++
	}
	if stem == "" {
		return "", 0
	}
	return stem, n
}

// happening is the stem of the verb that a word for what happens stands for; empty for other words.
func happening(w string) string {
	switch stem := index.Stem(w); stem {
	case "ship", "shipment", "dispatch", "fulfil", "fulfill", "fulfilment", "process":
		return "ship"
	case "deliveri", "deliv", "arriv":
		return "deliv"
	case "resolut", "resolv":
		return "resolv"
	case "close", "closur", "complet", "finish", "open", "creat", "hire", "approv", "cancel", "return", "refund", "review", "order", "invoic", "book", "submit", "issu", "expir":
		return stem
	case "payment", "pay", "paid":
		return "pay"
	case "purchas":
		return "order"
	case "signup", "registr", "regist":
		return "regist"
	}
	return ""
}

// holds says whether some column is called so.
func (v *view) holds(stem string) bool {
	return slices.ContainsFunc(v.ix.Columns, func(c *index.Column) bool { return has(c.Stems, stem) })
}

// born is the date of birth of the people that the database is most about.
func (v *view) born() *index.Column {
	var found *index.Column
	for _, t := range v.ix.Tables {
		if c := birth(t); c != nil && !v.skip[t.ID] && (found == nil || has(t.Stems, "custom", "client", "patient", "member", "user")) {
			found = c
		}
	}
	return found
}

func birth(t *index.Table) *index.Column {
	for _, c := range t.Columns {
		if c.Temporal() && (has(c.Stems, "birth", "birthday", "dob", "born", "birthdat") || slices.Contains(c.Words, "birthdate")) {
			return c
		}
	}
	return nil
}

// staff is the date from which people were employed.
func (v *view) staff() *index.Column {
	in := interpreter{plan: &plan{v: v}}
	for _, t := range v.ix.Tables {
		if v.skip[t.ID] || !has(t.Stems, "employe", "staff", "emp", "worker", "personnel", "teacher", "nurs", "doctor") {
			continue
		}
		if c := in.ownDate(t, "hire"); c != nil {
			return c
		}
	}
	return nil
}

// unitOf is the unit that a span of time is told in.
func (r *reader) unitOf(c *chunk) string {
	switch {
	case r.asks("in hours"), strings.HasPrefix(r.word(c.span.First), "hour"):
		return "hour"
	case c.op == "took", r.asks("in days"):
		return "day"
	}
	return "year"
}
