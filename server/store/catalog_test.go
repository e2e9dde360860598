package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
)

func TestConnections(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		id := w.id()
		c := catalog.Connection{
			ID: id, Name: "Prod'uction ü", Dialect: custard.Postgres, Description: "a\x00b\xff", Engine: "builtin", ShareResults: true,
			MaxCost: 1e6, MaxRows: 5, Created: w.clock.now(), Updated: w.clock.now(),
		}
		ok(t, w.AddConnection(ctx, w.a.org, c))
		c.Description = "a\uFFFDb\uFFFD"
		for _, key := range []string{id, "prod'uction Ü", " PROD'UCTION ü "} {
			got, err := w.Connection(ctx, w.a.org, key)
			ok(t, err)
			same(t, "connection", got, c)
		}
		want(t, w.AddConnection(ctx, w.a.org, catalog.Connection{ID: w.id(), Name: "PROD'UCTION Ü"}), custard.CodeConflict)
		ok(t, w.AddConnection(ctx, w.b.org, catalog.Connection{ID: w.id(), Name: "PROD'UCTION Ü"}))
		want(t, w.AddConnection(ctx, "nothing", catalog.Connection{ID: w.id(), Name: "x"}), custard.CodeNotFound)
		// A name that is another's id finds by id first.
		ok(t, w.AddConnection(ctx, w.a.org, catalog.Connection{ID: w.id(), Name: id}))
		got, err := w.Connection(ctx, w.a.org, id)
		ok(t, err)
		same(t, "name", got.Name, c.Name)

		c.Name, c.MaxRows, c.ShareResults, c.Updated = "Staging", 0, false, w.clock.add(time.Hour)
		ok(t, w.UpdateConnection(ctx, w.a.org, c))
		got, err = w.Connection(ctx, w.a.org, "staging")
		ok(t, err)
		same(t, "updated", got, c)
		other := w.connection(w.a, "other")
		want(t, w.UpdateConnection(ctx, w.a.org, catalog.Connection{ID: other, Name: "STAGING"}), custard.CodeConflict)

		same(t, "names at once", race(t, 16, custard.CodeConflict, func(ctx context.Context, i int) error {
			return w.AddConnection(ctx, w.a.org, catalog.Connection{ID: w.id(), Name: []string{"Race", "race", "RACE"}[i%3]})
		}), 1)

		all := pages(t, func(before string) ([]string, error) {
			list, err := w.Connections(ctx, w.a.org, before, 2)
			return ids(list, func(c catalog.Connection) string { return c.ID }, err)
		})
		same(t, "connections", len(all), 4)
		if !slices.IsSortedFunc(all, func(a, b string) int { return -1 * map[bool]int{true: 1, false: -1}[a > b] }) {
			t.Errorf("%v is not newest first", all)
		}
		_, n, err := w.Counts(ctx, w.a.org)
		ok(t, err)
		same(t, "counted", n, 4)
		ok(t, w.RemoveConnection(ctx, w.a.org, id))
		want(t, w.RemoveConnection(ctx, w.a.org, id), custard.CodeNotFound)
	})
}

