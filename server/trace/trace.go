// Package trace exports spans by OpenTelemetry's protocol over HTTP, which LangSmith, Langfuse, Jaeger, Tempo and others
// take. What people ask, prompts, queries and answers leave only where the operator says so.
package trace

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/span"
)

// Config says where traces go.
type Config struct {
	URL     string            // of the collector, with its path: http://localhost:4318/v1/traces
	Headers map[string]string // sent with each export, keys among them
	Content bool              // export what people ask, prompts, queries and answers too
	Service string            // the program's name; custard-server where it is empty
	Version string            // of the program
	Logger  *slog.Logger      // told of exports that fail, at most once a minute; nil for none
}

// FromEnvironment returns where the environment says that traces should go; ok is false where it says nothing.
// LANGSMITH_API_KEY (with LANGSMITH_PROJECT and LANGSMITH_ENDPOINT) is a preset; else OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or
// OTEL_EXPORTER_OTLP_ENDPOINT, with OTEL_EXPORTER_OTLP_HEADERS. CUSTARD_TRACE_CONTENT=true exports content. CodeUsage for
// what cannot be read.
func FromEnvironment(getenv func(string) string) (c Config, ok bool, err error) {
	c.Content = getenv("CUSTARD_TRACE_CONTENT") == "true"
	c.Headers = map[string]string{}
	for field := range strings.SplitSeq(getenv("OTEL_EXPORTER_OTLP_HEADERS"), ",") {
		if strings.TrimSpace(field) == "" {
			continue
		}
		k, v, found := strings.Cut(field, "=")
		value, err := url.PathUnescape(strings.TrimSpace(v))
		if !found || err != nil {
			return Config{}, false, custard.Errorf(custard.CodeUsage, "OTEL_EXPORTER_OTLP_HEADERS is not readable").WithHint("Write it as key1=value1,key2=value2.")
		}
		c.Headers[strings.TrimSpace(k)] = value
	}
	switch key := getenv("LANGSMITH_API_KEY"); {
	case getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != "":
		c.URL = getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
	case getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "":
		c.URL = strings.TrimRight(getenv("OTEL_EXPORTER_OTLP_ENDPOINT"), "/") + "/v1/traces"
	case key != "":
		base := strings.TrimRight(getenv("LANGSMITH_ENDPOINT"), "/")
		if base == "" {
			base = "https://api.smith.langchain.com"
		}
		c.URL = base + "/otel/v1/traces"
		c.Headers["x-api-key"] = key
		if project := getenv("LANGSMITH_PROJECT"); project != "" {
			c.Headers["Langsmith-Project"] = project
		}
	default:
		return Config{}, false, nil
	}
	return c, true, nil
}

// Exporter is a span.Tracer. What it cannot send in time it drops: a question never waits for its trace.
type Exporter struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
	content  bool
}

var _ span.Tracer = (*Exporter)(nil)

// The queue between questions and the collector. What comes while it is full is dropped.
const (
	queued   = 4096
	together = 256
	every    = 2 * time.Second
	patience = 10 * time.Second
)

// New starts an exporter. CodeUsage for a URL that is none. Close flushes it.
func New(ctx context.Context, c Config) (*Exporter, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, custard.Errorf(custard.CodeUsage, "the address of the trace collector is not usable").WithHint("Write it as https://collector.example.com:4318/v1/traces.")
	}
	// Every setting that the environment could make is made here: configuration is read in one place.
	client, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(c.URL), otlptracehttp.WithHeaders(c.Headers),
		otlptracehttp.WithTimeout(patience), otlptracehttp.WithCompression(otlptracehttp.GzipCompression),
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{Enabled: true, InitialInterval: time.Second, MaxInterval: patience, MaxElapsedTime: time.Minute}))
	if err != nil {
		return nil, custard.Errorf(custard.CodeUsage, "the trace exporter cannot start: %w", err)
	}
	described := resource.NewSchemaless(attribute.String("service.name", cmp.Or(c.Service, "custard-server")), attribute.String("service.version", c.Version))
	provider := sdk.NewTracerProvider(
		sdk.WithResource(described), sdk.WithSampler(sdk.AlwaysSample()), sdk.WithRawSpanLimits(sdk.SpanLimits{
			AttributeValueLengthLimit: 64 << 10, AttributeCountLimit: 64, EventCountLimit: 64, LinkCountLimit: 1, AttributePerEventCountLimit: 16, AttributePerLinkCountLimit: 1,
		}),
		sdk.WithBatcher(&watched{SpanExporter: client, log: c.Logger}, sdk.WithMaxQueueSize(queued), sdk.WithMaxExportBatchSize(together), sdk.WithBatchTimeout(every), sdk.WithExportTimeout(patience)),
	)
	return &Exporter{provider: provider, tracer: provider.Tracer("github.com/custard-ai/custard"), content: c.Content}, nil
}

