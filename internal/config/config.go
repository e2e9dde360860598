// Package config reads Custard's settings into one typed struct. Which wins: the environment (CUSTARD_…), then the
// project's custard.yaml (found walking up from the working directory), then the user's config.yaml; flags come above
// all, and are the caller's. A profile is a named group of settings in a file; where it is chosen its settings win over
// the same file's others.
//
//	# custard.yaml
//	connection: shop
//	limit: 500
//	profiles:
//	  nightly:
//	    output: json
//	    timeout: 10m
package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// Config is what is configured, with defaults for what is not.
type Config struct {
	Connection   string        // the connection to ask
	DB           string        // or a DSN or file
	Engine       string        // builtin, or a model
	ModelKey     string        // the key of the model that Engine names
	ModelURL     string        // its address, where it is not the service's own
	Candidates   int64         // queries that a model writes for a question; 0 and 1 for one
	SchemaTokens int64         // of the schema in a prompt, at most; 0 for the default
	ShareValues  bool          // a model may be told values that the question itself names
	ShareResults bool          // a model may be told what comes from rows
	Output       string        // a format; empty for the default of where output goes
	Chart        string        // auto, none, bar, line, hist; empty for the default
	Limit        int64         // rows at the most; 0 for no limit
	Timeout      time.Duration // of a question
	ShowSQL      string        // yes, no; empty for the default
	CSVSafe      bool          // spreadsheets run no cell
	Conversation string        // the conversation to continue
	Now          string        // what 'today' means
	Pager        string        // the program that long results go through
	Server       string        // the address of a server
	InsecureHTTP bool          // passwords and tokens may travel unencrypted to it
	LogFile      string        // where a log goes
	Quiet        bool          // no notes
	Verbose      bool          // more of them

	// Warnings are about settings that were not understood and are left out.
	Warnings []string
	// Files are those that were read, the one that wins first.
	Files []string

	origins map[string]string
	values  map[string]string
}

// Setting describes one setting.
type Setting struct {
	Key  string // as files spell it; the environment's name is CUSTARD_ and the same in capitals
	Help string
	// User says that a project's file may not set it: what a project sets must not be able to run a program, or to write
	// where its author likes, on the machine of whoever enters the folder.
	User bool
	kind kind
}

type kind struct {
	name  string
	parse func(c *Config, text string) bool
}

func text(field func(*Config) *string) kind {
	return kind{"a text", func(c *Config, s string) bool { *field(c) = s; return true }}
}

func choice(field func(*Config) *string, choices ...string) kind {
	return kind{"one of " + strings.Join(choices, ", "), func(c *Config, s string) bool {
		*field(c) = s
		return slices.Contains(choices, s)
	}}
}

func flag(field func(*Config) *bool) kind {
	return kind{"true or false", func(c *Config, s string) bool {
		b, ok := parseBool(s)
		*field(c) = b
		return ok
	}}
}

func within(field func(*Config) *int64, least, most int64) kind {
	return kind{fmt.Sprintf("a number from %d to %d", least, most), func(c *Config, s string) bool {
		n, err := strconv.ParseInt(s, 10, 64)
		*field(c) = n
		return err == nil && n >= least && n <= most
	}}
}

