package llm_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/llmtest"
	"github.com/custard-ai/custard/server/llm/openai"
)

const winding = "a long and winding answer that goes on for a good many pieces"

var used = llm.Usage{Input: 1000, Output: 20, Cached: 400, Known: true}

// provider is openai/NAME over a fake.
func provider(t *testing.T, name string, fake *llmtest.Fake) llm.Provider {
	t.Helper()
	preset, _ := openai.PresetOf("openai")
	return openai.New(openai.Config{Preset: preset, Model: name, BaseURL: "http://fake/v1", Key: llmtest.Key, HTTP: fake.Client(t)})
}

func say(answers ...llmtest.Answer) *llmtest.Fake { return llmtest.Say(llmtest.OpenAI{}, answers...) }

func problem(p llmtest.Problem, header ...string) llmtest.Answer {
	a := llmtest.Answer{Problem: p, Header: http.Header{}}
	for i := 0; i < len(header); i += 2 {
		a.Header.Set(header[i], header[i+1])
	}
	return a
}

// most waits as long as jitter may.
func most(d time.Duration) time.Duration { return d }

func TestRetry(t *testing.T) {
	t.Parallel()
	good := llmtest.Answer{Text: winding, Usage: used}
	overloaded, limited := problem(llmtest.ProblemOverloaded), problem(llmtest.ProblemRateLimit)
	for _, c := range []struct {
		name     string
		answers  []llmtest.Answer
		deadline time.Duration
		whole    bool
		kind     llm.Kind // of the error; empty for an answer
		asked    int
		took     time.Duration
	}{
		{name: "nothing wrong", answers: []llmtest.Answer{good}, asked: 1},
		{name: "overloaded twice", answers: []llmtest.Answer{overloaded, overloaded, good}, asked: 3, took: 1500 * time.Millisecond},
		{name: "overloaded for good", answers: []llmtest.Answer{overloaded}, kind: llm.KindOverloaded, asked: 4, took: 3500 * time.Millisecond},
		{name: "429 with seconds", answers: []llmtest.Answer{problem(llmtest.ProblemRateLimit, "Retry-After", "7"), good}, asked: 2, took: 7 * time.Second},
		{name: "429 with a date", answers: []llmtest.Answer{problem(llmtest.ProblemRateLimit, "Retry-After", "Wed, 21 Oct 2015 07:28:09 GMT", "Date", "Wed, 21 Oct 2015 07:28:00 GMT"), good}, asked: 2, took: 9 * time.Second},
		{name: "429 without", answers: []llmtest.Answer{limited, good}, asked: 2, took: 500 * time.Millisecond},
		{name: "429 for longer than is waited", answers: []llmtest.Answer{problem(llmtest.ProblemRateLimit, "Retry-After", "21"), good}, kind: llm.KindRateLimited, asked: 1},
		{name: "429 for longer than the deadline", deadline: 5 * time.Second, answers: []llmtest.Answer{problem(llmtest.ProblemRateLimit, "Retry-After", "6"), good}, kind: llm.KindRateLimited, asked: 1},
		{name: "no credit", answers: []llmtest.Answer{problem(llmtest.ProblemQuota), good}, kind: llm.KindQuota, asked: 1},
		{name: "wrong key", answers: []llmtest.Answer{problem(llmtest.ProblemAuth), good}, kind: llm.KindAuth, asked: 1},
		{name: "bad request", answers: []llmtest.Answer{problem(llmtest.ProblemBadRequest), good}, kind: llm.KindBadRequest, asked: 1},
		{name: "refusal", answers: []llmtest.Answer{{Finish: llm.FinishRefusal, Refusal: "No."}, good}, kind: llm.KindRefused, asked: 1},
		{name: "cut before a word", answers: []llmtest.Answer{{Text: winding, CutAfter: 1}, good}, asked: 2, took: 500 * time.Millisecond},
		{name: "cut in the middle", answers: []llmtest.Answer{{Text: winding, CutAfter: 4}, good}, kind: llm.KindCut, asked: 1},
		{name: "cut in the middle, nothing passed on", whole: true, answers: []llmtest.Answer{{Text: winding, CutAfter: 4}, good}, asked: 2, took: 500 * time.Millisecond},
		{name: "silence", answers: []llmtest.Answer{{Hang: true}, good}, kind: llm.KindHung, asked: 1, took: 3 * time.Minute},
		{name: "empty", answers: []llmtest.Answer{{Usage: used}, good}, asked: 2, took: 500 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := say(c.answers...)
				p := llm.Wrap(provider(t, "a", fake), llm.Layers{Whole: c.whole, Retry: llm.RetryPolicy{Attempts: 4, Jitter: most}, Deadline: c.deadline})
				began := time.Now()
				res, err := llm.Complete(t.Context(), p, llmtest.Question())
				if kind := llm.KindOf(err); kind != c.kind || c.kind == "" && err != nil {
					t.Fatalf("got %v, want %q", err, c.kind)
				}
				if n := len(fake.Requests()); n != c.asked {
					t.Errorf("asked %d times, want %d", n, c.asked)
				}
				if took := time.Since(began); took != c.took {
					t.Errorf("took %s, want %s", took, c.took)
				}
				if err == nil && (res.Text != winding || len(res.Attempts) != c.asked-1) {
					t.Errorf("%q after %d attempts", res.Text, len(res.Attempts))
				}
			})
		})
	}
}

