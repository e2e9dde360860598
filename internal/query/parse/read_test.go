package parse

import (
	"testing"
)

// TestRead reads what analysts and language models write in each dialect.
func TestRead(t *testing.T) {
	t.Parallel()
	for _, d := range dialects {
		for _, sql := range statements(t, "read", string(d)+".sql") {
			if _, err := Parse(d, sql); err != nil {
				t.Errorf("%s: %v\n%s", d, err, sql)
			}
		}
	}
}
