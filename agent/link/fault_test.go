package link

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/custard-ai/custard/internal/wire"
)

// throughProxy returns a proxy in front of the hub and the address that agents dial through it.
func throughProxy(t *testing.T, hub *script) (*toxiproxy.Proxy, string) {
	t.Helper()
	host, path, _ := strings.Cut(strings.TrimPrefix(hub.endpoint, "ws://"), "/")
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.New(io.Discard))
	proxy := toxiproxy.NewProxy(api, "hub", "127.0.0.1:0", host)
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	return proxy, "ws://" + proxy.Listen + "/" + path
}

func addToxic(t *testing.T, proxy *toxiproxy.Proxy, toxic string) {
	t.Helper()
	if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		t.Fatal(err)
	}
}

// A socket that is open and carries nothing any more: the agent hears no ping, ends what runs and dials again.
func TestHalfOpenConnectionIsLeft(t *testing.T) {
	t.Parallel()
	hub := newScript(t, func(*wire.Hello) *wire.Message { return welcome(500 * time.Millisecond) })
	proxy, endpoint := throughProxy(t, hub)
	dsn := postgres(t)
	start(t, Options{Endpoint: endpoint, Source: source(t, dsn)})
	p := hub.agent()
	p.query(1, "SELECT count(*) FROM numbers a, numbers b, people c", 1)
	still(t, dsn, "count(*)", 1)
	addToxic(t, proxy, `{"name":"deaf","type":"timeout","stream":"downstream","attributes":{"timeout":0}}`)
	addToxic(t, proxy, `{"name":"dumb","type":"timeout","stream":"upstream","attributes":{"timeout":0}}`)
	still(t, dsn, "count(*)", 0)
	proxy.Toxics.ResetToxics(t.Context())
	if n := count(t, hub, hub.agent()); n != 2 {
		t.Errorf("%d rows from the new connection", n)
	}
}

// A connection that breaks in the middle of rows ends the statement at the database.
func TestCutInTheMiddleOfRows(t *testing.T) {
	t.Parallel()
	hub := newScript(t, nil)
	proxy, endpoint := throughProxy(t, hub)
	dsn := postgres(t)
	start(t, Options{Endpoint: endpoint, Source: source(t, dsn)})
	p := hub.agent()
	addToxic(t, proxy, `{"name":"cut","type":"limit_data","stream":"upstream","attributes":{"bytes":300000}}`)
	p.query(1, "SELECT n, text FROM numbers ORDER BY n", 1<<40)
	if err := p.gone(); err == nil {
		t.Error("it went without an error")
	}
	still(t, dsn, "numbers", 0)
	proxy.Toxics.ResetToxics(t.Context())
	p = hub.agent()
	p.query(2, "SELECT n FROM numbers", 1<<40)
	total := 0
	for end := false; !end; {
		r := p.rows()
		total, end = total+r.Batch.Rows, r.End
	}
	if total != 100_000 {
		t.Errorf("%d rows from the new connection", total)
	}
}

// On a slow line a frame of rows takes seconds: a cancel does not wait for it.
func TestCancelOnASlowLine(t *testing.T) {
	t.Parallel()
	hub := newScript(t, nil)
	proxy, endpoint := throughProxy(t, hub)
	dsn := postgres(t)
	start(t, Options{Endpoint: endpoint, Source: source(t, dsn)})
	p := hub.agent()
	addToxic(t, proxy, `{"name":"slow","type":"bandwidth","stream":"upstream","attributes":{"rate":200}}`)
	p.query(1, "SELECT a.n, a.text, b.text FROM numbers a JOIN numbers b ON b.n < a.n", 1<<40)
	p.rows()
	still(t, dsn, "numbers", 1)
	p.send(&wire.Message{Kind: wire.KindCancel, ID: 1})
	still(t, dsn, "numbers", 0)
}

// Rows are compressed where the line is slow.
func TestSlowLinesAreSentLess(t *testing.T) {
	t.Parallel()
	hub := newScript(t, func(*wire.Hello) *wire.Message {
		m := welcome(time.Minute)
		m.Welcome.Capabilities = []string{wire.CapZstd}
		return m
	})
	proxy, endpoint := throughProxy(t, hub)
	addToxic(t, proxy, `{"name":"slow","type":"bandwidth","stream":"upstream","attributes":{"rate":4000}}`)
	start(t, Options{Endpoint: endpoint, Source: source(t, postgres(t))})
	p := hub.agent()
	p.query(1, "SELECT a.n, a.text, b.n AS m FROM numbers a JOIN numbers b ON b.n <= 2", 1<<40)
	total := 0
	for end := false; !end; {
		r := p.rows()
		total, end = total+len(r.Batch.Data), r.End
	}
	if _, received := p.conn.Bytes(); float64(received) > 0.9*float64(total) {
		t.Errorf("%d bytes travelled as %d", total, received)
	}
}

func TestFastLinesAreLeftAlone(t *testing.T) {
	t.Parallel()
	const frame = wire.MaxBatch
	slow := 0
	l := line{compress: func() { slow++ }}
	for range 1000 {
		l.sent(frame, 5*time.Millisecond) // 50 MB/s
		l.sent(100, time.Second)          // a small frame says nothing
	}
	if slow != 0 {
		t.Error("a fast line is called slow")
	}
	for range 100 {
		l.sent(frame, 50*time.Millisecond) // 5 MB/s
	}
	if slow != 1 {
		t.Errorf("a slow line was noticed %d times", slow)
	}
	(&line{}).sent(frame, time.Hour) // a hub that takes no compressed frames
}