// Jitter spreads the waits over all of the range, and the tokens of an attempt that failed are counted.
func TestRetryJitterAndUsage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		short := 0
		for range 40 {
			p := llm.WithRetry(provider(t, "a", say(problem(llmtest.ProblemServer), llmtest.Answer{Text: "x"})), llm.RetryPolicy{Attempts: 2})
			began := time.Now()
			if _, err := llm.Complete(t.Context(), p, llmtest.Question()); err != nil {
				t.Fatal(err)
			}
			switch took := time.Since(began); {
			case took > 500*time.Millisecond:
				t.Fatalf("waited %s", took)
			case took < 250*time.Millisecond:
				short++
			}
		}
		if short < 5 || short > 35 {
			t.Errorf("%d of 40 waits were in the lower half", short)
		}

		p := llm.Wrap(provider(t, "a", say(llmtest.Answer{Usage: used}, llmtest.Answer{Text: "x", Usage: used})), llm.Layers{
			Prices: llm.Prices{"openai/a": {Input: 1, Output: 10}}, Retry: llm.RetryPolicy{Attempts: 2},
		})
		res, err := llm.Complete(t.Context(), p, llmtest.Question())
		if err != nil {
			t.Fatal(err)
		}
		usage, cost := res.Total()
		if usage != used.Add(used) || !cost.Known || cost.USD != 2*res.Cost.USD || res.Cost.USD != 0.0012 {
			t.Errorf("total %+v, %+v; last %+v", usage, cost, res.Cost)
		}
	})
}

func TestRetryEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := say(problem(llmtest.ProblemOverloaded))
		p := llm.WithRetry(provider(t, "a", fake), llm.RetryPolicy{Attempts: 9, Base: 10 * time.Second, Jitter: most})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		began := time.Now()
		if _, err := llm.Complete(ctx, p, llmtest.Question()); llm.KindOf(err) != llm.KindCanceled || custard.AsError(err).Code != custard.CodeCanceled || time.Since(began) != 3*time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		well := false
		fake := llmtest.New(llmtest.OpenAI{}, func(llmtest.Recorded) llmtest.Answer {
			if well {
				return llmtest.Answer{Text: "x"}
			}
			return problem(llmtest.ProblemServer)
		})
		p := llm.NewBreakers(llm.BreakerPolicy{Failures: 3, Cooldown: 10 * time.Second}).Guard(provider(t, "a", fake), "a")
		want := func(kind llm.Kind, asked int) {
			t.Helper()
			_, err := llm.Complete(t.Context(), p, llmtest.Question())
			if llm.KindOf(err) != kind || len(fake.Requests()) != asked {
				t.Fatalf("%v after %d requests, want %q after %d", err, len(fake.Requests()), kind, asked)
			}
		}
		want(llm.KindOverloaded, 1)
		well = true
		want("", 2) // a success in between starts the count anew
		well = false
		for n := range 3 {
			want(llm.KindOverloaded, 3+n)
		}
		want(llm.KindOpen, 5)
		time.Sleep(10 * time.Second)
		want(llm.KindOverloaded, 6) // the probe
		want(llm.KindOpen, 6)
		time.Sleep(19 * time.Second)
		want(llm.KindOpen, 6) // twice as long after a probe that failed
		time.Sleep(time.Second)
		well = true
		want("", 7)
		want("", 8)
	})
}

