package store

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/server/auth"
)

// signingLock is the key of the advisory lock that lets one replica at a time make the first signing key.
const signingLock = 0x7369676e696e67

type signingKeyRow struct {
	bun.BaseModel `bun:"table:signing_keys,alias:k"`

	ID      string `bun:"id,pk"`
	Seed    []byte `bun:"seed"`
	Created int64  `bun:"created"`
}

// SigningKeys implements auth.KeyStore.
func (s *Store) SigningKeys(ctx context.Context) ([]auth.SigningKey, error) {
	var rows []signingKeyRow
	if err := s.read.NewSelect().Model(&rows).OrderExpr("k.created DESC, k.id DESC").Scan(ctx); err != nil {
		return nil, failed(err, "read the signing keys")
	}
	out := make([]auth.SigningKey, 0, len(rows))
	for _, r := range rows {
		out = append(out, auth.SigningKey{ID: r.ID, Seed: r.Seed, Created: moment(r.Created)})
	}
	return out, nil
}

// AddSigningKey implements auth.KeyStore. Of many replicas that start at once, one adds the first.
func (s *Store) AddSigningKey(ctx context.Context, k auth.SigningKey, onlyFirst bool) error {
	return s.tx(ctx, "keep the signing key", func(ctx context.Context, tx bun.Tx) error {
		if s.dialect == dialectPostgres {
			if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", signingLock); err != nil {
				return err
			}
		}
		if onlyFirst {
			var n int
			if err := tx.NewRaw("SELECT count(*) FROM signing_keys").Scan(ctx, &n); err != nil || n > 0 {
				return err
			}
		}
		row := signingKeyRow{ID: k.ID, Seed: k.Seed, Created: micros(k.Created)}
		_, err := tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
}

// RemoveSigningKey implements auth.KeyStore.
func (s *Store) RemoveSigningKey(ctx context.Context, id string) error {
	res, err := s.write.NewDelete().Model((*signingKeyRow)(nil)).Where("id = ?", id).Exec(ctx)
	return one(res, err, "signing key", "remove the signing key")
}
