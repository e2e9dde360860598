package config

import (
	"os"
	"path/filepath"
	"testing"
)

func TestEditContextKeepsTheRest(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, ProjectFile)
	const before = `# ours
limit: 50 # rows
context:
  # people
  tables:
    customers:
      columns:
        email: how we reach them # keep me
`
	if err := os.WriteFile(path, []byte(before), 0o640); err != nil {
		t.Fatal(err)
	}
	o := Options{Dir: dir, Getenv: func(string) string { return "" }}
	_, err := EditContext(o,
		Edit{Keys: []string{"tables", "Customers", "columns", "EMAIL", "masked"}, Value: true},
		Edit{Keys: []string{"metrics", "revenue"}, Value: "sum(total)"},
		Edit{Keys: []string{"examples"}, Value: map[string]any{"question": "q", "query": "SELECT 1"}, Append: true},
		Edit{Keys: []string{"terms", "x"}, Value: nil},
	)
	if err != nil {
		t.Fatal(err)
	}
	const want = `# ours
limit: 50 # rows
context:
  # people
  tables:
    customers:
      columns:
        email:
          description: how we reach them # keep me
          masked: true
  metrics:
    revenue: sum(total)
  examples:
    - query: SELECT 1
      question: q
`
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v %v", info.Mode(), err)
	}
	if c, err := Load(o); err != nil || len(c.Warnings) > 0 {
		t.Errorf("%v %v", err, c.Warnings)
	}
	section, _, err := Context(o)
	if err != nil || len(section) == 0 {
		t.Errorf("%s %v", section, err)
	}
	if _, err := EditContext(o, Edit{Keys: []string{"metrics", "revenue"}}); err != nil {
		t.Fatal(err)
	}
	if section, _, _ := Context(o); len(section) == 0 || string(section) != `{"examples":[{"query":"SELECT 1","question":"q"}],"tables":{"customers":{"columns":{"email":{"description":"how we reach them","masked":true}}}}}` {
		t.Errorf("%s", section)
	}
}
