package keyring_test

import (
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm/keyring"
)

const (
	secret = "0123456789abcdef0123456789abcdef"
	older  = "fedcba9876543210fedcba9876543210"
	value  = "sk-live-4f1c2b9a"
)

func ring(t *testing.T, secret string, old ...string) *keyring.Ring {
	t.Helper()
	r, err := keyring.New(secret, old...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSealAndOpen(t *testing.T) {
	t.Parallel()
	r := ring(t, secret)
	sealed := r.Seal("org_1", "openai", value)
	if strings.Contains(sealed, value) || sealed == r.Seal("org_1", "openai", value) {
		t.Errorf("%s shows its value, or is the same each time", sealed)
	}
	if got, err := ring(t, secret).Open("org_1", "openai", sealed); err != nil || got != value {
		t.Errorf("%q, %v", got, err)
	}
	// Moved to another row, or altered anywhere, it does not open.
	for name, open := range map[string]func() (string, error){
		"another organisation": func() (string, error) { return r.Open("org_2", "openai", sealed) },
		"another name":         func() (string, error) { return r.Open("org_1", "anthropic", sealed) },
		"parts run together":   func() (string, error) { return r.Open("org_1o", "penai", sealed) },
		"no form":              func() (string, error) { return r.Open("org_1", "openai", value) },
		"empty":                func() (string, error) { return r.Open("org_1", "openai", "") },
		"short":                func() (string, error) { return r.Open("org_1", "openai", sealed[:20]) },
		"another secret":       func() (string, error) { return ring(t, older).Open("org_1", "openai", sealed) },
	} {
		if got, err := open(); err == nil || got != "" || custard.AsError(err).Code != custard.CodeInternal {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for i := range sealed {
		altered := sealed[:i] + string(sealed[i]^1) + sealed[i+1:]
		if got, err := r.Open("org_1", "openai", altered); err == nil {
			t.Errorf("opens with byte %d altered: %q", i, got)
		}
	}
}

func TestSecretChanges(t *testing.T) {
	t.Parallel()
	before := ring(t, older).Seal("org_1", "openai", value)
	r := ring(t, secret, older)
	if got, err := r.Open("org_1", "openai", before); err != nil || got != value || !r.Stale(before) {
		t.Errorf("%q, %v", got, err)
	}
	if after := r.Seal("org_1", "openai", value); r.Stale(after) {
		t.Errorf("%s was sealed with the old secret", after)
	}
	if _, err := keyring.New("short"); custard.AsError(err) == nil || custard.AsError(err).Code != custard.CodeUsage {
		t.Errorf("a short secret: %v", err)
	}
}

// FuzzOpen holds that nothing but what was sealed opens.
func FuzzOpen(f *testing.F) {
	const good = "cs1.bdcc2f005a53.I-YhjhNNe3NyFm7JaEAXyqXpwN2rIVR9DoMSvX7RDwJP7gEi5xlzhg3Jjgc" // by secret, for o and n
	r, err := keyring.New(secret)
	if err != nil {
		f.Fatal(err)
	}
	if got, err := r.Open("o", "n", good); err != nil || got != value {
		f.Fatalf("what an earlier release sealed does not open: %q, %v", got, err)
	}
	f.Add(good)
	f.Add("cs1..")
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := r.Open("o", "n", s); err == nil && s != good {
			t.Fatalf("%q opens as %q", s, got)
		}
	})
}
