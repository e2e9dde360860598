package analytic

import (
	"fmt"
	"strconv"
	"time"
)

// window is a half-open range of days; a zero end is open.
type window struct {
	from, to time.Time
	text     string // as the question says it
	whole    string // year, quarter, month, week or day where the window is exactly one of those, or a run of them
	toDate   bool   // ends with today, not with the period
}

// says puts the window in words for the assumptions.
func (w window) says() string {
	switch {
	case w.from.IsZero():
		return fmt.Sprintf("'%s' read as before %s", w.text, w.to.Format(time.DateOnly))
	case w.to.IsZero():
		return fmt.Sprintf("'%s' read as %s and later", w.text, w.from.Format(time.DateOnly))
	case w.to.Equal(w.from.AddDate(0, 0, 1)):
		return fmt.Sprintf("'%s' read as %s", w.text, w.from.Format(time.DateOnly))
	}
	return fmt.Sprintf("'%s' read as %s to %s", w.text, w.from.Format(time.DateOnly), w.to.AddDate(0, 0, -1).Format(time.DateOnly))
}

// before is the window of the same kind one period, or one year, earlier.
func (w window) before(year bool) (window, bool) {
	if w.from.IsZero() || w.to.IsZero() {
		return w, false
	}
	p := w
	switch {
	case year:
		p.from, p.to = w.from.AddDate(-1, 0, 0), w.to.AddDate(-1, 0, 0)
	case w.toDate && w.whole != "":
		p.from = shift(w.from, w.whole, -1)
		p.to = shift(w.to, w.whole, -1)
	case w.whole != "" && shift(w.from, w.whole, 1).Equal(w.to):
		p.from, p.to = shift(w.from, w.whole, -1), w.from
	default:
		p.from, p.to = w.from.Add(-w.to.Sub(w.from)), w.from
	}
	return p, true
}

// shift moves a day by n units.
func shift(t time.Time, unit string, n int) time.Time {
	switch unit {
	case "day":
		return t.AddDate(0, 0, n)
	case "week":
		return t.AddDate(0, 0, 7*n)
	case "month":
		return t.AddDate(0, n, 0)
	case "quarter":
		return t.AddDate(0, 3*n, 0)
	case "half":
		return t.AddDate(0, 6*n, 0)
	}
	return t.AddDate(n, 0, 0)
}

// floor is the first day of the unit that t lies in.
func floor(t time.Time, unit string) time.Time {
	y, m, d := t.Date()
	switch unit {
	case "week":
		return time.Date(y, m, d-(int(t.Weekday())+6)%7, 0, 0, 0, 0, time.UTC)
	case "month":
		return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	case "quarter":
		return time.Date(y, m-(m-1)%3, 1, 0, 0, 0, 0, time.UTC)
	case "half":
		return time.Date(y, m-(m-1)%6, 1, 0, 0, 0, 0, time.UTC)
	case "year":
		return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// unit is a word for a period, in the singular; empty for other words.
func unit(word string) string {
	switch word {
	case "day", "days":
		return "day"
	case "week", "weeks", "wk", "wks":
		return "week"
	case "month", "months", "mth", "mths":
		return "month"
	case "quarter", "quarters", "qtr", "qtrs":
		return "quarter"
	case "year", "years", "yr", "yrs":
		return "year"
	}
	return ""
}

func monthOf(word string) time.Month {
	switch word {
	case "january", "jan":
		return time.January
	case "february", "feb":
		return time.February
	case "march", "mar":
		return time.March
	case "april", "apr":
		return time.April
	case "may":
		return time.May
	case "june", "jun":
		return time.June
	case "july", "jul":
		return time.July
	case "august", "aug":
		return time.August
	case "september", "sep", "sept":
		return time.September
	case "october", "oct":
		return time.October
	case "november", "nov":
		return time.November
	case "december", "dec":
		return time.December
	}
	return 0
}

// weekday is a day's name as a number, 0 for Sunday; -1 for other words.
func weekday(word string) int {
	switch word {
	case "sunday", "sundays":
		return 0
	case "monday", "mondays":
		return 1
	case "tuesday", "tuesdays":
		return 2
	case "wednesday", "wednesdays":
		return 3
	case "thursday", "thursdays":
		return 4
	case "friday", "fridays":
		return 5
	case "saturday", "saturdays":
		return 6
	}
	return -1
}

func ordinal(word string) int {
	switch word {
	case "first", "1st":
		return 1
	case "second", "2nd":
		return 2
	case "third", "3rd":
		return 3
	case "fourth", "4th":
		return 4
	}
	return 0
}

// yearOf reads a four-digit year.
func yearOf(word string) (int, bool) {
	if len(word) != 4 {
		return 0, false
	}
	y, err := strconv.Atoi(word)
	return y, err == nil && y >= 1900 && y <= 2100
}
