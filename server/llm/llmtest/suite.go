package llmtest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
)

// Key is the key that the suite's providers are opened with. It may be in a header, and nowhere else.
const Key = "sk-test-4f1c2b9a7d3e5f60"

// Subject is a provider as the suite needs it.
type Subject struct {
	Protocol Protocol
	// Open returns a provider of the model "gauge" that uses the client and calls a service silent after idle.
	Open func(client *http.Client, idle time.Duration) llm.Provider
}

// Idle is the silence that the suite's providers bear.
const Idle = 30 * time.Second

// Question is a request for text.
func Question() *llm.Request {
	return &llm.Request{System: "Answer briefly.", Messages: []llm.Message{{Role: llm.RoleUser, Text: "How many customers are there? 金額"}}}
}

// Form is a request for JSON.
func Form() *llm.Request {
	req := Question()
	req.Schema = &llm.Schema{
		Name: "answer", Description: "The answer.",
		JSON: json.RawMessage(`{"type":"object","properties":{"sql":{"type":"string"}},"required":["sql"],"additionalProperties":false}`),
	}
	return req
}

const sql = `{"sql":"select count(*) from \"Größe\" where x = '金額 🍮'"}`

const winding = "a long and winding answer that goes on for a good many more pieces than any test breaks off after"

var used = llm.Usage{Input: 1200, Output: 34, Cached: 1000, Known: true}

// expectation is what must come of an answer.
type expectation struct {
	name   string
	answer Answer
	req    *llm.Request
	text   string        // of the whole answer, or of what came before the error
	kind   llm.Kind      // empty for none
	code   custard.Code  // with kind
	wait   time.Duration // RetryAfter
	end    bool          // with kind: the end must be told before the error
	object string        // the JSON object that must be found in the text
	finish llm.Finish    // FinishStop where it is empty and there is no error
	check  func(*testing.T, *llm.Response)
}

