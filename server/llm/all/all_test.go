package all_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/all"
	"github.com/custard-ai/custard/server/llm/guard"
	"github.com/custard-ai/custard/server/llm/llmtest"
)

func environment(kv ...string) func(string) string {
	return func(name string) string {
		for _, s := range kv {
			if k, v, _ := strings.Cut(s, "="); k == name {
				return v
			}
		}
		return ""
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	local := guard.Local()
	for _, c := range []struct {
		name string
		cfg  all.Config
		code custard.Code // empty: opens
		says string       // in message and hint
	}{
		{name: "openai/gpt-4.1", cfg: all.Config{Getenv: environment("OPENAI_API_KEY=k")}},
		{name: "openai/gpt-4.1", cfg: all.Config{Key: "k"}},
		{name: "openai/gpt-4.1", code: custard.CodeUsage, says: "Set OPENAI_API_KEY."},
		{name: "openai/gpt-4.1", cfg: all.Config{Replayed: true}},
		{name: "openai/own", cfg: all.Config{Getenv: environment("OPENAI_BASE_URL=http://localhost:9/v1"), Guard: local}},
		{name: "openai/own", cfg: all.Config{Getenv: environment("OPENAI_BASE_URL=http://localhost:9/v1", "OPENAI_API_KEY=k")}, code: custard.CodeUsage, says: "OPENAI_BASE_URL: the base URL is not usable: http://"},
		{name: "openai/own", cfg: all.Config{Base: "https://10.0.0.8/v1", Key: "k"}, code: custard.CodePolicy, says: "10.0.0.8"},
		{name: "anthropic/claude-sonnet-4-5", cfg: all.Config{Getenv: environment("ANTHROPIC_API_KEY=k")}},
		{name: "anthropic/claude-sonnet-4-5", code: custard.CodeUsage, says: "ANTHROPIC_API_KEY"},
		{name: "ollama/llama3.2", cfg: all.Config{Guard: local}},
		{name: "ollama/llama3.2", code: custard.CodePolicy, says: "OLLAMA_BASE_URL"},
		{name: "azure/prod", cfg: all.Config{Key: "k"}, code: custard.CodeUsage, says: "AZURE_OPENAI_ENDPOINT"},
		{name: "azure/prod", cfg: all.Config{Getenv: environment("AZURE_OPENAI_ENDPOINT=https://x.openai.azure.com", "AZURE_OPENAI_API_KEY=k")}},
		{name: "gemini/gemini-2.5-flash", code: custard.CodeUsage, says: "GEMINI_API_KEY or GOOGLE_API_KEY"},
		{name: "gemini/gemini-2.5-flash", cfg: all.Config{Getenv: environment("GOOGLE_API_KEY=k")}},
		{name: "openrouter/anthropic/claude-sonnet-4.5", cfg: all.Config{Key: "k"}},
		{name: "openai/x", cfg: all.Config{Key: "two\nlines"}, code: custard.CodeUsage, says: "OPENAI_API_KEY"},
		{name: "gpt-4.1", code: custard.CodeUsage, says: "openai"},
		{name: "opneai/gpt-4.1", code: custard.CodeUsage, says: "anthropic, azure"},
		{name: "openai/", code: custard.CodeUsage, says: "SERVICE/MODEL"},
		{name: "openai/a b", code: custard.CodeUsage, says: "SERVICE/MODEL"},
	} {
		p, err := all.Open(c.name, c.cfg)
		if c.code == "" {
			if err != nil || p.Name() != c.name {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		e := custard.AsError(err)
		if e == nil || e.Code != c.code || !strings.Contains(e.Message+" "+e.Hint, c.says) {
			t.Errorf("%s: got %v (%+v), want %s saying %q", c.name, err, e, c.code, c.says)
		}
		if e != nil && strings.Contains(e.Message+e.Hint, "two") {
			t.Errorf("the key is in the error: %v", e)
		}
	}
}

// The environment's key belongs to the environment's address: a base URL that somebody else set does not get it.
func TestKeyOfTheEnvironmentIsNotSentElsewhere(t *testing.T) {
	t.Parallel()
	env := environment("OPENAI_API_KEY="+llmtest.Key, "ANTHROPIC_API_KEY="+llmtest.Key)
	fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Text: "42"})
	p, err := all.Open("openai/gauge", all.Config{Getenv: env, Base: "http://elsewhere.example/v1", Guard: guard.Local(), Client: fake.Client(t)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := llm.Complete(t.Context(), p, llmtest.Question()); err != nil {
		t.Fatal(err)
	}
	for name, values := range fake.Requests()[0].Header {
		if strings.Contains(strings.Join(values, " "), llmtest.Key) {
			t.Errorf("the key was sent in %s", name)
		}
	}
	_, err = all.Open("anthropic/gauge", all.Config{Getenv: env, Base: "https://elsewhere.example"})
	if e := custard.AsError(err); e == nil || e.Code != custard.CodeUsage {
		t.Errorf("got %v", err)
	}
}

func TestServicesAreSorted(t *testing.T) {
	t.Parallel()
	if s := all.Services(); !slices.IsSorted(s) || !slices.Contains(s, "anthropic") || !slices.Contains(s, "openai") {
		t.Fatalf("%q", s)
	}
}

// Over a real socket: opened by name, with the base URL and key of the environment, through the guard; and refused by the
// guard where nothing private is allowed, though the URL names a host.
func TestOpenedProviderReachesItsService(t *testing.T) {
	t.Parallel()
	fakes := map[string]*llmtest.Fake{
		"openai/gauge":    llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Text: "42"}),
		"anthropic/gauge": llmtest.Say(llmtest.Anthropic{}, llmtest.Answer{Text: "42"}),
	}
	for name, fake := range fakes {
		service, _, _ := strings.Cut(name, "/")
		url := strings.Replace(fake.URL(t), "127.0.0.1", "localhost", 1) + "/v1"
		env := environment(strings.ToUpper(service)+"_BASE_URL="+url, strings.ToUpper(service)+"_API_KEY="+llmtest.Key)
		p, err := all.Open(name, all.Config{Getenv: env, Guard: guard.Local()})
		if err != nil {
			t.Fatal(err)
		}
		res, err := llm.Complete(t.Context(), p, llmtest.Question())
		if err != nil || res.Text != "42" {
			t.Errorf("%s: %q, %v", name, res.Text, err)
		}
		narrow, err := guard.ParsePolicy([]string{"10.9.8.0/24"}) // http is taken, this machine is not
		if err != nil {
			t.Fatal(err)
		}
		p, err = all.Open(name, all.Config{Getenv: env, Guard: narrow})
		if err != nil {
			t.Fatal(err)
		}
		_, err = llm.Complete(t.Context(), p, llmtest.Question())
		if llm.KindOf(err) != llm.KindForbidden || custard.AsError(err).Code != custard.CodePolicy || llm.Retryable(err) {
			t.Errorf("%s: %v", name, err)
		}
		if n := len(fake.Requests()); n != 1 {
			t.Errorf("%s: %d requests", name, n)
		}
	}
}
