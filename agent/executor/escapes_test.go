package executor_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
)

// escape is a statement that tries to get out of the read-only mode or to exhaust the machine.
type escape struct {
	DB      string `json:"db"`
	ID      string `json:"id"`
	SQL     string `json:"sql"`
	Verdict string `json:"verdict"` // refuse, bounded or any
}

// escapes reads the corpus, which lies beside the repository.
func escapes(t *testing.T) []escape {
	t.Helper()
	dir := os.Getenv("CUSTARD_SHARED")
	for at := "."; dir == ""; at = filepath.Join(at, "..") {
		if _, err := os.Stat(filepath.Join(at, "shared", "corpus")); err == nil {
			dir = filepath.Join(at, "shared")
		}
		if abs, err := filepath.Abs(at); err != nil || abs == "/" {
			break
		}
	}
	f, err := os.Open(filepath.Join(dir, "corpus", "readonly-escapes.jsonl"))
	if err != nil {
		t.Skip("the corpus of escapes is not beside the repository")
	}
	defer f.Close()
	var out []escape
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e escape
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		if n, ok := strings.CutPrefix(e.SQL, "HUGE:"); ok {
			size, err := strconv.Atoi(n)
			if err != nil {
				t.Fatal(err)
			}
			e.SQL = "select '" + strings.Repeat("x", size) + "'"
		}
		out = append(out, e)
	}
	return out
}

// TestEscapes gives each statement to the executor, and to the connection itself as if all checks had failed. What must
// be refused is refused by the executor; whatever runs ends within the limits, with little memory, and leaves the
// database as it was.
func TestEscapes(t *testing.T) {
	t.Parallel()
	corpus := escapes(t)
	for _, db := range databases(t) {
		t.Run(db.name, func(t *testing.T) {
			t.Parallel()
			e, conn := connect(t, db.dsn, executor.Options{})
			if _, rows, err := ask(t, e, "select count(*) from t", custard.Limits{}); err != nil || rows[0][0] != "2000" {
				t.Fatalf("the harness lets no good query through: %v, %v", rows, err)
			}
			before := db.digest(t)
			queue := make(chan escape)
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					for x := range queue {
						escapeAt(t, x, e, custard.Limits{Rows: 1000, Bytes: 64 << 20, Timeout: 2 * time.Second}, x.Verdict == "refuse")
						escapeAt(t, x, conn, custard.Limits{Rows: 1000, Bytes: 64 << 20, Timeout: 500 * time.Millisecond}, false)
					}
				})
			}
			ran := 0
			for _, x := range corpus {
				if x.DB == db.name {
					ran++
					queue <- x
				}
			}
			close(queue)
			wg.Wait()
			if after := db.digest(t); after != before {
				t.Errorf("the database has changed from\n%.500s to\n%.500s", before, after)
			}
			if got := peak(t); got > 512<<20 {
				t.Errorf("the process has used %d MiB", got>>20)
			}
			if ran < 50 {
				t.Errorf("only %d statements", ran)
			}
		})
	}
}

func escapeAt(t *testing.T, x escape, src source, limits custard.Limits, refused bool) {
	t.Helper()
	start := time.Now()
	_, _, err := ask(t, src, x.SQL, limits)
	if refused && err == nil {
		t.Errorf("%s runs: %s", x.ID, x.SQL)
	}
	if d := time.Since(start); d > 20*time.Second { // the limit, the patience with a cancellation, and a busy machine
		t.Errorf("%s at %T took %s", x.ID, src, d)
	}
	if _, rows, err := ask(t, src, "select 1", custard.Limits{}); err != nil || rows[0][0] != "1" {
		t.Errorf("%s: %T does not answer afterwards: %v", x.ID, src, err)
	}
}

// peak returns the most memory that the process has had, in bytes; 0 where the system does not say.
func peak(t *testing.T) int64 {
	t.Helper()
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kib << 10
		}
	}
	return 0
}
