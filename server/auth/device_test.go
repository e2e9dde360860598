package auth

import (
	"strings"
	"testing"
)

func TestUserCodes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 500 {
		code := newUserCode()
		if len(code) != userCodeLength || strings.Trim(code, userCodeLetters) != "" || seen[code] {
			t.Fatalf("%q: want %d letters of %s, never the same twice", code, userCodeLength, userCodeLetters)
		}
		seen[code] = true
		shown := ShowUserCode(code)
		for _, typed := range []string{shown, code, strings.ToLower(shown), " " + shown[:4] + " " + shown[5:] + " "} {
			if got, ok := readUserCode(typed); !ok || got != code {
				t.Fatalf("%q was read as %q, %v", typed, got, ok)
			}
		}
	}
}

func FuzzReadUserCode(f *testing.F) {
	for _, s := range []string{"", "BCDF-GHJK", "bcdf ghjk", "AAAA-AAAA", "BCDF-GHJ", "ſſſſſſſſ", strings.Repeat("B", 33), "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := readUserCode(s)
		if ok && (len(code) != userCodeLength || strings.Trim(code, userCodeLetters) != "") {
			t.Errorf("%q was read as %q", s, code)
		}
	})
}
