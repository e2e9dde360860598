package httpapi

import (
	"strings"
	"testing"
)

// What an admin masks and hides holds for whoever asks, at once, and lost updates are told.
func TestContextOfAConnection(t *testing.T) {
	t.Parallel()
	w, _, _ := withShop(t, nil)
	ask := func(sql string) reply {
		return w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": sql})
	}
	if r := ask("SELECT name FROM customers"); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	first := w.do(t, "GET", "/connections/shop/context", nil)
	if first.status != 200 || first.header.Get("ETag") != `"0"` {
		t.Fatalf("%d %s", first.status, first.body)
	}
	edits := map[string]any{"edits": []any{
		map[string]any{"keys": []string{"tables", "customers", "columns", "name", "masked"}, "value": true},
		map[string]any{"keys": []string{"tables", "orders", "hidden"}, "value": true},
	}}
	if r := w.do(t, "PATCH", "/connections/shop/context", edits, "If-Match", `"0"`); r.status != 200 || r.header.Get("ETag") != `"1"` {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := w.do(t, "PATCH", "/connections/shop/context", edits, "If-Match", `"0"`); r.status != 412 {
		t.Errorf("a change of an old version: %d %s", r.status, r.body)
	}
	if r := ask("SELECT name FROM customers"); r.status != 403 || r.fault(t).Code != "policy" {
		t.Errorf("a masked column: %d %s", r.status, r.body)
	}
	if r := ask("SELECT count(name) FROM customers"); r.status != 200 {
		t.Errorf("counting it: %d %s", r.status, r.body)
	}
	if r := ask("SELECT * FROM orders"); r.status != 422 || r.fault(t).Code != "unknown_table" {
		t.Errorf("a hidden table: %d %s", r.status, r.body)
	}
	if r := w.do(t, "POST", "/connections/shop/context/examples", map[string]any{"question": "how many people?", "query": "SELECT count(*) FROM customers"}); r.status != 201 {
		t.Errorf("an example: %d %s", r.status, r.body)
	}
	if r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "question": "How many people"}); r.status != 200 || !strings.Contains(string(r.body), "verified") {
		t.Errorf("a verified question: %d %s", r.status, r.body)
	}
	for _, bad := range []any{
		map[string]any{"edits": []any{}}, map[string]any{"edits": []any{map[string]any{"keys": []string{"tabels", "x"}, "value": "y"}}},
		map[string]any{"edits": []any{map[string]any{"keys": []string{}, "value": "y"}}},
	} {
		if r := w.do(t, "PATCH", "/connections/shop/context", bad); r.status != 400 {
			t.Errorf("%v: %d %s", bad, r.status, r.body)
		}
	}
	if r := w.do(t, "PUT", "/connections/shop/context", map[string]any{"context": map[string]any{}}); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := ask("SELECT name FROM customers"); r.status != 200 {
		t.Errorf("after it was taken out: %d %s", r.status, r.body)
	}
}