// While one probes, others are kept off; a probe that its caller ends leaves the place to the next.
func TestBreakerProbesOneAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		answer := problem(llmtest.ProblemServer)
		fake := llmtest.New(llmtest.OpenAI{}, func(llmtest.Recorded) llmtest.Answer { return answer })
		p := llm.NewBreakers(llm.BreakerPolicy{Failures: 1, Cooldown: 10 * time.Second}).Guard(provider(t, "a", fake), "a")
		_, _ = llm.Complete(t.Context(), p, llmtest.Question())
		time.Sleep(10 * time.Second)
		answer = llmtest.Answer{Hang: true}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := llm.Complete(ctx, p, llmtest.Question())
			done <- err
		}()
		synctest.Wait()
		if _, err := llm.Complete(t.Context(), p, llmtest.Question()); llm.KindOf(err) != llm.KindOpen {
			t.Errorf("beside the probe: %v", err)
		}
		cancel()
		if err := <-done; llm.KindOf(err) != llm.KindCanceled {
			t.Errorf("the probe: %v", err)
		}
		answer = llmtest.Answer{Text: "x"}
		if _, err := llm.Complete(t.Context(), p, llmtest.Question()); err != nil {
			t.Errorf("the next probe: %v", err)
		}
	})
}

// A service that is silent until the deadline fails, unless the deadline left it no time.
func TestBreakerAndDeadlines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for deadline, want := range map[time.Duration]llm.Kind{time.Second: llm.KindHung, 30 * time.Second: llm.KindOpen} {
			p := llm.Wrap(provider(t, "a", say(llmtest.Answer{Hang: true})), llm.Layers{Breakers: llm.NewBreakers(llm.BreakerPolicy{Failures: 2}), Deadline: deadline})
			var err error
			for range 3 {
				_, err = llm.Complete(t.Context(), p, llmtest.Question())
			}
			if llm.KindOf(err) != want {
				t.Errorf("deadline %s: %v, want %s", deadline, err, want)
			}
		}
	})
}

// What a service refuses for good reasons does not open the circuit, nor does a busy minute.
func TestBreakerCountsFaultsOfTheServiceAlone(t *testing.T) {
	t.Parallel()
	for _, a := range []llmtest.Answer{
		problem(llmtest.ProblemAuth), problem(llmtest.ProblemBadRequest), problem(llmtest.ProblemTooLong), problem(llmtest.ProblemRateLimit),
		{Finish: llm.FinishRefusal, Refusal: "No."}, {Usage: used},
	} {
		fake := say(a)
		p := llm.NewBreakers(llm.BreakerPolicy{Failures: 1}).Guard(provider(t, "a", fake), "a")
		for range 3 {
			if _, err := llm.Complete(t.Context(), p, llmtest.Question()); llm.KindOf(err) == llm.KindOpen || err == nil {
				t.Errorf("%+v: %v", a, err)
			}
		}
	}
}

