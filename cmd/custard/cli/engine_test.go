package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/llmtest"
)

// withModels runs the program with a fake service under OPENAI_BASE_URL.
func withModels(t *testing.T, fake *llmtest.Fake, env map[string]string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	home := t.TempDir()
	all := map[string]string{"CUSTARD_HOME": home, "HOME": home, "OPENAI_BASE_URL": fake.URL(t) + "/v1", "OPENAI_API_KEY": llmtest.Key}
	maps.Copy(all, env)
	var out, err bytes.Buffer
	code = Run(context.Background(), "1.2.3", args, strings.NewReader(""), &out, &err, func(k string) string { return all[k] })
	return out.String(), err.String(), code
}

const counted = `{"plan":"count","kind":"query","sql":"select count(*) as customers from customers","assumptions":["everybody ever"],"question":null,"choices":[],"reason":null,"confidence":0.9}`

func TestAskWithAModel(t *testing.T) {
	t.Parallel()
	fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Text: counted, Usage: llm.Usage{Input: 2000, Output: 60, Known: true}})
	out, errs, code := withModels(t, fake, nil, "ask", "--demo", "--engine", "openai/gauge", "--json", "how many customers are there?")
	if code != 0 {
		t.Fatalf("%d: %s%s", code, out, errs)
	}
	var answer struct {
		Engine, Query string
		Rows          [][]any
		Assumptions   []string
		Usage         custard.Usage
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Engine != "openai/gauge" || answer.Query != "SELECT count(*) AS customers FROM customers" || len(answer.Rows) != 1 || answer.Assumptions[0] != "everybody ever" ||
		answer.Usage.Input != 2000 || answer.Usage.Calls != 1 {
		t.Errorf("%+v", answer)
	}
	asked := fake.Requests()[0].Text()
	if !strings.Contains(asked, "TABLE customers (") || !strings.Contains(asked, "how many customers are there?") || strings.Contains(asked, llmtest.Key) {
		t.Errorf("asked:\n%s", asked)
	}
}

func TestEnginesAsAList(t *testing.T) {
	t.Parallel()
	fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Problem: llmtest.ProblemAuth})
	out, errs, code := withModels(t, fake, nil, "ask", "--demo", "--engine", "openai/gauge,builtin", "how many customers are there?")
	if code != 0 || !strings.Contains(errs, "openai/gauge did not answer") || !strings.Contains(errs, "builtin wrote this query") {
		t.Errorf("%d: %s%s", code, out, errs)
	}
	if _, errs, code = withModels(t, fake, nil, "ask", "--demo", "--engine", "openai/gauge", "how many customers are there?"); code != 4 {
		t.Errorf("%d: %s", code, errs)
	}
	for _, wrong := range []string{"gpt", "nobody/knows", "a,b,c,d,e,f"} {
		if _, errs, code = withModels(t, fake, nil, "ask", "--demo", "--engine", wrong, "how many customers are there?"); code != 2 {
			t.Errorf("%s: %d: %s", wrong, code, errs)
		}
	}
	if _, errs, code = withModels(t, fake, map[string]string{"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}, "ask", "--demo", "--engine", "openai/gauge", "x"); code != 2 || !strings.Contains(errs, "OPENAI_API_KEY") {
		t.Errorf("%d: %s", code, errs)
	}
	if _, errs, code = withModels(t, fake, nil, "ask", "--demo", "--candidates", "99", "x"); code != 2 {
		t.Errorf("%d: %s", code, errs)
	}
}

// The configured engine is the default, with the configured key, which nothing shows.
func TestConfiguredModel(t *testing.T) {
	t.Parallel()
	fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Text: counted})
	env := map[string]string{"CUSTARD_ENGINE": "openai/gauge", "CUSTARD_MODEL_KEY": "sk-configured", "CUSTARD_MODEL_URL": fake.URL(t) + "/v1", "CUSTARD_CANDIDATES": "3"}
	out, errs, code := withModels(t, fake, env, "ask", "--demo", "how many customers are there?")
	if code != 0 || len(fake.Requests()) != 3 || !strings.Contains(errs, "3 of 3 queries") {
		t.Fatalf("%d, %d requests: %s%s", code, len(fake.Requests()), out, errs)
	}
	if got := fake.Requests()[0].Header.Get("Authorization"); got != "Bearer sk-configured" {
		t.Errorf("sent %q", got)
	}
	out, errs, _ = withModels(t, fake, env, "config", "list")
	if strings.Contains(out+errs, "sk-configured") || !strings.Contains(out, "model_key") {
		t.Errorf("%s%s", out, errs)
	}
	if out, errs, _ = withModels(t, fake, env, "config", "get", "model_key"); strings.Contains(out+errs, "sk-configured") {
		t.Errorf("%s%s", out, errs)
	}
}

// What was recorded is replayed without a service, a key or the same random marks.
func TestRecordAndReplay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Text: counted})
	question := []string{"ask", "--demo", "--now", "2026-02-15", "--engine", "openai/gauge", "--json", "how many customers are there?"}
	recorded, errs, code := withModels(t, fake, nil, append(question, "--record", dir)...)
	if code != 0 {
		t.Fatalf("%d: %s%s", code, recorded, errs)
	}
	env := map[string]string{"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}
	replayed, errs, code := withModels(t, fake, env, append(question, "--replay", dir)...)
	if code != 0 || len(fake.Requests()) != 1 || !strings.Contains(replayed, `"engine": "openai/gauge"`) {
		t.Errorf("%d, %d requests: %s%s", code, len(fake.Requests()), replayed, errs)
	}
	question[len(question)-1] = "something else"
	if _, errs, code = withModels(t, fake, env, append(question, "--replay", dir)...); code == 0 {
		t.Errorf("what was never recorded was answered: %s", errs)
	}
	if _, errs, code = withModels(t, fake, nil, append(question, "--record", dir, "--replay", dir)...); code != 2 {
		t.Errorf("%d: %s", code, errs)
	}
}
