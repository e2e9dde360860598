// Package bench compares whole programs side by side: custard beside psql, in one run, on one machine.
//
//	go test ./bench -run '^$' -bench . -benchtime 20x
package bench

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/pgtest"
)

// folder is where the program is built.
var folder string

// built are the programs that were built, each once, as a release does.
var built sync.Map // name → func() (string, error)

// builtProgram builds a program of the repository, or returns where it was built before.
func builtProgram(b *testing.B, name string) string {
	b.Helper()
	build, _ := built.LoadOrStore(name, sync.OnceValues(func() (string, error) {
		bin := filepath.Join(folder, name)
		cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, "../cmd/"+name)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w: %s", err, out)
		}
		return bin, nil
	}))
	bin, err := build.(func() (string, error))()
	if err != nil {
		b.Fatal(err)
	}
	return bin
}

// TestMain gives the build a folder and removes it.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "custard-bench-")
	if err != nil {
		panic(err)
	}
	folder = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// psql finds the real binary: Debian's /usr/bin/psql is a wrapper script.
func psql(b *testing.B) string {
	b.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/psql")
	if err != nil || len(found) == 0 {
		b.Skip("psql is not installed")
	}
	return found[len(found)-1]
}

// measured is what runs of one command took.
type measured struct {
	took []time.Duration
	peak int64 // KiB
}

func (m *measured) run(b *testing.B, env []string, name string, args ...string) {
	b.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer null.Close()
	cmd.Stdout = null
	start := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatalf("%s %q: %v: %s", name, args, err, stderr.Bytes())
	}
	m.took = append(m.took, time.Since(start))
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.peak = max(m.peak, usage.Maxrss)
	}
}

func (m *measured) median() float64 {
	slices.Sort(m.took)
	return m.took[len(m.took)/2].Seconds() * 1000
}

// contestant is a command of one row of the table.
type contestant struct {
	name string
	bin  string
	args []string
}

// race runs the contestants in turn, so that noise meets all alike, and reports the medians and their ratios to the first.
func race(b *testing.B, contestants ...contestant) {
	b.Helper()
	home := b.TempDir()
	env := []string{"CUSTARD_HOME=" + home, "XDG_CONFIG_HOME=" + home, "XDG_DATA_HOME=" + home, "XDG_CACHE_HOME=" + home, "HOME=" + home}
	results := make([]measured, len(contestants))
	for _, c := range contestants { // once to warm the caches
		var warm measured
		warm.run(b, env, c.bin, c.args...)
	}
	for b.Loop() {
		for i, c := range contestants {
			results[i].run(b, env, c.bin, c.args...)
		}
	}
	base := results[0].median()
	for i, c := range contestants {
		b.ReportMetric(results[i].median(), c.name+"-ms")
		b.ReportMetric(float64(results[i].peak)/1024, c.name+"-peak-MB")
		if i > 0 {
			b.ReportMetric(results[i].median()/base, c.name+"/"+contestants[0].name)
		}
	}
	b.ReportMetric(0, "ns/op")
}

func BenchmarkVersion(b *testing.B) {
	race(b, contestant{"psql", psql(b), []string{"--version"}}, contestant{"custard", builtProgram(b, "custard"), []string{"version"}})
}

func BenchmarkSelectOne(b *testing.B) {
	url := pgtest.URL(b)
	race(b,
		contestant{"psql", psql(b), []string{"-X", "-d", url, "-c", "select 1"}},
		contestant{"custard", builtProgram(b, "custard"), []string{"sql", "--db", url, "select 1"}},
	)
}

// millionRows makes the table big in a database of its own.
func millionRows(b *testing.B) string {
	b.Helper()
	url := pgtest.URL(b)
	pgtest.Exec(b, url, `CREATE TABLE big AS SELECT g AS id, 'customer ' || g AS name, md5(g::text) AS token, (g % 1000) / 7.0::numeric(12,4) AS amount,
		timestamptz '2020-01-01' + g * interval '1 minute' AS at, g % 2 = 0 AS flag, (g * 31 % 10007)::float8 / 3 AS score, CASE WHEN g % 10 = 0 THEN NULL ELSE 'note ' || g % 100 END AS note
		FROM generate_series(1, 1000000) g`, "VACUUM ANALYZE big")
	return url
}

// BenchmarkExport writes a million rows of eight columns, some 126 MB of CSV. Run it with -benchtime 5x.
func BenchmarkExport(b *testing.B) {
	url := millionRows(b)
	const all = "SELECT * FROM big"
	race(b,
		contestant{"copy", psql(b), []string{"-X", "-d", url, "-c", `\copy (` + all + `) to stdout csv header`}},
		contestant{"psql-csv", psql(b), []string{"-X", "-d", url, "--csv", "-c", all}},
		contestant{"custard-csv", builtProgram(b, "custard"), []string{"sql", "--db", url, "--limit", "0", "-o", "csv", all}},
		contestant{"custard-ndjson", builtProgram(b, "custard"), []string{"sql", "--db", url, "--limit", "0", "-o", "ndjson", all}},
		contestant{"custard-json", builtProgram(b, "custard"), []string{"sql", "--db", url, "--limit", "0", "-o", "json", all}},
	)
}

// BenchmarkExportSQLite writes the same million rows from a SQLite file. Run it with -benchtime 5x.
func BenchmarkExportSQLite(b *testing.B) {
	sqlite3, err := exec.LookPath("sqlite3")
	if err != nil {
		b.Skip("sqlite3 is not installed")
	}
	file := filepath.Join(b.TempDir(), "big.db")
	var setup measured
	setup.run(b, nil, sqlite3, file, `CREATE TABLE big AS WITH RECURSIVE s(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM s WHERE g < 1000000)
		SELECT g AS id, 'customer ' || g AS name, hex(g * 7919) AS token, (g % 1000) / 7.0 AS amount, datetime('2020-01-01', g || ' minutes') AS at,
		g % 2 AS flag, (g * 31 % 10007) / 3.0 AS score, CASE WHEN g % 10 = 0 THEN NULL ELSE 'note ' || g % 100 END AS note FROM s`)
	const all = "SELECT * FROM big"
	race(b,
		contestant{"sqlite3-csv", sqlite3, []string{"-csv", "-header", file, all}},
		contestant{"custard-csv", builtProgram(b, "custard"), []string{"sql", "--db", file, "--limit", "0", "-o", "csv", all}},
		contestant{"custard-json", builtProgram(b, "custard"), []string{"sql", "--db", file, "--limit", "0", "-o", "json", all}},
	)
}
