package store

import (
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/catalog"
)

func TestModelServices(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx, now := t.Context(), w.clock.now().Truncate(time.Microsecond)
		first := catalog.ModelService{Service: "openai", Sealed: "cs1.x.y", Model: "openai/gpt-4.1", Priority: 2, User: w.a.owner, Created: now, Updated: now}
		ok(t, w.SetModelService(ctx, w.a.org, first))
		ok(t, w.SetModelService(ctx, w.a.org, catalog.ModelService{Service: "anthropic", Sealed: "cs1.x.z", Priority: 1, DailyTokens: 5, User: w.a.owner, Created: now, Updated: now}))
		later := w.clock.add(time.Hour).Truncate(time.Microsecond)
		again := first
		again.Sealed, again.BaseURL, again.Created, again.Updated = "cs1.x.n", "https://models.example.com", later, later
		ok(t, w.SetModelService(ctx, w.a.org, again))
		again.Created = now
		got, err := w.ModelServices(ctx, w.a.org)
		ok(t, err)
		if len(got) != 2 || got[0].Service != "anthropic" || got[0].DailyTokens != 5 || !reflect.DeepEqual(got[1], again) {
			t.Errorf("got %+v", got)
		}
		if other, err := w.ModelServices(ctx, w.b.org); err != nil || len(other) != 0 {
			t.Errorf("another organisation has %v, %v", other, err)
		}
		if err := w.RemoveModelService(ctx, w.b.org, "openai"); custard.AsError(err).Code != custard.CodeNotFound {
			t.Errorf("another organisation's is removed: %v", err)
		}
		ok(t, w.RemoveModelService(ctx, w.a.org, "openai"))
		if err := w.SetModelService(ctx, "nobody", first); custard.AsError(err).Code != custard.CodeNotFound {
			t.Errorf("of no organisation: %v", err)
		}
	})
}

func TestBudgetIsNeverTakenTwice(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx, day := t.Context(), w.clock.now()
		var taken atomic.Int64
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				if got, err := w.TakeTokens(ctx, w.a.org, "", day, 30, 300); err != nil {
					t.Error(err)
				} else if got {
					taken.Add(30)
				}
			})
		}
		wg.Wait()
		if got, err := w.TakenTokens(ctx, w.a.org, "", day); err != nil || got != 300 || taken.Load() != 300 {
			t.Errorf("%d were taken, %d are written down, %v", taken.Load(), got, err)
		}
		ok(t, w.GiveTokens(ctx, w.a.org, "", day, -25))
		if got, err := w.TakeTokens(ctx, w.a.org, "", day, 26, 300); got || err != nil {
			t.Errorf("26 of 25 that are left: %v, %v", got, err)
		}
		for _, other := range []struct {
			org, budget string
			day         time.Time
		}{{w.b.org, "", day}, {w.a.org, "openai", day}, {w.a.org, "", day.Add(24 * time.Hour)}} {
			if got, err := w.TakeTokens(ctx, other.org, other.budget, other.day, 300, 300); !got || err != nil {
				t.Errorf("another budget: %v, %v", got, err)
			}
		}
		if got, err := w.TakeTokens(ctx, w.b.org, "large", day, 301, 300); got || err != nil {
			t.Errorf("a first call beyond the budget: %v, %v", got, err)
		}
		ok(t, w.GiveTokens(ctx, w.a.org, "", day, -1000))
		if got, err := w.TakenTokens(ctx, w.a.org, "", day); got != 0 || err != nil {
			t.Errorf("%d is below nothing, %v", got, err)
		}
		_, err := w.Prune(ctx, day.Add(72*time.Hour))
		ok(t, err)
		if got, err := w.TakenTokens(ctx, w.b.org, "", day); got != 0 || err != nil {
			t.Errorf("%d is kept of a day long over, %v", got, err)
		}
	})
}

func TestUsageAndTracesOfHistory(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx, now := t.Context(), w.clock.now()
		trace := &custard.Stage{Name: "ask", Took: 12.5, Stages: []*custard.Stage{{Name: "translate", Attrs: map[string]any{"db.query.text": "SELECT 1"}}}}
		entry := func(id, engine string, at time.Time, usage *custard.Usage) catalog.OrgEntry {
			return catalog.OrgEntry{Org: w.a.org, Entry: catalog.Entry{User: w.a.owner, HistoryEntry: custard.HistoryEntry{
				ID: id, Time: at, Question: "q", Engine: engine, Usage: usage, Trace: trace,
			}}}
		}
		ok(t, w.AddHistory(ctx,
			entry("1", "openai/a", now, &custard.Usage{Calls: 1, Input: 100, Output: 10, Cached: 50, USD: 0.5}),
			entry("2", "openai/a", now, &custard.Usage{Calls: 2, Input: 200, Output: 20}),
			entry("3", "builtin", now, nil)))
		ok(t, w.AddHistory(ctx, entry("4", "openai/b", now.Add(24*time.Hour), &custard.Usage{Calls: 1, Input: 1, Output: 1, USD: 0.25})))
		e, err := w.HistoryEntry(ctx, w.a.org, w.a.owner, "1")
		ok(t, err)
		if e.Usage == nil || e.Usage.Cached != 50 || e.Usage.USD != 0.5 || e.Trace != nil {
			t.Errorf("entry %+v", e)
		}
		if e, err := w.HistoryEntry(ctx, w.a.org, w.a.owner, "3"); err != nil || e.Usage != nil {
			t.Errorf("an entry without a model: %+v, %v", e, err)
		}
		got, err := w.HistoryTrace(ctx, w.a.org, w.a.owner, "1")
		ok(t, err)
		if !reflect.DeepEqual(got, trace) {
			t.Errorf("the trace is %+v", got)
		}
		for _, who := range [][2]string{{w.b.org, ""}, {w.a.org, w.b.owner}} {
			if _, err := w.HistoryTrace(ctx, who[0], who[1], "1"); custard.AsError(err).Code != custard.CodeNotFound {
				t.Errorf("somebody else's trace: %v", err)
			}
		}
		ok(t, w.ClearHistory(ctx, w.a.org, w.a.owner))
		if _, err := w.HistoryTrace(ctx, w.a.org, "", "1"); custard.AsError(err).Code != custard.CodeNotFound {
			t.Errorf("after its entry is gone: %v", err)
		}
		sums, err := w.ModelUsage(ctx, w.a.org, now, now.Add(24*time.Hour), catalog.UsageBy{Day: true, Engine: true})
		ok(t, err)
		want := []catalog.UsageSum{
			{Day: "2026-03-05", Engine: "openai/b", Questions: 1, Usage: custard.Usage{Calls: 1, Input: 1, Output: 1, USD: 0.25}},
			{Day: "2026-03-04", Engine: "openai/a", Questions: 2, Usage: custard.Usage{Calls: 3, Input: 300, Output: 30, Cached: 50, USD: 0.5}},
		}
		if !reflect.DeepEqual(sums, want) {
			t.Errorf("sums are %+v", sums)
		}
		all, err := w.ModelUsage(ctx, w.a.org, now, now.Add(24*time.Hour), catalog.UsageBy{})
		ok(t, err)
		if len(all) != 1 || all[0].Questions != 3 || all[0].USD != 0.75 {
			t.Errorf("in all %+v", all)
		}
		if none, err := w.ModelUsage(ctx, w.b.org, now, now, catalog.UsageBy{}); err != nil || len(none) != 0 {
			t.Errorf("another organisation has %+v, %v", none, err)
		}
	})
}
