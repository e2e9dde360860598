package llmtest

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/custard-ai/custard/server/llm"
)

// Fuzz holds that whatever a service streams, a provider ends: in one end or in an error with a kind, the same however the
// bytes are cut, with no more text than an answer may have.
func Fuzz(f *testing.F, s Subject) {
	f.Helper()
	asked := Recorded{Body: []byte(`{"model":"gauge","stream_options":{"include_usage":true},"tool_choice":{"name":"answer"}}`)}
	for _, e := range expectations() {
		if e.answer.Problem != "" || e.answer.Body != "" || e.answer.Hang {
			continue
		}
		f.Add([]byte(strings.Join(s.Protocol.Events(e.answer, asked), "")))
	}
	f.Add([]byte(s.Protocol.ErrorEvent(ProblemOverloaded)))
	f.Add([]byte(s.Protocol.ErrorEvent(ProblemBadRequest)))
	f.Fuzz(func(t *testing.T, stream []byte) {
		for _, req := range []*llm.Request{Question(), Form()} {
			text, kind := ask(t, s, req, bytes.NewReader(stream))
			again, same := ask(t, s, req, iotest.OneByteReader(bytes.NewReader(stream)))
			if text != again || kind != same {
				t.Fatalf("%q %s at once, %q %s byte by byte", text, kind, again, same)
			}
		}
	})
}

func ask(t *testing.T, s Subject, req *llm.Request, stream io.Reader) (text string, kind llm.Kind) {
	t.Helper()
	p := s.Open(&http.Client{Transport: streaming{stream}}, 0)
	res, err := complete(t, p, req)
	if kind = llm.KindOf(err); err != nil && kind == "" {
		t.Fatalf("%v (%T) has no kind", err, err)
	}
	if len(res.Text) > llm.MaxText {
		t.Fatalf("%d bytes of text", len(res.Text))
	}
	return res.Text, kind
}

type streaming struct{ body io.Reader }

func (s streaming) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(s.body), Request: r}, nil
}
