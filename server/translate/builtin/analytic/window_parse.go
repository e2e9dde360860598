package analytic

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// windowAt reads a time window at word i and says how many words it takes, 0 for none. What it returns holds no text
// yet. It takes the little word before ('in 2016', 'since March') itself.
func (r *reader) windowAt(i int) (window, int) {
	today := floor(r.now, "day")
	switch w := r.word(i); w {
	case "today", "yesterday", "tomorrow":
		day := today.AddDate(0, 0, map[string]int{"yesterday": -1, "tomorrow": 1}[w])
		return window{from: day, to: day.AddDate(0, 0, 1), whole: "day"}, 1
	case "ytd", "mtd", "qtd":
		u := map[string]string{"ytd": "year", "mtd": "month", "qtd": "quarter"}[w]
		return window{from: floor(today, u), to: today.AddDate(0, 0, 1), whole: u, toDate: true}, 1
	case "so":
		if u := unit(r.word(i + 3)); r.word(i+1) == "far" && r.word(i+2) == "this" && u != "" {
			return window{from: floor(today, u), to: today.AddDate(0, 0, 1), whole: u, toDate: true}, 4
		}
		return window{}, 0
	case "since", "after", "before", "until", "till", "through", "starting", "prior":
		return r.openWindow(i)
	case "between", "from":
		return r.spanWindow(i)
	}
	if u := unit(r.word(i)); u != "" && r.word(i+1) == "to" && r.word(i+2) == "date" {
		return window{from: floor(today, u), to: today.AddDate(0, 0, 1), whole: u, toDate: true}, 3
	}
	k := i
	for isOneOf(r.word(k), "in", "during", "for", "of", "on", "over", "within", "the", "throughout") {
		k++
	}
	if _, year := yearOf(r.word(k)); year && k > i && r.word(k-1) == "over" {
		return window{}, 0 // 'orders over 2000'
	}
	if w, n := r.period(k, k > i); n > 0 {
		return w, k + n - i
	}
	return window{}, 0
}

// openWindow reads 'since March', 'before 2010', 'until last month', 'from 2016 on'.
func (r *reader) openWindow(i int) (window, int) {
	k := i + 1
	if r.word(i) == "prior" || r.word(i) == "starting" {
		if !isOneOf(r.word(k), "to", "from", "in", "with") {
			return window{}, 0
		}
		k++
	}
	for isOneOf(r.word(k), "the", "start", "beginning", "end", "of", "in") {
		k++
	}
	w, n := r.period(k, true)
	if n == 0 {
		return window{}, 0
	}
	switch r.word(i) {
	case "since", "starting":
		w.to = time.Time{}
	case "after":
		w.from, w.to = w.to, time.Time{}
	case "before", "prior":
		w.from, w.to = time.Time{}, w.from
	default: // until, through
		w.from = time.Time{}
	}
	w.whole = ""
	return w, k + n - i
}

// spanWindow reads 'between May and July 2017', 'from 2015 to 2017', 'between 2017-05-01 and 2017-07-31', 'from 2016 on'.
func (r *reader) spanWindow(i int) (window, int) {
	a, n := r.period(i+1, true)
	if n == 0 {
		return window{}, 0
	}
	k := i + 1 + n
	if r.word(i) == "from" && isOneOf(r.word(k), "on", "onwards", "onward") {
		a.to, a.whole = time.Time{}, ""
		return a, k + 1 - i
	}
	if !isOneOf(r.word(k), "and", "to", "until", "till", "through") {
		if r.word(i) == "from" { // 'orders from 2016', 'customers from last year'
			return a, n + 1
		}
		return window{}, 0
	}
	b, m := r.period(k+1, true)
	if m == 0 {
		return window{}, 0
	}
	if monthOf(r.word(i+1)) > 0 && n == 1 { // the year stands with the second month
		for a.from.After(b.from) {
			a.from = a.from.AddDate(-1, 0, 0)
		}
		a.from = date(b.from.Year()-boolInt(a.from.Month() > b.from.Month()), a.from.Month(), 1)
	}
	return window{from: a.from, to: b.to}, k + 1 + m - i
}

