package config

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// Agent is the configuration of custard-agent. Which wins: flags, then the environment, then the file, then the defaults.
type Agent struct {
	Server     string // address of the server, http(s) or ws(s)
	Connection string // id of the connection that this agent serves
	Token      string
	CAFile     string // roots beside the system's; empty for none
	Database   Database

	AllowInsecure   bool // ws:// to other machines
	AllowPrivileged bool // a role that may do more than read

	Statements       int           // at once
	Waiting          int           // more that wait their turn; what comes beyond is refused
	StatementTimeout time.Duration // of one statement
	MaxRows          int64         // of one result; 0 for no limit
	MaxBytes         int64         // of one result's values; 0 for no limit
	CacheDir         string        // keeps schema and values between runs; empty keeps none

	Grace         time.Duration // how long what runs may take to end after SIGTERM
	HealthAddress string        // where /health and /ready answer; empty for nowhere
	MemoryLimit   int64         // bytes that the garbage collector tries to keep the process below; 0 for none
	GCPercent     int           // how much the heap may grow before it is collected; 0 for Go's own default
	LogFormat     string        // text or json
	LogLevel      string        // debug, info, warn, error
}

// AgentSetting describes one setting of custard-agent. As a flag it is spelled with hyphens.
type AgentSetting struct {
	Key     string // as files spell it
	Env     string
	Help    string
	Default string
	// Secret says that it is taken from the environment, or from a file of its own, and from nowhere else: a command line
	// is seen by every user of the machine, and configuration files are copied about.
	Secret bool
	Bool   bool
	parse  func(a *Agent, text string) error
}

// Flag is the setting's name on the command line.
func (s AgentSetting) Flag() string { return strings.ReplaceAll(s.Key, "_", "-") }

const agentPrefix = "CUSTARD_AGENT_"

// AgentSettings returns every setting of custard-agent.
func AgentSettings() []AgentSetting {
	own := func(key, help, standard string, parse func(*Agent, string) error) AgentSetting {
		return AgentSetting{Key: key, Env: agentPrefix + strings.ToUpper(key), Help: help, Default: standard, parse: parse}
	}
	plain := func(key, help string, parse func(*Agent, string) error) AgentSetting {
		return AgentSetting{Key: key, Env: strings.ToUpper(key), Help: help, parse: parse}
	}
	secret := func(s AgentSetting) AgentSetting { s.Secret = true; return s }
	boolean := func(s AgentSetting) AgentSetting { s.Bool, s.Default = true, "false"; return s }
	return []AgentSetting{
		plain("backend_websocket_uri", "address of the server: https://custard.example.com or wss://…", words(func(a *Agent) *string { return &a.Server })),
		plain("connection_id", "the connection that this agent serves", words(func(a *Agent) *string { return &a.Connection })),
		secret(plain("agent_token", "the connection's token, cust_agent_…", words(func(a *Agent) *string { return &a.Token }))),
		plain("agent_token_file", "a file that holds the token", fromFile(func(a *Agent) *string { return &a.Token })),
		plain("db_url", "the database: postgres://reader@host/name, sqlite:PATH", words(func(a *Agent) *string { return &a.Database.URL })),
		plain("db_type", "or in parts: postgres, sqlite", words(func(a *Agent) *string { return &a.Database.Type })),
		plain("db_host", "the database's host", words(func(a *Agent) *string { return &a.Database.Host })),
		plain("db_port", "its port", words(func(a *Agent) *string { return &a.Database.Port })),
		plain("db_name", "its name; for sqlite the file", words(func(a *Agent) *string { return &a.Database.Name })),
		plain("db_user", "the role to sign in as, which may only read", words(func(a *Agent) *string { return &a.Database.User })),
		secret(plain("db_password", "its password", words(func(a *Agent) *string { return &a.Database.Password }))),
		plain("db_password_file", "a file that holds the password", fromFile(func(a *Agent) *string { return &a.Database.Password })),
		plain("db_sslmode", "disable, prefer, require, verify-ca, verify-full", words(func(a *Agent) *string { return &a.Database.SSLMode })),
		own("ca_file", "certificates (PEM) to trust beside the system's", "", words(func(a *Agent) *string { return &a.CAFile })),
		boolean(own("allow_insecure", "accept ws:// to another machine: the token and all rows travel readable", "", truth(func(a *Agent) *bool { return &a.AllowInsecure }))),
		boolean(own("allow_privileged", "accept a role that may do more than read", "", truth(func(a *Agent) *bool { return &a.AllowPrivileged }))),
		own("statements", "statements that run at once", "8", count(func(a *Agent) *int { return &a.Statements }, 1, 1000)),
		own("waiting", "statements that wait their turn; what comes beyond is refused", "64", count(func(a *Agent) *int { return &a.Waiting }, 0, 100_000)),
		own("statement_timeout", "how long a statement may run", "60s", span(func(a *Agent) *time.Duration { return &a.StatementTimeout })),
		own("max_rows", "rows of one result; 0 for no limit", "0", number(func(a *Agent) *int64 { return &a.MaxRows })),
		own("max_bytes", "size of one result such as 512MiB; 0 for no limit", "0", size(func(a *Agent) *int64 { return &a.MaxBytes })),
		own("cache_dir", "folder that keeps schema and values between runs; none where it is empty", "", words(func(a *Agent) *string { return &a.CacheDir })),
		own("grace", "how long what runs may take to end after SIGTERM", "20s", span(func(a *Agent) *time.Duration { return &a.Grace })),
		own("health_address", "where /health and /ready answer, such as 127.0.0.1:8600; nowhere where it is empty", "", words(func(a *Agent) *string { return &a.HealthAddress })),
		own("memory_limit", "memory that the garbage collector tries to keep the process below, such as 64MiB; 0 for no limit", "0", size(func(a *Agent) *int64 { return &a.MemoryLimit })),
		own("gc_percent", "how much the heap may grow before it is collected: less takes less memory and more time", "50", count(func(a *Agent) *int { return &a.GCPercent }, 0, 1000)),
		own("log_format", "text or json", "text", oneOf(func(a *Agent) *string { return &a.LogFormat }, "text", "json")),
		own("log_level", "debug, info, warn or error", "info", oneOf(func(a *Agent) *string { return &a.LogLevel }, "debug", "info", "warn", "error")),
	}
}

