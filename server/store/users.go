package store

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

type userRow struct {
	bun.BaseModel `bun:"table:users,alias:u"`

	ID           string `bun:"id,pk"`
	Email        string `bun:"email"`
	Name         string `bun:"name"`
	PasswordHash string `bun:"password_hash"`
	Verified     int64  `bun:"verified"`
	Created      int64  `bun:"created"`
}

func (r *userRow) user() auth.User {
	return auth.User{
		ID: r.ID, Email: r.Email, Name: r.Name, PasswordHash: r.PasswordHash,
		Verified: moment(r.Verified), Created: moment(r.Created),
	}
}

func addUser(ctx context.Context, tx bun.Tx, u auth.User) error {
	row := userRow{
		ID: u.ID, Email: address(u.Email), Name: u.Name, PasswordHash: u.PasswordHash,
		Verified: micros(u.Verified), Created: micros(u.Created),
	}
	_, err := tx.NewInsert().Model(&row).Exec(ctx)
	if taken(err) {
		return custard.Errorf(custard.CodeConflict, "there is an account with this address already")
	}
	return err
}

// address is an e-mail address as it is kept and looked for.
func address(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// Signup implements auth.UserStore.
func (s *Store) Signup(ctx context.Context, u auth.User, org auth.Organisation, verify auth.OneTime) error {
	return s.tx(ctx, "keep the new account", func(ctx context.Context, tx bun.Tx) error {
		if err := addUser(ctx, tx, u); err != nil {
			return err
		}
		row := organisationRow{ID: org.ID, Name: org.Name, Created: micros(org.Created)}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		if err := s.join(ctx, tx, org.ID, u.ID, auth.RoleOwner, u.Created); err != nil {
			return err
		}
		return addOneTime(ctx, tx, verify)
	})
}

// User implements auth.UserStore.
func (s *Store) User(ctx context.Context, id string) (auth.User, error) {
	return s.userWhere(ctx, "u.id = ?", id)
}

// UserByEmail implements auth.UserStore.
func (s *Store) UserByEmail(ctx context.Context, email string) (auth.User, error) {
	return s.userWhere(ctx, "u.email = ?", address(email))
}

func (s *Store) userWhere(ctx context.Context, where, value string) (auth.User, error) {
	var row userRow
	err := s.read.NewSelect().Model(&row).Where(where, value).Scan(ctx)
	if none(err) {
		return auth.User{}, notFound("user")
	}
	return row.user(), failed(err, "look the user up")
}

// SetPassword implements auth.UserStore.
func (s *Store) SetPassword(ctx context.Context, user, hash string) error {
	res, err := s.write.NewUpdate().Model((*userRow)(nil)).Set("password_hash = ?", hash).Where("u.id = ?", user).Exec(ctx)
	return one(res, err, "user", "keep the password")
}

// SetVerified implements auth.UserStore.
func (s *Store) SetVerified(ctx context.Context, user string, at time.Time) error {
	res, err := s.write.NewUpdate().Model((*userRow)(nil)).Set("verified = ?", micros(at)).Where("u.id = ?", user).Exec(ctx)
	return one(res, err, "user", "note the verified address")
}

type oneTimeRow struct {
	bun.BaseModel `bun:"table:one_time_tokens,alias:o"`

	Hash    []byte `bun:"hash,pk"`
	Purpose string `bun:"purpose"`
	UserID  string `bun:"user_id"`
	Expires int64  `bun:"expires"`
}

func addOneTime(ctx context.Context, tx bun.Tx, t auth.OneTime) error {
	row := oneTimeRow{Hash: t.Hash, Purpose: string(t.Purpose), UserID: t.User, Expires: micros(t.Expires)}
	_, err := tx.NewInsert().Model(&row).Exec(ctx)
	if dangling(err) {
		return notFound("user")
	}
	return err
}

// AddOneTime implements auth.UserStore.
func (s *Store) AddOneTime(ctx context.Context, t auth.OneTime) error {
	return s.tx(ctx, "keep the token", func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*oneTimeRow)(nil)).Where("user_id = ?", t.User).Where("purpose = ?", string(t.Purpose)).Exec(ctx)
		if err != nil {
			return err
		}
		return addOneTime(ctx, tx, t)
	})
}

// TakeOneTime implements auth.UserStore: the deletion decides who wins.
func (s *Store) TakeOneTime(ctx context.Context, purpose auth.Purpose, hash []byte, now time.Time) (auth.OneTime, error) {
	var user string
	var expires int64
	err := s.write.NewRaw("DELETE FROM one_time_tokens WHERE hash = ? AND purpose = ? AND expires > ? RETURNING user_id, expires",
		hash, string(purpose), micros(now)).Scan(ctx, &user, &expires)
	if none(err) {
		return auth.OneTime{}, notFound("token")
	}
	if err != nil {
		return auth.OneTime{}, failed(err, "use the token")
	}
	return auth.OneTime{Hash: hash, Purpose: purpose, User: user, Expires: moment(expires)}, nil
}
