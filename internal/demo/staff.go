package demo

import (
	"fmt"
	"math"
	"strings"
)

// staff fills departments and employees: a tree with the chief at its root, some of whom have left.
func (s *shop) staff() {
	departments, employees := s.open("departments", 4), s.open("employees", 9)
	people := nations()[:5]
	seen := map[string]bool{}
	id := 0
	for d, j := range jobs() {
		departments.add(d+1, j.department, j.location, j.budget)
		head := id + 1
		for n := range j.staff {
			id++
			name := ""
			for name == "" || seen[name] {
				from := people[s.r.IntN(len(people))]
				name = pick(s, from.first) + " " + pick(s, from.last)
			}
			seen[name] = true
			title, salary := j.titles[n%len(j.titles)], j.salary*(0.85+0.3*s.r.Float64())
			var boss any = head
			switch {
			case id == 1:
				title, salary, boss = "Chief Executive", 185000, nil
			case n == 0:
				title, salary, boss = "Head of "+j.department, j.salary*1.7, 1
			case id > 2 && n > 8:
				boss = head + 1 + n%3
			}
			hired := s.between(-beforeDays+200, historyDays-90)
			if n == 0 {
				hired = s.between(-beforeDays, -beforeDays+700)
			}
			var left any
			if n > 3 && s.chance(0.14) && hired < historyDays-300 {
				left = s.date(s.between(hired+180, historyDays-10))
			} else {
				switch j.department {
				case "Sales":
					s.sellers = append(s.sellers, id)
				case "Customer Support":
					s.agents = append(s.agents, id)
				}
			}
			employees.add(id, name, mailbox(name)+"@shop.example", title, d+1, boss, math.Round(salary/100)*100, s.date(hired), left)
		}
	}
}

// mailbox is a name as the first part of an e-mail address: lower case, no accents, dots between.
func mailbox(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == ' ' || r == '-':
			if b.Len() > 0 {
				b.WriteByte('.')
			}
		default:
			b.WriteString(plain(r))
		}
	}
	if b.Len() < 3 {
		sum := 0
		for _, r := range name {
			sum = sum*31 + int(r)
		}
		return fmt.Sprintf("user%d", sum%100000)
	}
	return strings.ReplaceAll(b.String(), "..", ".")
}

// plain is a letter without its accent; nothing for what is no Latin letter.
func plain(r rune) string {
	switch r {
	case 'ä', 'æ':
		return "ae"
	case 'ö', 'ø':
		return "oe"
	case 'ü':
		return "ue"
	case 'ß':
		return "ss"
	case 'à', 'á', 'â', 'ã', 'å', 'ą':
		return "a"
	case 'ç', 'ć':
		return "c"
	case 'è', 'é', 'ê', 'ë', 'ę':
		return "e"
	case 'ì', 'í', 'î', 'ï':
		return "i"
	case 'ł':
		return "l"
	case 'ñ', 'ń':
		return "n"
	case 'ò', 'ó', 'ô', 'õ':
		return "o"
	case 'ś', 'š':
		return "s"
	case 'ù', 'ú', 'û':
		return "u"
	case 'ź', 'ż', 'ž':
		return "z"
	}
	return ""
}
