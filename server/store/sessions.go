package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

type familyRow struct {
	bun.BaseModel `bun:"table:refresh_families,alias:f"`

	ID      string `bun:"id,pk"`
	UserID  string `bun:"user_id"`
	OrgID   string `bun:"org_id"`
	Expires int64  `bun:"expires"`
	Ended   int64  `bun:"ended"`
}

type refreshRow struct {
	bun.BaseModel `bun:"table:refresh_tokens,alias:t"`

	Hash    []byte `bun:"hash,pk"`
	Family  string `bun:"family"`
	Created int64  `bun:"created"`
	Expires int64  `bun:"expires"`
	Used    int64  `bun:"used"`
}

func refreshOf(r auth.Refresh) *refreshRow {
	return &refreshRow{Hash: r.Hash, Family: r.Family, Created: micros(r.Created), Expires: micros(r.Expires)}
}

func sessionOver() error {
	return custard.Errorf(custard.CodeUnauthenticated, "the session is over").WithHint("Sign in again.")
}

// AddRefresh implements auth.SessionStore: the first token of a login.
func (s *Store) AddRefresh(ctx context.Context, r auth.Refresh) error {
	return s.tx(ctx, "keep the session", func(ctx context.Context, tx bun.Tx) error {
		row := familyRow{ID: r.Family, UserID: r.User, OrgID: r.Org, Expires: micros(r.Expires)}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			if dangling(err) {
				return notFound("user")
			}
			return err
		}
		_, err := tx.NewInsert().Model(refreshOf(r)).Exec(ctx)
		return err
	})
}

// held is a refresh token with its family.
type held struct {
	Family, UserID, OrgID string
	Created, Expires      int64
	Used, Ended           int64
}

const heldQuery = `SELECT t.family, f.user_id, f.org_id, t.created, t.expires, t.used, f.ended
	FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family WHERE t.hash = ?`

// RefreshByHash implements auth.SessionStore.
func (s *Store) RefreshByHash(ctx context.Context, hash []byte, now time.Time) (auth.Refresh, error) {
	var h held
	err := s.read.NewRaw(heldQuery, hash).Scan(ctx, &h)
	if none(err) || err == nil && (h.Used != 0 || h.Ended != 0 || h.Expires <= micros(now)) {
		return auth.Refresh{}, sessionOver()
	}
	return auth.Refresh{
		Hash: hash, Family: h.Family, User: h.UserID, Org: h.OrgID, Created: moment(h.Created), Expires: moment(h.Expires),
	}, failed(err, "look the session up")
}

// RotateRefresh implements auth.SessionStore. The family's row is locked first: of many who bring the same token, the
// first gets the next one, and the second ends the family.
func (s *Store) RotateRefresh(ctx context.Context, hash []byte, next auth.Refresh, now time.Time) (auth.Refresh, bool, error) {
	var over, reused bool
	var whose auth.Refresh // of a token that was used twice
	err := s.tx(ctx, "renew the session", func(ctx context.Context, tx bun.Tx) error {
		over, reused = false, false
		if s.dialect == dialectPostgres {
			if _, err := tx.ExecContext(ctx, `SELECT f.id FROM refresh_families f JOIN refresh_tokens t ON t.family = f.id WHERE t.hash = ? FOR UPDATE OF f`, hash); err != nil {
				return err
			}
		}
		var h held
		err := tx.NewRaw(heldQuery, hash).Scan(ctx, &h)
		if none(err) {
			over = true
			return nil
		}
		if err != nil {
			return err
		}
		if h.Used != 0 {
			over, reused = true, true
			whose = auth.Refresh{Family: h.Family, User: h.UserID, Org: h.OrgID}
			_, err := tx.ExecContext(ctx, "UPDATE refresh_families SET ended = ? WHERE id = ? AND ended = 0", micros(now), h.Family)
			return err // committed: the family is over
		}
		if h.Ended != 0 || h.Expires <= micros(now) {
			over = true
			return nil
		}
		next.Family, next.User, next.Org = h.Family, h.UserID, h.OrgID
		if _, err := tx.ExecContext(ctx, "UPDATE refresh_tokens SET used = ? WHERE hash = ?", micros(now), hash); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(refreshOf(next)).Exec(ctx); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE refresh_families SET expires = ? WHERE id = ?", micros(next.Expires), h.Family)
		return err
	})
	if err != nil {
		return auth.Refresh{}, false, err
	}
	if over {
		return whose, reused, sessionOver()
	}
	return next, false, nil
}

// EndFamily implements auth.SessionStore. Ending one that is over or unknown is no error.
func (s *Store) EndFamily(ctx context.Context, family string) error {
	_, err := s.write.ExecContext(ctx, "UPDATE refresh_families SET ended = ? WHERE id = ? AND ended = 0", micros(s.now()), family)
	return failed(err, "end the session")
}

// EndSessions implements auth.SessionStore. Device logins that the user approved and nobody fetched yet go too.
func (s *Store) EndSessions(ctx context.Context, user string) error {
	return s.tx(ctx, "end the sessions", func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE refresh_families SET ended = ? WHERE user_id = ? AND ended = 0", micros(s.now()), user); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM devices WHERE user_id = ?", user)
		return err
	})
}

// FamilyAlive implements auth.SessionStore.
func (s *Store) FamilyAlive(ctx context.Context, family string) (bool, error) {
	var n int
	err := s.lookup(ctx, "SELECT count(*) FROM refresh_families WHERE id = ? AND ended = 0 AND expires > ?", []any{family, micros(s.now())}, &n)
	return n > 0, failed(err, "look the session up")
}
