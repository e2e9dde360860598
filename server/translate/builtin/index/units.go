package index

import "strconv"

// unit is a measure that columns and numbers are given in, and its size in the base of its dimension.
type unit struct {
	dimension string
	size      float64
}

// unitOf reads the name of a unit: 'minutes', 'km'. ok is false for other words.
func unitOf(word string) (u unit, ok bool) {
	switch word {
	case "millisecond", "milliseconds", "millis", "ms", "msec":
		return unit{"time", 0.001}, true
	case "second", "seconds", "sec", "secs":
		return unit{"time", 1}, true
	case "minute", "minutes", "min", "mins":
		return unit{"time", 60}, true
	case "hour", "hours", "hrs", "hr":
		return unit{"time", 3600}, true
	case "byte", "bytes":
		return unit{"size", 1}, true
	case "kilobyte", "kilobytes", "kb":
		return unit{"size", 1e3}, true
	case "megabyte", "megabytes", "mb":
		return unit{"size", 1e6}, true
	case "gigabyte", "gigabytes", "gb":
		return unit{"size", 1e9}, true
	case "millimeter", "millimeters", "millimetre", "millimetres", "mm":
		return unit{"length", 0.001}, true
	case "centimeter", "centimeters", "centimetre", "centimetres", "cm":
		return unit{"length", 0.01}, true
	case "meter", "meters", "metre", "metres", "m":
		return unit{"length", 1}, true
	case "kilometer", "kilometers", "kilometre", "kilometres", "km":
		return unit{"length", 1000}, true
	case "mile", "miles":
		return unit{"length", 1609.344}, true
	case "gram", "grams", "g":
		return unit{"weight", 1}, true
	case "kilogram", "kilograms", "kilo", "kilos", "kg", "kgs":
		return unit{"weight", 1000}, true
	case "ton", "tons", "tonne", "tonnes":
		return unit{"weight", 1e6}, true
	case "cent", "cents":
		return unit{"money", 1}, true
	case "dollar", "dollars", "usd", "euro", "euros", "eur", "pound", "pounds":
		return unit{"money", 100}, true
	}
	return unit{}, false
}

// unit is what the column's values are given in, as its name says: milliseconds, distance_km, amount_cents.
func (c *Column) unit() (unit, bool) {
	n := len(c.Words)
	if n == 0 || !c.Numeric() {
		return unit{}, false
	}
	last := c.Words[n-1]
	if last == "minimum" && n > 1 { // delay_min: the short form of the other word
		switch c.Stems[n-2] {
		case "delay", "durat", "time", "length", "elaps", "wait", "run":
			last = "minute"
		}
	}
	return unitOf(last)
}

// In returns the number as a query compares it with a column: converted, where the question gives a unit and the
// column's name another one of the same kind. '5 minutes' is 300000 for a column of milliseconds.
func (n *Number) In(c *Column) string {
	asked, ok := unitOf(n.Unit)
	if !ok {
		return n.Text
	}
	held, ok := c.unit()
	if !ok || held == asked || held.dimension != asked.dimension {
		return n.Text
	}
	return strconv.FormatFloat(n.Value*asked.size/held.size, 'f', -1, 64)
}
