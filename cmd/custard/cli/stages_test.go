package cli

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/llmtest"
)

// What a question went through is in the history: the call that failed at the service, the draft that failed at the check,
// the repair, the tokens. No cell is in it, and scripts that read entries see it only where they ask.
func TestHistoryShowsWhatAQuestionWentThrough(t *testing.T) {
	t.Parallel()
	used := llm.Usage{Input: 2000, Output: 60, Cached: 500, Known: true}
	wrong := strings.Replace(counted, "count(*) as customers", "shoe_size", 1)
	fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Problem: llmtest.ProblemServer}, llmtest.Answer{Text: wrong, Usage: used}, llmtest.Answer{Text: counted, Usage: used})
	env := map[string]string{"CUSTARD_HOME": t.TempDir()}
	if _, errs, code := withModels(t, fake, env, "ask", "--demo", "--engine", "openai/gauge", "how many customers are there?"); code != 0 {
		t.Fatalf("%d: %s", code, errs)
	}
	out, errs, code := withModels(t, fake, env, "history", "show", "--trace")
	if code != 0 {
		t.Fatalf("%d: %s", code, errs)
	}
	_, trace, _ := strings.Cut(out, "\n\n")
	times := regexp.MustCompile(` *\+[\d.]+ m?s +[\d.]+ m?s  `)
	got := regexp.MustCompile(`\d+ tables`).ReplaceAllString(times.ReplaceAllString(trace, ""), "N tables")
	want := `ask  1 row
                       query: SELECT count(*) AS customers FROM customers
  schema  N tables
  translate  openai/gauge
                         draft: select shoe_size from customers
    chat gauge
                           unreachable: openai/gauge is not well (status 500): The server had an error while processing your request. Sorry about that!
    chat gauge  2000 tokens in, 500 of them cached, 60 out
  check
                         unknown_column: there is no column 'shoe_size'
  translate  openai/gauge, repair
                         after: there is no column 'shoe_size'
                         draft: select count(*) as customers from customers
    chat gauge  2000 tokens in, 500 of them cached, 60 out
  check
  query  1 row
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, c := range []struct {
		flags []string
		there bool
	}{{[]string{"--json"}, false}, {[]string{"--json", "--trace"}, true}} {
		out, _, _ := withModels(t, fake, env, append([]string{"history", "show"}, c.flags...)...)
		var e custard.HistoryEntry
		if err := json.Unmarshal([]byte(out), &e); err != nil || (e.Trace != nil) != c.there {
			t.Errorf("%v: %v %s", c.flags, err, out)
		}
	}
	if out, _, _ := withModels(t, fake, env, "history", "list", "--json"); strings.Contains(out, "trace") {
		t.Errorf("the list has stages: %s", out)
	}
}
