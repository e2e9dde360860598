package auth

import (
	"context"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// maxOverlap is how long an agent's old token may live on beside the new one.
const maxOverlap = 7 * 24 * time.Hour

// IssueAgentToken makes a token with which an agent serves a connection, and returns it, the only time that it is shown.
// Older tokens of the connection stay good for overlap (0: not at all) and are then refused; expiresOld is when. Cutting
// the sockets that were opened with them is the hub's.
func (s *Service) IssueAgentToken(ctx context.Context, p Principal, connection string, overlap time.Duration, from Caller) (token string, expiresOld time.Time, err error) {
	if err := p.Allows(RoleAdmin, ScopeManage); err != nil {
		return "", time.Time{}, err
	}
	if overlap < 0 || overlap > maxOverlap {
		return "", time.Time{}, custard.Errorf(custard.CodeUsage, "the overlap is out of bounds").WithHint("Use 0 to %d seconds.", int(maxOverlap.Seconds()))
	}
	now := s.cfg.Now()
	expiresOld = now.Add(overlap)
	token, hash := newSecret(prefixAgent)
	t := AgentToken{ID: custard.NewID(now), Org: p.Org, Connection: connection, Hash: hash, Created: now}
	if err := s.cfg.Store.AddAgentToken(ctx, p.Org, t, expiresOld); err != nil {
		return "", time.Time{}, err
	}
	return token, expiresOld, s.Audit(ctx, p, from, ActAgentToken, connection, map[string]string{"token": t.ID, "overlap": overlap.String()})
}

// CutExpired cuts the agents whose tokens' overlap ended between a time and now, and returns now for the next call. A token
// that was rotated away lets nobody in after its overlap; this is about the sockets that it has opened before.
func (s *Service) CutExpired(ctx context.Context, after time.Time, cut func(ctx context.Context, org, connection, token string) error) (time.Time, error) {
	now := s.cfg.Now()
	expired, err := s.cfg.Store.AgentTokensExpired(ctx, after, now)
	if err != nil {
		return after, err
	}
	for _, t := range expired {
		if err := cut(ctx, t.Org, t.Connection, t.ID); err != nil {
			return after, err
		}
	}
	return now, nil
}

// WatchAgentTokens calls CutExpired every second until ctx ends. Its caller runs it in a goroutine and waits for it.
func (s *Service) WatchAgentTokens(ctx context.Context, cut func(ctx context.Context, org, connection, token string) error) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	after := s.cfg.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		next, err := s.CutExpired(ctx, after, cut)
		if err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "cannot look for expired agents' tokens", "error", custard.Detail(err))
		}
		after = next
	}
}

// AuthenticateAgent returns the organisation of a connection whose agent shows a token, and the token's id.
// CodeUnauthenticated where the token is unknown, expired or another connection's.
func (s *Service) AuthenticateAgent(ctx context.Context, connection, token string) (org, tokenID string, err error) {
	bad := func(cause error) error {
		e := custard.Errorf(custard.CodeUnauthenticated, "the agent's token is not good for this connection").
			WithHint("Take the newest token: custard connections rotate-token makes one.")
		e.Cause = cause
		return e
	}
	hash, ok := hashOfKind(prefixAgent, token)
	if !ok {
		return "", "", bad(nil)
	}
	t, err := s.cfg.Store.AgentTokenByHash(ctx, hash, s.cfg.Now())
	if is(err, custard.CodeUnauthenticated) || is(err, custard.CodeNotFound) {
		return "", "", bad(err)
	}
	if err != nil {
		return "", "", err
	}
	if t.Connection != connection {
		return "", "", bad(nil)
	}
	return t.Org, t.ID, nil
}