// A page goes on where the last one ended, whatever was added or removed meanwhile.
func TestPagingHoldsWhileThingsChange(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		var all []string
		for _, name := range names("c", 6) {
			all = append(all, w.connection(w.a, name)) // the same time each
		}
		slices.Sort(all)
		slices.Reverse(all)
		page := func(before string) []string {
			list, err := w.Connections(ctx, w.a.org, before, 2)
			got, err := ids(list, func(c catalog.Connection) string { return c.ID }, err)
			ok(t, err)
			return got
		}
		first := page("")
		ok(t, w.RemoveConnection(ctx, w.a.org, first[1])) // the cursor itself
		w.clock.add(time.Second)
		w.connection(w.a, "newer")
		got := slices.Concat(first, page(first[1]), page(all[3]), page(all[5]))
		if !slices.Equal(got, all) {
			t.Errorf("got %v, want %v", got, all)
		}

		// The same with members, whose list is by when they joined.
		var users []string
		for _, name := range names("m", 5) {
			w.clock.add(time.Second)
			users = append(users, w.member(w.a, name+"@example.com", auth.RoleMember))
		}
		members := func(before string) []string {
			list, err := w.Members(ctx, w.a.org, before, 2)
			got, err := ids(list, func(m auth.Member) string { return m.User }, err)
			ok(t, err)
			return got
		}
		one := members("")
		ok(t, w.RemoveMember(ctx, w.a.org, one[1]))
		two := members(one[1])
		for _, u := range two {
			if slices.Contains(one, u) {
				t.Errorf("%s is on two pages", u)
			}
		}
		same(t, "next", two[0], users[2])
	})
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.connection(w.a, "prod")
		_, err := w.Schema(ctx, w.a.org, c)
		want(t, err, custard.CodeNotFound)
		schema := &custard.Schema{Dialect: custard.Postgres, Database: "shop", Fingerprint: "f1"}
		for i := range 2000 {
			table := &custard.Table{Schema: "public", Name: fmt.Sprintf("table_%d", i), Kind: custard.KindTable, Rows: -1}
			for j := range 15 {
				table.Columns = append(table.Columns, &custard.Column{Name: fmt.Sprintf("column_%d", j), Type: custard.TypeText, DataType: "character varying(40)", Nullable: true})
			}
			schema.Tables = append(schema.Tables, table)
		}
		at := w.clock.add(time.Minute)
		ok(t, w.SetSchema(ctx, w.a.org, c, schema, at))
		got, err := w.Schema(ctx, w.a.org, c)
		ok(t, err)
		if !reflect.DeepEqual(got, schema) {
			t.Error("the schema came back changed")
		}
		var size int
		ok(t, w.read.NewRaw("SELECT length(body) FROM connection_schemas WHERE org_id = ? AND connection_id = ?", w.a.org, c).Scan(ctx, &size))
		if size > 200_000 {
			t.Errorf("2,000 tables take %d bytes: they are not compressed", size)
		}
		con, err := w.Connection(ctx, w.a.org, c)
		ok(t, err)
		same(t, "fingerprint", con.Fingerprint, "f1")
		same(t, "time", con.SchemaTime, at)
		ok(t, w.SetSchema(ctx, w.a.org, c, &custard.Schema{Fingerprint: "f2"}, at))
		got, err = w.Schema(ctx, w.a.org, c)
		ok(t, err)
		same(t, "fingerprint", got.Fingerprint, "f2")
		want(t, w.SetSchema(ctx, w.b.org, c, schema, at), custard.CodeNotFound)
		ok(t, w.RemoveConnection(ctx, w.a.org, c))
		_, err = w.Schema(ctx, w.a.org, c)
		want(t, err, custard.CodeNotFound)
	})
}