// AgentOptions say where custard-agent's settings come from.
type AgentOptions struct {
	File   string // YAML; CUSTARD_AGENT_CONFIG where empty, and none where that is empty too
	Flags  map[string]string
	Getenv func(string) string
}

// LoadAgent reads custard-agent's settings. It does not demand any: what is needed depends on what is done. Errors are
// CodeUsage, name where the setting comes from and what it should hold, and never hold a secret.
func LoadAgent(o AgentOptions) (*Agent, error) {
	path := o.File
	if path == "" {
		path = o.Getenv(agentPrefix + "CONFIG")
	}
	settings := AgentSettings()
	file, err := settingsFile(path, "custard-agent", agentPrefix+"CONFIG", func(key string) (env string, secret, known bool) {
		n := slices.IndexFunc(settings, func(s AgentSetting) bool { return s.Key == key })
		if n < 0 {
			return "", false, false
		}
		return settings[n].Env, settings[n].Secret, true
	})
	if err != nil {
		return nil, err
	}
	a := &Agent{}
	for _, s := range settings {
		value, origin := s.Default, "the default"
		if text, ok := file[s.Key]; ok {
			value, origin = text, path+": "+s.Key
		}
		if text := o.Getenv(s.Env); text != "" {
			value, origin = text, s.Env
		}
		if text, ok := o.Flags[s.Key]; ok {
			value, origin = text, "--"+s.Flag()
		}
		if s.Key == "db_url" && origin != s.Env && holdsPassword(value) {
			return nil, custard.Errorf(custard.CodeUsage, "%s holds a password", origin).
				WithHint("Others can read it there. Leave it out of the address, and set DB_PASSWORD or DB_PASSWORD_FILE.")
		}
		if value == "" {
			continue
		}
		if err := s.parse(a, value); err != nil {
			e := custard.Errorf(custard.CodeUsage, "%s %s", origin, err.Error())
			return nil, e.WithHint("It is %s.", s.Help)
		}
	}
	return a, nil
}

func words[T any](field func(*T) *string) func(*T, string) error {
	return func(a *T, text string) error { *field(a) = text; return nil }
}

// fromFile reads a secret from the file that the setting names, unless the environment has given it.
func fromFile[T any](field func(*T) *string) func(*T, string) error {
	return func(a *T, path string) error {
		if *field(a) != "" {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("cannot be read: %w", err)
		}
		if *field(a) = strings.TrimRight(string(data), "\r\n"); *field(a) == "" {
			return fmt.Errorf("names an empty file, %s", path)
		}
		return nil
	}
}

func truth[T any](field func(*T) *bool) func(*T, string) error {
	return func(a *T, text string) error {
		b, ok := parseBool(text)
		if !ok {
			return fmt.Errorf("is %q, not true or false", text)
		}
		*field(a) = b
		return nil
	}
}

func count[T any](field func(*T) *int, least, most int) func(*T, string) error {
	return func(a *T, text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < least || n > most {
			return fmt.Errorf("is %q, not a number from %d to %d", text, least, most)
		}
		*field(a) = n
		return nil
	}
}

func number[T any](field func(*T) *int64) func(*T, string) error {
	return func(a *T, text string) error {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return fmt.Errorf("is %q, not a number, 0 or more", text)
		}
		*field(a) = n
		return nil
	}
}

func span[T any](field func(*T) *time.Duration) func(*T, string) error {
	return func(a *T, text string) error {
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 {
			return fmt.Errorf("is %q, not a duration such as 30s or 5m", text)
		}
		*field(a) = d
		return nil
	}
}

func oneOf[T any](field func(*T) *string, choices ...string) func(*T, string) error {
	return func(a *T, text string) error {
		if !slices.Contains(choices, text) {
			return fmt.Errorf("is %q", text)
		}
		*field(a) = text
		return nil
	}
}

// size reads a number of bytes: 512, 64KiB, 24MiB, 1GiB.
func size[T any](field func(*T) *int64) func(*T, string) error {
	return func(a *T, text string) error {
		digits, shift := text, 0
		for unit, by := range map[string]int{"KiB": 10, "MiB": 20, "GiB": 30} {
			if rest, ok := strings.CutSuffix(text, unit); ok {
				digits, shift = rest, by
			}
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n < 0 || n > 1<<62>>shift {
			return fmt.Errorf("is %q, not a size such as 64KiB, 24MiB or 1GiB", text)
		}
		*field(a) = n << shift
		return nil
	}
}
