package local_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/local"
)

func code(err error) custard.Code {
	if e := custard.AsError(err); e != nil {
		return e.Code
	}
	return ""
}

func TestConnections(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := local.Open(filepath.Join(t.TempDir(), "data", "custard"))
	if list, err := s.Connections(ctx); err != nil || len(list) != 0 {
		t.Fatalf("a store without files has %v, %v", list, err)
	}
	for _, name := range []string{"shop", "archive"} {
		if _, err := s.AddConnection(ctx, custard.Connection{Name: name, Dialect: custard.SQLite, DSN: name + ".db"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.AddConnection(ctx, custard.Connection{Name: "SHOP"}); code(err) != custard.CodeConflict {
		t.Errorf("a taken name: %v", err)
	}
	if err := s.UseConnection(ctx, "Shop"); err != nil {
		t.Fatal(err)
	}
	if current, err := s.Current(ctx); err != nil || current != "shop" {
		t.Errorf("current is %q, %v", current, err)
	}
	if c, err := s.Connection(ctx, "shop"); err != nil || c.DSN != "shop.db" {
		t.Errorf("got %+v, %v", c, err)
	}
	_, err := s.Connection(ctx, "prod")
	if e := custard.AsError(err); e == nil || e.Code != custard.CodeNotFound || !strings.Contains(e.Hint, "archive, shop") {
		t.Errorf("a missing connection: %v, want one that names the choices", err)
	}
	if err := s.RemoveConnection(ctx, "shop"); err != nil {
		t.Fatal(err)
	}
	if current, err := s.Current(ctx); err != nil || current != "" {
		t.Errorf("after its removal current is %q, %v", current, err)
	}
	info, err := os.Stat(filepath.Join(s.Folder(), "connections.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("connections.json has rights %v, %v: a DSN may hold a password", info.Mode(), err)
	}
}

func TestNamesOfConnections(t *testing.T) {
	t.Parallel()
	s := local.Open(t.TempDir())
	for _, name := range []string{"", " ", "a b", "../up", "-flag", ".hidden", "a/b", "a\x00b", "ünïcode", strings.Repeat("x", 65)} {
		if _, err := s.AddConnection(t.Context(), custard.Connection{Name: name}); code(err) != custard.CodeUsage {
			t.Errorf("%q: %v, want it refused as a name", name, err)
		}
	}
	for _, name := range []string{"a", "prod-1", "eu.west_2", "7"} {
		if _, err := s.AddConnection(t.Context(), custard.Connection{Name: name}); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestBrokenFilesAreNamed(t *testing.T) {
	t.Parallel()
	s := local.Open(t.TempDir())
	for _, name := range []string{"connections.json", "history.ndjson"} {
		if err := os.WriteFile(filepath.Join(s.Folder(), name), []byte("{broken\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.Connections(t.Context())
	_, herr := s.History(t.Context(), "", 0)
	for name, err := range map[string]error{"connections.json": err, "history.ndjson": herr} {
		if err == nil || !strings.Contains(err.Error(), filepath.Join(s.Folder(), name)) || custard.AsError(err).Hint == "" {
			t.Errorf("%s: %v, want an error that names the file and says what to do", name, err)
		}
	}
	if _, err := s.AddConnection(t.Context(), custard.Connection{Name: "x"}); err == nil {
		t.Error("adding a connection overwrote a broken file")
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := local.Open(t.TempDir())
	for i := range 5 {
		id, err := s.AddHistory(ctx, custard.HistoryEntry{Question: fmt.Sprintf("question %d", i+1), Conversation: fmt.Sprint(i % 2)})
		if err != nil || id != fmt.Sprint(i+1) {
			t.Fatalf("got id %q, %v", id, err)
		}
	}
	page, err := s.History(ctx, "", 2)
	if err != nil || len(page) != 2 || page[0].ID != "5" {
		t.Fatalf("got %v, %v", page, err)
	}
	page, err = s.History(ctx, page[1].ID, 0)
	if err != nil || len(page) != 3 || page[0].ID != "3" {
		t.Fatalf("got %v, %v", page, err)
	}
	turns, err := s.Conversation(ctx, "0")
	if err != nil || len(turns) != 3 || turns[0].Question != "question 1" || turns[2].Question != "question 5" {
		t.Fatalf("got %v, %v", turns, err)
	}
	if _, err := s.HistoryEntry(ctx, "77"); code(err) != custard.CodeNotFound {
		t.Errorf("a missing entry: %v", err)
	}
	if err := s.ClearHistory(ctx); err != nil {
		t.Fatal(err)
	}
	if page, err := s.History(ctx, "", 0); err != nil || len(page) != 0 {
		t.Errorf("after clearing: %v, %v", page, err)
	}
}

func TestACutOffLineIsLeftOut(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := local.Open(t.TempDir())
	if _, err := s.AddHistory(ctx, custard.HistoryEntry{Question: "one"}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.Folder(), "history.ndjson")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(content, `{"id":"2","quest`...), 0o600); err != nil {
		t.Fatal(err)
	}
	if id, err := s.AddHistory(ctx, custard.HistoryEntry{Question: "two"}); err != nil || id != "2" {
		t.Fatalf("got %q, %v", id, err)
	}
	if page, err := s.History(ctx, "", 0); err != nil || len(page) != 2 || page[0].Question != "two" {
		t.Errorf("got %v, %v", page, err)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := local.Open(t.TempDir())
	long := strings.Repeat("x", 200<<10)
	const entries = 100 // 20 MB in all
	for i := range entries {
		if id, err := s.AddHistory(ctx, custard.HistoryEntry{Question: fmt.Sprint(i, long)}); err != nil || id != fmt.Sprint(i+1) {
			t.Fatalf("entry %d got id %q, %v", i+1, id, err)
		}
	}
	size := int64(0)
	files, err := os.ReadDir(s.Folder())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if size > 9<<20 {
		t.Errorf("the history takes %d bytes", size)
	}
	page, err := s.History(ctx, "", 0)
	if err != nil || len(page) < 15 || page[0].ID != fmt.Sprint(entries) {
		t.Errorf("%d entries are left, %v", len(page), err)
	}
}

// Several stores over one folder stand for several processes: each takes the lock anew.
func TestWritersDoNotLoseEachOthersWork(t *testing.T) {
	t.Parallel()
	ctx := context.WithoutCancel(t.Context())
	folder := t.TempDir()
	const writers, each = 4, 10
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			s := local.Open(folder)
			for i := range each {
				if _, err := s.AddHistory(ctx, custard.HistoryEntry{Question: "q"}); err != nil {
					t.Error(err)
				}
				if _, err := s.AddConnection(ctx, custard.Connection{Name: fmt.Sprintf("c%d-%d", w, i)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	s := local.Open(folder)
	list, err := s.Connections(ctx)
	if err != nil || len(list) != writers*each {
		t.Errorf("%d connections, %v", len(list), err)
	}
	page, err := s.History(ctx, "", 0)
	if err != nil || len(page) != writers*each {
		t.Fatalf("%d entries, %v", len(page), err)
	}
	for i, e := range page {
		if e.ID != fmt.Sprint(len(page)-i) {
			t.Fatalf("entry %d has id %s", i, e.ID)
		}
	}
}

func TestAFolderThatCannotBeMade(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{filepath.Join(file, "below"), ""} {
		s := local.Open(folder)
		if _, err := s.AddHistory(t.Context(), custard.HistoryEntry{}); code(err) != custard.CodeFailed || custard.AsError(err).Hint == "" {
			t.Errorf("%q: %v, want an error with a hint", folder, err)
		}
	}
	if list, err := local.Open("").Connections(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("without a folder: %v, %v", list, err)
	}
}

// A conversation is what has its id, and not what speaks of it; what else there is costs next to nothing.
func TestConversationsAreToldApart(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := local.Open(t.TempDir())
	for _, e := range []custard.HistoryEntry{
		{Question: "one", Conversation: `A"1`}, {Question: `what is "A\"1"?`, Conversation: "B"}, {Question: "two", Conversation: `A"1`}, {Question: "alone"},
	} {
		if _, err := s.AddHistory(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[string]int{`A"1`: 2, "B": 1, "C": 0} {
		entries, err := s.Conversation(ctx, id)
		if err != nil || len(entries) != want {
			t.Errorf("%s: %d entries, %v", id, len(entries), err)
		}
		if want == 2 && (entries[0].Question != "one" || entries[1].Question != "two") {
			t.Errorf("out of order: %v", entries)
		}
	}
}

// BenchmarkConversation is what every question pays for a history that is full.
func BenchmarkConversation(b *testing.B) {
	s := local.Open(b.TempDir())
	line := []byte(`{"id":"1","conversation":"TYD4V75RQSARTTIHW2QPF5YGMM","question":"` + strings.Repeat("x", 500) + `","sql":"SELECT 1"}` + "\n")
	if err := os.WriteFile(filepath.Join(s.Folder(), "history.ndjson"), bytes.Repeat(line, 4<<20/len(line)), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Conversation(b.Context(), "another"); err != nil {
			b.Fatal(err)
		}
	}
}
