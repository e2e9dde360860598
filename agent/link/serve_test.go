package link

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

func TestAnswersWhatIsAsked(t *testing.T) {
	t.Parallel()
	hub := newScript(t, nil)
	start(t, Options{Endpoint: hub.endpoint, Source: source(t, postgres(t)), Fingerprint: func() string { return "known" }})
	p := hub.agent()
	if p.hello.Instance != "i1" || p.hello.Fingerprint != "known" || !slices.Contains(p.hello.Versions, wire.Version) {
		t.Errorf("hello: %+v", *p.hello)
	}

	p.send(&wire.Message{Kind: wire.KindSchema, ID: 1, GetSchema: &wire.GetSchema{}})
	schema := p.message(wire.KindSchema).Schema.Schema
	if schema == nil || len(schema.Tables) != 2 {
		t.Fatalf("schema: %+v", schema)
	}
	for i, refresh := range []bool{false, true} {
		p.send(&wire.Message{Kind: wire.KindSchema, ID: 20 + uint64(i), GetSchema: &wire.GetSchema{Have: schema.Fingerprint, Refresh: refresh}})
		if got := p.message(wire.KindSchema).Schema; !got.Unchanged || got.Schema != nil {
			t.Errorf("the same schema travels again (refresh %v)", refresh)
		}
	}
	p.send(&wire.Message{Kind: wire.KindSchema, ID: 3, GetSchema: &wire.GetSchema{Have: "another"}})
	if got := p.message(wire.KindSchema).Schema; got.Unchanged || got.Schema.Fingerprint != schema.Fingerprint {
		t.Error("another schema is said to be unchanged")
	}

	p.send(&wire.Message{Kind: wire.KindValues, ID: 4, FindValues: &wire.FindValues{Text: "what does Grace earn"}})
	values := p.message(wire.KindValues).Values
	if len(values) == 0 || values[0].Value != "Grace" {
		t.Errorf("values: %+v", values)
	}
	p.send(&wire.Message{Kind: wire.KindExplain, ID: 5, Statement: &wire.Statement{SQL: "SELECT name FROM people"}})
	if plan := p.message(wire.KindPlan).Plan; plan.Cost <= 0 || !strings.Contains(plan.Text, "people") {
		t.Errorf("plan: %+v", plan)
	}

	// A small result is one frame.
	p.query(6, "SELECT id, name, salary FROM people ORDER BY id", 1)
	rows := p.rows()
	if !rows.HasFields || !rows.End || rows.Truncated || rows.ID != 6 || len(rows.Fields) != 3 || rows.Fields[2].Type != custard.TypeDecimal {
		t.Errorf("rows: %+v", rows)
	}
	if got := fmt.Sprint(cells(&rows.Batch)); got != "[1 Ada 100.50 2 Grace NULL]" {
		t.Error(got)
	}
	p.send(&wire.Message{Kind: wire.KindQuery, ID: 7, Statement: &wire.Statement{SQL: "SELECT name FROM people ORDER BY id", Rows: 1}, Credit: 1})
	if rows = p.rows(); !rows.End || !rows.Truncated || fmt.Sprint(cells(&rows.Batch)) != "[Ada]" {
		t.Errorf("a cut result: %+v", rows)
	}
	// So is one without rows, and it costs no credit.
	p.query(8, "SELECT name FROM people WHERE id > 5", 0)
	if rows = p.rows(); !rows.HasFields || !rows.End || rows.Batch.Rows != 0 || len(rows.Fields) != 1 {
		t.Errorf("no rows: %+v", rows)
	}

	id := uint64(8)
	for sql, want := range map[string]custard.Code{
		"SELECT * FROM peeple":                custard.CodeUnknownTable,
		"SELECT nam FROM people":              custard.CodeUnknownColumn,
		"DELETE FROM people":                  custard.CodeRefused,
		"SELECT 1; SELECT 2":                  custard.CodeRefused,
		"SELECT pg_sleep(10)":                 custard.CodeRefused,
		"SELECT id / (id - id) FROM people":   custard.CodeFailed,
		"SELECT pg_read_file('/etc/passwd')":  custard.CodeRefused,
		"SELECT name FROM people ORDER BY ((": custard.CodeSyntax,
	} {
		id++ // never used twice on a connection
		p.query(id, sql, 1)
		if got := p.errorCode(id); got != want && !(want == custard.CodeRefused && got == custard.CodeSyntax) {
			t.Errorf("%s: %s, want %s", sql, got, want)
		}
	}
	if n := count(t, hub, p); n != 2 {
		t.Errorf("people has %d rows afterwards", n)
	}
}

