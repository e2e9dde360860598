package check

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

const (
	maxPattern   = 500 // bytes of a regular expression
	maxWildcards = 24  // of a LIKE
)

// pattern bounds a regular expression. What stands in it besides texts counts as a letter.
func (r *resolver) pattern(e query.Expr) {
	if e == nil || r.err != nil {
		return
	}
	text := patternText(e)
	if len(text) > maxPattern {
		r.refuse("Make it shorter.", "a regular expression has more than %d letters", maxPattern)
		return
	}
	if why := explosive(text); why != "" && r.backtracks() {
		r.refuse("Write it without a repetition inside a repeated group.", "the regular expression '%s' %s and may never end", text, why)
	}
}

// backtracks says whether the dialect's regular expressions can take exponential time.
func (r *resolver) backtracks() bool {
	return r.rules.dialect != custard.DuckDB && r.rules.dialect != custard.Snowflake
}

func patternText(e query.Expr) string {
	switch e := e.(type) {
	case *query.String:
		return e.Value
	case *query.Cast:
		return patternText(e.X)
	case *query.Collate:
		return patternText(e.X)
	case *query.Binary:
		if e.Op == "||" {
			return patternText(e.L) + patternText(e.R)
		}
	case *query.Func:
		if name := strings.ToLower(e.Name.Last().Name); name == "concat" {
			var b strings.Builder
			for _, a := range e.Args {
				b.WriteString(patternText(a.Value))
			}
			return b.String()
		}
		var b strings.Builder // lower('(a+)+') is no way round
		for _, a := range e.Args {
			b.WriteString(patternText(a.Value))
		}
		return b.String()
	case *query.Array:
		var b strings.Builder
		for _, x := range e.Items {
			b.WriteString(patternText(x))
			b.WriteByte('|')
		}
		return b.String()
	case *query.Case:
		var b strings.Builder
		for _, w := range e.Whens {
			b.WriteString(patternText(w.Then) + "|")
		}
		return b.String()
	}
	return "x"
}

// group is an open parenthesis of a pattern.
type group struct {
	repeats bool   // something in it is repeated without end
	choices []byte // the first letters of its alternatives
	twice   bool   // two alternatives start alike
	start   bool   // the next letter starts an alternative
	from    int    // where it starts in the pattern
}

// explosive says why a pattern may take exponential time, and is empty where it does not: a repetition inside a repeated
// group, alternatives that start alike inside one, a repeated back reference, a count above 255.
func explosive(p string) string {
	stack := []group{{start: true}}
	var closed *group // the group that ended just before
	for i := 0; i < len(p); i++ {
		top := &stack[len(stack)-1]
		switch c := p[i]; c {
		case '\\':
			i++
			if i < len(p) && p[i] >= '1' && p[i] <= '9' && i+1 < len(p) && quantifier(p[i+1:]) {
				return "repeats a back reference"
			}
			top.letter('\\')
			closed = nil
		case '[':
			i = classEnd(p, i)
			top.letter('[')
			closed = nil
		case '(':
			stack = append(stack, group{start: true, from: i + 1})
			closed = nil
			if strings.HasPrefix(p[i:], "(?:") || strings.HasPrefix(p[i:], "(?=") || strings.HasPrefix(p[i:], "(?!") {
				i += 2
			}
		case ')':
			if len(stack) > 1 {
				g := *top
				g.repeats = g.repeats && !separated(p[g.from:i])
				stack = stack[:len(stack)-1]
				stack[len(stack)-1].repeats = stack[len(stack)-1].repeats || top.repeats
				stack[len(stack)-1].letter('(')
				closed = &g
			}
		case '|':
			top.start = true
			closed = nil
		case '*', '+', '{':
			if c == '{' {
				end, large := counted(p[i:])
				if end == 0 {
					top.letter(c)
					continue
				}
				if large {
					return "counts further than 255"
				}
				i += end
				if !strings.Contains(p[i-end:i+1], ",}") && closed == nil {
					continue
				}
			}
			if closed != nil && closed.repeats {
				return "repeats a group with a repetition inside"
			}
			if closed != nil && closed.twice {
				return "repeats a group whose alternatives start alike"
			}
			top.repeats = true
			closed = nil
		default:
			top.letter(c)
			closed = nil
		}
	}
	return ""
}

