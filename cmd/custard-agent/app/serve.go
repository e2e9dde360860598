package app

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/agent/database"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/agent/health"
	"github.com/custard-ai/custard/agent/link"
	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// spareConns are connections to the database beyond those of statements: for the schema and for values.
const spareConns = 2

// ballastSize lets the heap grow by some 4 MiB between collections, at the least.
const ballastSize = 8 << 20

// serve keeps the agent connected until ctx ends. Errors: CodeUsage for the configuration, CodePolicy for a role that may
// do more than read, and those of [link.Link.Run].
func (p *program) serve(ctx context.Context) error {
	c, err := p.settings()
	if err != nil {
		return err
	}
	target, err := p.target(c)
	if err != nil {
		return err
	}
	log := config.Logger(p.stderr, c.LogFormat, c.LogLevel)
	if c.MemoryLimit > 0 {
		debug.SetMemoryLimit(c.MemoryLimit)
	}
	if c.GCPercent > 0 {
		debug.SetGCPercent(c.GCPercent)
	}
	// The collector counts this as heap, though nothing touches it and so it takes no memory: a heap of two megabytes is not
	// collected dozens of times a second.
	ballast := make([]byte, ballastSize)
	defer runtime.KeepAlive(ballast)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	db := database.Open(database.Options{
		Driver: target.driver, DSN: target.dsn, Logger: log,
		Connector: connector.Options{MaxConns: c.Statements + spareConns},
		Executor:  target.executor,
		Accept:    func(pr *connector.Privileges) error { return judge(pr, c.AllowPrivileged) },
	})
	defer closeDatabase(db, log)
	l := link.New(target.link(c, p.version, db, log))

	var work sync.WaitGroup
	defer work.Wait()
	defer cancel(nil)
	work.Go(func() { watch(ctx, cancel, db, log) })
	if c.HealthAddress != "" {
		ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.HealthAddress)
		if err != nil {
			return custard.Errorf(custard.CodeUsage, "cannot answer probes at %s: %w", c.HealthAddress, err).WithHint("Choose another --health-address.")
		}
		work.Go(func() { answerProbes(ctx, ln, l, db, log) })
	}
	log.Info("starting", "version", p.version, "endpoint", target.endpoint, "connector", target.driver.Name(), "instance", target.instance)
	err = l.Run(ctx)
	if cause := context.Cause(ctx); err == nil && cause != nil {
		if e, ok := cause.(*custard.Error); ok { //nolint:errorlint // watch's own, as it is
			return e
		}
	}
	log.Info("stopped")
	return err
}

// watch reads the schema as soon as the database is open, so that the first question need not wait for it, and ends the
// program where the database can never be opened.
func watch(ctx context.Context, cancel context.CancelCauseFunc, db *database.Database, log *slog.Logger) {
	select {
	case <-ctx.Done():
		return
	case <-db.Failed():
		cancel(db.Err())
		return
	case <-db.Opened():
	}
	schema, err := db.Schema(ctx, false)
	if err != nil {
		log.Warn("the schema cannot be read yet", "error", custard.AsError(err).Message)
		return
	}
	log.Info("found the schema", "tables", len(schema.Tables), "fingerprint", schema.Fingerprint)
}

func closeDatabase(db *database.Database, log *slog.Logger) {
	if err := db.Close(); err != nil {
		log.Warn("the database was not closed in order", "error", err)
	}
}

// answerProbes serves /health and /ready until ctx ends.
func answerProbes(ctx context.Context, ln net.Listener, l *link.Link, db *database.Database, log *slog.Logger) {
	srv := &http.Server{
		ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		Handler: health.Handler(func() health.State {
			server, connected := l.State()
			s := health.State{Server: server, Database: "open", Ready: connected}
			if err := db.Err(); err != nil {
				s.Database, s.Ready = custard.AsError(err).Message, false
			}
			return s
		}),
	}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() }) // probes are short: nothing is lost
	defer stop()
	_ = srv.Serve(ln) // ends with Close
}

// target is what the configuration names: a server and a database.
type target struct {
	endpoint string
	dsn      string
	driver   connector.Driver
	executor executor.Options
	options  link.Options
	instance string
}

// target reads what is needed to serve.
func (p *program) target(c *config.Agent) (*target, error) {
	t, err := p.databaseTarget(c)
	if err != nil {
		return nil, err
	}
	return t, t.server(c)
}

// databaseTarget reads what is needed to open the database.
func (p *program) databaseTarget(c *config.Agent) (*target, error) {
	dsn, err := c.Database.DSN()
	if err != nil {
		return nil, err
	}
	driver, err := all.Find(dsn)
	if err != nil {
		return nil, err
	}
	limits := custard.Limits{Timeout: c.StatementTimeout, Rows: c.MaxRows, Bytes: c.MaxBytes}
	return &target{
		dsn: dsn, driver: driver,
		executor: executor.Options{Limits: limits, CacheDir: c.CacheDir, CacheKey: executor.Key(driver.Name(), dsn)},
	}, nil
}

// server adds what is needed to reach the server.
func (t *target) server(c *config.Agent) error {
	endpoint, err := link.Endpoint(c.Server, c.Connection, c.AllowInsecure)
	if err != nil {
		return err
	}
	if c.Token == "" {
		return custard.Errorf(custard.CodeUsage, "no token is configured").
			WithHint("Set AGENT_TOKEN or AGENT_TOKEN_FILE to what `custard connections add` printed.")
	}
	tls, err := trust(c.CAFile)
	if err != nil {
		return err
	}
	t.endpoint, t.instance = endpoint, rand.Text()
	t.options = link.Options{Endpoint: endpoint, Token: c.Token, TLS: tls}
	return nil
}

// link is the link that serves a source.
func (t *target) link(c *config.Agent, version string, db *database.Database, log *slog.Logger) link.Options {
	o := t.options
	o.Hello = wire.Hello{Instance: t.instance, Agent: version, Connector: t.driver.Name(), Dialect: t.driver.Dialect()}
	o.Statements, o.Waiting, o.Grace, o.Logger = c.Statements, c.Waiting, c.Grace, log
	if db != nil {
		o.Source, o.Fingerprint = db, db.Fingerprint
	}
	return o
}