func TestChain(t *testing.T) {
	t.Parallel()
	good := llmtest.Answer{Text: winding, Usage: used}
	for _, c := range []struct {
		name    string
		answers []llmtest.Answer // of each provider
		by      string           // who answers; empty for none
		kind    llm.Kind
		asked   int // providers
	}{
		{"the first", []llmtest.Answer{good, good}, "openai/a", "", 1},
		{"overloaded", []llmtest.Answer{problem(llmtest.ProblemOverloaded), good}, "openai/b", "", 2},
		{"no credit, then no such model", []llmtest.Answer{problem(llmtest.ProblemQuota), problem(llmtest.ProblemNoModel), good}, "openai/c", "", 3},
		{"prompt too long for the first", []llmtest.Answer{problem(llmtest.ProblemTooLong), good}, "openai/b", "", 2},
		{"cut after a word", []llmtest.Answer{{Text: winding, CutAfter: 4}, good}, "", llm.KindCut, 1},
		{"a refusal is an answer", []llmtest.Answer{{Finish: llm.FinishRefusal, Refusal: "No."}, good}, "", llm.KindRefused, 1},
		{"none", []llmtest.Answer{problem(llmtest.ProblemAuth), problem(llmtest.ProblemServer)}, "", llm.KindOverloaded, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var fakes []*llmtest.Fake
			var providers []llm.Provider
			for i, a := range c.answers {
				fakes = append(fakes, say(a))
				providers = append(providers, provider(t, string(rune('a'+i)), fakes[i]))
			}
			p := llm.Chain(providers[0], providers[1:]...)
			res, err := llm.Complete(t.Context(), p, llmtest.Question())
			if llm.KindOf(err) != c.kind || c.kind == "" && err != nil {
				t.Fatalf("got %v", err)
			}
			asked := 0
			for _, f := range fakes {
				asked += len(f.Requests())
			}
			if asked != c.asked || p.Name() != "openai/a" {
				t.Errorf("%d were asked", asked)
			}
			if c.by != "" && (res.Provider != c.by || len(res.Attempts) != c.asked-1 || res.Text != winding) {
				t.Errorf("%s answered after %v", res.Provider, res.Attempts)
			}
			if c.name == "none" && (!strings.Contains(custard.AsError(err).Hint, "openai/a does not take the key") || len(res.Attempts) != 1) {
				t.Errorf("what went wrong first is lost: %q, %v", custard.AsError(err).Hint, res.Attempts)
			}
		})
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := say(llmtest.Answer{Text: "x", Usage: used}, problem(llmtest.ProblemServer), llmtest.Answer{Text: winding, NoUsage: true}, llmtest.Answer{Text: "x", Usage: used})
		ledger := llm.NewDaily(6000, nil)
		p := llm.WithBudget(provider(t, "a", fake), llm.Budget{Request: 5000, Ledger: ledger})
		req := llmtest.Question()
		req.Organisation = "org_1"

		long := *req
		long.System = strings.Repeat("word ", 4000)
		if _, err := llm.Complete(t.Context(), p, &long); llm.KindOf(err) != llm.KindBudget || custard.AsError(err).Code != custard.CodeLimit || len(fake.Requests()) != 0 {
			t.Fatalf("a long request: %v", err)
		}

		ask := func(kind llm.Kind, spent int) {
			t.Helper()
			if _, err := llm.Complete(t.Context(), p, req); llm.KindOf(err) != kind {
				t.Fatalf("got %v, want %q", err, kind)
			}
			if got := ledger.Spent("org_1"); got != spent {
				t.Fatalf("spent %d, want %d", got, spent)
			}
		}
		estimate := llm.Estimate(req)
		ask("", 1020)
		ask(llm.KindOverloaded, 1020) // nothing came of it
		ask("", 1020+estimate+len(winding)/3)
		ask("", 2040+estimate+len(winding)/3)
		ask(llm.KindBudget, 2040+estimate+len(winding)/3) // what an answer may have does not fit any more
		other := *req
		other.Organisation = "org_2"
		if _, err := llm.Complete(t.Context(), p, &other); err != nil {
			t.Errorf("another organisation: %v", err)
		}
		time.Sleep(24 * time.Hour)
		ask("", 1020)

		// A caller who leaves early pays for what was sent, and no reservation stays.
		for range p.Stream(t.Context(), req) {
			break
		}
		if got := ledger.Spent("org_1"); got < 1020+estimate || got > 1020+estimate+10 {
			t.Errorf("spent %d after leaving early", got)
		}
	})
}