func count(t *testing.T, _ *script, p *peer) int {
	t.Helper()
	p.query(99, "SELECT name FROM people", 1)
	return p.rows().Batch.Rows
}

func TestRowsComeWithinCredit(t *testing.T) {
	t.Parallel()
	hub := newScript(t, nil)
	dsn := postgres(t)
	start(t, Options{Endpoint: hub.endpoint, Source: source(t, dsn)})
	p := hub.agent()

	p.query(1, "SELECT n, text FROM numbers ORDER BY n", 1)
	first := p.rows()
	if !first.HasFields || first.End || len(first.Batch.Data) > 16<<10 {
		t.Fatalf("first frame: %d bytes, end %v", len(first.Batch.Data), first.End)
	}
	// Nothing is granted: the statement waits at the database for somebody to take its rows.
	waiting(t, dsn, "numbers")
	select {
	case f := <-p.frames:
		if f.m == nil || f.m.Kind != wire.KindAck {
			t.Fatalf("%s came without credit", f)
		}
	default:
	}
	// The rest, granted frame by frame, is whole and in order.
	total, frames, next := first.Batch.Rows, 1, first.Batch.Rows
	check := func(r *wire.Rows, from int) {
		got := cells(&r.Batch)
		if len(got) > 0 && got[0] != fmt.Sprint(from+1) {
			t.Fatalf("frame %d begins with row %s, want %d", frames, got[0], from+1)
		}
	}
	for end := false; !end; {
		p.send(&wire.Message{Kind: wire.KindCredit, ID: 1, Credit: 512 << 10})
		for granted := int64(512 << 10); granted > 0 && !end; {
			r := p.rows()
			frames++
			if r.HasFields {
				t.Error("the columns came twice")
			}
			check(r, next)
			next += r.Batch.Rows
			total += r.Batch.Rows
			granted -= wire.Cost(r.Batch.Data)
			end = r.End
		}
	}
	if total != 100_000 {
		t.Errorf("%d rows in %d frames", total, frames)
	}
	still(t, dsn, "numbers", 0)
}

func TestCancelReachesTheDatabase(t *testing.T) {
	t.Parallel()
	hub := newScript(t, nil)
	dsn := postgres(t)
	start(t, Options{Endpoint: hub.endpoint, Source: source(t, dsn)})
	p := hub.agent()
	const slow = "SELECT count(*) FROM numbers a, numbers b, people c"
	p.query(1, slow, 1)
	still(t, dsn, "count(*)", 1)
	began := time.Now()
	p.send(&wire.Message{Kind: wire.KindCancel, ID: 1})
	still(t, dsn, "count(*)", 0)
	if took := time.Since(began); took > 2*time.Second { // well under one where the machine is idle; a cut connection takes three
		t.Errorf("the statement ended %v after its cancellation", took)
	}
	// No reply comes, and the agent serves on.
	p.query(2, "SELECT name FROM people", 1)
	if r := p.rows(); r.ID != 2 {
		t.Errorf("a reply to request %d", r.ID)
	}
	// A statement that waits for credit ends too.
	p.query(3, "SELECT n, text FROM numbers", 1)
	p.rows()
	waiting(t, dsn, "numbers")
	p.send(&wire.Message{Kind: wire.KindCancel, ID: 3})
	still(t, dsn, "numbers", 0)
}

func TestLostConnectionEndsWhatRuns(t *testing.T) {
	t.Parallel()
	hub := newScript(t, nil)
	dsn := postgres(t)
	start(t, Options{Endpoint: hub.endpoint, Source: source(t, dsn)})
	p := hub.agent()
	p.query(1, "SELECT count(*) FROM numbers a, numbers b, people c", 1)
	p.query(2, "SELECT n, text FROM numbers", 1)
	still(t, dsn, "numbers", 2)
	p.conn.Abort()
	still(t, dsn, "numbers", 0)
	p = hub.agent() // it comes back
	if n := count(t, hub, p); n != 2 {
		t.Errorf("%d rows from the new connection", n)
	}
}

