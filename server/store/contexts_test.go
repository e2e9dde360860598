package store

import (
	"context"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/catalog"
)

func TestContexts(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.connection(w.a, "prod")
		none, err := w.Context(ctx, w.a.org, c)
		ok(t, err)
		same(t, "nothing", none.Version, int64(0))
		at := w.clock.now()
		v, err := w.SetContext(ctx, w.a.org, c, catalog.Context{Body: []byte(`{"terms":{"a":"b"}}`), Updated: at, User: "u"})
		ok(t, err)
		same(t, "version", v, int64(1))
		got, err := w.Context(ctx, w.a.org, c)
		ok(t, err)
		same(t, "body", string(got.Body), `{"terms":{"a":"b"}}`)
		same(t, "version, user, time", got.Version == 1 && got.User == "u" && got.Updated.Equal(at), true)
		_, err = w.SetContext(ctx, w.a.org, c, catalog.Context{Body: []byte(`{}`), Updated: at})
		want(t, err, custard.CodeConflict)
		same(t, "one of many wins", race(t, 8, custard.CodeConflict, func(ctx context.Context, _ int) error {
			_, err := w.SetContext(ctx, w.a.org, c, catalog.Context{Version: 1, Body: []byte(`{}`), Updated: at})
			return err
		}), 1)
		_, err = w.SetContext(ctx, w.b.org, c, catalog.Context{Body: []byte(`{}`), Updated: at})
		want(t, err, custard.CodeNotFound)
		ok(t, w.RemoveConnection(ctx, w.a.org, c))
		gone, err := w.Context(ctx, w.a.org, c)
		ok(t, err)
		same(t, "gone with its connection", gone.Version, int64(0))
	})
}
