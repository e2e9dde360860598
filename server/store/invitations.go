package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

type invitationRow struct {
	bun.BaseModel `bun:"table:invitations,alias:i"`

	ID        string `bun:"id,pk"`
	OrgID     string `bun:"org_id"`
	Email     string `bun:"email"`
	Role      string `bun:"role"`
	InvitedBy string `bun:"invited_by"`
	Hash      []byte `bun:"hash"`
	Created   int64  `bun:"created"`
	Expires   int64  `bun:"expires"`
}

func (r *invitationRow) invitation() auth.Invitation {
	return auth.Invitation{
		ID: r.ID, Email: r.Email, Role: auth.Role(r.Role), By: r.InvitedBy, Hash: r.Hash,
		Created: moment(r.Created), Expires: moment(r.Expires),
	}
}

// AddInvitation implements auth.OrganisationStore: CodeConflict where the address is a member or has an open invitation;
// one that is expired at i.Created gives way.
func (s *Store) AddInvitation(ctx context.Context, org string, i auth.Invitation) error {
	email := address(i.Email)
	return s.tx(ctx, "keep the invitation", func(ctx context.Context, tx bun.Tx) error {
		var members int
		err := tx.NewRaw("SELECT count(*) FROM members m JOIN users u ON u.id = m.user_id WHERE m.org_id = ? AND u.email = ?", org, email).Scan(ctx, &members)
		if err != nil {
			return err
		}
		if members > 0 {
			return custard.Errorf(custard.CodeConflict, "somebody with this address is a member already")
		}
		_, err = tx.NewDelete().Model((*invitationRow)(nil)).
			Where("org_id = ?", org).Where("email = ?", email).Where("expires <= ?", micros(i.Created)).Exec(ctx)
		if err != nil {
			return err
		}
		row := invitationRow{
			ID: i.ID, OrgID: org, Email: email, Role: string(i.Role), InvitedBy: i.By, Hash: i.Hash,
			Created: micros(i.Created), Expires: micros(i.Expires),
		}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		switch {
		case taken(err):
			return custard.Errorf(custard.CodeConflict, "this address is invited already").
				WithHint("Remove the open invitation to send another.")
		case dangling(err):
			return notFound("organisation")
		}
		return err
	})
}

// Invitations implements auth.OrganisationStore.
func (s *Store) Invitations(ctx context.Context, org, before string, limit int) ([]auth.Invitation, error) {
	var rows []invitationRow
	q := s.read.NewSelect().Model(&rows).Where("i.org_id = ?", org).OrderExpr("i.id DESC").Limit(atLeastOne(limit))
	if before != "" {
		q = q.Where("i.id < ?", before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, failed(err, "list the invitations")
	}
	out := make([]auth.Invitation, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.invitation())
	}
	return out, nil
}

// RemoveInvitation implements auth.OrganisationStore.
func (s *Store) RemoveInvitation(ctx context.Context, org, id string) error {
	res, err := s.write.NewDelete().Model((*invitationRow)(nil)).Where("org_id = ?", org).Where("id = ?", id).Exec(ctx)
	return one(res, err, "invitation", "remove the invitation")
}

// InvitationByToken implements auth.OrganisationStore.
func (s *Store) InvitationByToken(ctx context.Context, hash []byte, now time.Time) (auth.Organisation, auth.Invitation, error) {
	var row invitationRow
	err := s.read.NewSelect().Model(&row).Where("i.hash = ?", hash).Where("i.expires > ?", micros(now)).Scan(ctx)
	if none(err) {
		return auth.Organisation{}, auth.Invitation{}, notFound("invitation")
	}
	if err != nil {
		return auth.Organisation{}, auth.Invitation{}, failed(err, "look the invitation up")
	}
	org, err := s.Organisation(ctx, row.OrgID)
	return org, row.invitation(), err
}

// TakeInvitation implements auth.OrganisationStore.
func (s *Store) TakeInvitation(ctx context.Context, hash []byte, user string, now time.Time) (auth.Organisation, auth.Role, error) {
	var org auth.Organisation
	var role auth.Role
	err := s.tx(ctx, "accept the invitation", func(ctx context.Context, tx bun.Tx) (err error) {
		org, role, err = s.accept(ctx, tx, hash, user, now)
		return err
	})
	if err != nil {
		return auth.Organisation{}, "", err
	}
	return org, role, nil
}

// SignupInvited implements auth.OrganisationStore.
func (s *Store) SignupInvited(ctx context.Context, hash []byte, u auth.User, now time.Time) (auth.Organisation, auth.Role, error) {
	var org auth.Organisation
	var role auth.Role
	err := s.tx(ctx, "keep the invited account", func(ctx context.Context, tx bun.Tx) (err error) {
		if err := addUser(ctx, tx, u); err != nil {
			return err
		}
		org, role, err = s.accept(ctx, tx, hash, u.ID, now)
		return err
	})
	if err != nil {
		return auth.Organisation{}, "", err
	}
	return org, role, nil
}

// accept consumes an invitation, whose deletion decides who wins, for a user.
func (s *Store) accept(ctx context.Context, tx bun.Tx, hash []byte, user string, now time.Time) (auth.Organisation, auth.Role, error) {
	var org, role string
	err := tx.NewRaw("DELETE FROM invitations WHERE hash = ? AND expires > ? RETURNING org_id, role", hash, micros(now)).Scan(ctx, &org, &role)
	if none(err) {
		return auth.Organisation{}, "", notFound("invitation")
	}
	if err != nil {
		return auth.Organisation{}, "", err
	}
	if err := s.join(ctx, tx, org, user, auth.Role(role), now); err != nil {
		return auth.Organisation{}, "", err
	}
	var row organisationRow
	err = tx.NewSelect().Model(&row).Where("o.id = ?", org).Scan(ctx)
	return row.organisation(), auth.Role(role), err
}
