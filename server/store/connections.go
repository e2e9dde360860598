package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/catalog"
)

type connectionRow struct {
	bun.BaseModel `bun:"table:connections,alias:c"`

	ID           string  `bun:"id,pk"`
	OrgID        string  `bun:"org_id"`
	Name         string  `bun:"name"`
	NameKey      string  `bun:"name_key"`
	Dialect      string  `bun:"dialect"`
	Description  string  `bun:"description"`
	Engine       string  `bun:"engine"`
	ShareResults bool    `bun:"share_results"`
	MaxCost      float64 `bun:"max_cost"`
	MaxRows      int64   `bun:"max_rows"`
	Fingerprint  string  `bun:"fingerprint"`
	SchemaTime   int64   `bun:"schema_time"`
	Created      int64   `bun:"created"`
	Updated      int64   `bun:"updated"`
}

func (r *connectionRow) connection() catalog.Connection {
	return catalog.Connection{
		ID: r.ID, Name: r.Name, Dialect: custard.Dialect(r.Dialect), Description: r.Description, Engine: r.Engine,
		ShareResults: r.ShareResults, MaxCost: r.MaxCost, MaxRows: r.MaxRows, Fingerprint: r.Fingerprint,
		SchemaTime: moment(r.SchemaTime), Created: moment(r.Created), Updated: moment(r.Updated),
	}
}

func nameTaken(name string) error {
	return custard.Errorf(custard.CodeConflict, "there is a connection %q already", name).WithHint("Choose another name.")
}

// AddConnection implements catalog.Store. Its schema comes with SetSchema.
func (s *Store) AddConnection(ctx context.Context, org string, c catalog.Connection) error {
	row := connectionRow{
		ID: c.ID, OrgID: org, Name: c.Name, NameKey: folded(c.Name), Dialect: string(c.Dialect), Description: c.Description,
		Engine: c.Engine, ShareResults: c.ShareResults, MaxCost: c.MaxCost, MaxRows: c.MaxRows,
		Created: micros(c.Created), Updated: micros(c.Updated),
	}
	_, err := s.write.NewInsert().Model(&row).Exec(ctx)
	switch {
	case taken(err):
		return nameTaken(c.Name)
	case dangling(err):
		return notFound("organisation")
	}
	return failed(err, "keep the connection")
}

// Connections implements catalog.Store.
func (s *Store) Connections(ctx context.Context, org, before string, limit int) ([]catalog.Connection, error) {
	var rows []connectionRow
	q := s.read.NewSelect().Model(&rows).Where("c.org_id = ?", org).OrderExpr("c.id DESC").Limit(atLeastOne(limit))
	if before != "" {
		q = q.Where("c.id < ?", before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, failed(err, "list the connections")
	}
	out := make([]catalog.Connection, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.connection())
	}
	return out, nil
}

// Connection implements catalog.Store. An id goes before a name.
func (s *Store) Connection(ctx context.Context, org, idOrName string) (catalog.Connection, error) {
	var c catalog.Connection
	var schemaTime, created, updated int64
	err := s.lookup(ctx, `SELECT id, name, dialect, description, engine, share_results, max_cost, max_rows, fingerprint, schema_time, created, updated
		FROM connections WHERE org_id = ? AND (id = ? OR name_key = ?) ORDER BY CASE WHEN id = ? THEN 0 ELSE 1 END LIMIT 1`,
		[]any{org, idOrName, folded(idOrName), idOrName},
		&c.ID, &c.Name, &c.Dialect, &c.Description, &c.Engine, &c.ShareResults, &c.MaxCost, &c.MaxRows, &c.Fingerprint, &schemaTime, &created, &updated)
	if none(err) {
		return catalog.Connection{}, notFound("connection").WithHint("List what there is with: custard connections list.")
	}
	if err != nil {
		return catalog.Connection{}, failed(err, "look the connection up")
	}
	c.SchemaTime, c.Created, c.Updated = moment(schemaTime), moment(created), moment(updated)
	return c, nil
}

// UpdateConnection implements catalog.Store.
func (s *Store) UpdateConnection(ctx context.Context, org string, c catalog.Connection) error {
	updated := c.Updated
	if updated.IsZero() {
		updated = s.now()
	}
	res, err := s.write.NewUpdate().Model((*connectionRow)(nil)).
		Set("name = ?", c.Name).Set("name_key = ?", folded(c.Name)).Set("description = ?", c.Description).Set("engine = ?", c.Engine).
		Set("share_results = ?", c.ShareResults).Set("max_cost = ?", c.MaxCost).Set("max_rows = ?", c.MaxRows).Set("updated = ?", micros(updated)).
		Where("c.org_id = ?", org).Where("c.id = ?", c.ID).Exec(ctx)
	if taken(err) {
		return nameTaken(c.Name)
	}
	return one(res, err, "connection", "change the connection")
}

// RemoveConnection implements catalog.Store: schema and tokens go with the row.
func (s *Store) RemoveConnection(ctx context.Context, org, id string) error {
	res, err := s.write.NewDelete().Model((*connectionRow)(nil)).Where("c.org_id = ?", org).Where("c.id = ?", id).Exec(ctx)
	return one(res, err, "connection", "remove the connection")
}

// SetSchema implements catalog.Store.
func (s *Store) SetSchema(ctx context.Context, org, connection string, schema *custard.Schema, at time.Time) error {
	body, err := pack(schema)
	if err != nil {
		return err
	}
	return s.tx(ctx, "keep the schema", func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model((*connectionRow)(nil)).Set("fingerprint = ?", schema.Fingerprint).Set("schema_time = ?", micros(at)).
			Where("c.org_id = ?", org).Where("c.id = ?", connection).Exec(ctx)
		if err := one(res, err, "connection", "keep the schema"); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO connection_schemas (org_id, connection_id, body) VALUES (?, ?, ?)
			ON CONFLICT (org_id, connection_id) DO UPDATE SET body = excluded.body`, org, connection, body)
		return err
	})
}

// Schema implements catalog.Store.
func (s *Store) Schema(ctx context.Context, org, connection string) (*custard.Schema, error) {
	var body []byte
	err := s.lookup(ctx, "SELECT body FROM connection_schemas WHERE org_id = ? AND connection_id = ?", []any{org, connection}, &body)
	if none(err) {
		return nil, notFound("schema")
	}
	if err != nil {
		return nil, failed(err, "read the schema")
	}
	return unpack[custard.Schema](body)
}