func expectations() []expectation {
	question := Question()
	text := "There are 42 — größer als 金額 🍮."
	head := func(k, v string) http.Header { return http.Header{k: {v}} }
	return []expectation{
		{name: "text", answer: Answer{Text: text, Usage: used}, req: question, text: text},
		{name: "JSON by schema", answer: Answer{Text: sql, Usage: used}, req: Form(), text: sql, object: sql},
		{name: "byte by byte", answer: Answer{Text: sql, Usage: used, Bytewise: true}, req: Form(), text: sql, object: sql},
		{name: "lines end in CRLF", answer: Answer{Text: text, Usage: used, CRLF: true}, req: question, text: text},
		{name: "CRLF byte by byte", answer: Answer{Text: text, Usage: used, CRLF: true, Bytewise: true}, req: question, text: text},
		{name: "signs of life", answer: Answer{Text: text, Usage: used, KeepAlive: 3}, req: question, text: text},
		{name: "slow, but never silent for too long", answer: Answer{Text: text, Usage: used, Pause: Idle - time.Second}, req: question, text: text},
		{name: "one piece", answer: Answer{Pieces: []string{text}, Usage: used}, req: question, text: text},
		{name: "empty pieces", answer: Answer{Pieces: []string{"", text, "", ""}, Usage: used}, req: question, text: text},
		{name: "no usage", answer: Answer{Text: text, NoUsage: true}, req: question, text: text, check: func(t *testing.T, r *llm.Response) {
			if r.Usage != (llm.Usage{}) {
				t.Errorf("usage %+v was made up", r.Usage)
			}
		}},
		{name: "no content type", answer: Answer{Text: text, Usage: used, Type: " "}, req: question, text: text},
		{name: "prose round the JSON", answer: Answer{Text: "Sure {here} it is:\n```json\n" + sql + "\n```\nHope {that} helps!", Prose: true, Usage: used}, req: Form(), object: sql,
			text: "Sure {here} it is:\n```json\n" + sql + "\n```\nHope {that} helps!"},
		{name: "cut at the token limit", answer: Answer{Text: sql[:20], Finish: llm.FinishLength, Usage: used}, req: Form(), text: sql[:20], finish: llm.FinishLength, check: func(t *testing.T, r *llm.Response) {
			var v any
			if err := r.Decode(&v); llm.KindOf(err) != llm.KindGarbage || llm.Retryable(err) || !strings.Contains(err.Error(), "limit of tokens") {
				t.Errorf("half an object was read, or the reason not told: %v, %v", v, err)
			}
		}},
		{name: "text in one object", answer: Answer{Text: text, Usage: used, Whole: true}, req: question, text: text},
		{name: "JSON by schema in one object", answer: Answer{Text: sql, Usage: used, Whole: true}, req: Form(), text: sql, object: sql},
		{name: "one object byte by byte", answer: Answer{Text: sql, Usage: used, Whole: true, Bytewise: true}, req: Form(), text: sql, object: sql},
		{name: "one object of no content type", answer: Answer{Text: text, Usage: used, Whole: true, Type: " "}, req: question, text: text},
		{name: "one object called a text", answer: Answer{Text: text, Usage: used, Whole: true, Type: "text/plain"}, req: question, text: text},
		{name: "a stream called JSON", answer: Answer{Text: text, Usage: used, Type: "application/json"}, req: question, text: text},
		{name: "no usage in one object", answer: Answer{Text: text, NoUsage: true, Whole: true}, req: question, text: text},
		{name: "refusal in one object", answer: Answer{Finish: llm.FinishRefusal, Refusal: "No.", Usage: used, Whole: true}, req: Form(), kind: llm.KindRefused, code: custard.CodeFailed, end: true},
		{name: "empty answer in one object", answer: Answer{Usage: used, Whole: true}, req: question, kind: llm.KindGarbage, code: custard.CodeFailed, end: true},
		{name: "wrong tool in one object", answer: Answer{Text: `{"city":"Ulm"}`, Tool: "get_weather", Usage: used, Whole: true}, req: Form(), kind: llm.KindGarbage, code: custard.CodeFailed, end: true},
		{name: "half an object", answer: Answer{Body: `{"choices":[{"index":0,"message":{"role":"assis`, Status: http.StatusOK}, req: question, kind: llm.KindGarbage, code: custard.CodeFailed},
		{name: "ten megabytes in one object", answer: Answer{Text: strings.Repeat("x", 10<<20), Pieces: []string{"x"}, Usage: used, Whole: true}, req: question, kind: llm.KindTooLarge, code: custard.CodeLimit},

		{name: "refusal", answer: Answer{Finish: llm.FinishRefusal, Refusal: "I can't help with that.", Usage: used}, req: Form(), kind: llm.KindRefused, code: custard.CodeFailed, end: true},
		{name: "empty answer", answer: Answer{Usage: used}, req: question, kind: llm.KindGarbage, code: custard.CodeFailed, end: true},
		{name: "wrong tool", answer: Answer{Text: `{"city":"Ulm"}`, Tool: "get_weather", Usage: used}, req: Form(), kind: llm.KindGarbage, code: custard.CodeFailed, end: true},

		{name: "429", answer: Answer{Problem: ProblemRateLimit}, req: question, kind: llm.KindRateLimited, code: custard.CodeRateLimited},
		{name: "429 with seconds", answer: Answer{Problem: ProblemRateLimit, Header: head("Retry-After", "7")}, req: question, kind: llm.KindRateLimited, code: custard.CodeRateLimited, wait: 7 * time.Second},
		{name: "429 with milliseconds", answer: Answer{Problem: ProblemRateLimit, Header: head("Retry-After-Ms", "1400")}, req: question, kind: llm.KindRateLimited, code: custard.CodeRateLimited, wait: 1400 * time.Millisecond},
		{name: "429 with a date", req: question, answer: Answer{Problem: ProblemRateLimit, Header: http.Header{
			"Retry-After": {"Wed, 21 Oct 2015 07:28:09 GMT"}, "Date": {"Wed, 21 Oct 2015 07:28:00 GMT"},
		}}, kind: llm.KindRateLimited, code: custard.CodeRateLimited, wait: 9 * time.Second},
		{name: "429 with a date that is past", req: question, answer: Answer{Problem: ProblemRateLimit, Header: http.Header{
			"Retry-After": {"Wed, 21 Oct 2015 07:27:00 GMT"}, "Date": {"Wed, 21 Oct 2015 07:28:00 GMT"},
		}}, kind: llm.KindRateLimited, code: custard.CodeRateLimited},
		{name: "429 with nonsense", answer: Answer{Problem: ProblemRateLimit, Header: head("Retry-After", "-3 soon")}, req: question, kind: llm.KindRateLimited, code: custard.CodeRateLimited},
		{name: "429 for a hundred years", answer: Answer{Problem: ProblemRateLimit, Header: head("Retry-After", "3e9")}, req: question, kind: llm.KindRateLimited, code: custard.CodeRateLimited, wait: 24 * time.Hour},
		{name: "no credit", answer: Answer{Problem: ProblemQuota}, req: question, kind: llm.KindQuota, code: custard.CodeForbidden},
		{name: "500", answer: Answer{Problem: ProblemServer}, req: question, kind: llm.KindOverloaded, code: custard.CodeUnreachable},
		{name: "503", answer: Answer{Problem: ProblemUnavailable, Header: head("Retry-After", "2")}, req: question, kind: llm.KindOverloaded, code: custard.CodeUnreachable, wait: 2 * time.Second},
		{name: "overloaded", answer: Answer{Problem: ProblemOverloaded}, req: question, kind: llm.KindOverloaded, code: custard.CodeUnreachable},
		{name: "502 of a proxy", answer: Answer{Status: http.StatusBadGateway, Body: "<html><h1>502 Bad Gateway</h1></html>", Type: "text/html"}, req: question, kind: llm.KindOverloaded, code: custard.CodeUnreachable},
		{name: "wrong key", answer: Answer{Problem: ProblemAuth}, req: question, kind: llm.KindAuth, code: custard.CodeUnauthenticated},
		{name: "prompt too long", answer: Answer{Problem: ProblemTooLong}, req: question, kind: llm.KindTooLong, code: custard.CodeLimit},
		{name: "no such model", answer: Answer{Problem: ProblemNoModel}, req: question, kind: llm.KindNoModel, code: custard.CodeUsage},
		{name: "bad request", answer: Answer{Problem: ProblemBadRequest}, req: question, kind: llm.KindBadRequest, code: custard.CodeFailed},
		{name: "filtered prompt", answer: Answer{Problem: ProblemFilter}, req: question, kind: llm.KindFiltered, code: custard.CodeFailed},
		{name: "redirect", answer: Answer{Status: http.StatusTemporaryRedirect, Body: "elsewhere", Header: head("Location", "http://169.254.169.254/latest")}, req: question, kind: llm.KindBadRequest, code: custard.CodeFailed},

		{name: "overloaded in the stream", answer: Answer{Text: text, Problem: ProblemOverloaded, FailAfter: 1}, req: question, kind: llm.KindOverloaded, code: custard.CodeUnreachable},
		{name: "connection cut before a word", answer: Answer{Text: text, CutAfter: 1}, req: question, kind: llm.KindCut, code: custard.CodeUnreachable},
		{name: "stream ends before a word", answer: Answer{Text: text, EndAfter: 1}, req: question, kind: llm.KindCut, code: custard.CodeUnreachable},
		{name: "no events at all", answer: Answer{Body: "\n", Type: "text/event-stream"}, req: question, kind: llm.KindCut, code: custard.CodeUnreachable},
		{name: "garbage", answer: Answer{Body: "data: \x00\xff{{{\n\n", Type: "text/event-stream"}, req: question, kind: llm.KindGarbage, code: custard.CodeFailed},
		{name: "JSON of another kind", answer: Answer{Body: "data: [1,2,3]\n\n", Type: "text/event-stream"}, req: question, kind: llm.KindGarbage, code: custard.CodeFailed},
		{name: "a page", answer: Answer{Body: "<html>Please sign in to the hotel's network</html>", Type: "text/html", Status: http.StatusOK}, req: question, kind: llm.KindGarbage, code: custard.CodeFailed},
		{name: "an endless line", answer: Answer{Body: "data: " + strings.Repeat("x", 5<<20) + "\n\n", Type: "text/event-stream"}, req: question, kind: llm.KindTooLarge, code: custard.CodeLimit},
		{name: "silence", answer: Answer{Hang: true}, req: question, kind: llm.KindHung, code: custard.CodeTimeout},
	}
}