func TestPrices(t *testing.T) {
	t.Parallel()
	prices, err := llm.ListPrices(llm.Prices{"vllm/own": {Input: 1, Output: 1}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		end  llm.End
		want string
	}{
		{llm.End{Provider: "openai/gpt-4.1", Model: "gpt-4.1-2025-04-14", Usage: used}, "$0.0016"}, // 600 × 2 + 400 × 0.5 + 20 × 8, a million
		{llm.End{Provider: "anthropic/claude-sonnet-4-5", Model: "claude-sonnet-4-5-20250929", Usage: llm.Usage{Input: 3000, Cached: 1000, Written: 1000, Output: 100, Known: true}}, "$0.0086"},
		{llm.End{Provider: "openai/gpt-4.1", Model: "", Usage: used}, "$0.0016"},
		{llm.End{Provider: "vllm/own", Model: "own", Usage: used}, "$0.0010"},
		{llm.End{Provider: "openai/gpt-4.1", Model: "gpt-4.1-2025-04-14"}, "unknown"}, // no usage
		{llm.End{Provider: "openai/gpt-99", Model: "gpt-99", Usage: used}, "unknown"},
		{llm.End{Provider: "openai/gpt-4.1-turbo", Model: "gpt-4.1-turbo", Usage: used}, "unknown"}, // begins like one that has a price
		{llm.End{Provider: "azure/gpt-4.1", Model: "gpt-4.1-2025-04-14", Usage: used}, "unknown"},   // another service's price
	} {
		price, ok := prices.For(c.end)
		cost := llm.Cost{}
		if ok {
			cost = price.Of(c.end.Usage)
		}
		if got := cost.String(); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.end.Provider, c.end.Model, got, c.want)
		}
	}
	for _, bad := range []string{`{`, `{"a/b":{"input":-1}}`, `{"a/b":{"cached":-1}}`} {
		if _, err := llm.ParsePrices([]byte(bad)); custard.AsError(err) == nil || custard.AsError(err).Code != custard.CodeUsage {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// A service at another address has no list price, though it bears the name; it has the one that was configured.
func TestListPricesAreOfThePublishedAddress(t *testing.T) {
	t.Parallel()
	preset, _ := openai.PresetOf("openai")
	for _, c := range []struct {
		base string
		own  llm.Prices
		want bool
	}{{"https://api.openai.com/v1", nil, true}, {"http://elsewhere/v1", nil, false}, {"http://elsewhere/v1", llm.Prices{"openai/gpt-4.1": {Input: 1, Output: 1}}, true}} {
		client := say(llmtest.Answer{Text: "x", Usage: used}).Client(t)
		client.Transport = plainly{client.Transport}
		prices, err := llm.ListPrices(c.own)
		if err != nil {
			t.Fatal(err)
		}
		p := llm.WithCost(openai.New(openai.Config{Preset: preset, Model: "gpt-4.1", BaseURL: c.base, HTTP: client}), prices)
		res, err := llm.Complete(t.Context(), p, llmtest.Question())
		if err != nil || res.Cost.Known != c.want {
			t.Errorf("%s: %+v, %v", c.base, res.Cost, err)
		}
	}
}

// plainly takes the TLS off: the fake speaks none.
type plainly struct{ next http.RoundTripper }

func (p plainly) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme = "http"
	return p.next.RoundTrip(r)
}

func TestObject(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"a":1}`:                            `{"a":1}`,
		"```json\n{\"a\":\"}\"}\n```":        `{"a":"}"}`,
		`Use {x} so: {"a":{"b":"\"{"}} ok.`:  `{"a":{"b":"\"{"}}`,
		`e.g. {"a":1} but really {"a":12}`:   `{"a":12}`,
		`<think>{"a":"long long"}</think>{}`: `{}`,
		`{"a":`:                              ``,
		`{ {"a":1}`:                          `{"a":1}`,
		`none`:                               ``,
		strings.Repeat("{", 1000):            ``,
	} {
		got, ok := llm.Object(in)
		if string(got) != want || ok != (want != "") {
			t.Errorf("%.40s: %s, %t", in, got, ok)
		}
	}
}

func FuzzObject(f *testing.F) {
	f.Add(`a {"b":1} c`)
	f.Add("{\"\\")
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := llm.Object(s)
		if ok && (len(got) < 2 || got[0] != '{' || !strings.Contains(s, string(got))) {
			t.Fatalf("%q in %q", got, s)
		}
	})
}

func TestCheckerIsFoundWithinTheLayers(t *testing.T) {
	t.Parallel()
	p := provider(t, "a", say(llmtest.Answer{}))
	wrapped := llm.Chain(llm.Wrap(p, llm.Layers{
		Prices: llm.Prices{}, Budget: &llm.Budget{}, Breakers: llm.NewBreakers(llm.BreakerPolicy{}), Whole: true, Retry: llm.RetryPolicy{Attempts: 2}, Deadline: time.Second,
	}), p)
	if llm.CheckerOf(wrapped) != p.(llm.Checker) {
		t.Error("the provider's Checker is lost")
	}
}

func TestWholeAndDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var pieces []string
		for chunk, err := range llm.Whole(provider(t, "a", say(llmtest.Answer{Text: winding}))).Stream(t.Context(), llmtest.Question()) {
			if err != nil {
				t.Fatal(err)
			}
			if chunk.End == nil {
				pieces = append(pieces, chunk.Text)
			}
		}
		if !slices.Equal(pieces, []string{winding}) {
			t.Errorf("%q", pieces)
		}
		began := time.Now()
		_, err := llm.Complete(t.Context(), llm.WithDeadline(provider(t, "a", say(llmtest.Answer{Hang: true})), 7*time.Second), llmtest.Question())
		if e := custard.AsError(err); llm.KindOf(err) != llm.KindHung || e.Code != custard.CodeTimeout || time.Since(began) != 7*time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		// One that takes too long leaves time for the next of a chain.
		p := llm.Chain(llm.WithDeadline(provider(t, "a", say(llmtest.Answer{Hang: true})), 7*time.Second), provider(t, "b", say(llmtest.Answer{Text: "x"})))
		if res, err := llm.Complete(t.Context(), p, llmtest.Question()); err != nil || res.Provider != "openai/b" {
			t.Errorf("%+v, %v", res, err)
		}
	})
}
