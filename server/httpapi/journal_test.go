package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
)

// books is what a journal writes into: it counts, and fails when it is told to.
type books struct {
	catalog.Store
	auth.AuditStore
	mu            sync.Mutex
	groups        int
	entries, rows int
	failing       int // writes that fail before one works
	gate          chan struct{}
}

func (b *books) AddHistory(_ context.Context, entries ...catalog.OrgEntry) error {
	if b.gate != nil {
		<-b.gate
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failing > 0 {
		b.failing--
		return errors.New("the database is away")
	}
	b.groups++
	b.entries += len(entries)
	return nil
}

func (b *books) AddAudits(_ context.Context, rows ...auth.OrgAudit) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rows += len(rows)
	return nil
}

func entry(written chan<- struct{}) journalled {
	return journalled{org: "o", entry: &catalog.Entry{}, audit: &auth.Audit{}, written: written}
}

func TestJournalWritesInGroups(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &books{}
		j := newJournal(b, b, slog.New(slog.DiscardHandler))
		var wg sync.WaitGroup
		for range 2000 {
			wg.Go(func() {
				if err := j.add(t.Context(), entry(nil)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if err := j.close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if b.entries != 2000 || b.rows != 2000 || b.groups > 20 {
			t.Errorf("%d entries, %d rows in %d groups", b.entries, b.rows, b.groups)
		}
		if err := j.add(t.Context(), entry(nil)); err != nil || b.entries != 2001 {
			t.Errorf("after the end: %v, %d entries", err, b.entries)
		}
	})
}

func TestJournalTellsWhenItIsWritten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &books{failing: 2}
		j := newJournal(b, b, slog.New(slog.DiscardHandler))
		written := make(chan struct{})
		if err := j.add(t.Context(), entry(written)); err != nil {
			t.Fatal(err)
		}
		<-written // after two tries that failed
		if b.entries != 1 {
			t.Errorf("%d entries", b.entries)
		}
		if err := j.close(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestJournalFlushesAgainAndAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &books{}
		j := newJournal(b, b, slog.New(slog.DiscardHandler))
		for n := range 3 {
			for range 100 {
				if err := j.add(t.Context(), entry(nil)); err != nil {
					t.Fatal(err)
				}
			}
			if err := j.flush(t.Context(), "o"); err != nil || b.entries != 100*(n+1) {
				t.Errorf("%d entries are written after it settled (%v), want %d", b.entries, err, 100*(n+1))
			}
		}
		if err := j.close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := j.flush(t.Context(), "o"); err != nil {
			t.Errorf("after the end: %v", err)
		}
	})
}

func TestFullJournalMakesAskersWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &books{gate: make(chan struct{})}
		j := newJournal(b, b, slog.New(slog.DiscardHandler))
		for range journalQueue + journalGroup { // one group is being written, the queue is full
			if err := j.add(t.Context(), entry(nil)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := j.add(ctx, entry(nil)); custard.AsError(err).Code != custard.CodeCanceled {
			t.Errorf("a full queue took one more: %v", err)
		}
		close(b.gate)
		if err := j.close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if b.entries != journalQueue+journalGroup {
			t.Errorf("%d entries", b.entries)
		}
	})
}

// Who reads sees what he asked before, whatever waits for company; who has asked nothing waits for nobody.
func TestFlushWritesWhatAnOrganisationHasPending(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &books{}
		j := newJournal(b, b, slog.New(slog.DiscardHandler))
		for range 3 {
			if err := j.add(t.Context(), entry(nil)); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		if err := j.flush(t.Context(), "another"); err != nil || b.groups != 0 {
			t.Errorf("nothing of it was pending: %v, %d groups were written", err, b.groups)
		}
		if err := j.flush(t.Context(), "o"); err != nil {
			t.Fatal(err)
		}
		if b.entries != 3 || b.rows != 3 || b.groups != 1 || time.Since(began) != 0 {
			t.Errorf("%d entries and %d rows in %d groups after %s", b.entries, b.rows, b.groups, time.Since(began))
		}
		synctest.Wait()
		if len(j.pending) != 0 {
			t.Errorf("%v is still counted as pending", j.pending)
		}
		if err := j.flush(t.Context(), "o"); err != nil || b.groups != 1 {
			t.Errorf("%v, %d groups", err, b.groups)
		}
		if err := j.close(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// A disk that is full for some seconds, or a database that starts again, loses nothing: the tries are apart.
func TestJournalWaitsBetweenTries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &books{failing: journalTries - 1}
		j := newJournal(b, b, slog.New(slog.DiscardHandler))
		lost := 0
		j.lost = func(rows int) { lost += rows }
		began := time.Now()
		written := make(chan struct{})
		if err := j.add(t.Context(), entry(written)); err != nil {
			t.Fatal(err)
		}
		<-written
		if took := time.Since(began); b.entries != 1 || lost != 0 || took < 5*time.Second {
			t.Errorf("%d entries, %d lost, after %s", b.entries, lost, took)
		}
		if err := j.close(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}