// Run runs the suite.
func Run(t *testing.T, s Subject) {
	t.Helper()
	for _, e := range expectations() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { s.expect(t, e) })
		})
	}
	for name, run := range map[string]func(Subject, *testing.T){
		"ten megabytes of text": Subject.tenMegabytes, "cut in the middle": Subject.cutInTheMiddle, "silence in the middle": Subject.silenceInTheMiddle,
		"content filter": Subject.contentFilter, "cancel": Subject.cancel, "deadline": Subject.deadline, "leaving early": Subject.leavingEarly,
		"no connection": Subject.noConnection, "many at once": Subject.manyAtOnce, "temperature": Subject.temperature, "what is sent": Subject.whatIsSent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { run(s, t) })
		})
	}
}

func (s Subject) expect(t *testing.T, e expectation) {
	fake := Say(s.Protocol, e.answer)
	p := s.Open(fake.Client(t), Idle)
	began := time.Now()
	res, err := complete(t, p, e.req)
	if res.Text != e.text {
		t.Errorf("text %q, want %q", res.Text, e.text)
	}
	if e.kind != "" {
		wantFailure(t, p, err, e.kind, e.code)
		if f := llm.FailureOf(err); f != nil && f.RetryAfter != e.wait {
			t.Errorf("retry after %s, want %s", f.RetryAfter, e.wait)
		}
		if e.end && res.Usage != used {
			t.Errorf("usage %+v, want %+v", res.Usage, used)
		}
		if e.kind == llm.KindHung && time.Since(began) != Idle {
			t.Errorf("took %s, want %s", time.Since(began), Idle)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if want := cmpOr(e.finish, llm.FinishStop); res.Finish != want {
		t.Errorf("finish %q, want %q", res.Finish, want)
	}
	if res.Provider != p.Name() || !strings.HasPrefix(res.Model, "gauge-2025") {
		t.Errorf("provider %q, model %q", res.Provider, res.Model)
	}
	if !e.answer.NoUsage && res.Usage != used {
		t.Errorf("usage %+v, want %+v", res.Usage, used)
	}
	if e.object != "" {
		if got, ok := llm.Object(res.Text); !ok || string(got) != e.object {
			t.Errorf("object %s", got)
		}
	}
	if e.check != nil {
		e.check(t, res)
	}
}

func cmpOr(a, b llm.Finish) llm.Finish {
	if a != "" {
		return a
	}
	return b
}

// complete is llm.Complete with the sequence's contract checked: one end, last but for an error; nothing after an error.
func complete(t *testing.T, p llm.Provider, req *llm.Request) (*llm.Response, error) {
	t.Helper()
	res := &llm.Response{}
	var failed error
	ends := 0
	for chunk, err := range p.Stream(t.Context(), req) {
		if failed != nil {
			t.Fatalf("%+v, %v came after the error %v", chunk, err, failed)
		}
		failed = err
		if err == nil && ends > 0 {
			t.Fatalf("%+v came after the end", chunk)
		}
		res.Text += chunk.Text
		if chunk.End != nil {
			ends++
			res.End = *chunk.End
		}
	}
	if failed == nil && ends != 1 {
		t.Fatalf("%d ends", ends)
	}
	return res, failed
}

// wantFailure checks an error: its kind, its code, whether it may be tried again, and that it says who and no secret.
func wantFailure(t *testing.T, p llm.Provider, err error, kind llm.Kind, code custard.Code) {
	t.Helper()
	e, ok := errors.AsType[*custard.Error](err)
	if !ok {
		t.Fatalf("error %v (%T) is no *custard.Error", err, err)
	}
	if got := llm.KindOf(err); got != kind || e.Code != code {
		t.Errorf("kind %q, code %q, want %q, %q: %v", got, e.Code, kind, code, err)
	}
	safe := []llm.Kind{llm.KindRateLimited, llm.KindOverloaded, llm.KindUnreachable, llm.KindCut, llm.KindHung, llm.KindGarbage}
	if e.Retry != slices.Contains(safe, kind) {
		t.Errorf("retry %t for %s", e.Retry, kind)
	}
	var whole strings.Builder
	whole.WriteString(e.Message + " " + e.Hint)
	for cause := e.Cause; cause != nil; cause = errors.Unwrap(cause) {
		whole.WriteString(" " + cause.Error())
	}
	if strings.Contains(whole.String(), Key) {
		t.Errorf("the key is in the error: %s", whole.String())
	}
	if !strings.Contains(e.Message, p.Name()) {
		t.Errorf("the error does not say which provider: %s", e.Message)
	}
	if strings.ContainsAny(e.Message, "\n\x00\x1b") || len(e.Message) > 600 {
		t.Errorf("the message is not fit for people: %q", e.Message)
	}
}

func (s Subject) tenMegabytes(t *testing.T) {
	piece := strings.Repeat("lorem ipsum dolor sit amet ", 2000)
	p := s.Open(Say(s.Protocol, Answer{Pieces: []string{piece}, Repeat: 10 << 20 / len(piece)}).Client(t), Idle)
	res, err := complete(t, p, Question())
	wantFailure(t, p, err, llm.KindTooLarge, custard.CodeLimit)
	if len(res.Text) > llm.MaxText {
		t.Errorf("%d bytes were passed on", len(res.Text))
	}
}

func (s Subject) cutInTheMiddle(t *testing.T) {
	for name, a := range map[string]Answer{"cut": {Text: winding, CutAfter: 6}, "ended": {Text: winding, EndAfter: 6}} {
		p := s.Open(Say(s.Protocol, a).Client(t), Idle)
		res, err := complete(t, p, Question())
		wantFailure(t, p, err, llm.KindCut, custard.CodeUnreachable)
		if res.Text == "" || !strings.HasPrefix(winding, res.Text) {
			t.Errorf("%s: the text before was %q", name, res.Text)
		}
	}
}

func (s Subject) silenceInTheMiddle(t *testing.T) {
	p := s.Open(Say(s.Protocol, Answer{Text: winding, HangAfter: 6}).Client(t), Idle)
	began := time.Now()
	res, err := complete(t, p, Question())
	wantFailure(t, p, err, llm.KindHung, custard.CodeTimeout)
	if res.Text == "" || time.Since(began) != Idle {
		t.Errorf("text %q after %s", res.Text, time.Since(began))
	}
}

func (s Subject) contentFilter(t *testing.T) {
	p := s.Open(Say(s.Protocol, Answer{Text: "half an ans", Finish: llm.FinishFilter, Usage: used}).Client(t), Idle)
	res, err := complete(t, p, Question())
	if kind := llm.KindOf(err); kind != llm.KindFiltered && kind != llm.KindRefused || llm.Retryable(err) {
		t.Errorf("kind %q: %v", kind, err)
	}
	if res.Usage != used {
		t.Errorf("usage %+v", res.Usage)
	}
}

func (s Subject) cancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	fake := New(s.Protocol, func(Recorded) Answer { return Answer{Hang: true, Before: func(Recorded) { cancel() }} })
	p := s.Open(fake.Client(t), Idle)
	_, err := llm.Complete(ctx, p, Question())
	wantFailure(t, p, err, llm.KindCanceled, custard.CodeCanceled)
}

func (s Subject) deadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	p := s.Open(Say(s.Protocol, Answer{Text: winding, HangAfter: 6}).Client(t), Idle)
	res, err := llm.Complete(ctx, p, Question())
	wantFailure(t, p, err, llm.KindCanceled, custard.CodeTimeout)
	if res.Text == "" {
		t.Error("the text before was lost")
	}
}

