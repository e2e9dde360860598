package config

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// Server is the configuration of custard-server. Which wins: flags, then the environment, then the file, then the defaults.
type Server struct {
	Host, Port  string
	PublicURL   string // empty for http://localhost and the port
	DatabaseURL string // empty for SQLite in the data folder
	Migrate     bool   // bring the database up to date at the start
	NATSURL     string // empty for one server alone
	TLSCert     string // files; both or none
	TLSKey      string

	ResendKey     string
	SMTPURL       string
	MailFrom      string
	MailTemplates string // folder of templates that replace our own; empty for none

	OpenAIKey    string
	AnthropicKey string
	Engine       string   // the default engine; empty for builtin
	ModelRanges  []string // private networks that models may be reached in
	DailyTokens  int64    // that an organisation may spend on models a day; 0 for no bound
	AskTokens    int64    // that one request to a model may take; 0 for no bound
	OwnRanges    bool     // organisations' own models may be in ModelRanges too
	Secret       string   // seals organisations' keys; after line ends or commas those that it was before
	ModelPrices  string   // a file of prices laid over the list; empty for none

	MetricsAddress string         // a listener of its own for /metrics; empty for the main one
	MetricsOpen    bool           // /metrics answers everybody, not this machine alone
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	RateLimits     bool

	Grace       time.Duration // how long what runs may take to end after SIGTERM
	DrainDelay  time.Duration // how long /status says 'draining' before the listener closes
	MemoryLimit int64         // bytes that the garbage collector tries to keep the process below; 0 for none
	GCPercent   int           // how much the heap may grow before it is collected
	LogFormat   string
	LogLevel    string
}

// ServerSetting describes one setting of custard-server. As a flag it is spelled with hyphens.
type ServerSetting struct {
	Key     string // as files spell it
	Env     string
	Help    string
	Default string
	// Secret says that it is taken from the environment, or from a file of its own, and from nowhere else.
	Secret bool
	Bool   bool
	parse  func(s *Server, text string) error
}

// Flag is the setting's name on the command line.
func (s ServerSetting) Flag() string { return strings.ReplaceAll(s.Key, "_", "-") }

const serverPrefix = "CUSTARD_SERVER_"

