package app

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/httpapi"
	"github.com/custard-ai/custard/server/hub"
	"github.com/custard-ai/custard/server/mail"
	"github.com/custard-ai/custard/server/store"
	"github.com/custard-ai/custard/server/trace"
	"github.com/custard-ai/custard/web"
)

// parts is what a server is made of.
type parts struct {
	store    *store.Store
	mail     *mail.Queue
	mailMode string
	traces   *trace.Exporter // nil where none is wanted
	accounts *auth.Service
	hub      *hub.Hub
	api      *httpapi.API

	background sync.WaitGroup // what runs beside requests
	stop       context.CancelFunc
}

// assemble makes the parts. publicURL is where this server is reached.
func (p *program) assemble(ctx context.Context, c *config.Server, publicURL string, log *slog.Logger) (*parts, error) {
	s, err := store.Open(ctx, c.DatabaseURL, store.Options{Migrate: c.Migrate})
	if err != nil {
		return nil, err
	}
	out := &parts{store: s}
	if err := p.fill(ctx, out, c, publicURL, log); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return out, nil
}

func (p *program) fill(ctx context.Context, out *parts, c *config.Server, publicURL string, log *slog.Logger) error {
	var err error
	if out.mail, out.mailMode, err = mailer(c, out.store, p.stderr, log); err != nil {
		return err
	}
	out.accounts, err = auth.New(ctx, auth.Config{Store: out.store, Bucket: out.store, Mail: out.mail, PublicURL: publicURL, Log: log})
	if err != nil {
		return err
	}
	if out.traces, err = traces(ctx, p.getenv, p.version, log); err != nil {
		return err
	}
	ring, err := newRing(c)
	if err != nil {
		return err
	}
	engines, err := newEngines(c, p.getenv, out.store, ring, log)
	if err != nil {
		return err
	}
	hubConfig := hub.Config{
		Authenticate: out.identify, OnSchema: keepSchema(out.store, log), Log: log,
		Tokens: validTokens(out.store), Recheck: recheck,
	}
	busPart, err := connectBus(c, log, &hubConfig)
	if err != nil {
		return err
	}
	out.hub = hub.New(hubConfig)
	cfg := httpapi.Config{
		Version: p.version, PublicURL: publicURL, Logger: log,
		Accounts: out.accounts, Store: out.store, Catalog: out.store, Hub: out.hub, Engine: engines.Get, Models: engines, Usage: out.store,
		KeepPrompts:    p.getenv("CUSTARD_TRACE_CONTENT") == "true",
		Pages:          web.New(web.Config{Accounts: out.accounts, PublicURL: publicURL, Log: log, Address: httpapi.AddressOf(c.TrustedProxies)}),
		TrustedProxies: c.TrustedProxies,
		Parts: []httpapi.Part{
			{Name: "database", Detail: out.store.Dialect(), Check: out.store.Ping, Needed: true},
			{Name: "mail", Detail: out.mailMode, Check: out.mail.Check},
			busPart,
			{Name: "model", Detail: engines.Standard(), Check: engines.Check},
		},
	}
	if out.traces != nil {
		cfg.Tracer = out.traces
	}
	if c.RateLimits {
		cfg.Rates = httpapi.DefaultRates()
	}
	if out.store.Dialect() == "postgres" { // others may share it
		cfg.Bucket = out.store
	}
	switch {
	case c.MetricsAddress != "":
		cfg.Metrics = httpapi.MetricsOff
	case c.MetricsOpen:
		cfg.Metrics = httpapi.MetricsOpen
	}
	out.api = httpapi.New(cfg)
	ctx, out.stop = context.WithCancel(context.WithoutCancel(ctx))
	out.background.Go(func() { out.mail.Run(ctx) })
	out.background.Go(func() { out.accounts.Clean(ctx) })
	out.background.Go(func() { out.accounts.WatchAgentTokens(ctx, out.hub.Revoke) })
	return nil
}

// traces starts the exporter of traces where the environment names a collector.
func traces(ctx context.Context, getenv func(string) string, version string, log *slog.Logger) (*trace.Exporter, error) {
	c, wanted, err := trace.FromEnvironment(getenv)
	if err != nil || !wanted {
		return nil, err
	}
	c.Version, c.Logger = version, log
	return trace.New(ctx, c)
}

// identify says whose an agent's token is.
func (s *parts) identify(ctx context.Context, connection, token string) (hub.Identity, error) {
	org, id, err := s.accounts.AuthenticateAgent(ctx, connection, token)
	if err != nil {
		return hub.Identity{}, err
	}
	conn, err := s.store.Connection(ctx, org, connection)
	if err != nil {
		return hub.Identity{}, err
	}
	return hub.Identity{Org: org, Connection: conn.ID, Token: id, Dialect: conn.Dialect, Fingerprint: conn.Fingerprint}, nil
}

// keepSchema keeps what agents report.
func keepSchema(s *store.Store, log *slog.Logger) func(context.Context, string, string, *custard.Schema) {
	return func(ctx context.Context, org, connection string, schema *custard.Schema) {
		err := s.SetSchema(ctx, org, connection, schema, time.Now().UTC())
		if err != nil && custard.AsError(err).Code != custard.CodeNotFound { // removed meanwhile
			log.WarnContext(ctx, "schema not kept", "connection", connection, "error", custard.Detail(err))
		}
	}
}

// close ends the parts, after the HTTP server has. ctx bounds how long agents may take to finish what they run.
func (s *parts) close(ctx context.Context) error {
	s.hub.Drain(ctx)
	err := s.api.Close(ctx)
	s.hub.Close()
	if s.traces != nil {
		err = errors.Join(err, s.traces.Close(ctx))
	}
	s.stop()
	s.background.Wait()
	return errors.Join(err, s.store.Close())
}

// databaseName is what a log may say of a database's URL.
func databaseName(url string) string {
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		return "sqlite " + path
	}
	return "postgres"
}
