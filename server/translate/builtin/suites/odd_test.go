package suites

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
)

// odd are things that people (and cats) type. None may end in anything but a query or a plain word about why not.
func odd() []string {
	return []string{
		"", " ", "?", "a", "emp", "x y z", "top 10", "how many", "how many?", "total", "by month", "and", "not", "why", "123", "2024", "'", `"`, `"unclosed`, "it's", "((((", ")",
		"SELECT * FROM emp", "select count(*) from emp;", "select 1; drop table emp", "'; DROP TABLE emp; --", "emp.first_nm", "SHOW TABLES", "\\d emp",
		"wie viele Mitarbeiter gibt es?", "¿cuántos empleados hay?", "combien d'employés avons-nous", "社員は何人いますか", "сколько сотрудников", "كم عدد الموظفين", "😀😀😀", "how many 😀 employees?",
		"HOW MANY EMPLOYEES ARE THERE???!!!", "how   many\n\n employees\tare there", "how many employees; how many departments", "list list list", "the the the the",
		"employees with a salary of more than", "employees between", "top", "top employees", "top 0 employees", "top -5 employees", "top 99999999999999999999 employees", "last -3 months", "in 0000", "in 99999",
		"31 February 2024", "hires between June and March", "more than more than 5", "average average salary", "employees not not in Engineering", "employees by by department", "salary > 50000 and salary < 40000",
		"dept_nm", "what about it?", "same but for Sales", "yes", "no", "ok thanks", "hello", "help", "exit", "%%%", "100%", "a\x00b", "\xff\xfe", "ﬁrst name of employees", "e\u0301mployees", "\u202eemployees",
		"employees " + strings.Repeat("and employees ", 60), strings.Repeat("very ", 300) + "long question about employees", strings.Repeat("x", 5000), strings.Repeat("1 ", 400), strings.Repeat("(", 2000), strings.Repeat("not ", 200) + "hired",
		"which employees in Engineering who were hired in 2023 and earn more than 50000 but did not take any training and have no email and whose manager is Zane Delgado are on leave",
	}
}

func TestOddQuestions(t *testing.T) {
	t.Parallel()
	const slow = 5 * time.Second // out of hand
	a := newAsker(source(t, build(t, "hr")))
	plain := []custard.Code{custard.CodeUnanswerable, custard.CodeAmbiguous, custard.CodeRefused, custard.CodeUsage}
	for _, text := range odd() {
		start := time.Now()
		_, err := a.ask(t.Context(), text, time.Date(2025, 7, 1, 12, 0, 0, 0, time.UTC))
		if took := time.Since(start); took > slow {
			t.Errorf("%.60q took %v", text, took)
		}
		if err != nil && !slices.Contains(plain, custard.AsError(err).Code) {
			t.Errorf("%.60q: %s: %v", text, custard.AsError(err).Code, err)
		}
	}
}

// Whatever is typed, the engine answers or says why not; it neither panics nor takes long.
func FuzzQuestions(f *testing.F) {
	for _, text := range odd() {
		f.Add(text)
	}
	for _, text := range []string{
		"headcount by department", "top 5 highest paid employees", "who earns more than the average?", "hires per year", "employees with no email address", "share of women by department in 2023",
		"running total of hires by month", "departments with more than 20 employees", "which courses has nobody enrolled in?", "average salary of employees hired after 2020 in Sales or Finance", "duplicate last names",
	} {
		f.Add(text)
	}
	a := newAsker(kept(f))
	f.Fuzz(func(t *testing.T, text string) {
		_, err := a.ask(t.Context(), text, time.Date(2025, 7, 1, 12, 0, 0, 0, time.UTC))
		if err != nil {
			switch custard.AsError(err).Code {
			case custard.CodeUnanswerable, custard.CodeAmbiguous, custard.CodeRefused, custard.CodeUsage, custard.CodeCanceled, custard.CodeTimeout:
			default:
				t.Errorf("%q: %s: %v", text, custard.AsError(err).Code, err)
			}
		}
	})
}

// kept opens a database that lives as long as a fuzz target.
func kept(f *testing.F) custard.Source {
	f.Helper()
	file := buildIn(f, f.TempDir(), "hr")
	driver, conn, err := all.Open(context.Background(), file, connector.Options{})
	if err != nil {
		f.Fatal(err)
	}
	src := executor.New(driver, conn, executor.Options{SchemaAge: time.Hour})
	f.Cleanup(func() { _ = src.Close() })
	return src
}