// ServerSettings returns every setting of custard-server.
func ServerSettings() []ServerSetting {
	own := func(key, help, standard string, parse func(*Server, string) error) ServerSetting {
		return ServerSetting{Key: key, Env: serverPrefix + strings.ToUpper(key), Help: help, Default: standard, parse: parse}
	}
	plain := func(key, help string, parse func(*Server, string) error) ServerSetting {
		return ServerSetting{Key: key, Env: strings.ToUpper(key), Help: help, parse: parse}
	}
	secret := func(s ServerSetting) ServerSetting { s.Secret = true; return s }
	boolean := func(s ServerSetting) ServerSetting { s.Bool = true; return s }
	standard := func(s ServerSetting, text string) ServerSetting { s.Default = text; return s }
	return []ServerSetting{
		plain("host", "address to listen on; empty for all", words(func(s *Server) *string { return &s.Host })),
		standard(plain("port", "port to listen on", port), "8080"),
		plain("public_url", "where people and agents reach this server, such as https://custard.example.com; links in mails begin with it", publicURL),
		plain("database_url", "sqlite:PATH or postgres://…; SQLite in the data folder where it is empty", words(func(s *Server) *string { return &s.DatabaseURL })),
		plain("database_url_file", "a file that holds it", fromFile(func(s *Server) *string { return &s.DatabaseURL })),
		boolean(own("migrate", "bring the database up to date at the start", "true", truth(func(s *Server) *bool { return &s.Migrate }))),
		plain("nats_url", "nats://… that replicas of this server share; one server alone where it is empty", words(func(s *Server) *string { return &s.NATSURL })),
		own("tls_cert", "certificate (PEM); the server speaks HTTPS with it", "", words(func(s *Server) *string { return &s.TLSCert })),
		own("tls_key", "its key (PEM)", "", words(func(s *Server) *string { return &s.TLSKey })),
		secret(plain("resend_api_key", "sends mail through Resend", words(func(s *Server) *string { return &s.ResendKey }))),
		plain("resend_api_key_file", "a file that holds it", fromFile(func(s *Server) *string { return &s.ResendKey })),
		secret(plain("smtp_url", "sends mail through SMTP: smtp://user:password@host:587, smtps://…:465", words(func(s *Server) *string { return &s.SMTPURL }))),
		plain("smtp_url_file", "a file that holds it", fromFile(func(s *Server) *string { return &s.SMTPURL })),
		plain("mail_from", "whom mails come from: Custard <custard@example.com>", words(func(s *Server) *string { return &s.MailFrom })),
		own("mail_templates", "folder of templates that replace the mails' own", "", words(func(s *Server) *string { return &s.MailTemplates })),
		secret(plain("openai_api_key", "lets questions be translated by OpenAI's models", words(func(s *Server) *string { return &s.OpenAIKey }))),
		plain("openai_api_key_file", "a file that holds it", fromFile(func(s *Server) *string { return &s.OpenAIKey })),
		secret(plain("anthropic_api_key", "lets questions be translated by Anthropic's models", words(func(s *Server) *string { return &s.AnthropicKey }))),
		plain("anthropic_api_key_file", "a file that holds it", fromFile(func(s *Server) *string { return &s.AnthropicKey })),
		own("engine", "the engine where a question and its connection name none: builtin, or provider/model", "", words(func(s *Server) *string { return &s.Engine })),
		own("model_networks", "private networks in which models may be reached, such as 10.1.0.0/16,127.0.0.1; public addresses always may", "", texts(func(s *Server) *[]string { return &s.ModelRanges })),
		boolean(own("org_model_networks", "let the addresses that organisations set for models of their own be in model_networks too", "false", truth(func(s *Server) *bool { return &s.OwnRanges }))),
		secret(own("secret", "seals the keys that organisations give for models: 32 random bytes or more, the same on all replicas; after a comma those it was before. Where the database is SQLite one is made beside it", "", words(func(s *Server) *string { return &s.Secret }))),
		own("secret_file", "a file that holds it", "", fromFile(func(s *Server) *string { return &s.Secret })),
		own("model_daily_tokens", "tokens that an organisation may take of this server's own models a day (UTC), on all replicas together; 0 for no bound", "0", number(func(s *Server) *int64 { return &s.DailyTokens })),
		own("model_request_tokens", "tokens that one request to a model may take, prompt and answer together; 0 for no bound", "0", number(func(s *Server) *int64 { return &s.AskTokens })),
		own("model_prices", "a file of models' prices, laid over the list prices: {\"openai/gpt-4.1\": {\"input\": 2, \"output\": 8}}, in US dollars a million tokens", "", words(func(s *Server) *string { return &s.ModelPrices })),
		own("metrics_address", "where /metrics answers, such as 127.0.0.1:9090; where it is empty, beside everything else, to this machine alone", "", words(func(s *Server) *string { return &s.MetricsAddress })),
		boolean(own("metrics_open", "let /metrics answer everybody who reaches the server", "false", truth(func(s *Server) *bool { return &s.MetricsOpen }))),
		own("trusted_proxies", "networks of proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8,::1", "", prefixes),
		boolean(own("rate_limits", "bound how often an address, an account and an organisation may call", "true", truth(func(s *Server) *bool { return &s.RateLimits }))),
		own("grace", "how long what runs may take to end after SIGTERM", "20s", span(func(s *Server) *time.Duration { return &s.Grace })),
		own("drain_delay", "how long /status says 'draining' after SIGTERM before the listener closes, for load balancers", "0s", delay(func(s *Server) *time.Duration { return &s.DrainDelay })),
		own("memory_limit", "memory that the garbage collector tries to keep the process below, such as 256MiB; 0 for no limit", "0", size(func(s *Server) *int64 { return &s.MemoryLimit })),
		own("gc_percent", "how much the heap may grow before it is collected: less takes less memory and more time", "50", count(func(s *Server) *int { return &s.GCPercent }, 10, 1000)),
		own("log_format", "text or json", "text", oneOf(func(s *Server) *string { return &s.LogFormat }, "text", "json")),
		own("log_level", "debug, info, warn or error", "info", oneOf(func(s *Server) *string { return &s.LogLevel }, "debug", "info", "warn", "error")),
	}
}

