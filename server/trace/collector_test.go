package trace_test

import (
	"compress/gzip"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	collect "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// collector is a collector of traces that speaks OTLP over HTTP and keeps what it gets.
type collector struct {
	*httptest.Server
	mu      sync.Mutex
	spans   []spanned
	raw     []byte // all bodies, as text to search
	headers []http.Header
	service string
}

// spanned is a span as tests look at it.
type spanned struct {
	name       string
	kind       tracepb.Span_SpanKind
	id, parent string
	trace      string
	attrs      map[string]any
	events     []string
	failed     bool
	took       uint64
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Errorf("not compressed: %v", err)
			return
		}
		data, err := io.ReadAll(body)
		if err != nil {
			t.Error(err)
		}
		c.take(t, r, data)
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *collector) take(t *testing.T, r *http.Request, data []byte) {
	var req collect.ExportTraceServiceRequest
	if err := proto.Unmarshal(data, &req); err != nil || r.URL.Path != "/v1/traces" {
		t.Errorf("%s: %v", r.URL, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw = append(c.raw, data...)
	c.headers = append(c.headers, r.Header)
	for _, rs := range req.GetResourceSpans() {
		c.service, _ = attributes(rs.GetResource().GetAttributes())["service.name"].(string)
		for _, ss := range rs.GetScopeSpans() {
			for _, s := range ss.GetSpans() {
				out := spanned{
					name: s.GetName(), kind: s.GetKind(), id: hex.EncodeToString(s.GetSpanId()), parent: hex.EncodeToString(s.GetParentSpanId()),
					trace: hex.EncodeToString(s.GetTraceId()), attrs: attributes(s.GetAttributes()),
					failed: s.GetStatus().GetCode() == tracepb.Status_STATUS_CODE_ERROR, took: s.GetEndTimeUnixNano() - s.GetStartTimeUnixNano(),
				}
				for _, e := range s.GetEvents() {
					out.events = append(out.events, e.GetName())
				}
				c.spans = append(c.spans, out)
			}
		}
	}
}

func attributes(list []*common.KeyValue) map[string]any {
	out := map[string]any{}
	for _, kv := range list {
		switch v := kv.GetValue().GetValue().(type) {
		case *common.AnyValue_StringValue:
			out[kv.GetKey()] = v.StringValue
		case *common.AnyValue_IntValue:
			out[kv.GetKey()] = v.IntValue
		case *common.AnyValue_DoubleValue:
			out[kv.GetKey()] = v.DoubleValue
		case *common.AnyValue_BoolValue:
			out[kv.GetKey()] = v.BoolValue
		case *common.AnyValue_ArrayValue:
			var texts []string
			for _, e := range v.ArrayValue.GetValues() {
				texts = append(texts, e.GetStringValue())
			}
			out[kv.GetKey()] = texts
		}
	}
	return out
}

// named returns the spans of a name, in the order in which they came.
func (c *collector) named(name string) []spanned {
	var out []spanned
	for _, s := range c.spans {
		if s.name == name {
			out = append(out, s)
		}
	}
	return out
}