// separated says whether a group starts with a separator that nothing else in it matches, as in ( [a-z]+)*: each round of a
// repetition then starts at one place only.
func separated(inner string) bool {
	inner = strings.TrimPrefix(inner, "?:")
	var sep, rest string
	switch {
	case strings.HasPrefix(inner, "\\") && len(inner) > 1 && !letterOrDigit(inner[1]):
		sep, rest = inner[1:2], inner[2:]
	case inner != "" && strings.IndexByte(" ,;:/-_@#=&", inner[0]) >= 0:
		sep, rest = inner[:1], inner[1:]
	default:
		return false
	}
	if rest == "" || strings.IndexByte("*+?{", rest[0]) >= 0 {
		return false
	}
	for i := range len(rest) {
		switch c := rest[i]; {
		case c == sep[0], c == '.', c == '^', c == '(', c == '|':
			return false
		case c == '\\' && i+1 < len(rest) && strings.IndexByte("SWDs", rest[i+1]) >= 0, c == '\\' && sep == "_":
			return false
		case c == '-' && (i == 0 || i+1 == len(rest) || !letterOrDigit(rest[i-1]) || !letterOrDigit(rest[i+1])):
			return false
		}
	}
	return !strings.Contains(rest, "[:") && !strings.Contains(rest, "A-z")
}

func letterOrDigit(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func (g *group) letter(c byte) {
	if !g.start {
		return
	}
	g.start = false
	if bytes.IndexByte(g.choices, c) >= 0 || c == '.' && len(g.choices) > 0 || bytes.IndexByte(g.choices, '.') >= 0 {
		g.twice = c != '\\' && c != '[' && c != '('
	}
	g.choices = append(g.choices, c)
}

func quantifier(p string) bool { return p[0] == '*' || p[0] == '+' || p[0] == '{' }

// classEnd is the place of the bracket that ends a character class.
func classEnd(p string, i int) int {
	i++
	if i < len(p) && p[i] == '^' {
		i++
	}
	if i < len(p) && p[i] == ']' {
		i++
	}
	for i < len(p) && p[i] != ']' {
		switch {
		case p[i] == '\\':
			i++
		case p[i] == '[' && i+1 < len(p) && p[i+1] == ':':
			if end := strings.Index(p[i:], ":]"); end > 0 {
				i += end + 1
			}
		}
		i++
	}
	return i
}

// counted reads {2,5}: how far it goes, 0 where it is no count, and whether a number in it is above 255.
func counted(p string) (end int, large bool) {
	end = strings.IndexByte(p, '}')
	if end < 2 {
		return 0, false
	}
	for n := range strings.SplitSeq(p[1:end], ",") {
		if n == "" {
			continue
		}
		v, err := strconv.Atoi(n)
		if err != nil {
			return 0, false
		}
		large = large || v > 255
	}
	return end, large
}

// wildcards bounds a LIKE pattern: each % is tried at every place.
func (r *resolver) wildcards(e query.Expr) {
	text, ok := literal(e)
	if ok && strings.Count(text, "%")+strings.Count(text, "*") > maxWildcards {
		r.refuse("Use fewer.", "a pattern has more than %d wildcards", maxWildcards)
	}
}

// jsonPath bounds the regular expressions within a JSON path.
func (r *resolver) jsonPath(e query.Expr) {
	if e == nil {
		return
	}
	if text := patternText(e); strings.Contains(text, "like_regex") {
		r.pattern(&query.String{Value: text})
	}
}

// intervalUnit keeps anything but a unit of time out.
func (r *resolver) intervalUnit(e *query.Interval) {
	for _, unit := range [2]string{e.Unit, e.To} {
		for word := range strings.SplitSeq(unit, "_") {
			if unit != "" && !timeUnit(word) {
				r.refuse("", "the unit %s is not known", unit)
				return
			}
		}
	}
}
