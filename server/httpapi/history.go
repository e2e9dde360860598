package httpapi

import (
	"net/http"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
)

// maxConversation is how many entries of a conversation are shown: the last.
const maxConversation = 500

// feedbackBody says whether an answer was right.
type feedbackBody struct {
	Feedback int    `json:"feedback" doc:"1 for right, -1 for wrong, 0 to take it back."`
	Comment  string `json:"comment,omitempty"`
}

// conversationBody is a conversation with what was asked in it.
type conversationBody struct {
	Conversation catalog.Conversation `json:"conversation"`
	Items        []catalog.Entry      `json:"items" doc:"Oldest first."`
}

func (a *API) historyRoutes() []route {
	const tag = "history"
	read := from(auth.RoleViewer, auth.ScopeRead)
	return []route{
		{
			method: http.MethodGet, pattern: "/history", access: read, handle: a.settled(a.listHistory),
			doc: operation{
				id: "listHistory", tag: tag, summary: "List what was asked",
				query: paged(
					param{name: "connection", kind: "", text: "Of this connection alone: its name or id."},
					param{name: "all", kind: false, text: "Of everybody in the organisation: admins and owners."},
				),
				answers: ok(list[catalog.Entry]{}, "Your questions, newest first."),
			},
		},
		{
			method: http.MethodDelete, pattern: "/history", access: read, handle: a.settled(a.clearHistory),
			doc: operation{id: "clearHistory", tag: tag, summary: "Remove all that you asked", answers: nothing("It is gone.")},
		},
		{
			method: http.MethodGet, pattern: "/history/{id}", access: read, handle: a.settled(a.showHistory),
			doc: operation{id: "showHistory", tag: tag, summary: "Show one thing that you asked", answers: ok(catalog.Entry{}, "The entry.")},
		},
		{
			method: http.MethodDelete, pattern: "/history/{id}", access: read, handle: a.settled(a.removeHistory),
			doc: operation{id: "removeHistory", tag: tag, summary: "Remove one thing that you asked", answers: nothing("It is gone.")},
		},
		{
			method: http.MethodGet, pattern: "/history/{id}/trace", access: read, handle: a.settled(a.showTrace),
			doc: operation{
				id: "showTrace", tag: tag, summary: "Show what a question went through",
				detail:  "Its stages with times, tokens, cost, every draft of the query and every repair. What a model was told and answered is in it only where the operator keeps that.",
				answers: ok(map[string]any{}, "The stages, each with those within it: name, start_ms, took_ms, error, code, attributes, stages."),
			},
		},
		{
			method: http.MethodPost, pattern: "/history/{id}/feedback", access: read, handle: a.settled(a.giveFeedback),
			doc: operation{
				id: "giveFeedback", tag: tag, summary: "Say whether an answer was right", body: feedbackBody{},
				answers: nothing("It is kept with the entry."),
			},
		},
		{
			method: http.MethodGet, pattern: "/conversations", access: read, handle: a.settled(a.listConversations),
			doc: operation{
				id: "listConversations", tag: tag, summary: "List your conversations", query: paged(),
				answers: ok(list[catalog.Conversation]{}, "Your conversations, newest first."),
			},
		},
		{
			method: http.MethodGet, pattern: "/conversations/{id}", access: read, handle: a.settled(a.showConversation),
			doc: operation{id: "showConversation", tag: tag, summary: "Show a conversation", answers: ok(conversationBody{}, "What was asked in it.")},
		},
		{
			method: http.MethodDelete, pattern: "/conversations/{id}", access: read, handle: a.settled(a.removeConversation),
			doc: operation{id: "removeConversation", tag: tag, summary: "Remove a conversation", answers: nothing("It is gone.")},
		},
	}
}