// entry is a question of a user.
func (w *world) entry(n tenant, user, connection, talk, question string) catalog.OrgEntry {
	at := w.clock.add(time.Second)
	return catalog.OrgEntry{Org: n.org, Entry: catalog.Entry{
		HistoryEntry: custard.HistoryEntry{
			ID: w.id(), Time: at, Question: question, Connection: "prod", Engine: "builtin", SQL: "SELECT 1", Answer: "one", Rows: 1,
			Millis: 1.5, Conversation: talk,
		},
		ConnectionID: connection, User: user, Key: "k",
	}}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		mia := w.member(w.a, "mia@example.com", auth.RoleMember)
		list := []catalog.OrgEntry{
			w.entry(w.a, w.a.owner, "c1", "t1", "first?"), w.entry(w.a, w.a.owner, "c1", "t1", "and by month?"),
			w.entry(w.a, mia, "c1", "t1", "mia's?"), w.entry(w.a, mia, "c2", "t2", "other?"), w.entry(w.b, w.b.owner, "c3", "t1", "b's?"),
		}
		failed := w.entry(w.a, mia, "c2", "", "bad?")
		failed.Entry.Error, failed.Entry.Code = "no such table 'x'", custard.CodeUnknownTable
		ok(t, w.AddHistory(ctx, append(list, failed)...)) // one group, two organisations
		ok(t, w.AddHistory(ctx))
		w.clock.add(time.Second)
		later := w.entry(w.a, w.a.owner, "c2", "t1", "later?")
		ok(t, w.AddHistory(ctx, later))

		questions := func(list []catalog.Entry, err error) []string {
			t.Helper()
			got, err := ids(list, func(e catalog.Entry) string { return e.Question }, err)
			ok(t, err)
			return got
		}
		is := func(what string, got []string, want ...string) {
			t.Helper()
			if !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", what, got, want)
			}
		}
		is("own", questions(w.History(ctx, w.a.org, mia, "", 10)), "bad?", "other?", "mia's?")
		is("everybody's", questions(w.History(ctx, w.a.org, "", "", 10)), "later?", "bad?", "other?", "mia's?", "and by month?", "first?")
		is("of a connection", questions(w.ConnectionHistory(ctx, w.a.org, "", "c2", "", 10)), "later?", "bad?", "other?")
		is("own of a connection", questions(w.ConnectionHistory(ctx, w.a.org, mia, "c2", "", 1)), "bad?")
		got, err := w.HistoryEntry(ctx, w.a.org, mia, failed.Entry.ID)
		ok(t, err)
		same(t, "entry", got, failed.Entry)
		_, err = w.HistoryEntry(ctx, w.a.org, w.a.owner, failed.Entry.ID) // another member's
		want(t, err, custard.CodeNotFound)

		ok(t, w.SetFeedback(ctx, w.a.org, mia, failed.Entry.ID, -1, "wrong table"))
		got, err = w.HistoryEntry(ctx, w.a.org, "", failed.Entry.ID)
		ok(t, err)
		same(t, "feedback", got.Feedback, -1)
		same(t, "comment", got.Comment, "wrong table")
		want(t, w.SetFeedback(ctx, w.a.org, w.a.owner, failed.Entry.ID, 1, ""), custard.CodeNotFound)

		// Conversations are each user's own, even under one id.
		talks, err := w.Conversations(ctx, w.a.org, w.a.owner, "", 10)
		ok(t, err)
		same(t, "conversations", len(talks), 1)
		same(t, "conversation", talks[0], catalog.Conversation{
			ID: "t1", Title: "first?", Connection: "prod", User: w.a.owner, Questions: 3, Started: list[0].Entry.Time, Last: later.Entry.Time,
		})
		is("conversation", questions(w.Conversation(ctx, w.a.org, w.a.owner, "t1", 2)), "and by month?", "later?")
		is("mia's of that id", questions(w.Conversation(ctx, w.a.org, mia, "t1", 9)), "mia's?")
		_, err = w.Conversation(ctx, w.a.org, w.a.owner, "t2", 9)
		want(t, err, custard.CodeNotFound)
		_, err = w.Conversation(ctx, w.a.org, mia, "", 9)
		want(t, err, custard.CodeNotFound)

		ok(t, w.RemoveHistory(ctx, w.a.org, w.a.owner, later.Entry.ID))
		want(t, w.RemoveHistory(ctx, w.a.org, w.a.owner, later.Entry.ID), custard.CodeNotFound)
		want(t, w.RemoveHistory(ctx, w.a.org, w.a.owner, failed.Entry.ID), custard.CodeNotFound)
		talks, err = w.Conversations(ctx, w.a.org, w.a.owner, "", 10)
		ok(t, err)
		same(t, "questions left", talks[0].Questions, 2)
		ok(t, w.RemoveHistory(ctx, w.a.org, mia, list[3].Entry.ID))
		_, err = w.Conversation(ctx, w.a.org, mia, "t2", 9)
		want(t, err, custard.CodeNotFound)
		ok(t, w.RemoveConversation(ctx, w.a.org, w.a.owner, "t1"))
		want(t, w.RemoveConversation(ctx, w.a.org, w.a.owner, "t1"), custard.CodeNotFound)
		is("what is left", questions(w.History(ctx, w.a.org, "", "", 10)), "bad?", "mia's?")
		ok(t, w.ClearHistory(ctx, w.a.org, mia))
		is("cleared", questions(w.History(ctx, w.a.org, "", "", 10)))
		is("the other organisation's", questions(w.History(ctx, w.b.org, "", "", 10)), "b's?")

		// All or nothing.
		one := w.entry(w.a, mia, "c1", "t9", "x?")
		want(t, w.AddHistory(ctx, one, one), custard.CodeConflict)
		want(t, w.AddHistory(ctx, one, catalog.OrgEntry{Org: "nothing", Entry: catalog.Entry{HistoryEntry: custard.HistoryEntry{ID: w.id()}}}), custard.CodeNotFound)
		is("nothing", questions(w.History(ctx, w.a.org, "", "", 10)))
	})
}