// Settings returns every setting, in the order in which they are listed.
func Settings() []Setting {
	return []Setting{
		{Key: "connection", Help: "the connection to ask", kind: text(func(c *Config) *string { return &c.Connection })},
		{Key: "db", Help: "the database to ask: a DSN or a file", kind: text(func(c *Config) *string { return &c.DB })},
		{Key: "engine", Help: "what writes the query: builtin, a model, or several with commas between", kind: text(func(c *Config) *string { return &c.Engine })},
		{Key: "model_key", Help: "the key of that model; OPENAI_API_KEY and its like do as well", User: true, kind: text(func(c *Config) *string { return &c.ModelKey })},
		{Key: "model_url", Help: "the address of that model, where it is not its service's own", User: true, kind: text(func(c *Config) *string { return &c.ModelURL })},
		{Key: "candidates", Help: "queries that a model writes for a question and that are compared", kind: within(func(c *Config) *int64 { return &c.Candidates }, 1, 9)},
		{Key: "schema_tokens", Help: "tokens of a schema that a model is shown, at most", kind: within(func(c *Config) *int64 { return &c.SchemaTokens }, 500, 1_000_000)},
		{Key: "share_values", Help: "tell a model the spelling of values that the question names", User: true, kind: flag(func(c *Config) *bool { return &c.ShareValues })},
		{Key: "share_results", Help: "tell a model what comes from rows: such values, errors of the database", User: true, kind: flag(func(c *Config) *bool { return &c.ShareResults })},
		{Key: "output", Help: "the format of results", kind: choice(func(c *Config) *string { return &c.Output }, "table", "json", "ndjson", "csv", "tsv", "markdown", "vertical")},
		{Key: "chart", Help: "charts in the terminal", kind: choice(func(c *Config) *string { return &c.Chart }, "auto", "none", "bar", "line", "hist")},
		{Key: "limit", Help: "rows at the most; 0 for no limit", kind: kind{"a number of rows, 0 or more", parseLimit}},
		{Key: "timeout", Help: "how long a question may take", kind: kind{"a duration such as 30s or 5m", parseTimeout}},
		{Key: "show_sql", Help: "show the query", kind: choice(func(c *Config) *string { return &c.ShowSQL }, "yes", "no")},
		{Key: "csv_safe", Help: "write no CSV cell that a spreadsheet would run", kind: flag(func(c *Config) *bool { return &c.CSVSafe })},
		{Key: "conversation", Help: "the conversation that questions continue", kind: text(func(c *Config) *string { return &c.Conversation })},
		{Key: "now", Help: "what 'today' means: a date", kind: text(func(c *Config) *string { return &c.Now })},
		{Key: "pager", Help: "the program that long results go through; '' for none", User: true, kind: text(func(c *Config) *string { return &c.Pager })},
		{Key: "server", Help: "the address of a Custard server", User: true, kind: text(func(c *Config) *string { return &c.Server })},
		{Key: "insecure_http", Help: "send passwords and tokens to a server without TLS too", User: true, kind: flag(func(c *Config) *bool { return &c.InsecureHTTP })},
		{Key: "log_file", Help: "where a log is written", User: true, kind: text(func(c *Config) *string { return &c.LogFile })},
		{Key: "quiet", Help: "no notes on standard error", kind: flag(func(c *Config) *bool { return &c.Quiet })},
		{Key: "verbose", Help: "more notes on standard error", kind: flag(func(c *Config) *bool { return &c.Verbose })},
	}
}

// Default is what holds where nothing is configured.
func Default() *Config {
	return &Config{Limit: 1000, Timeout: time.Minute, origins: map[string]string{}, values: map[string]string{
		"limit": "1000", "timeout": "1m0s", "csv_safe": "false", "insecure_http": "false", "quiet": "false", "verbose": "false", "share_values": "false", "share_results": "false",
	}}
}

// Get returns a setting's value as text and where it comes from: a file, a variable of the environment, or 'default'.
// ok is false where there is no such setting.
func (c *Config) Get(key string) (value, origin string, ok bool) {
	if _, ok := find(key); !ok {
		return "", "", false
	}
	origin = c.origins[key]
	if origin == "" {
		origin = "default"
	}
	return c.values[key], origin, true
}

// From returns where a setting comes from, or "" for its default.
func (c *Config) From(key string) string { return c.origins[key] }

func (c *Config) set(s Setting, value, origin string) error {
	if !s.kind.parse(c, value) {
		return custard.Errorf(custard.CodeUsage, "%s: %s is %q", origin, s.Key, value).
			WithHint("It must be %s.", s.kind.name)
	}
	c.values[s.Key], c.origins[s.Key] = value, origin
	return nil
}

func find(key string) (Setting, bool) {
	for _, s := range Settings() {
		if s.Key == key {
			return s, true
		}
	}
	return Setting{}, false
}

// Unknown is the error for a setting that there is not.
func Unknown(key string) error {
	keys := make([]string, 0, 16)
	for _, s := range Settings() {
		keys = append(keys, s.Key)
	}
	return custard.Errorf(custard.CodeUsage, "there is no setting %q", key).WithHint("There is: %s.", strings.Join(keys, ", "))
}
