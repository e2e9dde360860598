package httpapi

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/agent/link"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/auth/authtest"
	"github.com/custard-ai/custard/server/hub"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin"
)

// world is a whole server over a real store and a real hub, listening, with an owner signed in.
type world struct {
	*API
	kit   *authtest.Kit
	hub   *hub.Hub
	http  *httptest.Server
	owner auth.Session
	org   string
	log   *logBuffer
}

// logBuffer keeps what is logged.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// newServer makes a world. change may change the API's configuration.
func newServer(t testing.TB, change func(*Config)) *world {
	t.Helper()
	w := &world{kit: authtest.New(t), log: &logBuffer{}}
	log := slog.New(slog.NewTextHandler(w.log, nil))
	w.owner = w.kit.Owner(t, "ana@example.com")
	w.org = w.kit.Principal(t, w.owner.Access).Org
	w.hub = hub.New(hub.Config{
		Authenticate: func(ctx context.Context, connection, token string) (hub.Identity, error) {
			org, id, err := w.kit.AuthenticateAgent(ctx, connection, token)
			return hub.Identity{Org: org, Connection: connection, Token: id}, err
		},
		OnSchema: func(ctx context.Context, org, connection string, s *custard.Schema) {
			_ = w.kit.Store.SetSchema(ctx, org, connection, s, w.kit.Clock.Now())
		},
	})
	cfg := Config{
		Version: "1.2.3", PublicURL: "https://custard.example", Logger: log, Now: w.kit.Clock.Now,
		Accounts: w.kit.Service, Store: w.kit.Store, Catalog: w.kit.Store, Hub: w.hub,
		Engine: func(_ context.Context, _, name string) (translate.Translator, error) {
			if name != "" && name != "builtin" {
				return nil, custard.Errorf(custard.CodeUsage, "there is no engine %q", name)
			}
			return builtin.New(), nil
		},
	}
	engine := cfg.Engine
	ownModels(t, w.kit, nil)(&cfg)
	cfg.Engine = engine
	if change != nil {
		change(&cfg)
	}
	w.API = New(cfg)
	w.http = httptest.NewUnstartedServer(w.API)
	w.http.Config.ReadHeaderTimeout = time.Second
	w.http.Config.MaxHeaderBytes = 64 << 10
	w.http.Start()
	t.Cleanup(func() {
		w.http.CloseClientConnections()
		w.http.Close()
		if err := w.API.Close(context.Background()); err != nil {
			t.Error(err)
		}
		w.hub.Close()
	})
	return w
}

// reply is an answer, read whole.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// into decodes an answer's body.
func (r reply) into(t testing.TB, dst any) {
	t.Helper()
	if err := json.Unmarshal(r.body, dst); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
}

// fault is the error in an answer's body.
func (r reply) fault(t testing.TB) wire.Error {
	t.Helper()
	var b wire.ErrorBody
	r.into(t, &b)
	return b.Error
}

// do makes a request as the owner. headers are pairs; a body that is no string is sent as JSON.
func (w *world) do(t testing.TB, method, path string, body any, headers ...string) reply {
	t.Helper()
	return w.as(t, w.owner.Access, method, path, body, headers...)
}

func (w *world) as(t testing.TB, token, method, path string, body any, headers ...string) reply {
	t.Helper()
	resp := w.open(t, t.Context(), token, method, path, body, headers...)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, data}
}

func (w *world) open(t testing.TB, ctx context.Context, token, method, path string, body any, headers ...string) *http.Response {
	t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	default:
		data, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		r = bytes.NewReader(data)
	}
	if !strings.HasPrefix(path, "/api/") {
		path = Base + path
	}
	req, err := http.NewRequestWithContext(ctx, method, w.http.URL+path, r)
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := w.http.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// connection makes a connection and returns its id and its agent's token.
func (w *world) connection(t testing.TB, name string) (id, token string) {
	t.Helper()
	r := w.do(t, http.MethodPost, "/connections", map[string]any{"name": name, "dialect": "sqlite"})
	if r.status != http.StatusCreated {
		t.Fatalf("status %d: %s", r.status, r.body)
	}
	var body createdConnectionBody
	r.into(t, &body)
	return body.Connection.ID, body.AgentToken
}

// agent connects a source to a connection and returns once it is there; stop ends it, wait returns how it ended.
func (w *world) agent(t testing.TB, id, token string, dialect custard.Dialect, src custard.Source) (stop, wait func() error) {
	t.Helper()
	endpoint, err := link.Endpoint(w.http.URL, id, true)
	if err != nil {
		t.Fatal(err)
	}
	l := link.New(link.Options{
		Endpoint: endpoint, Token: token, Source: src, Waiting: 256, Logger: slog.New(slog.DiscardHandler),
		Hello: wire.Hello{Instance: custard.NewID(time.Now()), Agent: "test", Connector: string(dialect), Dialect: dialect},
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	wait = sync.OnceValue(func() error { return <-ended })
	stop = func() error {
		cancel()
		return wait()
	}
	t.Cleanup(func() { _ = stop() })
	for deadline := time.Now().Add(10 * time.Second); len(w.hub.Agents(t.Context(), w.org, id)) == 0; {
		if time.Now().After(deadline) {
			t.Fatal("the agent did not come")
		}
		time.Sleep(5 * time.Millisecond)
	}
	return stop, wait
}

const shopSQL = `
	CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT);
	CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), ordered_on DATE, total DECIMAL(10,2));
	INSERT INTO customers VALUES (1,'Ana','Spain'),(2,'Bo','Norway'),(3,'Cy','Spain');
	INSERT INTO orders VALUES (1,1,'2026-01-05',10.5),(2,1,'2026-02-05',20),(3,2,'2026-02-06',5.25),(4,2,'2026-03-06',NULL);`

// shop opens a small shop as a Source: a real file, connector and executor.
func shop(t testing.TB) (src custard.Source, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "shop.db")
	alter(t, path, shopSQL)
	driver, conn, err := all.Open(t.Context(), path, connector.Options{})
	if err != nil {
		t.Fatal(err)
	}
	src = executor.New(driver, conn, executor.Options{})
	t.Cleanup(func() { src.Close() })
	return src, path
}

func alter(t testing.TB, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
}

// withShop makes a world with a connection 'shop' whose agent serves the small shop.
func withShop(t testing.TB, change func(*Config)) (w *world, id, path string) {
	t.Helper()
	w = newServer(t, change)
	src, path := shop(t)
	id, token := w.connection(t, "shop")
	w.agent(t, id, token, custard.SQLite, src)
	return w, id, path
}

func prefixesOf(t *testing.T, texts ...string) []netip.Prefix {
	t.Helper()
	var out []netip.Prefix
	for _, text := range texts {
		if text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}