// ServerOptions say where custard-server's settings come from.
type ServerOptions struct {
	File   string // YAML; CUSTARD_SERVER_CONFIG where empty, and none where that is empty too
	Flags  map[string]string
	Getenv func(string) string
}

// LoadServer reads custard-server's settings. Errors are CodeUsage, name where the setting comes from and what it should
// hold, and never hold a secret.
func LoadServer(o ServerOptions) (*Server, error) {
	path := o.File
	if path == "" {
		path = o.Getenv(serverPrefix + "CONFIG")
	}
	settings := ServerSettings()
	file, err := settingsFile(path, "custard-server", serverPrefix+"CONFIG", func(key string) (env string, secret, known bool) {
		n := slices.IndexFunc(settings, func(s ServerSetting) bool { return s.Key == key })
		if n < 0 {
			return "", false, false
		}
		return settings[n].Env, settings[n].Secret, true
	})
	if err != nil {
		return nil, err
	}
	out := &Server{}
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
		if (s.Key == "database_url" || s.Key == "nats_url") && origin != s.Env && holdsPassword(value) {
			return nil, custard.Errorf(custard.CodeUsage, "%s holds a password", origin).
				WithHint("Others can read it there. Set %s in the environment.", s.Env)
		}
		if value == "" {
			continue
		}
		if err := s.parse(out, value); err != nil {
			return nil, custard.Errorf(custard.CodeUsage, "%s %s", origin, err.Error()).WithHint("It is %s.", s.Help)
		}
	}
	switch {
	case (out.TLSCert == "") != (out.TLSKey == ""):
		return nil, custard.Errorf(custard.CodeUsage, "there is a certificate without a key, or a key without a certificate").
			WithHint("Give both --tls-cert and --tls-key, or none.")
	case out.ResendKey != "" && out.SMTPURL != "":
		return nil, custard.Errorf(custard.CodeUsage, "mail is set up twice: RESEND_API_KEY and SMTP_URL").WithHint("Leave one of them out.")
	case (out.ResendKey != "" || out.SMTPURL != "") && out.MailFrom == "":
		return nil, custard.Errorf(custard.CodeUsage, "mails have no sender").WithHint("Set MAIL_FROM: Custard <custard@example.com>.")
	}
	return out, nil
}

// publicURL reads the address that links begin with.
func publicURL(s *Server, text string) error {
	text = strings.TrimRight(text, "/")
	rest, ok := strings.CutPrefix(text, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(text, "http://")
	}
	if !ok || rest == "" || strings.ContainsAny(rest, "/?#@ \t\"'\\") {
		return fmt.Errorf("is %q, not an address such as https://custard.example.com", text)
	}
	s.PublicURL = text
	return nil
}

// port reads the number of a TCP port; 0 is one that is free.
func port(s *Server, text string) error {
	if n, err := strconv.ParseUint(text, 10, 16); err != nil || strconv.FormatUint(n, 10) != text {
		return fmt.Errorf("is %q, not a number from 0 to 65535", text)
	}
	s.Port = text
	return nil
}

// prefixes reads networks and addresses, with commas between.
func prefixes(s *Server, text string) error {
	for one := range strings.SplitSeq(text, ",") {
		one = strings.TrimSpace(one)
		p, err := netip.ParsePrefix(one)
		if addr, aerr := netip.ParseAddr(one); err != nil && aerr == nil {
			p, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			return fmt.Errorf("names %q, not a network such as 10.0.0.0/8", one)
		}
		s.TrustedProxies = append(s.TrustedProxies, p.Masked())
	}
	return nil
}

// texts reads a list with commas between.
func texts(field func(*Server) *[]string) func(*Server, string) error {
	return func(s *Server, text string) error {
		for one := range strings.SplitSeq(text, ",") {
			*field(s) = append(*field(s), strings.TrimSpace(one))
		}
		return nil
	}
}

// delay reads a duration that may be 0.
func delay(field func(*Server) *time.Duration) func(*Server, string) error {
	return func(s *Server, text string) error {
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 {
			return fmt.Errorf("is %q, not a duration such as 0s or 5s", text)
		}
		*field(s) = d
		return nil
	}
}
