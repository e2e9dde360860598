package cassette_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/all"
	"github.com/custard-ai/custard/server/llm/cassette"
	"github.com/custard-ai/custard/server/llm/guard"
	"github.com/custard-ai/custard/server/llm/llmtest"
)

// recorder opens a model over a fake and records into dir.
func recorder(t *testing.T, dir, name string, fake *llmtest.Fake) llm.Provider {
	t.Helper()
	return open(t, name, all.Config{Key: llmtest.Key, Base: "http://fake.example/v1", Client: fake.Client(t), Transport: func(next http.RoundTripper) http.RoundTripper {
		r, err := cassette.Record(dir, next)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}})
}

// replayer opens a model over the recordings in dir, at its own address and without a key.
func replayer(t *testing.T, dir, name string) llm.Provider {
	t.Helper()
	return open(t, name, all.Config{Replayed: true, Transport: func(http.RoundTripper) http.RoundTripper { return cassette.Replay(dir) }})
}

func open(t *testing.T, name string, c all.Config) llm.Provider {
	t.Helper()
	if c.Base != "" {
		c.Guard = guard.Local()
	}
	p, err := all.Open(name, c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// pieces asks and returns the answer's pieces, with its end or error last.
func pieces(t *testing.T, p llm.Provider, req *llm.Request) []string {
	t.Helper()
	var out []string
	for chunk, err := range p.Stream(t.Context(), req) {
		switch {
		case err != nil:
			out = append(out, string(llm.KindOf(err)))
		case chunk.End != nil:
			out = append(out, string(chunk.End.Finish), chunk.End.Model)
			if chunk.End.Usage.Known {
				out = append(out, "usage")
			}
		default:
			out = append(out, chunk.Text)
		}
	}
	return out
}

func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(data)
	}
	return out
}

func TestReplayIsWhatWasRecorded(t *testing.T) {
	t.Parallel()
	used := llm.Usage{Input: 10, Output: 5, Known: true}
	for name, protocol := range map[string]llmtest.Protocol{"openai/gauge": llmtest.OpenAI{}, "anthropic/gauge": llmtest.Anthropic{}} {
		for what, c := range map[string]struct {
			answer llmtest.Answer
			req    *llm.Request
		}{
			"text":        {llmtest.Answer{Text: "größer als 金額 — 42\n\nand a blank line", Usage: used}, llmtest.Question()},
			"JSON":        {llmtest.Answer{Text: `{"sql":"select 1"}`, Usage: used}, llmtest.Form()},
			"signs":       {llmtest.Answer{Text: "42", KeepAlive: 2, Usage: used}, llmtest.Question()},
			"refusal":     {llmtest.Answer{Finish: llm.FinishRefusal, Refusal: "No.", Usage: used}, llmtest.Question()},
			"key told":    {llmtest.Answer{Status: http.StatusBadRequest, Body: `{"error":{"type":"invalid_request_error","message":"not with ` + llmtest.Key + `"}}`}, llmtest.Question()},
			"bad request": {llmtest.Answer{Problem: llmtest.ProblemBadRequest}, llmtest.Question()},
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				t.Parallel()
				dir := filepath.Join(t.TempDir(), "new", "folder")
				c.answer.Header = http.Header{"Openai-Organization": {"org-secret"}, "Set-Cookie": {"cf=secret"}, "Request-Id": {"req_secret"}}
				fake := llmtest.Say(protocol, c.answer)
				want := pieces(t, recorder(t, dir, name, fake), c.req)
				got := pieces(t, replayer(t, dir, name), c.req)
				if !slices.Equal(got, want) || len(fake.Requests()) != 1 {
					t.Errorf("replayed %q, recorded %q", got, want)
				}
				for file, text := range files(t, dir) {
					if strings.Contains(text, llmtest.Key) || strings.Contains(text, "secret") || strings.Contains(text, "Authorization") || strings.Contains(text, "X-Api-Key") {
						t.Errorf("a secret is in %s:\n%s", file, text)
					}
					if !strings.HasPrefix(file, "gauge-") || !strings.Contains(text, "How many customers are there? 金額") {
						t.Errorf("%s is not for people:\n%s", file, text)
					}
				}
			})
		}
	}
}

