package cli

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/custard-ai/custard/server/llm/llmtest"
)

// A question in this process is a trace where the environment names a collector, by LangSmith's variables too; what was asked
// is in it only where that is wanted.
func TestQuestionsAreTraced(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var got []string
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		text, err := io.ReadAll(body)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		got = append(got, r.URL.Path+" "+r.Header.Get("X-Api-Key")+" "+r.Header.Get("Langsmith-Project")+" "+string(text))
	}))
	t.Cleanup(collector.Close)
	for _, c := range []struct {
		env     map[string]string
		begins  string
		content bool
	}{
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL}, "/v1/traces   ", false},
		{map[string]string{"LANGSMITH_ENDPOINT": collector.URL, "LANGSMITH_API_KEY": "ls-1", "LANGSMITH_PROJECT": "shop", "CUSTARD_TRACE_CONTENT": "true"}, "/otel/v1/traces ls-1 shop ", true},
	} {
		got = nil
		c.env["CUSTARD_HOME"] = t.TempDir()
		fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Text: counted})
		if _, errs, code := withModels(t, fake, c.env, "ask", "--demo", "--engine", "openai/gauge", "how many customers are there?"); code != 0 {
			t.Fatalf("%d: %s", code, errs)
		}
		mu.Lock()
		all := strings.Join(got, "\n")
		mu.Unlock()
		if !strings.HasPrefix(all, c.begins) || !strings.Contains(all, "gen_ai.operation.name") || !strings.Contains(all, "gen_ai.request.model") {
			t.Errorf("%v: the collector got %.300q", c.env, all)
		}
		if strings.Contains(all, "how many customers are there") != c.content {
			t.Errorf("%v: the question is told: %t", c.env, !c.content)
		}
	}
}
