package focus

import (
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// families tells which tables belong together by their names alone, where the database has no schemas that say so: by the
// words that several names begin with, crm_account, crm_contact, crm_lead. It returns each table's family, empty for none,
// and how many words of its name the family takes.
func families(ix *index.Index) (family []string, words []int) {
	const (
		fewest  = 3   // tables of a family
		longest = 4   // words of its name
		most    = 0.6 // of all tables
	)
	family, words = make([]string, len(ix.Tables)), make([]int, len(ix.Tables))
	members := map[string]int{}
	prefix := func(t *index.Table, n int) string { return t.Def.Schema + "\x00" + strings.Join(t.Words[:n], " ") }
	for _, t := range ix.Tables {
		for n := 1; n <= min(longest, len(t.Words)-1); n++ {
			members[prefix(t, n)]++
		}
	}
	for i, t := range ix.Tables {
		for n := 1; n <= min(longest, len(t.Words)-1); n++ {
			p := prefix(t, n)
			if k := members[p]; k >= fewest && float64(k) <= most*float64(len(ix.Tables)) {
				family[i], words[i] = p, n
			}
		}
	}
	return family, words
}
