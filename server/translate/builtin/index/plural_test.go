package index

import "testing"

func TestPlural(t *testing.T) {
	t.Parallel()
	for noun, want := range map[string]string{
		"track": "tracks", "orders": "orders", "category": "categories", "day": "days", "box": "boxes", "branch": "branches",
		"person": "people", "salesperson": "salespeople", "people": "people", "child": "children", "status": "status", "order item": "order items",
	} {
		if got := Plural(noun); got != want {
			t.Errorf("%s: %s, want %s", noun, got, want)
		}
	}
}
