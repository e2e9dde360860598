package output

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text    string
		columns int
		indent  string
		want    string
	}{
		"short":       {"a few words", 20, "  ", "a few words"},
		"exact":       {"12345 789 12345 7890", 20, "  ", "12345 789 12345 7890"},
		"long":        {"12345 789 12345 78901 x", 20, "  ", "12345 789 12345\n  78901 x"},
		"wide":        {"渡辺翔太 渡辺翔太 渡辺翔太", 20, "", "渡辺翔太 渡辺翔太\n渡辺翔太"},
		"long word":   {"a " + strings.Repeat("x", 30) + " b", 20, "", "a\n" + strings.Repeat("x", 30) + "\nb"},
		"first word":  {strings.Repeat("x", 30) + " b", 20, "  ", strings.Repeat("x", 30) + "\n  b"},
		"colour":      {"\x1b[1m12345 789 12345 7890\x1b[0m", 20, "", "\x1b[1m12345 789 12345 7890\x1b[0m"},
		"no terminal": {"12345 789 12345 78901 x", 0, "", "12345 789 12345 78901 x"},
	} {
		if got := Wrap(tt.text, tt.columns, tt.indent); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