// period reads a period without its little word: 'last month', 'the past 6 weeks', 'Q3 2017', 'May 2017', '2016',
// 'first half of 2025', '2017-05-03'. marked says that a little word stood before, so that a bare month or year counts.
func (r *reader) period(i int, marked bool) (window, int) {
	if r.word(i) == "the" {
		w, n := r.period(i+1, marked)
		if n > 0 {
			n++
		}
		return w, n
	}
	today := floor(r.now, "day")
	w := r.word(i)
	switch {
	case w == "today" || w == "now":
		return window{from: today, to: today.AddDate(0, 0, 1), whole: "day"}, 1
	case w == "yesterday":
		return window{from: today.AddDate(0, 0, -1), to: today, whole: "day"}, 1
	case isOneOf(w, "this", "current", "last", "previous", "past", "prior", "next"):
		return r.relative(i)
	}
	if win, n := r.calendar(i, marked); n > 0 {
		return win, n
	}
	if n, ok := r.number(i); ok && n > 0 {
		if u := unit(r.word(i + 1)); u != "" && r.word(i+2) == "ago" {
			from := shift(today, u, -n)
			if u != "day" {
				from = floor(from, u)
			}
			return window{from: from, to: shift(from, u, 1), whole: u}, 3
		}
	}
	return window{}, 0
}

// relative reads 'last month', 'this year', 'the previous quarter', 'past 30 days', 'last March', 'last weekend'.
func (r *reader) relative(i int) (window, int) {
	today := floor(r.now, "day")
	back, w := 1, r.word(i)
	switch w {
	case "this", "current":
		back = 0
	case "next":
		back = -1
	}
	next := r.word(i + 1)
	if isOneOf(next, "calendar", "full", "complete") {
		win, n := r.relativeUnit(unit(r.word(i+2)), back)
		return win, n * 3
	}
	if u := unit(next); u != "" {
		if w == "past" && back == 1 && u != "day" { // 'the past year' is the year up to today
			return window{from: shift(today, u, -1), to: today.AddDate(0, 0, 1)}, 2
		}
		win, n := r.relativeUnit(u, back)
		return win, n * 2
	}
	if n, ok := r.number(i + 1); ok && n > 0 && back == 1 {
		if u := unit(r.word(i + 2)); u != "" {
			return window{from: shift(today, u, -n), to: today.AddDate(0, 0, 1)}, 3
		}
		if u := unit(r.word(i + 3)); u != "" && isOneOf(r.word(i+2), "full", "calendar", "complete") {
			to := floor(today, u)
			return window{from: shift(to, u, -n), to: to}, 4
		}
	}
	if m := monthOf(next); m > 0 {
		y := today.Year()
		if back == 1 && m >= today.Month() || back == 0 && m > today.Month() {
			y--
		}
		return window{from: date(y, m, 1), to: date(y, m+1, 1), whole: "month"}, 2
	}
	if d := weekday(next); d >= 0 && back == 1 {
		day := today.AddDate(0, 0, -((int(today.Weekday())-d+6)%7 + 1))
		return window{from: day, to: day.AddDate(0, 0, 1), whole: "day"}, 2
	}
	switch next {
	case "weekend":
		monday := floor(today, "week")
		return window{from: monday.AddDate(0, 0, 5-7*back), to: monday.AddDate(0, 0, 7-7*back)}, 2
	case "summer", "spring", "autumn", "fall", "winter":
		return season(next, today, back), 2
	case "christmas":
		y := today.Year()
		if today.Before(date(y, time.December, 27)) {
			y--
		}
		return window{from: date(y, time.December, 1), to: date(y, time.December, 27)}, 2
	}
	return window{}, 0
}

