package store

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

type auditRow struct {
	bun.BaseModel `bun:"table:audit,alias:a"`

	OrgID   string `bun:"org_id,pk"`
	ID      string `bun:"id,pk"`
	At      int64  `bun:"at"`
	UserID  string `bun:"user_id"`
	KeyID   string `bun:"key_id"`
	Action  string `bun:"action"`
	Target  string `bun:"target"`
	Address string `bun:"address"`
	Detail  string `bun:"detail"`
}

// AddAudit implements auth.AuditStore. An empty id or time is filled in. The database itself refuses to change or remove
// a row.
func (s *Store) AddAudit(ctx context.Context, org string, a auth.Audit) error {
	return s.AddAudits(ctx, auth.OrgAudit{Org: org, Audit: a})
}

// AddAudits implements auth.AuditStore, in one statement.
func (s *Store) AddAudits(ctx context.Context, list ...auth.OrgAudit) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]auditRow, 0, len(list))
	for _, one := range list {
		a := one.Audit
		if a.Time.IsZero() {
			a.Time = s.now()
		}
		row := auditRow{
			OrgID: one.Org, ID: cmp.Or(a.ID, custard.NewID(a.Time)), At: micros(a.Time), UserID: a.User, KeyID: a.Key,
			Action: a.Action, Target: a.Target, Address: a.Address,
		}
		if len(a.Detail) > 0 {
			detail, err := json.Marshal(a.Detail)
			if err != nil {
				return failed(err, "write the audit log")
			}
			row.Detail = string(detail)
		}
		rows = append(rows, row)
	}
	_, err := s.write.NewInsert().Model(&rows).Exec(ctx)
	if dangling(err) {
		return notFound("organisation")
	}
	return failed(err, "write the audit log")
}

// AuditLog implements auth.AuditStore.
func (s *Store) AuditLog(ctx context.Context, org, before string, limit int) ([]auth.Audit, error) {
	var rows []auditRow
	q := s.read.NewSelect().Model(&rows).Where("a.org_id = ?", org).OrderExpr("a.id DESC").Limit(atLeastOne(limit))
	if before != "" {
		q = q.Where("a.id < ?", before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, failed(err, "read the audit log")
	}
	out := make([]auth.Audit, 0, len(rows))
	for _, r := range rows {
		a := auth.Audit{
			ID: r.ID, Time: moment(r.At), User: r.UserID, Key: r.KeyID, Action: r.Action, Target: r.Target, Address: r.Address,
		}
		if r.Detail != "" {
			if err := json.Unmarshal([]byte(r.Detail), &a.Detail); err != nil {
				return nil, failed(err, "read the audit log")
			}
		}
		out = append(out, a)
	}
	return out, nil
}
