package httpapi

import (
	"net/http"
	"strconv"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/engines"
)

// The actions of models in the audit log.
const (
	actModelSet    = "model.set"
	actModelRemove = "model.remove"
)

// modelBody is a request to PUT /org/models/{provider}. It takes the place of all that was set before, but for the key.
type modelBody struct {
	Key         string `json:"key,omitempty" doc:"The service's key. It is sealed, and never shown again. Left out, the one that is kept stays, as long as base_url does."`
	BaseURL     string `json:"base_url,omitempty" doc:"Where the service is, where that is not its published address. The server dials public addresses alone, and those that its operator allows."`
	Model       string `json:"model,omitempty" doc:"What is asked where a question and its connection name no engine: provider/model."`
	Priority    int    `json:"priority,omitempty" doc:"Of several providers with a model the lowest is asked first, the next where it does not answer, builtin at last."`
	DailyTokens int64  `json:"daily_tokens,omitempty" doc:"That the key may take a day (UTC), all replicas together; 0 for no bound."`
}

// modelsBody lists what is set.
type modelsBody struct {
	Items    []engines.Service `json:"items"`
	Standard string            `json:"server_engine" doc:"What the server asks by itself where nothing is set here."`
}

func (a *API) modelRoutes() []route {
	const tag, pattern = "organisation", "/org/models/{provider}"
	manage := from(auth.RoleAdmin, auth.ScopeManage)
	return []route{
		{
			method: http.MethodGet, pattern: "/org/models", access: manage, handle: a.withModels(a.listModels),
			doc: operation{
				id: "listModels", tag: tag, summary: "List the organisation's own models",
				detail:  "Keys are never among what is shown.",
				answers: ok(modelsBody{}, "What is set, the one that is asked first first."),
			},
		}, {
			method: http.MethodGet, pattern: pattern, access: manage, handle: a.withModels(a.showModel),
			doc: operation{id: "showModel", tag: tag, summary: "Show what is set for a provider of models", answers: ok(engines.Service{}, "What is set, without the key.")},
		}, {
			method: http.MethodPut, pattern: pattern, access: manage, handle: a.withModels(a.setModel),
			doc: operation{
				id: "setModel", tag: tag, summary: "Set a provider of models: its key, address, model", body: modelBody{},
				detail:  "The organisation's own key goes before the operator's. A change of base_url takes the key again.",
				answers: ok(engines.Service{}, "What is set now, without the key."),
			},
		}, {
			method: http.MethodDelete, pattern: pattern, access: manage, handle: a.withModels(a.removeModel),
			doc: operation{id: "removeModel", tag: tag, summary: "Remove what is set for a provider of models", answers: nothing("Its key is gone.")},
		},
	}
}

// withModels is a handler that needs a place to keep keys in.
func (a *API) withModels(handle func(*call) error) func(*call) error {
	return func(c *call) error {
		if a.cfg.Models == nil {
			return custard.Errorf(custard.CodeNotFound, "this server keeps no models of organisations")
		}
		return handle(c)
	}
}

func (a *API) listModels(c *call) error {
	items, err := a.cfg.Models.Services(c.ctx(), c.who.Org)
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, modelsBody{Items: items, Standard: a.cfg.Models.Standard()})
}

func (a *API) showModel(c *call) error {
	s, err := a.cfg.Models.Service(c.ctx(), c.who.Org, c.path("provider"))
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, s)
}

func (a *API) setModel(c *call) error {
	var in modelBody
	if err := c.read(&in); err != nil {
		return err
	}
	s, err := a.cfg.Models.Set(c.ctx(), c.who.Org, c.who.User, c.path("provider"), engines.Setting(in))
	if err != nil {
		return err
	}
	detail := map[string]string{"priority": strconv.Itoa(s.Priority), "key": "kept"}
	switch {
	case in.Key != "":
		detail["key"] = "set"
	case !s.HasKey:
		detail["key"] = "none"
	}
	for name, value := range map[string]string{"base_url": s.BaseURL, "model": s.Model} {
		if value != "" {
			detail[name] = value
		}
	}
	if err := c.audit(actModelSet, s.Service, detail); err != nil {
		return err
	}
	return c.reply(http.StatusOK, s)
}

func (a *API) removeModel(c *call) error {
	if err := a.cfg.Models.Remove(c.ctx(), c.who.Org, c.path("provider")); err != nil {
		return err
	}
	if err := c.audit(actModelRemove, c.path("provider"), nil); err != nil {
		return err
	}
	return c.none()
}