// leavingEarly holds that a caller who leaves the loop ends the call at the service.
func (s Subject) leavingEarly(t *testing.T) {
	fake := Say(s.Protocol, Answer{Text: winding, HangAfter: 6})
	p := s.Open(fake.Client(t), Idle)
	for chunk, err := range p.Stream(t.Context(), Question()) {
		if err != nil || chunk.Text == "" {
			t.Fatalf("%+v, %v", chunk, err)
		}
		break
	}
	// The bubble ends with every goroutine in it: a call that goes on would hold it up at the fake until silence.
	synctest.Wait()
}

func (s Subject) noConnection(t *testing.T) {
	client := &http.Client{Transport: &http.Transport{DialContext: (&pipes{done: closed()}).dial}}
	p := s.Open(client, Idle)
	_, err := complete(t, p, Question())
	wantFailure(t, p, err, llm.KindUnreachable, custard.CodeUnreachable)
}

func closed() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

func (s Subject) manyAtOnce(t *testing.T) {
	fake := New(s.Protocol, func(asked Recorded) Answer {
		_, mark, _ := strings.Cut(asked.Text(), "mark:")
		return Answer{Text: "answer to " + mark[:1], Usage: used}
	})
	p := s.Open(fake.Client(t), Idle)
	done := make(chan string, 16)
	for i := range cap(done) {
		go func() {
			mark := string(rune('a' + i))
			req := &llm.Request{Messages: []llm.Message{{Role: llm.RoleUser, Text: "mark:" + mark}}}
			res, err := llm.Complete(t.Context(), p, req)
			if err != nil {
				done <- err.Error()
				return
			}
			done <- strings.TrimPrefix(res.Text, "answer to "+mark)
		}()
	}
	for range cap(done) {
		if left := <-done; left != "" {
			t.Errorf("another's answer, or none: %s", left)
		}
	}
}

