package store

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

type apiKeyRow struct {
	bun.BaseModel `bun:"table:api_keys,alias:k"`

	ID      string `bun:"id,pk"`
	OrgID   string `bun:"org_id"`
	UserID  string `bun:"user_id"`
	Name    string `bun:"name"`
	Prefix  string `bun:"prefix"`
	Scopes  string `bun:"scopes"`
	Hash    []byte `bun:"hash"`
	Created int64  `bun:"created"`
	Used    int64  `bun:"used"`
}

func (r *apiKeyRow) key() auth.APIKey {
	return auth.APIKey{
		ID: r.ID, Name: r.Name, Prefix: r.Prefix, Scopes: scopes(r.Scopes), User: r.UserID, Hash: r.Hash,
		Created: moment(r.Created), Used: moment(r.Used),
	}
}

func scopes(text string) []auth.Scope {
	out := []auth.Scope{}
	for word := range strings.FieldsSeq(text) {
		out = append(out, auth.Scope(word))
	}
	return out
}

// AddAPIKey implements auth.KeyStore: CodeNotFound where the key's user is no member.
func (s *Store) AddAPIKey(ctx context.Context, org string, k auth.APIKey) error {
	words := make([]string, 0, len(k.Scopes))
	for _, scope := range k.Scopes {
		words = append(words, string(scope))
	}
	row := apiKeyRow{
		ID: k.ID, OrgID: org, UserID: k.User, Name: k.Name, Prefix: k.Prefix, Scopes: strings.Join(words, " "), Hash: k.Hash,
		Created: micros(k.Created), Used: micros(k.Used),
	}
	_, err := s.write.NewInsert().Model(&row).Exec(ctx)
	switch {
	case dangling(err):
		return notFound("member")
	case taken(err):
		return custard.Errorf(custard.CodeConflict, "the key exists already")
	}
	return failed(err, "keep the API key")
}

// APIKeys implements auth.KeyStore.
func (s *Store) APIKeys(ctx context.Context, org, user, before string, limit int) ([]auth.APIKey, error) {
	var rows []apiKeyRow
	q := s.read.NewSelect().Model(&rows).Where("k.org_id = ?", org).OrderExpr("k.id DESC").Limit(atLeastOne(limit))
	if user != "" {
		q = q.Where("k.user_id = ?", user)
	}
	if before != "" {
		q = q.Where("k.id < ?", before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, failed(err, "list the API keys")
	}
	out := make([]auth.APIKey, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.key())
	}
	return out, nil
}

// APIKey implements auth.KeyStore.
func (s *Store) APIKey(ctx context.Context, org, id string) (auth.APIKey, error) {
	var row apiKeyRow
	err := s.read.NewSelect().Model(&row).Where("k.org_id = ?", org).Where("k.id = ?", id).Scan(ctx)
	if none(err) {
		return auth.APIKey{}, notFound("API key")
	}
	return row.key(), failed(err, "look the API key up")
}

// RevokeAPIKey implements auth.KeyStore.
func (s *Store) RevokeAPIKey(ctx context.Context, org, id string) error {
	res, err := s.write.NewDelete().Model((*apiKeyRow)(nil)).Where("org_id = ?", org).Where("id = ?", id).Exec(ctx)
	return one(res, err, "API key", "revoke the API key")
}

// APIKeyPrincipal implements auth.KeyStore.
func (s *Store) APIKeyPrincipal(ctx context.Context, hash []byte) (auth.Principal, error) {
	var p auth.Principal
	var words string
	err := s.lookup(ctx, `SELECT k.org_id, k.user_id, u.email, m.role, k.id, k.scopes FROM api_keys k
		JOIN members m ON m.org_id = k.org_id AND m.user_id = k.user_id JOIN users u ON u.id = k.user_id WHERE k.hash = ?`,
		[]any{hash}, &p.Org, &p.User, &p.Email, &p.Role, &p.Key, &words)
	if none(err) {
		return auth.Principal{}, custard.Errorf(custard.CodeUnauthenticated, "the API key is not known").
			WithHint("It may have been revoked: make another.")
	}
	if err != nil {
		return auth.Principal{}, failed(err, "look the API key up")
	}
	p.Scopes = scopes(words)
	return p, nil
}

// TouchAPIKey implements auth.KeyStore. It writes once a minute at the most, however often the key is used.
func (s *Store) TouchAPIKey(ctx context.Context, org, id string, at time.Time) error {
	_, err := s.write.NewUpdate().Model((*apiKeyRow)(nil)).Set("used = ?", micros(at)).
		Where("k.org_id = ?", org).Where("k.id = ?", id).Where("k.used <= ?", micros(at.Add(-time.Minute))).Exec(ctx)
	return failed(err, "note the API key's use")
}
