// Package llmtest helps tests: fake services that speak the providers' protocols as the real ones do, streaming and
// everything that goes wrong included, and the suite that every provider passes.
package llmtest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/server/llm"
)

// Protocol is how a service writes what a fake answers.
type Protocol interface {
	// Path is the end of the path that answers are asked for at.
	Path() string
	// Events are the stream of an answer, each with its lines and the blank line behind, as the real service writes them.
	Events(a Answer, asked Recorded) []string
	// Whole is an answer in one object, as the real service writes it where no stream was asked for.
	Whole(a Answer, asked Recorded) string
	// Problem is the status and the body of an error.
	Problem(p Problem) (status int, body string)
	// ErrorEvent is an error within a stream.
	ErrorEvent(p Problem) string
	// KeepAlive is what the service sends while it has nothing to say.
	KeepAlive() string
}

// Answer is what a fake says. The zero value is an empty text.
type Answer struct {
	Text    string   // what the model says: JSON where the request has a schema
	Pieces  []string // Text in the pieces in which it is streamed; nil cuts it every few characters
	Finish  llm.Finish
	Refusal string // with FinishRefusal, where the protocol has words for it
	Usage   llm.Usage
	NoUsage bool // the service reports none

	Problem Problem     // answered instead, with its status
	Header  http.Header // sent beside it
	Body    string      // sent instead of the protocol's, with Status
	Status  int         // 0 for the problem's, or 200
	Type    string      // of the content; empty for the protocol's

	Whole     bool                 // answer in one object, as a service does that does not stream
	Before    func(asked Recorded) // runs before anything is sent; may block
	Prose     bool                 // answer in text though a tool was given
	Tool      string               // call this tool and not the one that was given
	Hang      bool                 // send nothing, until the client goes away
	HangAfter int                  // send as many events, then nothing; 0 for not
	CutAfter  int                  // send as many events, then break the connection; 0 for not
	EndAfter  int                  // send as many events, then end the stream in good order; 0 for not
	FailAfter int                  // send as many events, then Problem as an event; 0 for not
	KeepAlive int                  // send as many signs of life before each event
	CRLF      bool                 // end lines in CRLF
	Bytewise  bool                 // send every byte on its own: characters of several bytes are cut
	Pause     time.Duration        // wait so long before each event: for synctest bubbles, where it takes no time
	Repeat    int                  // send the last piece of text as many times more: a model that does not stop
}

// Problem is an error that services answer with.
type Problem string

// The problems. ProblemSchema is a compatible service that knows no strict schemas, ProblemJSON one that knows no JSON mode
// at all, ProblemTemperature a model that takes none.
const (
	ProblemRateLimit   Problem = "rate_limit"
	ProblemServer      Problem = "server"
	ProblemUnavailable Problem = "unavailable"
	ProblemOverloaded  Problem = "overloaded"
	ProblemAuth        Problem = "auth"
	ProblemQuota       Problem = "quota"
	ProblemTooLong     Problem = "too_long"
	ProblemBadRequest  Problem = "bad_request"
	ProblemNoModel     Problem = "no_model"
	ProblemFilter      Problem = "filter"
	ProblemSchema      Problem = "schema"
	ProblemJSON        Problem = "json"
	ProblemTemperature Problem = "temperature"
)

// Recorded is a request that a fake got.
type Recorded struct {
	Method string
	URL    *url.URL
	Header http.Header
	Body   []byte
}

// Text returns every string of the body, decoded, one a line: what a search for something that must not be sent reads, as
// JSON may write a character in several ways.
func (r Recorded) Text() string {
	var body any
	if json.Unmarshal(r.Body, &body) != nil {
		return string(r.Body)
	}
	var out strings.Builder
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			out.WriteString(v + "\n")
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for k, e := range v {
				out.WriteString(k + "\n")
				walk(e)
			}
		}
	}
	walk(body)
	return out.String()
}

// Into reads the body into v.
func (r Recorded) Into(tb testing.TB, v any) {
	tb.Helper()
	if err := json.Unmarshal(r.Body, v); err != nil {
		tb.Fatalf("the request's body is no JSON: %v\n%s", err, r.Body)
	}
}

// Fake is a service. It is an http.Handler; Client and URL reach it.
type Fake struct {
	protocol Protocol
	answer   func(Recorded) Answer

	mu       sync.Mutex
	recorded []Recorded
}

// New returns a fake that answers by the function, which may be called by many at once.
func New(p Protocol, answer func(Recorded) Answer) *Fake { return &Fake{protocol: p, answer: answer} }

