// Package all opens a language model by its name. It is the one place that lists the providers.
package all

import (
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/anthropic"
	"github.com/custard-ai/custard/server/llm/guard"
	"github.com/custard-ai/custard/server/llm/openai"
)

// Config is what opening takes from the program. The zero value opens nothing but what needs no key and is public.
type Config struct {
	// Getenv reads the environment: OPENAI_API_KEY, OPENAI_BASE_URL … nil reads none, which is right where keys are an
	// organisation's own.
	Getenv func(string) string
	Key    string       // goes before the environment's
	Base   string       // the base URL; goes before the environment's, whose key is then not sent: it is for another address
	Guard  guard.Policy // which addresses may be dialled
	// Client makes the calls, where many providers share connections: one of Guard.Client. nil makes one of its own.
	Client *http.Client
	// Transport wraps what the calls go through: a cassette, a trace. nil leaves it as it is.
	Transport func(http.RoundTripper) http.RoundTripper
	// Replayed says that Transport answers without the service: no key is needed then.
	Replayed bool
	Idle     time.Duration    // the longest silence of a service; 0 takes the default
	Now      func() time.Time // nil takes time.Now
}

// Services returns the names of the services, sorted: what stands before the / of a model's name.
func Services() []string {
	names := []string{anthropic.Service}
	for _, p := range openai.Presets() {
		names = append(names, p.Name)
	}
	slices.Sort(names)
	return names
}

// Open returns the provider of a name, SERVICE/MODEL: openai/gpt-4.1, anthropic/claude-sonnet-4-5, ollama/llama3.2,
// azure/DEPLOYMENT, openrouter/anthropic/claude-sonnet-4.5. It makes no call. Errors are CodeUsage with what to write or set
// instead; CodePolicy for a base URL that may not be dialled.
func Open(name string, c Config) (llm.Provider, error) {
	service, model, ok := strings.Cut(name, "/")
	const longest = 200
	if !ok || model == "" || len(name) > longest || strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return nil, unknown(name)
	}
	if service == anthropic.Service {
		key, base, err := c.access([]string{anthropic.KeyEnv}, false, anthropic.BaseEnv, anthropic.BaseURL, service)
		if err != nil {
			return nil, err
		}
		return anthropic.New(anthropic.Config{Model: model, BaseURL: base, Key: key, HTTP: c.client(), Idle: c.Idle, Now: c.Now}), nil
	}
	preset, ok := openai.PresetOf(service)
	if !ok {
		return nil, unknown(name)
	}
	key, base, err := c.access(preset.KeyEnv, preset.NoKey, preset.BaseEnv, preset.BaseURL, service)
	if err != nil {
		return nil, err
	}
	version := preset.Version
	if own := c.env(preset.VersionEnv); own != "" {
		version = own
	}
	return openai.New(openai.Config{
		Preset: preset, Model: model, BaseURL: base, Key: key, Version: version, HTTP: c.client(), Idle: c.Idle, Now: c.Now,
	}), nil
}

func unknown(name string) error {
	return custard.Errorf(custard.CodeUsage, "no model is called %q", name).
		WithHint("Write SERVICE/MODEL, such as openai/gpt-4.1 or ollama/llama3.2. The services: %s. Without a model: builtin.", strings.Join(Services(), ", "))
}

// access returns the key and the base URL of a service.
func (c Config) access(keyEnv []string, noKey bool, baseEnv, baseURL, service string) (key, base string, err error) {
	own := c.Base
	if own == "" {
		own = c.env(baseEnv)
	}
	raw := own
	if raw == "" {
		raw = baseURL
	}
	if raw == "" {
		return "", "", custard.Errorf(custard.CodeUsage, "the address of %s is not known", service).WithHint("Set %s, such as https://NAME.openai.azure.com.", baseEnv)
	}
	if base, err = c.Guard.BaseURL(raw); err != nil {
		if own == "" && noKey {
			return "", "", custard.Errorf(custard.CodePolicy, "%s runs at %s, which may not be dialled from here", service, raw).
				WithHint("The operator can allow private addresses for models, and set %s.", baseEnv)
		}
		e := *custard.AsError(err)
		e.Message = baseEnv + ": " + e.Message
		return "", "", &e
	}
	key = c.Key
	for _, name := range keyEnv {
		if key == "" && c.Base == "" {
			key = strings.TrimSpace(c.env(name))
		}
	}
	switch {
	case strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return "", "", custard.Errorf(custard.CodeUsage, "the key of %s has characters that no key has", service).WithHint("Set %s anew, without line ends or quotes.", keyEnv[0])
	case key == "" && own != "" && service == "openai":
		// A compatible server of one's own, which may well want none; one that does answers that it does.
	case key == "" && !noKey && !c.Replayed:
		return "", "", custard.Errorf(custard.CodeUsage, "%s needs a key", service).WithHint("Set %s.", strings.Join(keyEnv, " or "))
	}
	return key, base, nil
}

func (c Config) env(name string) string {
	if c.Getenv == nil || name == "" {
		return ""
	}
	return c.Getenv(name)
}

func (c Config) client() *http.Client {
	if c.Client == nil {
		c.Client = c.Guard.Client()
	}
	if c.Transport == nil {
		return c.Client
	}
	client := *c.Client
	client.Transport = c.Transport(client.Transport)
	return &client
}
