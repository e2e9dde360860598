package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

type organisationRow struct {
	bun.BaseModel `bun:"table:organisations,alias:o"`

	ID      string `bun:"id,pk"`
	Name    string `bun:"name"`
	Created int64  `bun:"created"`
}

func (r *organisationRow) organisation() auth.Organisation {
	return auth.Organisation{ID: r.ID, Name: r.Name, Created: moment(r.Created)}
}

// Organisation implements auth.OrganisationStore.
func (s *Store) Organisation(ctx context.Context, org string) (auth.Organisation, error) {
	var row organisationRow
	err := s.read.NewSelect().Model(&row).Where("o.id = ?", org).Scan(ctx)
	if none(err) {
		return auth.Organisation{}, notFound("organisation")
	}
	return row.organisation(), failed(err, "look the organisation up")
}

// RenameOrganisation implements auth.OrganisationStore.
func (s *Store) RenameOrganisation(ctx context.Context, org, name string) error {
	res, err := s.write.NewUpdate().Model((*organisationRow)(nil)).Set("name = ?", name).Where("o.id = ?", org).Exec(ctx)
	return one(res, err, "organisation", "rename the organisation")
}

// Counts implements auth.OrganisationStore.
func (s *Store) Counts(ctx context.Context, org string) (members, connections int, err error) {
	err = s.lookup(ctx, `SELECT (SELECT count(*) FROM members WHERE org_id = ?), (SELECT count(*) FROM connections WHERE org_id = ?)`,
		[]any{org, org}, &members, &connections)
	return members, connections, failed(err, "count the organisation's members")
}

type memberRow struct {
	bun.BaseModel `bun:"table:members,alias:m"`

	OrgID  string `bun:"org_id,pk"`
	UserID string `bun:"user_id,pk"`
	ID     string `bun:"id"`
	Role   string `bun:"role"`
	Joined int64  `bun:"joined"`
	Email  string `bun:"email,scanonly"`
	Name   string `bun:"name,scanonly"`
}

// join makes a user a member. CodeConflict where it is one.
func (s *Store) join(ctx context.Context, tx bun.Tx, org, user string, role auth.Role, at time.Time) error {
	row := memberRow{OrgID: org, UserID: user, ID: custard.NewID(s.now()), Role: string(role), Joined: micros(at)}
	_, err := tx.NewInsert().Model(&row).Exec(ctx)
	switch {
	case taken(err):
		return custard.Errorf(custard.CodeConflict, "the user is a member of the organisation already")
	case dangling(err):
		return notFound("user")
	}
	return err
}

// Memberships implements auth.UserStore: the oldest first.
func (s *Store) Memberships(ctx context.Context, user string) ([]auth.Membership, error) {
	var rows []struct {
		ID, Name, Role string
		Created        int64
	}
	err := s.read.NewRaw(`SELECT o.id, o.name, o.created, m.role FROM members m JOIN organisations o ON o.id = m.org_id
		WHERE m.user_id = ? ORDER BY m.joined, o.id`, user).Scan(ctx, &rows)
	if err != nil {
		return nil, failed(err, "list the user's organisations")
	}
	out := make([]auth.Membership, 0, len(rows))
	for _, r := range rows {
		out = append(out, auth.Membership{
			Org: auth.Organisation{ID: r.ID, Name: r.Name, Created: moment(r.Created)}, Role: auth.Role(r.Role),
		})
	}
	return out, nil
}

// Members implements auth.OrganisationStore: who joined last comes first.
func (s *Store) Members(ctx context.Context, org, before string, limit int) ([]auth.Member, error) {
	var rows []memberRow
	q := s.read.NewSelect().Model(&rows).ColumnExpr("m.*, u.email, u.name").Join("JOIN users AS u ON u.id = m.user_id").
		Where("m.org_id = ?", org).OrderExpr("m.id DESC").Limit(atLeastOne(limit))
	if before != "" {
		// One who was removed meanwhile: nobody joined before signing up, so going on from there repeats nobody.
		q = q.Where("m.id < COALESCE((SELECT c.id FROM members AS c WHERE c.org_id = ? AND c.user_id = ?), ?)", org, before, before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, failed(err, "list the members")
	}
	out := make([]auth.Member, 0, len(rows))
	for _, r := range rows {
		out = append(out, auth.Member{User: r.UserID, Email: r.Email, Name: r.Name, Role: auth.Role(r.Role), Joined: moment(r.Joined)})
	}
	return out, nil
}

// Member implements auth.OrganisationStore.
func (s *Store) Member(ctx context.Context, org, user string) (auth.Member, error) {
	m := auth.Member{User: user}
	var joined int64
	err := s.lookup(ctx, `SELECT m.role, m.joined, u.email, u.name FROM members m JOIN users u ON u.id = m.user_id
		WHERE m.org_id = ? AND m.user_id = ?`, []any{org, user}, &m.Role, &joined, &m.Email, &m.Name)
	if none(err) {
		return auth.Member{}, notFound("member")
	}
	if err != nil {
		return auth.Member{}, failed(err, "look the member up")
	}
	m.Joined = moment(joined)
	return m, nil
}

// SetRole implements auth.OrganisationStore.
func (s *Store) SetRole(ctx context.Context, org, user string, role auth.Role) error {
	return s.tx(ctx, "change the role", func(ctx context.Context, tx bun.Tx) error {
		if err := s.keepOwner(ctx, tx, org, user, role); err != nil {
			return err
		}
		_, err := tx.NewUpdate().Model((*memberRow)(nil)).Set("role = ?", string(role)).
			Where("m.org_id = ?", org).Where("m.user_id = ?", user).Exec(ctx)
		return err
	})
}

// RemoveMember implements auth.OrganisationStore.
func (s *Store) RemoveMember(ctx context.Context, org, user string) error {
	return s.tx(ctx, "remove the member", func(ctx context.Context, tx bun.Tx) error {
		if err := s.keepOwner(ctx, tx, org, user, ""); err != nil {
			return err
		}
		// its API keys go with it
		if _, err := tx.NewDelete().Model((*memberRow)(nil)).Where("m.org_id = ?", org).Where("m.user_id = ?", user).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE refresh_families SET ended = ? WHERE org_id = ? AND user_id = ? AND ended = 0",
			micros(s.now()), org, user); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM devices WHERE org_id = ? AND user_id = ?", org, user)
		return err
	})
}

// keepOwner refuses to make of the last owner what role says. The organisation's row is locked first, so that two owners
// who go at once go one after the other.
func (s *Store) keepOwner(ctx context.Context, tx bun.Tx, org, user string, role auth.Role) error {
	var id string
	err := tx.NewRaw("SELECT id FROM organisations WHERE id = ?"+s.lock(), org).Scan(ctx, &id)
	if none(err) {
		return notFound("member")
	}
	if err != nil {
		return err
	}
	var had auth.Role
	err = tx.NewRaw("SELECT role FROM members WHERE org_id = ? AND user_id = ?", org, user).Scan(ctx, &had)
	if none(err) {
		return notFound("member")
	}
	if err != nil || had != auth.RoleOwner || role == auth.RoleOwner {
		return err
	}
	var others int
	err = tx.NewRaw("SELECT count(*) FROM members WHERE org_id = ? AND role = ? AND user_id <> ?", org, string(auth.RoleOwner), user).Scan(ctx, &others)
	if err != nil {
		return err
	}
	if others == 0 {
		return custard.Errorf(custard.CodeConflict, "this is the organisation's last owner").
			WithHint("Make another member an owner first.")
	}
	return nil
}
