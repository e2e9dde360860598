package ask

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// Bounds of what a chart can show well.
const (
	maxBars   = 50 // bars of a bar chart
	maxSeries = 4  // columns drawn over one axis
	minHist   = 20 // values that make a distribution
)

// chart chooses a drawing by the shape of the result: a line where something is measured over time, bars where it is
// measured for each of a few things, a histogram of many values of one measure; nil where no drawing helps or the asker
// wants none. A mode other than auto restricts the choice to that kind.
func (s *sample) chart(mode custard.ChartMode) *custard.Chart {
	if mode == custard.ChartNone || s.kept() < 2 || s.partial {
		return nil
	}
	x, ys := -1, []string(nil)
	for i, f := range s.fields {
		switch {
		case s.isMeasure(i) && !(x < 0 && i == 0 && s.isYear(i) && len(s.fields) > 1):
			ys = append(ys, f.Name)
		case x < 0 && (f.Type.Temporal() || s.isPeriod(i) || s.isYear(i)):
			x = i
		case x < 0 && f.Type == custard.TypeText:
			x = i
		}
	}
	auto := mode == custard.ChartAuto || mode == ""
	switch {
	case len(ys) == 0 || len(ys) > maxSeries:
		return nil
	case x >= 0 && s.overTime(x) && (auto || mode == custard.ChartLine):
		return &custard.Chart{Kind: custard.ChartLine, X: s.fields[x].Name, Y: ys}
	case x >= 0 && s.distinct(x) && (mode == custard.ChartBar || auto && s.kept() <= maxBars && len(ys) <= 2):
		return &custard.Chart{Kind: custard.ChartBar, X: s.fields[x].Name, Y: ys[:1]}
	case x >= 0 && mode == custard.ChartLine:
		return &custard.Chart{Kind: custard.ChartLine, X: s.fields[x].Name, Y: ys}
	case (auto && len(s.fields) == 1 || mode == custard.ChartHist) && s.kept() >= minHist:
		return &custard.Chart{Kind: custard.ChartHist, Y: ys[:1]}
	}
	return nil
}

// isMeasure says whether a column holds quantities: numbers that are no keys.
func (s *sample) isMeasure(col int) bool {
	f := s.fields[col]
	if f.Type.Numeric() {
		return !isKeyName(f.Name)
	}
	return false
}

// isKeyName says whether a column's name is that of a key: id, order_id, OrderID, CustomerId.
func isKeyName(name string) bool {
	lower := strings.ToLower(name)
	return lower == "id" || strings.HasSuffix(lower, "_id") || strings.HasSuffix(name, "ID") || strings.HasSuffix(name, "Id") ||
		strings.HasSuffix(lower, "_key") || strings.HasSuffix(lower, "code") || strings.Contains(lower, "phone") || strings.Contains(lower, "zip")
}

// isYear says whether a column holds years.
func (s *sample) isYear(col int) bool {
	if s.fields[col].Type != custard.TypeInt || !strings.Contains(strings.ToLower(s.fields[col].Name), "year") {
		return false
	}
	for row := range s.kept() {
		if v, ok := s.at(row, col).number(); ok && (v < 1000 || v > 3000) {
			return false
		}
	}
	return true
}

// isPeriod says whether a text column holds dates or periods: 2025, 2025-03, 2025-03-01, 2025-Q1, 2025-W07.
func (s *sample) isPeriod(col int) bool {
	if s.fields[col].Type != custard.TypeText {
		return false
	}
	some := false
	for row := range s.kept() {
		c := s.at(row, col)
		if c.null {
			continue
		}
		if !periodText(c.text) {
			return false
		}
		some = true
	}
	return some
}

func periodText(t string) bool {
	if len(t) < 4 || !digits(t[:4]) || t[0] != '1' && t[0] != '2' {
		return false
	}
	rest := t[4:]
	switch {
	case rest == "":
		return true
	case rest[0] != '-':
		return false
	case len(rest) >= 3 && (rest[1] == 'Q' || rest[1] == 'W'):
		return digits(rest[2:])
	default:
		return len(rest) >= 3 && digits(rest[1:3])
	}
}

func digits(t string) bool {
	for i := range len(t) {
		if t[i] < '0' || t[i] > '9' {
			return false
		}
	}
	return t != ""
}

// overTime says whether a column is an axis of time: dates or periods, each once.
func (s *sample) overTime(col int) bool {
	return (s.fields[col].Type.Temporal() || s.isPeriod(col) || s.isYear(col)) && s.distinct(col) && s.kept() >= 3
}

// distinct says whether no value of a column occurs twice.
func (s *sample) distinct(col int) bool {
	seen := make(map[cell]bool, s.kept())
	for row := range s.kept() {
		c := s.at(row, col)
		if seen[c] {
			return false
		}
		seen[c] = true
	}
	return true
}
