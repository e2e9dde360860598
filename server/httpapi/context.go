package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/notes"
)

const actContextChange = "context.change"

// contextBody is what an organisation has written about a database.
type contextBody struct {
	Version int64       `json:"version"`
	Context notes.Notes `json:"context"`
}

type putContextBody struct {
	Context json.RawMessage `json:"context"`
}

type patchContextBody struct {
	Edits []notes.Edit `json:"edits"`
}

// exampleBody is a question with its query, or an entry of the history that has both.
type exampleBody struct {
	Question string `json:"question,omitempty"`
	Query    string `json:"query,omitempty"`
	History  string `json:"history,omitempty"`
}

func (a *API) contextRoutes() []route {
	const tag = "context"
	manage := from(auth.RoleAdmin, auth.ScopeManage)
	ifMatch := []param{{name: "If-Match", in: "header", kind: "", text: "The ETag of the version that the change was made to; 412 where there is another by now."}}
	return []route{
		{
			method: http.MethodGet, pattern: "/connections/{id}/context", access: manage, handle: a.showContext,
			doc: operation{
				id: "showContext", tag: tag, summary: "Show what is written about a database",
				detail:  "For admins, since it names what is hidden. The ETag is the version.",
				answers: ok(contextBody{}, "Descriptions, synonyms, metrics, terms, examples, and what is hidden or masked."),
			},
		},
		{
			method: http.MethodPut, pattern: "/connections/{id}/context", access: manage, handle: a.putContext,
			doc: operation{
				id: "putContext", tag: tag, summary: "Replace what is written about a database", body: putContextBody{}, query: ifMatch,
				answers: ok(contextBody{}, "What is written now."),
			},
		},
		{
			method: http.MethodPatch, pattern: "/connections/{id}/context", access: manage, handle: a.patchContext,
			doc: operation{
				id: "patchContext", tag: tag, summary: "Change what is written about a database", body: patchContextBody{}, query: ifMatch,
				detail:  "Each edit sets the value at a path of keys, such as tables, orders, description; null takes it out, and append adds it to a list.",
				answers: ok(contextBody{}, "What is written now."),
			},
		},
		{
			method: http.MethodPost, pattern: "/connections/{id}/context/examples", access: manage, handle: a.addExample,
			doc: operation{
				id: "addExample", tag: tag, summary: "Keep a question with its verified query", body: exampleBody{},
				detail:  "Either both, or the id of an entry of your history.",
				answers: created(contextBody{}, "What is written now."),
			},
		},
	}
}

// writtenContext returns what is written about a connection, for engines and checks; nil where nothing is.
func (a *API) writtenContext(ctx context.Context, org, connection string) (*translate.Context, int64, error) {
	kept, err := a.cfg.Catalog.Context(ctx, org, connection)
	if err != nil || len(kept.Body) == 0 {
		return nil, kept.Version, err
	}
	n, err := notes.Read(kept.Body, "the connection's context")
	if err != nil { // a context that cannot be read hides nothing: nobody is answered rather than everything shown
		return nil, 0, custard.Errorf(custard.CodeInternal, "the context of a connection cannot be read: %w", err)
	}
	return notes.Context(n), kept.Version, nil
}

func (a *API) showContext(c *call) error {
	conn, err := c.connection()
	if err != nil {
		return err
	}
	kept, err := a.cfg.Catalog.Context(c.ctx(), c.who.Org, conn.ID)
	if err != nil {
		return err
	}
	return c.replyContext(http.StatusOK, kept)
}

func (c *call) replyContext(status int, kept catalog.Context) error {
	n, err := notes.Read(kept.Body, "the connection's context")
	if err != nil {
		return err
	}
	c.w.Header().Set("ETag", strconv.Quote(strconv.FormatInt(kept.Version, 10)))
	c.w.Header().Set("Cache-Control", "private, no-cache")
	return c.reply(status, contextBody{Version: kept.Version, Context: *n})
}

// changeContext keeps what change makes of what is written, where that is the version that the caller knows.
func (a *API) changeContext(c *call, status int, change func(written []byte) ([]byte, error)) error {
	conn, err := c.connection()
	if err != nil {
		return err
	}
	kept, err := a.cfg.Catalog.Context(c.ctx(), c.who.Org, conn.ID)
	if err != nil {
		return err
	}
	if known := c.r.Header.Get("If-Match"); known != "" && !matches(known, strconv.Quote(strconv.FormatInt(kept.Version, 10))) {
		return withStatus(http.StatusPreconditionFailed, custard.Errorf(custard.CodeConflict, "the context was changed meanwhile").
			WithHint("Read it again, and make the change in what it says now."))
	}
	if kept.Body, err = change(kept.Body); err != nil {
		return err
	}
	n, err := notes.Read(kept.Body, "the context")
	if err != nil {
		return err
	}
	if len(n.Connections) > 0 {
		return custard.Errorf(custard.CodeUsage, "a connection's context has no connections")
	}
	kept.User, kept.Updated = c.who.User, c.now().UTC()
	if kept.Version, err = a.cfg.Catalog.SetContext(c.ctx(), c.who.Org, conn.ID, kept); err != nil {
		return err
	}
	a.askers.forget(c.who.Org)
	if err := c.audit(actContextChange, conn.ID, map[string]string{"version": strconv.FormatInt(kept.Version, 10)}); err != nil {
		return err
	}
	return c.replyContext(status, kept)
}

func (a *API) putContext(c *call) error {
	var req putContextBody
	if err := c.read(&req); err != nil {
		return err
	}
	return a.changeContext(c, http.StatusOK, func([]byte) ([]byte, error) { return req.Context, nil })
}

func (a *API) patchContext(c *call) error {
	var req patchContextBody
	if err := c.read(&req); err != nil {
		return err
	}
	const most = 500
	if len(req.Edits) == 0 || len(req.Edits) > most {
		return custard.Errorf(custard.CodeUsage, "a change has 1 to %d edits", most)
	}
	return a.changeContext(c, http.StatusOK, func(written []byte) ([]byte, error) { return notes.Apply(written, req.Edits) })
}

func (a *API) addExample(c *call) error {
	var req exampleBody
	if err := c.read(&req); err != nil {
		return err
	}
	if (req.History == "") == (req.Question == "" && req.Query == "") {
		return custard.Errorf(custard.CodeUsage, "an example is a question and a query, or an entry of the history")
	}
	if req.History != "" {
		e, err := a.cfg.Catalog.HistoryEntry(c.ctx(), c.who.Org, c.who.User, req.History)
		if err != nil {
			return err
		}
		if e.Question == "" || e.SQL == "" || e.Error != "" {
			return custard.Errorf(custard.CodeUsage, "that entry of the history is no answered question")
		}
		req.Question, req.Query = e.Question, e.SQL
	}
	edit := notes.Edit{Keys: []string{"examples"}, Value: map[string]any{"question": req.Question, "query": req.Query}, Append: true}
	return a.changeContext(c, http.StatusCreated, func(written []byte) ([]byte, error) { return notes.Apply(written, []notes.Edit{edit}) })
}
