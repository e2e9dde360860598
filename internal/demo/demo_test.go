package demo_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/demo"
)

var today = time.Date(2026, time.November, 22, 15, 4, 5, 0, time.UTC)

// shop builds the demo database once for all tests that only read it.
var shop = sync.OnceValues(func() (*sql.DB, error) {
	dir, err := os.MkdirTemp("", "custard-demo")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) // an open file outlives its name
	path, err := demo.Path(context.Background(), dir, today)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, db.Ping()
})

func open(t *testing.T) *sql.DB {
	t.Helper()
	db, err := shop()
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func number(t *testing.T, db *sql.DB, query string) float64 {
	t.Helper()
	var n float64
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func digest(t *testing.T, path string) [32]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(b)
}

func TestSameDaySameFile(t *testing.T) {
	t.Parallel()
	a, err := demo.Path(t.Context(), t.TempDir(), today)
	if err != nil {
		t.Fatal(err)
	}
	b, err := demo.Path(t.Context(), t.TempDir(), today.Add(3*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if digest(t, a) != digest(t, b) {
		t.Error("two files of one day differ")
	}
	c, err := demo.Path(t.Context(), t.TempDir(), today.AddDate(0, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	if digest(t, a) == digest(t, c) {
		t.Error("the files of two days are the same")
	}
}

func TestReusesTodaysFileAndRemovesOthers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"demo-0-2020-01-01.db", "demo-123.tmp", "demo-1-2026-11-21.db"} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		hourAgo := time.Now().Add(-time.Hour)
		if err := os.Chtimes(file, hourAgo, hourAgo); err != nil {
			t.Fatal(err)
		}
	}
	other := filepath.Join(dir, "demo.txt")
	if err := os.WriteFile(other, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	path, err := demo.Path(t.Context(), dir, today)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := demo.Path(t.Context(), dir, today)
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(again)
	if err != nil || again != path || !os.SameFile(before, after) {
		t.Errorf("the second call made another file: %s, %s, %v", path, again, err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(files) != 2 {
		t.Errorf("left in the folder: %v", files)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var wg sync.WaitGroup
	paths, errs := make([]string, 3), make([]error, 3)
	for i := range paths {
		wg.Go(func() { paths[i], errs[i] = demo.Path(t.Context(), dir, today) })
	}
	wg.Wait()
	for i := range paths {
		if errs[i] != nil || paths[i] != paths[0] {
			t.Errorf("call %d: %s, %v", i, paths[i], errs[i])
		}
	}
	db, err := sql.Open("sqlite", paths[0])
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if n := number(t, db, "SELECT count(*) FROM orders"); n < 10000 {
		t.Errorf("%v orders", n)
	}
}

func TestFolderThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := demo.Path(t.Context(), file, today)
	e := custard.AsError(err)
	if e == nil || e.Code != custard.CodeFailed || e.Hint == "" || !strings.Contains(e.Message, file) {
		t.Errorf("a file in the folder's place: %#v", err)
	}
	if os.Geteuid() == 0 {
		return // root may write everywhere
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	_, err = demo.Path(t.Context(), dir, today)
	if e := custard.AsError(err); e == nil || e.Code != custard.CodeFailed || e.Hint == "" {
		t.Errorf("a read-only folder: %#v", err)
	}
}

func TestIntegrity(t *testing.T) {
	t.Parallel()
	db := open(t)
	for _, pragma := range []string{"integrity_check", "foreign_key_check"} {
		rows, err := db.Query("PRAGMA " + pragma)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var first, rest any
			cols, _ := rows.Columns()
			dest := make([]any, len(cols))
			for i := range dest {
				dest[i] = &rest
			}
			dest[0] = &first
			if err := rows.Scan(dest...); err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(first) != "ok" {
				t.Errorf("%s: %v", pragma, first)
				break
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	db := open(t)
	rows, err := db.Query("SELECT name FROM sqlite_master WHERE type = 'table'")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	total := 0.0
	for _, name := range names {
		n := number(t, db, "SELECT count(*) FROM "+name)
		t.Logf("%-16s %6.0f", name, n)
		if n == 0 {
			t.Errorf("%s is empty", name)
		}
		total += n
	}
	if len(names) < 20 || total < 90_000 || total > 130_000 {
		t.Errorf("%d tables, %.0f rows", len(names), total)
	}
}

// Each row is a fact that the data must show for the questions of a demonstration to have interesting answers.
func TestReadsLikeAShop(t *testing.T) {
	t.Parallel()
	db := open(t)
	for _, fact := range []struct {
		name, query string
		lo, hi      float64
	}{
		{"orders grow: last full year over the one before", "SELECT 1.0 * sum(ordered_at >= '2025-11-22') / sum(ordered_at >= '2024-11-22' AND ordered_at < '2025-11-22') FROM orders", 1.1, 1.6},
		{"weekends are busier than weekdays", "SELECT (avg(n) FILTER (WHERE w IN ('0', '6'))) / avg(n) FILTER (WHERE w NOT IN ('0', '6')) FROM (SELECT date(ordered_at) d, strftime('%w', ordered_at) w, count(*) n FROM orders GROUP BY d)", 1.15, 1.8},
		{"December before Christmas beats January", "SELECT 1.0 * sum(strftime('%m-%d', ordered_at) BETWEEN '12-01' AND '12-20') / sum(strftime('%m-%d', ordered_at) BETWEEN '01-01' AND '01-20') FROM orders", 1.4, 3.5},
		{"Black Friday is the busiest day of a year", "SELECT strftime('%m%d', ordered_at) FROM orders WHERE ordered_at LIKE '2025%' GROUP BY date(ordered_at) ORDER BY count(*) DESC LIMIT 1", 1128, 1128},
		{"a day without orders", "SELECT 1097 - count(DISTINCT date(ordered_at)) FROM orders", 1, 2},
		{"nothing in the future", "SELECT count(*) FROM orders WHERE ordered_at > '2026-11-22 06:00:00'", 0, 0},
		{"some orders today", "SELECT count(*) FROM orders WHERE ordered_at >= '2026-11-22'", 1, 20},
		{"no shipment, payment or review in the future", "SELECT (SELECT count(*) FROM shipments WHERE shipped_at > '2026-11-22 06' OR delivered_at > '2026-11-22 06:01') + (SELECT count(*) FROM payments WHERE paid_at > '2026-11-22 06:02') + (SELECT count(*) FROM reviews WHERE created_at > '2026-11-22 06:01')", 0, 0},
		{"customers without an order", "SELECT count(*) FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)", 300, 1500},
		{"products without a sale", "SELECT count(*) FROM products WHERE id NOT IN (SELECT product_id FROM order_items)", 5, 25},
		{"duplicate e-mail addresses", "SELECT count(*) FROM (SELECT email FROM customers GROUP BY email HAVING count(*) > 1)", 8, 40},
		{"customers without a telephone", "SELECT 1.0 * sum(phone IS NULL) / count(*) FROM customers", 0.08, 0.16},
		{"customers without a birth date", "SELECT 1.0 * sum(birth_date IS NULL) / count(*) FROM customers", 0.15, 0.25},
		{"orders that were not shipped", "SELECT count(*) FROM orders WHERE id NOT IN (SELECT order_id FROM shipments)", 100, 2500},
		{"late deliveries", "SELECT 1.0 * sum(date(delivered_at) > promised_on) / count(*) FROM shipments", 0.01, 0.2},
		{"parcels under way", "SELECT count(*) FROM shipments WHERE delivered_at IS NULL", 20, 200},
		{"customers with an apostrophe", "SELECT count(*) FROM customers WHERE name LIKE '%''%'", 20, 200},
		{"a customer called Null", "SELECT count(*) FROM customers WHERE name = 'Jennifer Null'", 1, 1},
		{"names in Chinese characters", "SELECT count(*) FROM customers WHERE name GLOB '*[一-龥]*'", 40, 200},
		{"a product with a quote", `SELECT count(*) FROM products WHERE name LIKE '%"%'`, 2, 10},
		{"every stage of an order", "SELECT count(DISTINCT status) FROM orders", 6, 6},
		{"customers who bought again", "SELECT 1.0 * sum(n > 1) / count(*) FROM (SELECT count(*) n FROM orders GROUP BY customer_id)", 0.5, 0.95},
		{"customers gone quiet", "SELECT count(*) FROM (SELECT max(ordered_at) m FROM orders GROUP BY customer_id) WHERE m < '2026-05-22'", 200, 2000},
		{"an average basket like a shop's", "SELECT sum(qty * unit_price * (100 - discount_pct) / 100.0) / count(DISTINCT order_id) FROM order_items", 80, 300},
		{"margins are positive", "SELECT count(*) FROM products WHERE unit_cost >= list_price", 0, 0},
		{"payments match their orders", `SELECT count(*) FROM (SELECT p.order_id, sum(p.amount) paid FROM payments p GROUP BY 1) p JOIN orders o ON o.id = p.order_id
			JOIN (SELECT order_id, sum(qty * unit_price * (100 - discount_pct) / 100.0) t FROM order_items GROUP BY 1) i ON i.order_id = o.id WHERE abs(p.paid - i.t - o.shipping_fee) > 0.02`, 0, 0},
		{"employees without a manager", "SELECT count(*) FROM employees WHERE manager_id IS NULL", 1, 1},
		{"a department without employees", "SELECT count(*) FROM departments WHERE id NOT IN (SELECT department_id FROM employees)", 1, 1},
	} {
		if got := number(t, db, fact.query); got < fact.lo || got > fact.hi {
			t.Errorf("%s: %v, want %v to %v", fact.name, got, fact.lo, fact.hi)
		}
	}
}

func TestCommentsAreInTheSchema(t *testing.T) {
	t.Parallel()
	var text string
	if err := open(t).QueryRow("SELECT sql FROM sqlite_master WHERE name = 'order_items'").Scan(&text); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, "-- at the time of the order") {
		t.Errorf("the statement has lost its comments: %s", text)
	}
}

func BenchmarkPath(b *testing.B) {
	for b.Loop() {
		if _, err := demo.Path(b.Context(), b.TempDir(), today); err != nil {
			b.Fatal(err)
		}
	}
}
