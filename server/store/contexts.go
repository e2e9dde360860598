package store

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/catalog"
)

// Context implements catalog.Store.
func (s *Store) Context(ctx context.Context, org, connection string) (catalog.Context, error) {
	var c catalog.Context
	var updated int64
	err := s.lookup(ctx, "SELECT version, body, updated, user_id FROM connection_contexts WHERE org_id = ? AND connection_id = ?",
		[]any{org, connection}, &c.Version, &c.Body, &updated, &c.User)
	if none(err) {
		return catalog.Context{}, nil
	}
	if err != nil {
		return catalog.Context{}, failed(err, "read the context")
	}
	c.Updated = moment(updated)
	return c, nil
}

// SetContext implements catalog.Store. Two who write at once write one after the other, and the second is told.
func (s *Store) SetContext(ctx context.Context, org, connection string, c catalog.Context) (int64, error) {
	err := s.tx(ctx, "keep the context", func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model((*connectionRow)(nil)).Set("updated = ?", micros(c.Updated)).
			Where("c.org_id = ?", org).Where("c.id = ?", connection).Exec(ctx)
		if err := one(res, err, "connection", "keep the context"); err != nil {
			return err
		}
		if c.Version == 0 {
			res, err = tx.ExecContext(ctx, `INSERT INTO connection_contexts (org_id, connection_id, version, body, updated, user_id)
				VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT (org_id, connection_id) DO NOTHING`, org, connection, c.Body, micros(c.Updated), c.User)
		} else {
			res, err = tx.ExecContext(ctx, `UPDATE connection_contexts SET version = version + 1, body = ?, updated = ?, user_id = ?
				WHERE org_id = ? AND connection_id = ? AND version = ?`, c.Body, micros(c.Updated), c.User, org, connection, c.Version)
		}
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			return custard.Errorf(custard.CodeConflict, "somebody else has changed the context meanwhile").WithHint("Read it again, and make the change in what it says now.")
		}
		return err
	})
	return c.Version + 1, err
}