func TestConversationPages(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		var list []catalog.OrgEntry
		for _, talk := range []string{"zz", "aa", "mm", "bb", "yy"} { // ids that do not sort by time, two at the same time
			e := w.entry(w.a, w.a.owner, "c", talk, talk)
			e.Entry.Time = e.Entry.Time.Truncate(2 * time.Second)
			list = append(list, e)
		}
		ok(t, w.AddHistory(ctx, list...))
		got := pages(t, func(before string) ([]string, error) {
			list, err := w.Conversations(ctx, w.a.org, w.a.owner, before, 2)
			return ids(list, func(c catalog.Conversation) string { return c.ID }, err)
		})
		same(t, "conversations", len(got), 5)
		if slices.Index(got, "zz") < 3 || slices.Index(got, "yy") > 1 {
			t.Errorf("%v is not the last begun first", got)
		}
		_, err := w.Conversations(ctx, w.a.org, w.a.owner, "gone", 2)
		want(t, err, custard.CodeNotFound)
		// Sixteen questions of one conversation at once are all counted.
		same(t, "added", race(t, 16, custard.CodeInternal, func(ctx context.Context, _ int) error {
			return w.AddHistory(ctx, w.entry(w.a, w.a.owner, "c", "busy", "?"), w.entry(w.a, w.a.owner, "c", "aa", "?"))
		}), 16)
		talks, err := w.Conversations(ctx, w.a.org, w.a.owner, "", 1)
		ok(t, err)
		same(t, "questions", talks[0].Questions, 16)
	})
}

func TestIdempotency(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		record := func(text string) catalog.Record {
			return catalog.Record{Digest: hash(text), Created: w.clock.now()}
		}
		same(t, "first", race(t, 24, custard.CodeNotFound, func(ctx context.Context, _ int) error {
			_, existed, err := w.Remember(ctx, w.a.org, "key", record("POST"))
			if err == nil && existed {
				return notFound("first")
			}
			return err
		}), 1)
		kept, existed, err := w.Remember(ctx, w.a.org, "key", record("POST"))
		ok(t, err)
		same(t, "still running", existed && kept.Status == 0, true)
		_, _, err = w.Remember(ctx, w.a.org, "key", record("another body"))
		want(t, err, custard.CodeConflict)
		_, existed, err = w.Remember(ctx, w.b.org, "key", record("another body")) // another tenant's key
		ok(t, err)
		same(t, "existed", existed, false)

		done := record("POST")
		done.Status, done.Body = 201, []byte(`{"id":"x"}`)
		ok(t, w.Settle(ctx, w.a.org, "key", done))
		w.clock.add(23 * time.Hour)
		kept, existed, err = w.Remember(ctx, w.a.org, "key", record("POST"))
		ok(t, err)
		same(t, "settled", existed && kept.Status == 201, true)
		sameBytes(t, "body", kept.Body, done.Body)
		w.clock.add(time.Hour)
		_, existed, err = w.Remember(ctx, w.a.org, "key", record("a new day"))
		ok(t, err)
		same(t, "existed after a day", existed, false)
		w.clock.add(11 * time.Minute) // it never settled: its server died
		_, existed, err = w.Remember(ctx, w.a.org, "key", record("again"))
		ok(t, err)
		same(t, "existed after the server died", existed, false)
		ok(t, w.Forget(ctx, w.a.org, "key"))
		ok(t, w.Forget(ctx, w.a.org, "key"))
		want(t, w.Settle(ctx, w.a.org, "key", done), custard.CodeNotFound)
		_, _, err = w.Remember(ctx, "nothing", "key", record("x"))
		want(t, err, custard.CodeNotFound)
	})
}