// temperature holds that a model that takes no temperature is asked again without, once and for all.
func (s Subject) temperature(t *testing.T) {
	fake := New(s.Protocol, func(asked Recorded) Answer {
		if strings.Contains(string(asked.Body), `"temperature"`) {
			return Answer{Problem: ProblemTemperature}
		}
		return Answer{Text: "42", Usage: used}
	})
	p := s.Open(fake.Client(t), Idle)
	req, zero := Question(), 0.0
	req.Temperature = &zero
	for range 2 {
		if res, err := complete(t, p, req); err != nil || res.Text != "42" {
			t.Fatalf("%q, %v", res.Text, err)
		}
	}
	if n := len(fake.Requests()); n != 3 {
		t.Errorf("%d requests, want 3: two for the first answer, one for the second", n)
	}
}

// whatIsSent holds that the whole question is sent, the key in a header alone, and who asks not at all.
func (s Subject) whatIsSent(t *testing.T) {
	fake := Say(s.Protocol, Answer{Text: sql, Usage: used})
	p := s.Open(fake.Client(t), Idle)
	req := Form()
	req.Organisation = "org_canary_5150"
	req.Messages = append(req.Messages, llm.Message{Role: llm.RoleAssistant, Text: "{}"}, llm.Message{Role: llm.RoleUser, Text: "again", Cache: true})
	if _, err := complete(t, p, req); err != nil {
		t.Fatal(err)
	}
	asked := fake.Requests()[0]
	for _, want := range []string{req.System, req.Messages[0].Text, "{}", "again", "gauge", req.Schema.Name} {
		if !strings.Contains(asked.Text(), want) {
			t.Errorf("%q was not sent", want)
		}
	}
	inHeader := 0
	for name, values := range asked.Header {
		for _, v := range values {
			if strings.Contains(v, Key) {
				inHeader++
			}
			if strings.Contains(v, req.Organisation) {
				t.Errorf("header %s tells who asks", name)
			}
		}
	}
	if inHeader != 1 || strings.Contains(string(asked.Body)+asked.URL.String(), Key) || strings.Contains(string(asked.Body), req.Organisation) {
		t.Errorf("the key is in %d headers; the request: %s %s", inHeader, asked.URL, asked.Body)
	}
}
