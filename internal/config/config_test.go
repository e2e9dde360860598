package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/custard"
)

// place is a home folder with a project below it.
type place struct {
	t    *testing.T
	home string
	env  map[string]string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, home: t.TempDir(), env: map[string]string{}}
	p.env["HOME"] = p.home
	p.env["XDG_CONFIG_HOME"] = filepath.Join(p.home, "conf")
	return p
}

func (p *place) write(path, content string) string {
	p.t.Helper()
	path = filepath.Join(p.home, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

func (p *place) options() config.Options {
	getenv := func(name string) string { return p.env[name] }
	return config.Options{Dir: filepath.Join(p.home, "project", "deep", "down"), Getenv: getenv, Folders: config.FindFolders(getenv)}
}

func (p *place) load() *config.Config {
	p.t.Helper()
	c, err := config.Load(p.options())
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	c := newPlace(t).load()
	if c.Limit != 1000 || c.Timeout != time.Minute || c.Output != "" || len(c.Files) != 0 {
		t.Errorf("got %+v", c)
	}
}

func TestWhoWins(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write("conf/custard/config.yaml", "limit: 1\noutput: csv\nengine: user\npager: less -X\n")
	project := p.write("project/custard.yaml", "limit: 2\noutput: json\ndb: data/shop.db\n")
	p.env["CUSTARD_LIMIT"] = "3"
	c := p.load()
	if c.Limit != 3 || c.Output != "json" || c.Engine != "user" || c.Pager != "less -X" {
		t.Errorf("got limit %d, output %s, engine %s, pager %s", c.Limit, c.Output, c.Engine, c.Pager)
	}
	if want := filepath.Join(p.home, "project", "data", "shop.db"); c.DB != want {
		t.Errorf("db is %s, want it beside the project's file: %s", c.DB, want)
	}
	for key, want := range map[string]string{"limit": "CUSTARD_LIMIT", "output": project, "timeout": "default"} {
		if _, origin, ok := c.Get(key); !ok || origin != want {
			t.Errorf("%s comes from %s, want %s", key, origin, want)
		}
	}
	if len(c.Files) != 2 || c.Files[0] != project {
		t.Errorf("files are %v, want the one that wins first", c.Files)
	}
}

func TestAProjectMayNotRunPrograms(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write("project/custard.yaml", "pager: 'rm -rf ~'\nlog_file: /etc/passwd\nserver: https://evil.example\nlimit: 7\n")
	c := p.load()
	if c.Pager != "" || c.LogFile != "" || c.Server != "" || len(c.Warnings) != 3 {
		t.Errorf("got pager %q, log file %q, server %q, warnings %q", c.Pager, c.LogFile, c.Server, c.Warnings)
	}
	if c.Limit != 7 {
		t.Errorf("limit is %d: the rest of the file must hold", c.Limit)
	}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write("conf/custard/config.yaml", "limit: 1\noutput: csv\nprofiles:\n  nightly:\n    limit: 9\n    timeout: 10m\n")
	p.env["CUSTARD_PROFILE"] = "nightly"
	if c := p.load(); c.Limit != 9 || c.Output != "csv" || c.Timeout != 10*time.Minute {
		t.Errorf("got %+v", c)
	}
	p.env["CUSTARD_PROFILE"] = "weekly"
	_, err := config.Load(p.options())
	if e := custard.AsError(err); e == nil || e.Code != custard.CodeUsage || !strings.Contains(e.Hint, "nightly") {
		t.Errorf("an unknown profile: %v, want the choices", err)
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"limit: many\n":         "limit",
		"output: xml\n":         "output",
		"timeout: soon\n":       "timeout",
		"a: [1\n":               "line",
		"\tlimit: 1\n":          "config.yaml",
		"csv_safe: perhaps\n":   "csv_safe",
		"- just\n- a\n- list\n": "config.yaml",
	} {
		p := newPlace(t)
		path := p.write("conf/custard/config.yaml", content)
		_, err := config.Load(p.options())
		e := custard.AsError(err)
		if e == nil || e.Code != custard.CodeUsage || !strings.Contains(e.Message, path) || !strings.Contains(e.Message, want) || e.Hint == "" {
			t.Errorf("%q: %v, want an error that names %s and %q and says what to do", content, err, path, want)
		}
	}
	p := newPlace(t)
	p.env["CUSTARD_TIMEOUT"] = "-1s"
	if _, err := config.Load(p.options()); err == nil || !strings.Contains(err.Error(), "CUSTARD_TIMEOUT") {
		t.Errorf("a wrong variable: %v", err)
	}
	o := newPlace(t).options()
	o.File = "/does/not/exist.yaml"
	if _, err := config.Load(o); err == nil || !strings.Contains(err.Error(), o.File) {
		t.Errorf("a missing --config: %v", err)
	}
}

func TestUnknownSettingsAreWarnings(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write("conf/custard/config.yaml", "limti: 1\nlimit: 5\nprofiles:\n  a:\n    outptu: x\n")
	if c := p.load(); c.Limit != 5 || len(c.Warnings) != 2 || !strings.Contains(c.Warnings[0], "limti") {
		t.Errorf("got limit %d, warnings %q", c.Limit, c.Warnings)
	}
}

func TestSetKeepsTheRest(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	path := p.write("conf/custard/config.yaml", "# mine\nlimit: 1 # few\noutput: csv\n")
	for _, s := range [][3]string{{"", "limit", "20"}, {"", "output", ""}, {"nightly", "timeout", "5m"}, {"", "show_sql", "true"}} {
		if _, err := config.Set(p.options(), s[0], s[1], s[2]); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := "# mine\nlimit: 20 # few\nprofiles:\n  nightly:\n    timeout: 5m\nshow_sql: yes\n"
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if c := p.load(); c.Limit != 20 || c.Output != "" || c.ShowSQL != "yes" {
		t.Errorf("got %+v", c)
	}
}

func TestSetInNoFileYet(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	path, err := config.Set(p.options(), "", "engine", "builtin")
	if err != nil {
		t.Fatal(err)
	}
	if c := p.load(); c.Engine != "builtin" {
		t.Errorf("engine is %q", c.Engine)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%s has rights %v, %v", path, info.Mode(), err)
	}
	for _, s := range [][2]string{{"nonsense", "1"}, {"limit", "-1"}} {
		if _, err := config.Set(p.options(), "", s[0], s[1]); custard.AsError(err) == nil || custard.AsError(err).Code != custard.CodeUsage {
			t.Errorf("set %v: %v", s, err)
		}
	}
}

func TestFolders(t *testing.T) {
	t.Parallel()
	env := func(pairs ...string) func(string) string {
		m := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return func(k string) string { return m[k] }
	}
	if f := config.FindFolders(env("CUSTARD_HOME", "/c", "XDG_DATA_HOME", "/d")); f.Data != filepath.Join("/c", "data") || f.Config != "/c" {
		t.Errorf("CUSTARD_HOME: %+v", f)
	}
	if f := config.FindFolders(env("HOME", "/h", "XDG_DATA_HOME", "/d", "XDG_CACHE_HOME", "relative")); f.Data != filepath.Join("/d", "custard") || strings.Contains(f.Cache, "relative") {
		t.Errorf("XDG: %+v", f)
	}
	if f := config.FindFolders(env()); f.Data != "" || f.Config != "" {
		t.Errorf("without a home: %+v", f)
	}
}