func (a *API) listHistory(c *call) error {
	before, limit, err := c.page()
	if err != nil {
		return err
	}
	all, err := c.flagParam("all")
	if err != nil {
		return err
	}
	user := c.who.User
	if all {
		if c.who.Role.Rank() < auth.RoleAdmin.Rank() {
			return custard.Errorf(custard.CodeForbidden, "only admins and owners see what others asked").WithHint("Leave all away to see your own questions.")
		}
		user = ""
	}
	var found []catalog.Entry
	if name := c.r.URL.Query().Get("connection"); name != "" {
		conn, err := a.cfg.Catalog.Connection(c.ctx(), c.who.Org, name)
		if err != nil {
			return err
		}
		found, err = a.cfg.Catalog.ConnectionHistory(c.ctx(), c.who.Org, user, conn.ID, before, limit+1)
		if err != nil {
			return err
		}
	} else if found, err = a.cfg.Catalog.History(c.ctx(), c.who.Org, user, before, limit+1); err != nil {
		return err
	}
	return c.reply(http.StatusOK, pageOf(found, limit, func(e catalog.Entry) string { return e.ID }))
}

func (a *API) clearHistory(c *call) error {
	if err := a.cfg.Catalog.ClearHistory(c.ctx(), c.who.Org, c.who.User); err != nil {
		return err
	}
	return c.none()
}

func (a *API) showHistory(c *call) error {
	user := c.who.User
	if c.who.Role.Rank() >= auth.RoleAdmin.Rank() { // who may list everybody's may look at it
		user = ""
	}
	entry, err := a.cfg.Catalog.HistoryEntry(c.ctx(), c.who.Org, user, c.path("id"))
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, entry)
}

func (a *API) showTrace(c *call) error {
	user := c.who.User
	if c.who.Role.Rank() >= auth.RoleAdmin.Rank() {
		user = ""
	}
	root, err := a.cfg.Catalog.HistoryTrace(c.ctx(), c.who.Org, user, c.path("id"))
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, root)
}

func (a *API) removeHistory(c *call) error {
	if err := a.cfg.Catalog.RemoveHistory(c.ctx(), c.who.Org, c.who.User, c.path("id")); err != nil {
		return err
	}
	return c.none()
}

func (a *API) giveFeedback(c *call) error {
	var req feedbackBody
	if err := c.read(&req); err != nil {
		return err
	}
	const longest = 4000
	switch {
	case req.Feedback < -1 || req.Feedback > 1:
		return custard.Errorf(custard.CodeUsage, "feedback is %d", req.Feedback).WithHint("It must be 1, -1 or 0.")
	case len(req.Comment) > longest:
		return custard.Errorf(custard.CodeUsage, "the comment is longer than %d bytes", longest).WithHint("Say it in less.")
	}
	if err := a.cfg.Catalog.SetFeedback(c.ctx(), c.who.Org, c.who.User, c.path("id"), req.Feedback, req.Comment); err != nil {
		return err
	}
	return c.none()
}

func (a *API) listConversations(c *call) error {
	before, limit, err := c.page()
	if err != nil {
		return err
	}
	found, err := a.cfg.Catalog.Conversations(c.ctx(), c.who.Org, c.who.User, before, limit+1)
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, pageOf(found, limit, func(v catalog.Conversation) string { return v.ID }))
}

func (a *API) showConversation(c *call) error {
	entries, err := a.cfg.Catalog.Conversation(c.ctx(), c.who.Org, c.who.User, c.path("id"), maxConversation)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return custard.Errorf(custard.CodeNotFound, "there is no such conversation").WithHint("GET %s/conversations lists yours.", Base)
	}
	first, last := entries[0], entries[len(entries)-1]
	return c.reply(http.StatusOK, conversationBody{Items: entries, Conversation: catalog.Conversation{
		ID: c.path("id"), Title: first.Question, Connection: first.Connection, User: first.User,
		Questions: len(entries), Started: first.Time, Last: last.Time,
	}})
}

func (a *API) removeConversation(c *call) error {
	if err := a.cfg.Catalog.RemoveConversation(c.ctx(), c.who.Org, c.who.User, c.path("id")); err != nil {
		return err
	}
	return c.none()
}
