package parse

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/custard-ai/custard/internal/custard"
)

var update = flag.Bool("update", false, "write the golden files")

// statements returns the statements of a file in testdata, one a line; a line that begins with a space goes on.
func statements(t testing.TB, name ...string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, name...)...))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(string(text), "\n ", "\x00 "), "\n"), "\n")
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], "\x00", "\n")
	}
	return lines
}

// report writes statements with what is said about them.
func report(d custard.Dialect, list []string) string {
	var b strings.Builder
	for _, sql := range list {
		fmt.Fprintf(&b, "%s\n", sql)
		_, err := Parse(d, sql)
		if e := custard.AsError(err); e != nil {
			fmt.Fprintf(&b, "    %s: %s\n", e.Code, e.Message)
			if e.Hint != "" {
				fmt.Fprintf(&b, "    %s\n", e.Hint)
			}
		} else {
			fmt.Fprintf(&b, "    accepted\n")
		}
	}
	return b.String()
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs; run with -update and read the change:\n%s", path, diff)
	}
}

// TestFaults shows what people are told about statements that are not in the grammar.
func TestFaults(t *testing.T) {
	t.Parallel()
	golden(t, "testdata/faults.golden", report(custard.Postgres, statements(t, "faults.sql")))
	golden(t, "testdata/faults-mysql.golden", report(custard.MySQL, statements(t, "faults-mysql.sql")))
	golden(t, "testdata/faults-sqlite.golden", report(custard.SQLite, statements(t, "faults-sqlite.sql")))
}

// TestRefused refuses every statement that is no query, or does more than read, and says why.
func TestRefused(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, d := range dialects {
		list := statements(t, "refused", string(d)+".sql")
		for _, sql := range list {
			_, err := Parse(d, sql)
			if err == nil {
				t.Errorf("%s: accepted: %s", d, sql)
				continue
			}
			if e := custard.AsError(err); e.Code != custard.CodeRefused || e.Hint == "" {
				t.Errorf("%s: %s: %s: %s (%s)", d, sql, e.Code, e.Message, e.Hint)
			}
		}
		fmt.Fprintf(&all, "--- %s\n%s", d, report(d, list))
	}
	golden(t, "testdata/refused.golden", all.String())
}

// TestPlace says where a fault is, in lines and characters.
func TestPlace(t *testing.T) {
	t.Parallel()
	_, err := Parse(custard.Postgres, "SELECT 'ü', é\nFROM täble FORM x")
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	want := &Error{Line: 2, Column: 17, Offset: 33, Found: "x", Expected: e.Expected}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Error(diff)
	}
	if want := `line 2, column 17: found "x", expected `; !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%q does not begin with %q", err, want)
	}
}
