package cli

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/ask"
	"github.com/custard-ai/custard/server/translate"
)

// place is a database that can be asked: in this process, or across the network.
type place interface {
	asker() custard.Asker
	schema(ctx context.Context, refresh bool) (*custard.Schema, error)
	// history is where what was asked of it is kept; hosted says that the server keeps it by itself.
	history() (catalog custard.Catalog, hosted bool)
	close() error
}

// reach returns the place of a target. The caller closes it.
func (a *app) reach(ctx context.Context, t target) (place, error) {
	if t.server != nil {
		return &hostedDatabase{target: t, app: a}, nil
	}
	return a.open(ctx, t)
}

// database is an open database and the way to ask it in this process.
type database struct {
	target
	app    *app
	driver connector.Driver
	conn   connector.Conn
	source custard.Source
}

// open connects to a database in this process. The caller closes it.
func (a *app) open(ctx context.Context, t target) (*database, error) {
	driver, conn, err := all.Open(ctx, t.dsn, connector.Options{})
	if err != nil {
		return nil, namedFile(t, err)
	}
	cache := ""
	if a.folders.Cache != "" {
		cache = filepath.Join(a.folders.Cache, "schemas")
	}
	source := executor.New(driver, conn, executor.Options{CacheDir: cache, CacheKey: executor.Key(driver.Name(), t.dsn)})
	return &database{target: t, app: a, driver: driver, conn: conn, source: source}, nil
}

// namedFile says which file it was that is no database.
func namedFile(t target, err error) error {
	e := custard.AsError(err)
	if e.Code != custard.CodeUsage || t.label != t.dsn || strings.Contains(e.Message, t.label) {
		return err
	}
	named := *e
	named.Message = t.label + ": " + e.Message
	return &named
}

// asker makes the pipeline over a database.
func (db *database) asker() custard.Asker {
	a := db.app
	share := translate.Share{}
	if a.cfg != nil {
		share = translate.Share{Values: a.cfg.ShareValues, Results: a.cfg.ShareResults}
	}
	return ask.New(ask.Config{
		Source:  db.source,
		Dialect: db.driver.Dialect(),
		Engine:  func(_ context.Context, name string) (translate.Translator, error) { return a.engine(name) },
		Turns:   a.turns,
		Share:   share,
		Context: func(context.Context) (*translate.Context, error) { return a.writtenContext(db.label) },
		Now:     a.clock,
		Logger:  a.log(),
		Tracer:  a.tracer(),
	})
}

func (db *database) schema(ctx context.Context, refresh bool) (*custard.Schema, error) {
	s, err := db.source.Schema(ctx, refresh)
	if err != nil {
		return nil, err
	}
	c, err := db.app.writtenContext(db.label)
	return c.Visible(s), err
}

func (db *database) history() (custard.Catalog, bool) { return db.app.store(), false }

func (db *database) close() error { return db.source.Close() }

// turns returns what was asked before in a conversation, from the history.
func (a *app) turns(ctx context.Context, conversation string) ([]translate.Turn, error) {
	entries, err := a.store().Conversation(ctx, conversation)
	if err != nil {
		return nil, err
	}
	turns := make([]translate.Turn, 0, len(entries))
	for _, e := range entries {
		if e.Question != "" && e.SQL != "" && e.Error == "" {
			turns = append(turns, translate.Turn{Question: e.Question, SQL: e.SQL})
		}
	}
	return turns, nil
}
