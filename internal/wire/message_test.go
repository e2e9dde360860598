package wire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/custard-ai/custard/internal/custard"
)

func TestMessagesLackNothingThatTheirKindNeeds(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"kind":"hello","hello":{"versions":[1]}}`, `{"kind":"drain"}`, `{"kind":"ack","id":3}`, `{"kind":"cancel","id":3}`,
		`{"kind":"schema","id":1,"get_schema":{}}`, `{"kind":"schema","id":1,"schema":{"unchanged":true}}`,
		`{"kind":"schema","id":1,"schema":{"schema":{"dialect":"sqlite","database":"x","tables":[]}}}`,
		`{"kind":"query","id":1,"statement":{"sql":"select 1"},"credit":5}`, `{"kind":"values","id":9}`,
		`{"kind":"of a newer version","id":1,"more":[1,2]}`,
	} {
		if _, err := Decode([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{
		``, `null`, `[]`, `7`, `{}`, `{"kind":"hello"}`, `{"kind":"welcome"}`, `{"kind":"refuse"}`, `{"kind":"ack"}`, `{"kind":"cancel"}`,
		`{"kind":"schema","id":1}`, `{"kind":"schema","id":1,"schema":{}}`, `{"kind":"schema","id":1,"schema":{"schema":{"dialect":"x"}}}`,
		`{"kind":"query","id":1}`, `{"kind":"query","statement":{}}`, `{"kind":"query","id":1,"statement":{},"credit":-1}`, `{"kind":"credit","id":1}`, `{"kind":"credit","id":1,"credit":-5}`,
		`{"kind":"explain","id":1}`, `{"kind":"plan","id":1}`, `{"kind":"error","id":1}`, `{"kind":"error","error":{}}`, `{"kind":"ack","id":-1}`, `{"kind":"ack","id":1}x`,
	} {
		if _, err := Decode([]byte(text)); err == nil || custard.AsError(err).Code != custard.CodeUsage {
			t.Errorf("%s: taken, or %v", text, err)
		}
	}
}

func TestAStatementKeepsItsLimits(t *testing.T) {
	t.Parallel()
	want := custard.Statement{SQL: "select 'ä'", Limits: custard.Limits{Rows: 1, Bytes: 2, Cell: 3, Timeout: 4 * time.Second}}
	if diff := cmp.Diff(want, StatementOf(want).Statement()); diff != "" {
		t.Error(diff)
	}
	if got := StatementOf(custard.Statement{Limits: custard.Limits{Timeout: time.Nanosecond}}).Statement().Limits.Timeout; got != time.Millisecond {
		t.Error("a very short timeout became", got)
	}
	if got := (&Statement{Rows: -1, Bytes: -1, Cell: -1, TimeoutMS: 1 << 62}).Statement().Limits; got != (custard.Limits{Timeout: 24 * time.Hour}) {
		t.Error(got)
	}
}

func TestASchemaFromTheNetworkHoldsTogether(t *testing.T) {
	t.Parallel()
	m, err := Decode([]byte(`{"kind":"schema","id":1,"schema":{"schema":{"dialect":"postgres","tables":[null,
		{"name":"a","columns":[null,{"name":"id"}],"primary_key":["id"],"unique":[["nope"],["id"]],"foreign_keys":[
			{"columns":["id"],"ref_table":"b","ref_columns":[]},{"columns":["x"],"ref_table":"b","ref_columns":["id"]},{"columns":["id"],"ref_table":"a","ref_columns":["id"]}]},
		{"name":"b","primary_key":["gone"]}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	s := m.Schema.Schema
	if len(s.Tables) != 2 || len(s.Tables[0].Columns) != 1 || len(s.Tables[0].Unique) != 1 || len(s.Tables[0].ForeignKeys) != 1 || len(s.Tables[0].PrimaryKey) != 1 || s.Tables[1].PrimaryKey != nil {
		t.Errorf("%+v", s.Tables)
	}
}

func TestErrorsTravelWithoutWhatIsPrivate(t *testing.T) {
	t.Parallel()
	full := (&custard.Error{Code: custard.CodeRateLimited, Message: "m", Retry: true, After: 3 * time.Second, Cause: errors.New("secret")}).WithHint("h")
	for _, tt := range []struct {
		err  error
		want custard.Error
	}{
		{full, custard.Error{Code: custard.CodeRateLimited, Message: "m", Hint: "h", Retry: true, After: 3 * time.Second}},
		{fmt.Errorf("around: %w", full), custard.Error{Code: custard.CodeRateLimited, Message: "m", Hint: "h", Retry: true, After: 3 * time.Second}},
		{errors.New("dial tcp 10.0.0.3: password=hunter2"), custard.Error{Code: custard.CodeInternal, Message: "internal error"}},
		{fmt.Errorf("reading: %w", context.Canceled), custard.Error{Code: custard.CodeCanceled, Message: "interrupted"}},
		{&custard.Error{Code: "of_a_newer_version", Message: "m"}, custard.Error{Code: custard.CodeInternal, Message: "m"}},
		{&custard.Error{Code: custard.CodeFailed}, custard.Error{Code: custard.CodeFailed, Message: "failed without a message"}},
	} {
		data, err := json.Marshal(ErrorOf(tt.err))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "hunter2") || strings.Contains(string(data), "secret") {
			t.Errorf("%s", data)
		}
		var e Error
		if err := json.Unmarshal(data, &e); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, *e.Err()); diff != "" {
			t.Errorf("%v: %s", tt.err, diff)
		}
	}
	long := Error{Code: custard.CodeFailed, Message: "x" + strings.Repeat("ö", 1<<20), AfterMS: 1 << 62}
	if e := long.Err(); len(e.Message) > 4<<10 || !utf8.ValidString(e.Message) || e.After > 24*time.Hour {
		t.Error(len(e.Message), e.After)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"kind":"query","id":1,"statement":{"sql":"select 1","timeout_ms":5},"credit":5}`))
	f.Add([]byte(`{"kind":"schema","id":1,"schema":{"schema":{"dialect":"sqlite","tables":[{"columns":[null]},null]}}}`))
	f.Add([]byte(`{"kind":"error","id":1,"error":{"code":"x","message":"y","choices":["z"]}}`))
	f.Add([]byte(`{"kind":"hello","hello":{"versions":[1,2],"capabilities":["zstd"]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Decode(data)
		if err != nil {
			return
		}
		if m.Error != nil {
			_ = m.Error.Err()
		}
		if m.Statement != nil {
			_ = m.Statement.Statement()
		}
		if m.Schema != nil && m.Schema.Schema != nil {
			for _, table := range m.Schema.Schema.Tables {
				_ = table.Column("x")
			}
		}
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(again); err != nil {
			t.Fatalf("%s became %s: %v", data, again, err)
		}
	})
}
