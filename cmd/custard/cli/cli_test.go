package cli

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/custard-ai/custard/internal/custard"
)

var update = flag.Bool("update", false, "write the golden files")

// run runs the program in this process, with a home of its own.
func run(t *testing.T, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	home := t.TempDir()
	env := map[string]string{"CUSTARD_HOME": home, "HOME": home, "LANG": "C.UTF-8"}
	var out, err bytes.Buffer
	code = Run(context.Background(), "1.2.3", args, strings.NewReader(stdin), &out, &err, func(k string) string { return env[k] })
	return out.String(), err.String(), code
}

func TestRunInThisProcess(t *testing.T) {
	t.Parallel()
	if out, errs, code := run(t, "", "version"); out != "custard 1.2.3\n" || errs != "" || code != 0 {
		t.Errorf("got %q, %q, %d", out, errs, code)
	}
	if out, errs, code := run(t, "", "vresion"); out != "" || !strings.Contains(errs, "custard version") || code != 2 {
		t.Errorf("got %q, %q, %d", out, errs, code)
	}
}

// Every code has its exit code, and no other.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	want := map[custard.Code]exitCode{
		custard.CodeInternal: 1, custard.CodeFailed: 1, custard.CodeUnknownTable: 1, custard.CodeUnknownColumn: 1, custard.CodeNotFound: 1,
		custard.CodeConflict: 1, custard.CodeTooExpensive: 1, custard.CodeLimit: 1, custard.CodeRateLimited: 1, custard.CodeUsage: 2, custard.CodeSyntax: 3,
		custard.CodeRefused: 3, custard.CodePolicy: 3, custard.CodeUnauthenticated: 4, custard.CodeForbidden: 4, custard.CodeUnreachable: 5,
		custard.CodeAssertion: 6, custard.CodeAmbiguous: 7, custard.CodeUnanswerable: 7, custard.CodeTimeout: 124, custard.CodeCanceled: 130,
	}
	for code, exit := range want {
		if got := exitFor(custard.Errorf(code, "x")); got != exit {
			t.Errorf("%s exits %d, want %d", code, got, exit)
		}
	}
	for err, exit := range map[error]exitCode{context.DeadlineExceeded: 124, context.Canceled: 130, &chooseError{err: custard.Errorf(custard.CodeNotFound, "x"), usage: true}: 2} {
		if got := exitFor(err); got != exit {
			t.Errorf("%v exits %d, want %d", err, got, exit)
		}
	}
}

func TestPasswordsAreNotShown(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]string{
		"postgres://me:hunter2@db/shop":                      "postgres://me:****@db/shop",
		"postgres://me:hun@ter2@db/shop?sslmode=require":     "postgres://me:****@db/shop?sslmode=require",
		"postgres://me:hun/ter?2#@db/shop":                   "postgres://me:****@db/shop",
		"postgres://me@db/shop?password=hunter2":             "postgres://me@db/shop?password=****",
		"postgres://me@db/shop?sslpassword=hunter2&user=x":   "postgres://me@db/shop?sslpassword=****&user=x",
		"postgres://me@db/shop":                              "postgres://me@db/shop",
		"host=db user=me password=hunter2 dbname=shop":       "host=db user=me password=**** dbname=shop",
		"host=db password='hunter2 with spaces' dbname=shop": "host=db password=**** dbname=shop",
		"data/shop.db":            "data/shop.db",
		"sqlite:data/shop.db":     "sqlite:data/shop.db",
		"sqlite:data/me@home.db":  "sqlite:data/me@home.db",
		`C:\data\me@home.db`:      `C:\data\me@home.db`,
		"me:hunter2@tcp(db)/shop": "me:****@tcp(db)/shop",
		"mongodb+srv://me:hunter2@a.example,b.example/shop?w=1": "mongodb+srv://me:****@a.example,b.example/shop?w=1",
	} {
		got := maskDSN(dsn)
		if got != want {
			t.Errorf("%s is shown as %s, want %s", dsn, got, want)
		}
		for _, shown := range []string{got, withoutPassword(dsn, "")} {
			if strings.Contains(shown, "unter2") || strings.Contains(shown, "ter2") {
				t.Errorf("%s is shown with its password: %s", dsn, shown)
			}
		}
	}
}

func TestPasswordsAreNotShownOfWhatIsNoFile(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"host=db user=me password=hunter2", "me:hunter2@tcp(db)/shop"} {
		if label := fileTarget(dsn).label; strings.Contains(label, "hunter2") {
			t.Errorf("%s goes by the name %s", dsn, label)
		}
	}
	if label := fileTarget("nowhere/shop.db").label; label != "nowhere/shop.db" {
		t.Errorf("a file that does not exist goes by the name %s", label)
	}
}

func FuzzPasswordsAreNotShown(f *testing.F) {
	for _, s := range []string{"hunter2", "a@b", "a:b/c?d#e", "%zz", "p?x=@y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, password string) {
		if len(password) < 4 || strings.Contains("postgres://me@db/shop?sslmode=require****", password) {
			t.Skip("the rest of the address holds it anyway")
		}
		dsn := "postgres://me:" + password + "@db/shop?sslmode=require"
		if got := maskDSN(dsn); strings.Contains(got, password) {
			t.Errorf("%q is shown as %q", dsn, got)
		}
	})
}

