package ask

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate"
)

// What a comparison of candidates may cost.
const (
	voteRows    = 500              // rows of a result that are compared
	voteBytes   = 4 << 20          // bytes of one
	voteTime    = 10 * time.Second // of a statement
	voteAtOnce  = 2                // statements that run at once
	mostCompare = 9                // candidates that are compared; further ones are left out
)

// outcome is what running a candidate gave.
type outcome struct {
	key  string // equal for equal results; empty for one that did not run
	rows int
	err  error
}

// vote runs the candidates of a translation and returns the one whose result most of them have: agreement of results, not
// of texts, tells which reading is right (Wang et al., 2022, arXiv:2203.11171; Shi et al., 2022, arXiv:2204.11454). Rows are
// compared without their order, but where most of the queries ask for one. Among results with as many votes the first counts, one
// with rows before one without. What does not pass the checks or fails at the database has no vote; where none has, the
// first candidate goes on alone, to be repaired.
func (r *run) vote(ctx context.Context, tr *translate.Translation) (*translate.Translation, error) {
	all := append([]translate.Translation{*tr}, tr.Others...)
	all = all[:min(len(all), mostCompare)]
	all[0].Others = nil
	if err := r.status(fmt.Sprintf("comparing %d queries", len(all))); err != nil {
		return nil, err
	}
	start := time.Now()
	defer r.clock("compare", start)
	texts := make([]string, len(all)) // of what passed; equal texts run once
	passed, ordered := 0, 0
	for i := range all {
		q := custard.Query{Dialect: r.svc.cfg.Dialect}
		checked, err := r.checkAnswer(&all[i], &q)
		if err == nil {
			err = fill(&q, checked)
		}
		if err == nil {
			texts[i] = q.SQL
			passed++
			if len(checked.Query.OrderBy) > 0 {
				ordered++
			}
		}
	}
	results := make([]outcome, len(all))
	slots := make(chan struct{}, voteAtOnce) // a candidate waits for a free one
	var wg sync.WaitGroup
	for i, text := range texts {
		if text == "" || r.req.DryRun || slices.Index(texts, text) < i {
			continue
		}
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			results[i] = r.tryOut(ctx, text, 2*ordered > passed)
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, custard.AsError(err)
	}
	for i, text := range texts {
		if first := slices.Index(texts, text); text != "" && first < i {
			results[i] = results[first]
		}
		if r.req.DryRun && text != "" { // nothing may run: the texts vote
			results[i] = outcome{key: text, rows: 1}
		}
	}
	return elect(all, results), nil
}

// elect counts the votes.
func elect(all []translate.Translation, results []outcome) *translate.Translation {
	votes, ran := map[string]int{}, 0
	for _, o := range results {
		if o.key != "" {
			votes[o.key]++
			ran++
		}
	}
	best := -1
	for i, o := range results {
		if o.key == "" {
			continue
		}
		if best < 0 || votes[o.key] > votes[results[best].key] ||
			votes[o.key] == votes[results[best].key] && o.rows > 0 && results[best].rows == 0 {
			best = i
		}
	}
	if best < 0 {
		return &all[0]
	}
	won := all[best]
	n := votes[results[best].key]
	won.Assumptions = append(slices.Clone(won.Assumptions), fmt.Sprintf("%d of %d queries that were written for it have this result", n, len(all)))
	if 2*n <= len(all) {
		won.Warnings = append(slices.Clone(won.Warnings), "the queries that were written for this question do not agree: look at this one before you trust the rows")
	}
	won.Confidence = float64(n) / float64(len(all)) * max(won.Confidence, 0.5)
	won.Usage = nil // counted already
	return &won
}

// tryOut runs a candidate and condenses its first rows.
func (r *run) tryOut(ctx context.Context, sql string, ordered bool) outcome {
	ctx, cancel := context.WithTimeout(ctx, voteTime)
	defer cancel()
	stmt := custard.Statement{SQL: sql, Limits: custard.Limits{Rows: voteRows, Bytes: voteBytes, Timeout: voteTime}}
	if r.svc.cfg.MaxCost > 0 {
		if err := r.affordable(ctx, stmt); err != nil {
			return outcome{err: err}
		}
	}
	res, err := r.svc.cfg.Source.Query(ctx, stmt)
	if err != nil {
		return outcome{err: err}
	}
	var rows [][sha256.Size]byte
	for batch, err := range res.Batches {
		if err != nil {
			return outcome{err: err}
		}
		reader := batch.Reader()
		for range batch.Rows {
			h := sha256.New()
			for range batch.Width {
				text, null, ok := reader.Next()
				if !ok {
					return outcome{err: reader.Err()}
				}
				var head [9]byte
				binary.BigEndian.PutUint64(head[1:], uint64(len(text)))
				if null {
					head[0] = 1
				}
				h.Write(head[:]) // a hash takes everything
				h.Write(text)
			}
			rows = append(rows, [sha256.Size]byte(h.Sum(nil)))
		}
	}
	if !ordered {
		slices.SortFunc(rows, func(a, b [sha256.Size]byte) int { return slices.Compare(a[:], b[:]) })
	}
	h := sha256.New()
	fmt.Fprintf(h, "%d columns, %d rows\n", len(res.Fields), len(rows))
	for _, row := range rows {
		h.Write(row[:])
	}
	return outcome{key: string(h.Sum(nil)), rows: len(rows)}
}
