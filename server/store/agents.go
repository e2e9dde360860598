package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

type agentTokenRow struct {
	bun.BaseModel `bun:"table:agent_tokens,alias:t"`

	ID           string `bun:"id,pk"`
	OrgID        string `bun:"org_id"`
	ConnectionID string `bun:"connection_id"`
	Hash         []byte `bun:"hash"`
	Created      int64  `bun:"created"`
	Expires      int64  `bun:"expires"`
}

func (r *agentTokenRow) token() auth.AgentToken {
	return auth.AgentToken{
		ID: r.ID, Org: r.OrgID, Connection: r.ConnectionID, Hash: r.Hash, Created: moment(r.Created), Expires: moment(r.Expires),
	}
}

// AddAgentToken implements auth.KeyStore: of the older tokens the newest alone lives on, until overlapEnds at the latest.
func (s *Store) AddAgentToken(ctx context.Context, org string, t auth.AgentToken, overlapEnds time.Time) error {
	return s.tx(ctx, "keep the agent's token", func(ctx context.Context, tx bun.Tx) error {
		var id string
		err := tx.NewRaw("SELECT id FROM connections WHERE org_id = ? AND id = ?"+s.lock(), org, t.Connection).Scan(ctx, &id)
		if none(err) {
			return notFound("connection")
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM agent_tokens WHERE org_id = ? AND connection_id = ? AND id <> (
			SELECT n.id FROM agent_tokens n WHERE n.org_id = ? AND n.connection_id = ? ORDER BY n.created DESC, n.id DESC LIMIT 1)`,
			org, t.Connection, org, t.Connection)
		if err != nil {
			return err
		}
		ends := micros(overlapEnds)
		_, err = tx.ExecContext(ctx, "UPDATE agent_tokens SET expires = ? WHERE org_id = ? AND connection_id = ? AND (expires = 0 OR expires > ?)",
			max(ends, 1), org, t.Connection, ends)
		if err != nil {
			return err
		}
		row := agentTokenRow{ID: t.ID, OrgID: org, ConnectionID: t.Connection, Hash: t.Hash, Created: micros(t.Created), Expires: micros(t.Expires)}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
}

// AgentTokenByHash implements auth.KeyStore.
func (s *Store) AgentTokenByHash(ctx context.Context, hash []byte, now time.Time) (auth.AgentToken, error) {
	t := auth.AgentToken{Hash: hash}
	var created, expires int64
	err := s.lookup(ctx, `SELECT id, org_id, connection_id, created, expires FROM agent_tokens WHERE hash = ? AND (expires = 0 OR expires > ?)`,
		[]any{hash, micros(now)}, &t.ID, &t.Org, &t.Connection, &created, &expires)
	if none(err) {
		return auth.AgentToken{}, custard.Errorf(custard.CodeUnauthenticated, "the agent's token is not known or was replaced").
			WithHint("Give the agent the newest token; rotating it makes another.")
	}
	if err != nil {
		return auth.AgentToken{}, failed(err, "look the agent's token up")
	}
	t.Created, t.Expires = moment(created), moment(expires)
	return t, nil
}

// AgentTokensExpired implements auth.KeyStore.
func (s *Store) AgentTokensExpired(ctx context.Context, after, until time.Time) ([]auth.AgentToken, error) {
	var rows []agentTokenRow
	err := s.read.NewSelect().Model(&rows).Where("t.expires > ?", micros(after)).Where("t.expires <= ?", micros(until)).OrderExpr("t.expires").Scan(ctx)
	if err != nil {
		return nil, failed(err, "look for expired agents' tokens")
	}
	out := make([]auth.AgentToken, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.token())
	}
	return out, nil
}

// AgentTokens implements auth.KeyStore: those valid at now, the newest first.
func (s *Store) AgentTokens(ctx context.Context, org, connection string, now time.Time) ([]auth.AgentToken, error) {
	var rows []agentTokenRow
	err := s.read.NewSelect().Model(&rows).Where("t.org_id = ?", org).Where("t.connection_id = ?", connection).
		Where("t.expires = 0 OR t.expires > ?", micros(now)).OrderExpr("t.created DESC, t.id DESC").Scan(ctx)
	if err != nil {
		return nil, failed(err, "list the agent's tokens")
	}
	out := make([]auth.AgentToken, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.token())
	}
	return out, nil
}
