package openai_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/llmtest"
)

// BenchmarkComplete is what a request costs beside the model's own time: a prompt of 100 KB, an answer in 200 pieces.
func BenchmarkComplete(b *testing.B) {
	pieces := make([]string, 200)
	for i := range pieces {
		pieces[i] = " token"
	}
	var stream bytes.Buffer
	for _, e := range (llmtest.OpenAI{}).Events(llmtest.Answer{Pieces: pieces}, llmtest.Recorded{Body: []byte(`{"model":"gauge"}`)}) {
		stream.WriteString(e)
	}
	p := open(preset(b, "openai"), &http.Client{Transport: answeringStream(stream.String())}, 0)
	req := llmtest.Form()
	req.System = strings.Repeat("create table orders (id int, customer_id int); ", 2200)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := llm.Complete(b.Context(), p, req); err != nil {
			b.Fatal(err)
		}
	}
}

type answeringStream string

func (a answeringStream) RoundTrip(r *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(strings.NewReader(string(a))), Request: r}, nil
}
