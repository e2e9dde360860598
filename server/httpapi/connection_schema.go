package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
)

func (a *API) refreshSchema(c *call) error {
	conn, err := c.connection()
	if err != nil {
		return err
	}
	old, err := a.keptSchema(c.ctx(), c.who.Org, conn.ID)
	if err != nil {
		return err
	}
	fresh, err := a.cfg.Hub.Source(c.who.Org, conn.ID).Schema(c.ctx(), true)
	if err != nil {
		return err
	}
	if err := a.keepSchema(c.ctx(), c.who.Org, conn, old, fresh); err != nil {
		return err
	}
	if err := c.audit(actConnectionRefresh, conn.ID, nil); err != nil {
		return err
	}
	fingerprint := fresh.Fingerprint
	if c.who.Allows(auth.RoleAdmin, auth.ScopeRead) != nil {
		written, _, err := a.writtenContext(c.ctx(), c.who.Org, conn.ID)
		if err != nil {
			return err
		}
		if fresh = written.Visible(fresh); old != nil {
			old = written.Visible(old)
		}
	}
	body := refreshedBody{Tables: len(fresh.Tables), Fingerprint: fingerprint, Changes: schemaChanges(old, fresh)}
	for _, t := range fresh.Tables {
		body.Columns += len(t.Columns)
	}
	return c.reply(http.StatusOK, body)
}

// keptSchema is the schema that was last seen; nil where none was.
func (a *API) keptSchema(ctx context.Context, org, connection string) (*custard.Schema, error) {
	s, err := a.cfg.Catalog.Schema(ctx, org, connection)
	if err != nil && custard.AsError(err).Code == custard.CodeNotFound {
		return nil, nil //nolint:nilnil // none was seen
	}
	return s, err
}

func (a *API) keepSchema(ctx context.Context, org string, conn catalog.Connection, old, fresh *custard.Schema) error {
	if old != nil && old.Fingerprint == fresh.Fingerprint && fresh.Fingerprint != "" {
		return nil
	}
	return a.cfg.Catalog.SetSchema(ctx, org, conn.ID, fresh, a.now().UTC())
}

func (a *API) showSchema(c *call) error {
	refresh, err := c.flagParam("refresh")
	if err != nil {
		return err
	}
	conn, err := c.connection()
	if err != nil {
		return err
	}
	schema, err := a.cfg.Hub.Source(c.who.Org, conn.ID).Schema(c.ctx(), refresh)
	if err != nil {
		if refresh || custard.AsError(err).Code != custard.CodeUnreachable {
			return err
		}
		kept, kerr := a.keptSchema(c.ctx(), c.who.Org, conn.ID)
		if kept == nil {
			return errors.Join(err, kerr)
		}
		schema = kept
	}
	fingerprint := schema.Fingerprint
	if c.who.Allows(auth.RoleAdmin, auth.ScopeRead) != nil { // admins see what they hide
		written, version, err := a.writtenContext(c.ctx(), c.who.Org, conn.ID)
		if err != nil {
			return err
		}
		if schema = written.Visible(schema); written != nil && fingerprint != "" {
			fingerprint += "-" + strconv.FormatInt(version, 10)
		}
	}
	if fingerprint != "" {
		tag := strconv.Quote(fingerprint)
		c.w.Header().Set("ETag", tag)
		c.w.Header().Set("Cache-Control", "private, no-cache")
		if matches(c.r.Header.Get("If-None-Match"), tag) {
			c.status = http.StatusNotModified
			c.w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	return c.reply(http.StatusOK, schema)
}

// matches says whether an If-None-Match header names a tag.
func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}

func (a *API) testConnection(c *call) error {
	conn, err := c.connection()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.ctx(), 15*time.Second)
	defer cancel()
	var body checksBody
	check := func(name string, do func() (string, error)) bool {
		detail, err := do()
		b := checkBody{Name: name, OK: err == nil, Detail: detail}
		if err != nil {
			d, _, _ := detailOf(err, c.id)
			b.Detail, b.Hint = d.Message, d.Hint
		}
		body.Checks = append(body.Checks, b)
		return b.OK
	}
	source := a.cfg.Hub.Source(c.who.Org, conn.ID)
	_ = check("agent", func() (string, error) {
		agents := a.cfg.Hub.Agents(ctx, c.who.Org, conn.ID)
		if len(agents) == 0 {
			return "", custard.Errorf(custard.CodeUnreachable, "no agent serves this connection").
				WithHint("Start it beside the database: custard-agent. A lost token is replaced with: custard connections rotate-token %s", conn.Name)
		}
		return fmt.Sprintf("%d connected, version %s", len(agents), agents[0].Version), nil
	}) && check("schema", func() (string, error) {
		schema, err := source.Schema(ctx, true)
		if err != nil {
			return "", err
		}
		if len(schema.Tables) == 0 {
			return "", custard.Errorf(custard.CodeUnanswerable, "the database has no tables that can be read").
				WithHint("Check that it is the right database, and what its role may read.")
		}
		return fmt.Sprintf("%d tables", len(schema.Tables)), nil
	}) && check("query", func() (string, error) {
		start := time.Now()
		result, err := source.Query(ctx, custard.Statement{SQL: "SELECT 1", Limits: custard.Limits{Rows: 1, Timeout: 10 * time.Second}})
		if err != nil {
			return "", err
		}
		for _, err := range result.Batches {
			if err != nil {
				return "", err
			}
		}
		return fmt.Sprintf("answered in %.1f ms", float64(time.Since(start).Microseconds())/1000), nil
	})
	return c.reply(http.StatusOK, body)
}