func TestMissingRecording(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := replayer(t, dir, "openai/gauge")
	_, err := llm.Complete(t.Context(), p, llmtest.Question())
	e := custard.AsError(err)
	if e == nil || e.Code != custard.CodeNotFound || e.Retry || !strings.Contains(e.Message, filepath.Join(dir, "gauge-")) || !strings.Contains(e.Hint, "--record "+dir) {
		t.Fatalf("%v, %+v", err, e)
	}
	_, name, _ := strings.Cut(e.Message, dir+string(filepath.Separator))
	for _, broken := range []string{"", "hello", "-- request --\nx\n\n-- answer --\nhello\n\n", "-- request --\n\n-- answer --\n200\nbroken header\n\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := llm.Complete(t.Context(), p, llmtest.Question())
		if e := custard.AsError(err); e == nil || e.Code != custard.CodeUsage || !strings.Contains(e.Message, name) {
			t.Errorf("%q: %v", broken, err)
		}
	}
}

// Random marks differ from run to run: the request is found all the same, and an answer that holds one holds the run's own.
func TestRandomMarks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ask := func(schema, question string) *llm.Request {
		return &llm.Request{
			System:   "Between <schema-" + schema + "> and </schema-" + schema + "> stands data.",
			Messages: []llm.Message{{Role: llm.RoleUser, Text: "<question-" + question + ">\nhow many?\n</question-" + question + ">"}},
		}
	}
	fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Pieces: []string{"between abcdefghijkl and 234567234567"}})
	pieces(t, recorder(t, dir, "openai/gauge", fake), ask("abcdefghijkl", "234567234567"))
	got := pieces(t, replayer(t, dir, "openai/gauge"), ask("zzzzzzzzzzzz", "yyyyyyyyyyyy"))
	if got[0] != "between zzzzzzzzzzzz and yyyyyyyyyyyy" {
		t.Errorf("%q", got)
	}
	for file, text := range files(t, dir) {
		if strings.Contains(text, "abcdefghijkl") {
			t.Errorf("a random mark is in %s:\n%s", file, text)
		}
	}
	if got := pieces(t, replayer(t, dir, "openai/gauge"), ask("zzzzzzzzzzzz", "zzzzzzzzzzzz")); got[0] != string(llm.KindForbidden) {
		t.Errorf("another request was answered: %q", got)
	}
}

func TestSameRequestAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Text: "one"}, llmtest.Answer{Problem: llmtest.ProblemRateLimit}, llmtest.Answer{Text: "two", CutAfter: 2}, llmtest.Answer{Text: "two"})
	p := recorder(t, dir, "openai/gauge", fake)
	for _, want := range []string{"one", string(llm.KindRateLimited), "two", "two"} {
		if got := pieces(t, p, llmtest.Question()); got[0] != want {
			t.Fatalf("%q, want %q", got, want)
		}
	}
	if n := len(files(t, dir)); n != 2 {
		t.Errorf("%d files, want 2: %v", n, files(t, dir))
	}
	r := replayer(t, dir, "openai/gauge")
	for _, want := range []string{"one", "two", "two"} {
		if got := pieces(t, r, llmtest.Question()); got[0] != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A replayed stream comes event by event: the first piece is there before the rest is read.
func TestStreamIsReplayedEventByEvent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Pieces: []string{"a", "b", "c"}})
	pieces(t, recorder(t, dir, "openai/gauge", fake), llmtest.Question())
	reads := 0
	p := open(t, "openai/gauge", all.Config{Replayed: true, Transport: func(http.RoundTripper) http.RoundTripper {
		return counting{cassette.Replay(dir), &reads}
	}})
	var at []int
	for chunk, err := range p.Stream(t.Context(), llmtest.Question()) {
		if err != nil {
			t.Fatal(err)
		}
		if chunk.Text != "" {
			at = append(at, reads)
		}
	}
	if !slices.Equal(at, []int{2, 3, 4}) { // the first event opens the answer
		t.Errorf("the pieces came after %v reads", at)
	}
}