func season(name string, today time.Time, back int) window {
	start := map[string]time.Month{"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}[name]
	from := date(today.Year(), start, 1)
	for from.AddDate(0, 3*back, 0).After(today) {
		from = from.AddDate(-1, 0, 0)
	}
	return window{from: from, to: from.AddDate(0, 3, 0)}
}

func (r *reader) relativeUnit(u string, back int) (window, int) {
	if u == "" {
		return window{}, 0
	}
	from := shift(floor(r.now, u), u, -back)
	return window{from: from, to: shift(from, u, 1), whole: u}, 1
}

// calendar reads what stands in a calendar: Q3 2017, H1, May 2017, 2016, 3 May 2017, 2017-05-03, the first half of 2025.
func (r *reader) calendar(i int, marked bool) (window, int) {
	w := r.word(i)
	if len(w) == 2 && (w[0] == 'q' && w[1] >= '1' && w[1] <= '4' || w[0] == 'h' && (w[1] == '1' || w[1] == '2')) {
		u := map[byte]string{'q': "quarter", 'h': "half"}[w[0]]
		return r.part(i, 1, u, int(w[1]-'0'))
	}
	if n := ordinal(w); n > 0 {
		switch r.word(i + 1) {
		case "quarter":
			return r.part(i, 2, "quarter", n)
		case "half":
			if n <= 2 {
				return r.part(i, 2, "half", n)
			}
		}
	}
	if m := monthOf(w); m > 0 {
		return r.month(i, m, marked)
	}
	if y, ok := yearOf(w); ok {
		if win, n := r.iso(i, y); n > 0 {
			return win, n
		}
		if marked {
			return window{from: date(y, 1, 1), to: date(y+1, 1, 1), whole: "year"}, 1
		}
	}
	if isOneOf(w, "year") {
		if y, ok := yearOf(r.word(i + 1)); ok {
			return window{from: date(y, 1, 1), to: date(y+1, 1, 1), whole: "year"}, 2
		}
	}
	if d, err := strconv.Atoi(strings.TrimRight(w, "stndrh")); err == nil && d >= 1 && d <= 31 {
		k := i + 1
		if r.word(k) == "of" {
			k++
		}
		if m := monthOf(r.word(k)); m > 0 {
			y, n := r.yearAfter(k+1, m)
			day := date(y, m, d)
			return window{from: day, to: day.AddDate(0, 0, 1), whole: "day"}, k + 1 + n - i
		}
	}
	if len(w) == 5 && w[4] == 's' && w[3] == '0' { // the 1990s
		if y, ok := yearOf(w[:4]); ok {
			return window{from: date(y, 1, 1), to: date(y+10, 1, 1)}, 1
		}
	}
	return window{}, 0
}

// part reads the year after a quarter or half: 'Q3 2017', 'Q3 of last year', 'Q3' alone (the latest that has begun).
func (r *reader) part(i, n int, u string, which int) (window, int) {
	at := func(y int) time.Time { return shift(date(y, 1, 1), u, which-1) }
	k := i + n
	if isOneOf(r.word(k), "of", "in") {
		k++
	}
	y, ok := yearOf(r.word(k))
	switch {
	case ok:
		k++
	case isOneOf(r.word(k), "this", "last", "the") && (unit(r.word(k+1)) == "year" || unit(r.word(k+2)) == "year"):
		y = r.now.Year() - boolInt(r.word(k) == "last")
		k += 2 + boolInt(r.word(k) == "the")
	default:
		k = i + n
		y = r.now.Year()
		if at(y).After(r.now) {
			y--
		}
	}
	return window{from: at(y), to: shift(at(y), u, 1), whole: u}, k - i
}

// month reads 'May 2017', 'May 3, 2017', 'May of last year', and 'May' after a little word.
func (r *reader) month(i int, m time.Month, marked bool) (window, int) {
	if d, err := strconv.Atoi(strings.TrimRight(r.word(i+1), "stndrh")); err == nil && d >= 1 && d <= 31 {
		y, n := r.yearAfter(i+2, m)
		day := date(y, m, d)
		return window{from: day, to: day.AddDate(0, 0, 1), whole: "day"}, 2 + n
	}
	y, n := r.yearAfter(i+1, m)
	if n == 0 && !marked {
		return window{}, 0
	}
	return window{from: date(y, m, 1), to: date(y, m+1, 1), whole: "month"}, 1 + n
}

// yearAfter reads the year after a month; without one it is the latest year in which the month has begun.
func (r *reader) yearAfter(i int, m time.Month) (year, words int) {
	k := i
	if isOneOf(r.word(k), "of", "in") {
		k++
	}
	if y, ok := yearOf(r.word(k)); ok {
		return y, k + 1 - i
	}
	if isOneOf(r.word(k), "this", "last", "previous") && unit(r.word(k+1)) == "year" {
		return r.now.Year() - boolInt(r.word(k) != "this"), k + 2 - i
	}
	y := r.now.Year()
	if m > r.now.Month() {
		y--
	}
	return y, 0
}

// iso reads 2017-05-03 and 2017-05, which arrive as several words.
func (r *reader) iso(i, y int) (window, int) {
	m, err := strconv.Atoi(r.word(i + 1))
	if err != nil || len(r.word(i+1)) != 2 || m < 1 || m > 12 || !r.dashed(i) {
		return window{}, 0
	}
	d, err := strconv.Atoi(r.word(i + 2))
	if err != nil || len(r.word(i+2)) != 2 || d < 1 || d > 31 || !r.dashed(i+1) {
		return window{from: date(y, time.Month(m), 1), to: date(y, time.Month(m)+1, 1), whole: "month"}, 2
	}
	day := date(y, time.Month(m), d)
	return window{from: day, to: day.AddDate(0, 0, 1), whole: "day"}, 3
}

func isOneOf(w string, words ...string) bool {
	return slices.Contains(words, w)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