func TestExpectations(t *testing.T) {
	t.Parallel()
	fields := []custard.Field{{Name: "n", Type: custard.TypeInt}, {Name: "Name", Type: custard.TypeText}, {Name: "rows", Type: custard.TypeInt}}
	rows := [][]any{{"1", "a", "7"}, {"2", nil, "7"}, {"3", "c", "7"}}
	for text, holds := range map[string]bool{
		"rows = 3": true, "rows>=3": true, "rows < 3": false, "rows != 2": true, "rows <> 3": false, "rows == 3": true,
		"value = 1": true, "value > 1": false, "n > 0": true, "n > 1": false, "n <= 3": true, "N >= 1": true, "n != 9": true,
		"name = 'a'": false, "name != 'x'": true, "name >= 'a'": false, "name = null": false, "n != null": true, `"rows" = 7`: true, `"n" < 2.5`: false,
	} {
		e, err := parseExpectation(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if err := e.begin(fields); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		for _, row := range rows {
			for i, cell := range row {
				if e.column != i {
					continue
				}
				s, ok := cell.(string)
				e.look([]byte(s), !ok)
			}
		}
		err = e.end(int64(len(rows)))
		if (err == nil) != holds {
			t.Errorf("%s holds: %t, want %t (%v)", text, err == nil, holds, err)
		}
		if err != nil && (custard.AsError(err).Code != custard.CodeAssertion || custard.AsError(err).Hint == "") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"", "rows", "> 1", "rows >", "rows > many", "rows = 'a'", "rows = null", "n > null", `"n > 1`, "n ~ 1", "n = 'open"} {
		if _, err := parseExpectation(text); custard.AsError(err) == nil || custard.AsError(err).Code != custard.CodeUsage {
			t.Errorf("%q: %v, want an error of usage", text, err)
		}
	}
}

func FuzzExpectation(f *testing.F) {
	for _, s := range []string{"rows > 0", `"a b" = 'x''y'`, "value != null", "n >= -1e9"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		e, err := parseExpectation(text)
		if err != nil {
			return
		}
		if err := e.begin([]custard.Field{{Name: e.name}}); err != nil {
			return
		}
		e.look([]byte("5"), false)
		e.look(nil, true)
		_ = e.end(2)
	})
}

func TestChoosing(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"2\n": "second", " 1 \n": "first", "3\n": "", "0\n": "", "x\n": "", "\n": "", "": ""} {
		var errs bytes.Buffer
		a := newApp("test", strings.NewReader(typed), &bytes.Buffer{}, &errs, func(string) string { return "" })
		got, ok := a.choose(t.Context(), "Which one?", []string{"first", "second"})
		if got != want || ok != (want != "") {
			t.Errorf("%q chose %q, %t", typed, got, ok)
		}
		if !strings.Contains(errs.String(), "2. second") {
			t.Errorf("the choices are not shown: %q", errs.String())
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	never, _ := io.Pipe()
	a := newApp("test", never, &bytes.Buffer{}, &bytes.Buffer{}, func(string) string { return "" })
	if _, ok := a.choose(ctx, "Which one?", []string{"first"}); ok {
		t.Error("an interrupt chose")
	}
}

// What every command has: one line, help that ends in an example, no flag without words.
func TestEveryCommandHelps(t *testing.T) {
	t.Parallel()
	a := newApp("test", strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}, func(string) string { return "" })
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		if c.IsAdditionalHelpTopicCommand() {
			if c.Long == "" {
				t.Errorf("the topic %s says nothing", c.Name())
			}
			return
		}
		if c.Short == "" || strings.HasSuffix(c.Short, ".") || strings.Contains(c.Short, "\n") {
			t.Errorf("%s: its line is %q", c.CommandPath(), c.Short)
		}
		if !strings.Contains(c.Example, "custard") {
			t.Errorf("%s has no example", c.CommandPath())
		}
		for line := range strings.Lines(c.Long + "\n" + c.Example) {
			if len(line) > 122 {
				t.Errorf("%s: a line of its help has %d characters: %s", c.CommandPath(), len(line), line)
			}
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" {
				t.Errorf("%s --%s says nothing", c.CommandPath(), f.Name)
			}
		})
		for _, child := range c.Commands() {
			visit(child)
		}
	}
	visit(newRoot(a))
}

// What people see of the commands, in whole.
func TestHelp(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"", "ask", "sql", "connections", "connections add", "connections test", "history", "history list", "schema", "doctor",
		"login", "signup", "keys create", "org", "databases", "configuration", "exit-codes"} {
		out, errs, code := run(t, "", append([]string{"help"}, strings.Fields(command)...)...)
		if code != 0 || errs != "" {
			t.Errorf("help %s: exit code %d, %s", command, code, errs)
		}
		name := "help." + strings.ReplaceAll(command, " ", "-") + ".golden"
		path := filepath.Join("testdata", strings.ReplaceAll(name, "..", "."))
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(out), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if out != string(want) {
			t.Errorf("%s differs; -update writes it anew\ngot:\n%s\nwant:\n%s", path, out, want)
		}
	}
}

func TestManPages(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "man1")
	if _, errs, code := run(t, "", "man", "--dir", dir); code != 0 {
		t.Fatal(errs)
	}
	out, _, _ := run(t, "", "man", "sql")
	for _, want := range []string{".TH CUSTARD\\-SQL 1", ".SH EXAMPLES", `\fB\-o, \-\-output\fR \fIformat\fR`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if _, _, code := run(t, "", "man", "nothing"); code != 2 {
		t.Errorf("a page of no command exits %d", code)
	}
}

func BenchmarkVersion(b *testing.B) {
	for b.Loop() {
		if Run(context.Background(), "1.2.3", []string{"version"}, strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}, func(string) string { return "" }) != 0 {
			b.Fatal("failed")
		}
	}
}