// Say returns a fake that gives the answers in turn, and the last one from then on.
func Say(p Protocol, answers ...Answer) *Fake {
	var mu sync.Mutex
	return New(p, func(Recorded) Answer {
		mu.Lock()
		defer mu.Unlock()
		a := answers[0]
		if len(answers) > 1 {
			answers = answers[1:]
		}
		return a
	})
}

// Requests returns what was asked so far.
func (f *Fake) Requests() []Recorded {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Recorded(nil), f.recorded...)
}

// URL serves the fake on a socket of this machine until the test ends and returns where.
func (f *Fake) URL(tb testing.TB) string {
	tb.Helper()
	server := httptest.NewServer(f)
	tb.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// Client returns a client all of whose connections lead to the fake, within this process: in a synctest bubble its time is
// the bubble's. Every host will do.
func (f *Fake) Client(tb testing.TB) *http.Client {
	tb.Helper()
	l := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	server := &http.Server{Handler: f, ReadHeaderTimeout: time.Minute}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) })
	transport := &http.Transport{DialContext: l.dial, DisableCompression: true}
	tb.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		serving.Wait()
	})
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// pipes is a listener without sockets.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	mine, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return mine, nil
	case <-p.done:
		return nil, errors.New("connection refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "fake", Net: "pipe"} }

// ServeHTTP implements http.Handler.
func (f *Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	asked := Recorded{Method: r.Method, URL: r.URL, Header: r.Header.Clone(), Body: body}
	f.mu.Lock()
	f.recorded = append(f.recorded, asked)
	f.mu.Unlock()
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, f.protocol.Path()) {
		http.NotFound(w, r)
		return
	}
	a := f.answer(asked)
	if a.Before != nil {
		a.Before(asked)
	}
	f.write(w, r, a, asked)
}

func (f *Fake) write(w http.ResponseWriter, r *http.Request, a Answer, asked Recorded) {
	maps.Copy(w.Header(), a.Header)
	send := func(s string) {
		if a.CRLF {
			s = strings.ReplaceAll(s, "\n", "\r\n")
		}
		step := len(s)
		if a.Bytewise {
			step = 1
		}
		for ; len(s) > 0; s = s[min(step, len(s)):] {
			_, _ = io.WriteString(w, s[:min(step, len(s))])
			if f, ok := w.(http.Flusher); ok {
				f.Flush()
			}
		}
	}
	contentType := func(otherwise string) {
		if a.Type != "" {
			otherwise = a.Type
		}
		w.Header().Set("Content-Type", otherwise)
	}
	status, problem := http.StatusOK, ""
	if a.Problem != "" && a.FailAfter == 0 {
		status, problem = f.protocol.Problem(a.Problem)
	}
	if a.Body != "" {
		problem = a.Body
	}
	if a.Status != 0 {
		status = a.Status
	}
	switch {
	case a.Hang:
		<-r.Context().Done()
		return
	case problem != "":
		contentType("application/json")
		w.WriteHeader(status)
		send(problem)
		return
	case a.Whole:
		contentType("application/json")
		w.WriteHeader(status)
		send(f.protocol.Whole(a, asked))
		return
	}
	contentType("text/event-stream; charset=utf-8")
	w.WriteHeader(status)
	for i, event := range f.protocol.Events(a, asked) {
		switch {
		case a.HangAfter > 0 && i == a.HangAfter:
			<-r.Context().Done()
			return
		case a.CutAfter > 0 && i == a.CutAfter:
			panic(http.ErrAbortHandler)
		case a.EndAfter > 0 && i == a.EndAfter:
			return
		case a.FailAfter > 0 && i == a.FailAfter:
			send(f.protocol.ErrorEvent(a.Problem))
			return
		case r.Context().Err() != nil:
			return
		}
		if a.Pause > 0 {
			time.Sleep(a.Pause)
		}
		for range a.KeepAlive {
			send(f.protocol.KeepAlive())
		}
		send(event)
	}
}

// pieces are the parts in which an answer is streamed.
func (a Answer) pieces() []string {
	pieces := a.Pieces
	if pieces == nil {
		const few = 7
		runes := []rune(a.Text)
		for ; len(runes) > 0; runes = runes[min(few, len(runes)):] {
			pieces = append(pieces, string(runes[:min(few, len(runes))]))
		}
	}
	for range a.Repeat {
		pieces = append(pieces, pieces[len(pieces)-1])
	}
	return pieces
}

// quote writes a text as JSON does.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}
