package hub_test

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// BenchmarkIdleAgents reports what an idle agent costs the server, in bytes of heap and stacks: b.N agents are connected, so run it
// with -benchtime=10000x. The agents' own ends are bare sockets in the same process, whose some hundred bytes are in the figure.
func BenchmarkIdleAgents(b *testing.B) {
	for _, secure := range []bool{false, true} {
		name := "plain"
		if secure {
			name = "tls"
		}
		b.Run(name, func(b *testing.B) { idleAgents(b, secure) })
	}
}

func idleAgents(b *testing.B, secure bool) {
	s := newServer(b, nil)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.Accept(w, r, r.URL.Path[1:]) })
	srv := httptest.NewUnstartedServer(handler)
	if secure {
		srv.StartTLS()
	} else {
		srv.Start()
	}
	defer srv.Close()
	addr := srv.Listener.Addr().String()
	before := memory()
	sockets := make([]net.Conn, b.N)
	for i := range b.N {
		raw, err := net.Dial("tcp", addr)
		if err != nil {
			b.Fatal(err)
		}
		sockets[i] = raw
		if secure { // its end of TLS is not counted: it is thrown away, and the socket alone kept
			raw = tls.Client(raw, &tls.Config{InsecureSkipVerify: true, SessionTicketsDisabled: true})
		}
		bareHandshake(b, raw, i)
	}
	eventually(b, "all are connected", func() bool { return s.Metrics().Agents == b.N })
	b.StopTimer()
	b.ReportMetric(float64(memory()-before)/float64(b.N), "B/agent")
	b.ReportMetric(0, "ns/op")
	for _, c := range sockets {
		c.Close()
	}
}

// bareHandshake makes a socket an agent, without a library.
func bareHandshake(b *testing.B, c net.Conn, i int) {
	fmt.Fprintf(c, "GET /c%d HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer %s/c%d/1\r\n\r\n", i, org, i)
	r := bufio.NewReader(c)
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		b.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusSwitchingProtocols {
		b.Fatal(resp.Status)
	}
	hello, err := json.Marshal(&wire.Message{Kind: wire.KindHello, Hello: &wire.Hello{Versions: []int{1}, Instance: fmt.Sprint("i", i), Dialect: custard.Postgres}})
	if err != nil {
		b.Fatal(err)
	}
	frame := append([]byte{0x81, 0x80 | 126, byte(len(hello) >> 8), byte(len(hello)), 0, 0, 0, 0}, hello...)
	if _, err := c.Write(frame); err != nil {
		b.Fatal(err)
	}
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil {
		b.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, r, int64(head[2])<<8|int64(head[3])); err != nil {
		b.Fatal(err)
	}
}

func memory() uint64 {
	for range 6 { // stacks shrink by half at each collection
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// BenchmarkRoundTrips measures small statements: one frame there, one frame back, over loopback, agents and hub in one process.
func BenchmarkRoundTrips(b *testing.B) {
	for _, count := range []int{1, 64, 1000} {
		b.Run(fmt.Sprint("agents=", count), func(b *testing.B) {
			_, sources := benchAgents(b, count)
			var next atomic.Int64
			b.SetParallelism(max(count/runtime.GOMAXPROCS(0), 1))
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				src := sources[int(next.Add(1))%count]
				for pb.Next() {
					if err := oneRow(b, src); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "trips/s")
		})
	}
}

func benchAgents(b *testing.B, count int) (*server, []custard.Source) {
	s := newServer(b, nil)
	sources := make([]custard.Source, count)
	for i := range count {
		id := fmt.Sprint("c", i)
		dial(b, s, dialOption{address: s.address(id), token: org + "/" + id + "/1", serve: (*agent).serve})
		sources[i] = s.Source(org, id)
	}
	time.Sleep(100 * time.Millisecond) // their schemas are fetched meanwhile
	return s, sources
}

func oneRow(b *testing.B, src custard.Source) error {
	res, err := src.Query(b.Context(), custard.Statement{SQL: "one"})
	if err != nil {
		return err
	}
	for _, err := range res.Batches {
		if err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkPaced sends 200 statements a second to a hundred agents and reports how long they take.
func BenchmarkPaced(b *testing.B) {
	_, sources := benchAgents(b, 100)
	var mu sync.Mutex
	var took []time.Duration
	var wg sync.WaitGroup
	tick := time.NewTicker(time.Second / 200)
	defer tick.Stop()
	b.ResetTimer()
	for i := range b.N {
		<-tick.C
		wg.Go(func() {
			began := time.Now()
			if err := oneRow(b, sources[i%len(sources)]); err != nil {
				b.Error(err)
			}
			mu.Lock()
			took = append(took, time.Since(began))
			mu.Unlock()
		})
	}
	wg.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
}

// BenchmarkRows measures a long result from an agent's batches to the reader's, over loopback.
func BenchmarkRows(b *testing.B) {
	for _, capabilities := range []string{"", wire.CapZstd} {
		b.Run(strings.TrimSpace("plain "+capabilities), func(b *testing.B) {
			s := newServer(b, nil)
			dial(b, s, dialOption{capabilities: strings.Fields(capabilities)})
			src := s.Source(org, conn)
			for b.Loop() {
				n, bytes := 0, 0
				res, err := src.Query(b.Context(), custard.Statement{SQL: "rows 1000000"})
				if err != nil {
					b.Fatal(err)
				}
				for batch, err := range res.Batches {
					if err != nil {
						b.Fatal(err)
					}
					n += batch.Rows
					bytes += len(batch.Data)
				}
				if n != 1_000_000 {
					b.Fatal(n)
				}
				b.SetBytes(int64(bytes))
			}
		})
	}
}