// Close sends what is left, as long as ctx lasts, and ends the exporter.
func (e *Exporter) Close(ctx context.Context) error {
	if err := e.provider.Shutdown(ctx); err != nil {
		return custard.Errorf(custard.CodeUnreachable, "the last traces were not sent: %w", err)
	}
	return nil
}

// Start implements span.Tracer.
func (e *Exporter) Start(ctx context.Context, name string, kind span.Kind, at time.Time, attrs ...span.Attr) (context.Context, span.Span) {
	as := trace.SpanKindInternal
	if kind == span.Client {
		as = trace.SpanKindClient
	}
	ctx, s := e.tracer.Start(ctx, name, trace.WithSpanKind(as), trace.WithTimestamp(at), trace.WithAttributes(e.attributes(attrs)...)) //nolint:spancheck // its caller ends it
	return ctx, &exported{exporter: e, span: s}                                                                                        //nolint:spancheck // see above
}

func (e *Exporter) attributes(attrs []span.Attr) []attribute.KeyValue {
	out := make([]attribute.KeyValue, 0, len(attrs))
	for _, a := range attrs {
		if a.Content && !e.content {
			continue
		}
		switch v := a.Value.(type) {
		case string:
			out = append(out, attribute.String(a.Key, strings.ToValidUTF8(v, "�")))
		case int:
			out = append(out, attribute.Int(a.Key, v))
		case int64:
			out = append(out, attribute.Int64(a.Key, v))
		case float64:
			out = append(out, attribute.Float64(a.Key, v))
		case bool:
			out = append(out, attribute.Bool(a.Key, v))
		case []string:
			out = append(out, attribute.StringSlice(a.Key, v))
		}
	}
	return out
}

type exported struct {
	exporter *Exporter
	span     trace.Span
}

// Set implements span.Span.
func (s *exported) Set(attrs ...span.Attr) { s.span.SetAttributes(s.exporter.attributes(attrs)...) }

// Event implements span.Span.
func (s *exported) Event(name string, attrs ...span.Attr) {
	s.span.AddEvent(name, trace.WithAttributes(s.exporter.attributes(attrs)...))
}

// End implements span.Span. An error's message may quote what was asked or what a database said: it is content.
func (s *exported) End(err error) {
	if err != nil {
		e := custard.AsError(err)
		said := ""
		if s.exporter.content {
			said = e.Message
		}
		s.span.SetStatus(codes.Error, said)
		s.span.SetAttributes(attribute.String("custard.error.code", string(e.Code)))
	}
	s.span.End()
}

// watched tells of exports that fail, but not of each: a collector that is away stays away for a while.
type watched struct {
	sdk.SpanExporter
	log  *slog.Logger
	last time.Time // ExportSpans is called by one goroutine at a time
}

// ExportSpans implements sdk.SpanExporter.
func (w *watched) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	err := w.SpanExporter.ExportSpans(ctx, spans)
	if err != nil && !errors.Is(err, context.Canceled) && w.log != nil && time.Since(w.last) >= time.Minute {
		w.last = time.Now()
		w.log.WarnContext(ctx, "traces are not sent", "spans", len(spans), "error", err)
	}
	return nil // told; the SDK would print it to standard error
}
