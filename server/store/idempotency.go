package store

import (
	"bytes"
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/catalog"
)

const (
	// remembered is how long the answer to an idempotent request is kept.
	remembered = 24 * time.Hour
	// abandoned is when a request that never settled counts as dead: longer than any request takes.
	abandoned = 10 * time.Minute
)

type idempotencyRow struct {
	bun.BaseModel `bun:"table:idempotency,alias:r"`

	OrgID   string `bun:"org_id,pk"`
	ID      string `bun:"id,pk"`
	Digest  []byte `bun:"digest"`
	Status  int    `bun:"status"`
	Body    []byte `bun:"body"`
	Created int64  `bun:"created"`
}

// Remember implements catalog.Store. The insertion decides who is first. A record that is older than a day, or than ten
// minutes where the first request never settled, gives way. CodeConflict, with the kept record, where the digest is another.
func (s *Store) Remember(ctx context.Context, org, key string, r catalog.Record) (catalog.Record, bool, error) {
	var kept catalog.Record
	var existed bool
	err := s.tx(ctx, "keep the idempotency key", func(ctx context.Context, tx bun.Tx) error {
		row := idempotencyRow{OrgID: org, ID: key, Digest: r.Digest, Status: r.Status, Body: bytesOf(r.Body), Created: micros(r.Created)}
		res, err := tx.NewInsert().Model(&row).On("CONFLICT (org_id, id) DO UPDATE").
			Set("digest = excluded.digest").Set("status = excluded.status").Set("body = excluded.body").Set("created = excluded.created").
			Where("r.created <= ?", micros(r.Created.Add(-remembered))).
			WhereOr("r.status = 0 AND r.created <= ?", micros(r.Created.Add(-abandoned))).Exec(ctx)
		if dangling(err) {
			return notFound("organisation")
		}
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return err
		}
		kept, existed = r, n == 0
		if !existed {
			return nil
		}
		var there idempotencyRow
		if err := tx.NewSelect().Model(&there).Where("r.org_id = ?", org).Where("r.id = ?", key).Scan(ctx); err != nil {
			return err
		}
		kept = catalog.Record{Digest: there.Digest, Status: there.Status, Body: there.Body, Created: moment(there.Created)}
		return nil
	})
	if err != nil {
		return catalog.Record{}, false, err
	}
	if existed && !bytes.Equal(kept.Digest, r.Digest) {
		return kept, true, custard.Errorf(custard.CodeConflict, "this idempotency key was used for another request").
			WithHint("Use a new key for each request, and the same only to try one again.")
	}
	return kept, existed, nil
}

// Settle implements catalog.Store.
func (s *Store) Settle(ctx context.Context, org, key string, r catalog.Record) error {
	res, err := s.write.NewUpdate().Model((*idempotencyRow)(nil)).
		Set("digest = ?", r.Digest).Set("status = ?", r.Status).Set("body = ?", bytesOf(r.Body)).Set("created = ?", micros(r.Created)).
		Where("r.org_id = ?", org).Where("r.id = ?", key).Exec(ctx)
	return one(res, err, "idempotency key", "keep the answer")
}

// Forget implements catalog.Store. Forgetting what is not there is no error.
func (s *Store) Forget(ctx context.Context, org, key string) error {
	_, err := s.write.NewDelete().Model((*idempotencyRow)(nil)).Where("r.org_id = ?", org).Where("r.id = ?", key).Exec(ctx)
	return failed(err, "forget the idempotency key")
}

// bytesOf is b, never nil: nil would be NULL.
func bytesOf(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