func TestStatementsWaitTheirTurnAndAreRefusedBeyond(t *testing.T) {
	t.Parallel()
	hub := newScript(t, nil)
	dsn := postgres(t)
	start(t, Options{Endpoint: hub.endpoint, Source: source(t, dsn), Statements: 1, Waiting: 1})
	p := hub.agent()
	p.query(1, "SELECT n, text FROM numbers", 1)
	if r := p.rows(); r.ID != 1 || r.End {
		t.Fatal("the first does not run")
	}
	p.query(2, "SELECT name FROM people WHERE id = 1", 1)
	p.query(3, "SELECT name FROM people WHERE id = 2", 1)
	// One of both waits, the other is refused: which comes first is the scheduler's.
	refused := p.message(wire.KindError)
	if refused.Error.Code != custard.CodeRateLimited || !refused.Error.Retry || refused.Error.AfterMS <= 0 {
		t.Errorf("refusal: %+v", *refused.Error)
	}
	// What only needs the schema does not wait behind statements.
	p.send(&wire.Message{Kind: wire.KindSchema, ID: 4, GetSchema: &wire.GetSchema{}})
	p.message(wire.KindSchema)
	p.send(&wire.Message{Kind: wire.KindCancel, ID: 1})
	if r := p.rows(); r.ID != 5-refused.ID || !r.End {
		t.Errorf("request %d came to its turn, want %d", r.ID, 5-refused.ID)
	}
}

func TestAckSaysThatARequestHasBegun(t *testing.T) {
	t.Parallel()
	hub := newScript(t, nil)
	dsn := postgres(t)
	start(t, Options{Endpoint: hub.endpoint, Source: source(t, dsn), Statements: 1, Waiting: 4})
	p := hub.agent()
	ack := func(want uint64) {
		t.Helper()
		select {
		case f := <-p.frames:
			if f.m == nil || f.m.Kind != wire.KindAck || f.m.ID != want {
				t.Fatalf("got %s, want the ack of request %d", f, want)
			}
		case <-time.After(patience):
			t.Fatalf("no ack of request %d", want)
		}
	}
	const slow = "SELECT count(*) FROM numbers a, numbers b, people c"
	p.query(1, slow, 1)
	ack(1)
	p.query(2, slow, 1) // waits behind the first: it has not begun
	still(t, dsn, "count(*)", 1)
	p.send(&wire.Message{Kind: wire.KindCancel, ID: 1})
	ack(2)
	p.send(&wire.Message{Kind: wire.KindCancel, ID: 2})
}

// However much is logged, no cell, statement, value or token is.
func TestLogHoldsNoSecret(t *testing.T) {
	t.Parallel()
	var log lockedText
	hub := newScript(t, nil)
	dsn := postgres(t)
	r := start(t, Options{
		Endpoint: hub.endpoint, Source: source(t, dsn),
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	p := hub.agent()
	p.query(1, "SELECT name, 'hunter2' AS password FROM people", 1)
	p.rows()
	p.query(2, "SELECT 'hunter2'::int AS n FROM people", 1)
	p.errorCode(2)
	p.send(&wire.Message{Kind: wire.KindValues, ID: 3, FindValues: &wire.FindValues{Text: "is Grace hunter2"}})
	p.message(wire.KindValues)
	r.stop()
	if err := r.ended(t); err != nil {
		t.Error(err)
	}
	text := log.String()
	for _, secret := range []string{"hunter2", "Ada", "Grace", "good", dsn} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the log:\n%s", secret, text)
		}
	}
	if !strings.Contains(text, "answered") || !strings.Contains(text, "code=failed") {
		t.Errorf("the log says too little to find a secret in:\n%s", text)
	}
}

type lockedText struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A source that panics ends the request alone.
func TestAPanicEndsOneRequest(t *testing.T) {
	t.Parallel()
	hub := newScript(t, nil)
	start(t, Options{Endpoint: hub.endpoint, Source: &panics{source(t, postgres(t))}})
	p := hub.agent()
	p.send(&wire.Message{Kind: wire.KindExplain, ID: 1, Statement: &wire.Statement{SQL: "SELECT name FROM people"}})
	m := p.message(wire.KindError)
	if m.Error.Code != custard.CodeInternal || strings.Contains(m.Error.Message, "secret") {
		t.Errorf("%+v", *m.Error)
	}
	if n := count(t, hub, p); n != 2 {
		t.Error("the agent does not serve on")
	}
}

type panics struct{ custard.Source }

func (*panics) Explain(context.Context, custard.Statement) (*custard.Plan, error) {
	panic("a secret")
}
