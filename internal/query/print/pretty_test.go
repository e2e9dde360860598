package print_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
)

var update = flag.Bool("update", false, "write the golden files")

func TestPretty(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/pretty/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no statements: %v", err)
	}
	for _, file := range files {
		statement, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		q, err := parse.Parse(custard.Postgres, string(statement))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		got, err := print.Pretty(custard.Postgres, q)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		for line := range strings.Lines(got) {
			if strings.TrimRight(line, " \n") != strings.TrimRight(line, "\n") {
				t.Errorf("%s: a line ends in spaces: %q", file, line)
			}
		}
		golden := strings.TrimSuffix(file, ".sql") + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(got+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got+"\n"); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", golden, diff)
		}
	}
}
