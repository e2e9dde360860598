package values_test

import (
	"testing"

	"github.com/custard-ai/custard/agent/executor/values"
)

func TestFindsPlacesByTheirCodes(t *testing.T) {
	t.Parallel()
	x := values.New(
		[]values.Column{{Table: "shops", Column: "country_code"}, {Table: "shops", Column: "grade"}, {Table: "depots", Column: "state"}},
		[][]string{{"DE", "IN", "PL"}, {"DE", "AA"}, {"CA", "IN"}},
	)
	for _, c := range []struct {
		text string
		want map[string]string // column → value
	}{
		{"shops in Germany", map[string]string{"country_code": "DE"}},
		{"the Polish shops", map[string]string{"country_code": "PL"}},
		{"shops in India", map[string]string{"country_code": "IN", "state": "IN"}},
		{"depots in California", map[string]string{"state": "CA"}},
		{"shops in Ruritania", map[string]string{}},
	} {
		got := map[string]string{}
		for _, m := range x.Find(c.text, 0) {
			got[m.Column] = m.Value
		}
		for column, value := range c.want {
			if got[column] != value {
				t.Errorf("%q: %s is %q, want %q", c.text, column, got[column], value)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%q: got %v, want %v", c.text, got, c.want)
		}
	}
}
