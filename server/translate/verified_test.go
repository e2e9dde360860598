package translate_test

import (
	"testing"

	"github.com/custard-ai/custard/server/translate"
)

func TestVerified(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		kept, asked string
		same        bool
	}{
		{"How many orders are there?", "please, how many  orders are there", true},
		{"What is the revenue in 2024?", "what is revenue, in 2024", true},
		{"What is the revenue in 2024?", "what is the revenue in 2023?", false},
		{"orders above 1.5", "orders above 1,5", false},
		{"orders above 1.5", "orders above 1 5", false},
		{"orders above 5", "orders above -5", false},
		{`customers called "Ada"`, `customers called "Ada"?`, true},
		{`customers called "Ada"`, `customers called "ada"`, false},
		{"customers called 'Ada.'", "customers called 'Ada'", false},
		{"which orders are not paid?", "which orders are paid?", false},
		{"?", "!", false},
	} {
		c := &translate.Context{Examples: []translate.Example{{Question: x.kept, SQL: "SELECT 1"}}}
		if got := c.Verified(x.asked) != nil; got != x.same {
			t.Errorf("%q for %q: %v", x.kept, x.asked, got)
		}
	}
}
