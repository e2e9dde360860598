package httpapi

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
)

const (
	journalQueue = 4096 // entries that wait
	journalGroup = 512  // entries of one transaction at the most
	journalTries = 6    // of writing a group, with pauses between that double: some six seconds in all
	journalPause = 200 * time.Millisecond
	// journalRest is how long an entry that nobody waits for may wait for others: twenty transactions a second at the most.
	journalRest = 50 * time.Millisecond
)

// journalled is what is written down of a question: its entry in the history and its row in the audit log.
type journalled struct {
	org     string
	entry   *catalog.Entry
	audit   *auth.Audit
	written chan<- struct{} // closed once it is written, or was given up; nil where nobody waits
}

// journal writes the history and the audit log of questions in groups: while one group is written, the next gathers, so
// that thousands of questions a second cost some transactions. Where the queue is full, whoever asks waits: nothing is
// dropped while the database answers.
//
// Who reads the history first has what his organisation has queued here written (flush): he sees what he asked. What was
// asked of another replica appears once that one has written it, which is journalRest later and a transaction.
type journal struct {
	catalog catalog.Store
	audits  auth.AuditStore
	log     *slog.Logger
	lost    func(rows int) // told of what was given up

	mu      sync.Mutex
	pending map[string]int // by organisation: what is queued and not written yet

	start sync.Once
	queue chan journalled
	stop  chan struct{} // closed by close: write what is there and end
	ended chan struct{}
	once  sync.Once
}

func newJournal(c catalog.Store, a auth.AuditStore, log *slog.Logger) *journal {
	return &journal{catalog: c, audits: a, log: log, lost: func(int) {}, pending: map[string]int{}, queue: make(chan journalled, journalQueue), stop: make(chan struct{}), ended: make(chan struct{})}
}

// add queues a note. It waits while the queue is full, as long as ctx lives. After close it writes by itself.
func (j *journal) add(ctx context.Context, n journalled) error {
	j.start.Do(func() { go j.run() })
	select {
	case <-j.stop:
		<-j.ended
		j.write(ctx, []journalled{n})
		return nil
	default:
	}
	j.owe(n, 1)
	select {
	case j.queue <- n:
		return nil
	case <-ctx.Done():
		j.owe(n, -1)
		return custard.AsError(ctx.Err())
	}
}

// owe counts what is pending of a note's organisation.
func (j *journal) owe(n journalled, more int) {
	if n.entry == nil && n.audit == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.pending[n.org] += more; j.pending[n.org] == 0 {
		delete(j.pending, n.org)
	}
}

// flush returns once everything is written that an organisation had queued here when it was called, or was given up. It
// costs nothing where nothing is pending, and cuts the rest of a group short where something is.
func (j *journal) flush(ctx context.Context, org string) error {
	j.mu.Lock()
	pending := j.pending[org]
	j.mu.Unlock()
	if pending == 0 {
		return nil
	}
	written := make(chan struct{})
	if err := j.add(ctx, journalled{org: org, written: written}); err != nil {
		return err
	}
	select {
	case <-written:
		return nil
	case <-ctx.Done():
		return custard.AsError(ctx.Err())
	}
}

// run is the one goroutine that writes; close waits for it.
func (j *journal) run() {
	defer close(j.ended)
	rest := time.NewTimer(journalRest)
	defer rest.Stop()
	group := make([]journalled, 0, journalGroup)
	for {
		group = group[:0]
		select {
		case n := <-j.queue:
			group = append(group, n)
		case <-j.stop:
			select {
			case n := <-j.queue:
				group = append(group, n)
			default:
				return
			}
		}
		rest.Reset(journalRest)
		for more := true; more && len(group) < journalGroup && group[len(group)-1].written == nil; {
			select {
			case n := <-j.queue:
				group = append(group, n)
			case <-rest.C:
				more = false
			case <-j.stop:
				more = false
			}
		}
		// Somebody waits, or it is time: take what is there, and write.
		group = j.take(group)
		j.write(context.Background(), group)
		for _, n := range group {
			j.owe(n, -1)
		}
	}
}

// take adds to a group what is queued now.
func (j *journal) take(group []journalled) []journalled {
	for len(group) < journalGroup {
		select {
		case n := <-j.queue:
			group = append(group, n)
		default:
			return group
		}
	}
	return group
}

// write writes a group, the history and the audit log apart. What cannot be written after some tries is given up: the log
// says how much.
func (j *journal) write(ctx context.Context, group []journalled) {
	entries := make([]catalog.OrgEntry, 0, len(group))
	audits := make([]auth.OrgAudit, 0, len(group))
	for _, n := range group {
		if n.entry != nil {
			entries = append(entries, catalog.OrgEntry{Org: n.org, Entry: *n.entry})
		}
		if n.audit != nil {
			audits = append(audits, auth.OrgAudit{Org: n.org, Audit: *n.audit})
		}
	}
	if len(entries) > 0 {
		j.try(ctx, "history", len(entries), func(ctx context.Context) error { return j.catalog.AddHistory(ctx, entries...) })
	}
	if len(audits) > 0 {
		j.try(ctx, "audit log", len(audits), func(ctx context.Context) error { return j.audits.AddAudits(ctx, audits...) })
	}
	for _, n := range group {
		if n.written != nil {
			close(n.written)
		}
	}
}

// settled is a handler of what is in the journal too: it first has everything written that its organisation has queued.
func (a *API) settled(handle func(*call) error) func(*call) error {
	return func(c *call) error {
		if err := a.journal.flush(c.ctx(), c.who.Org); err != nil {
			return err
		}
		return handle(c)
	}
}

func (j *journal) try(ctx context.Context, what string, rows int, write func(context.Context) error) {
	for attempt := range journalTries {
		bounded, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := write(bounded)
		cancel()
		if err == nil {
			return
		}
		if attempt == journalTries-1 {
			j.lost(rows)
			j.log.ErrorContext(ctx, "journal entries are lost", "what", what, "rows", rows, "error", custard.Detail(err))
			return
		}
		j.log.WarnContext(ctx, "journal cannot be written, trying again", "what", what, "rows", rows, "error", custard.Detail(err))
		select {
		case <-time.After(journalPause << attempt):
		case <-ctx.Done():
		}
	}
}

// close writes what is queued and ends the goroutine. It may be called more than once.
func (j *journal) close(ctx context.Context) error {
	j.once.Do(func() { close(j.stop) })
	j.start.Do(func() { close(j.ended) }) // it never ran
	select {
	case <-j.ended:
		return nil
	case <-ctx.Done():
		return custard.AsError(ctx.Err())
	}
}
