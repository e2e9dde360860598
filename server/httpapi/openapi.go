package httpapi

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/custard-ai/custard/internal/wire"
)

func (a *API) serveOpenAPI(c *call) error { return c.write(http.StatusOK, a.openapi()) }

// document makes the OpenAPI document from the table.
func (a *API) document() []byte {
	s := newSchemas()
	paths := map[string]map[string]any{}
	for i := range a.table {
		rt := &a.table[i]
		path := Base + rt.pattern
		if paths[path] == nil {
			paths[path] = map[string]any{}
		}
		paths[path][strings.ToLower(rt.method)] = operationOf(rt, s)
	}
	failure := map[string]any{
		"description": "It did not work; the body says why and what to do.",
		"content":     map[string]any{"application/json": map[string]any{"schema": s.of(wire.ErrorBody{})}},
	}
	server := a.cfg.PublicURL
	if server == "" {
		server = "/"
	}
	doc := map[string]any{
		"openapi":           "3.1.0",
		"jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
		"info": map[string]any{
			"title": "Custard", "version": a.cfg.Version,
			"description": "Questions about databases in plain language, answered by agents beside them.",
			"license":     map[string]any{"name": "Apache 2.0", "identifier": "Apache-2.0"},
		},
		"servers": []any{map[string]any{"url": server}},
		"paths":   paths,
		"components": map[string]any{
			"schemas":   s.components,
			"responses": map[string]any{"error": failure},
			"securitySchemes": map[string]any{"bearer": map[string]any{
				"type": "http", "scheme": "bearer", "description": "An access token (POST /auth/login) or an API key (cust_key_…).",
			}},
		},
	}
	data, err := json.Marshal(doc)
	if err != nil {
		a.log.Error("the OpenAPI document cannot be written", "error", err)
		return []byte("{}")
	}
	return append(data, '\n')
}

func operationOf(rt *route, s *schemas) map[string]any {
	d := rt.doc
	op := map[string]any{"operationId": d.id, "summary": d.summary, "tags": []string{d.tag}}
	if text := strings.TrimSpace(d.detail + "\n\n" + needs(rt.access)); text != "" {
		op["description"] = text
	}
	if rt.access.public {
		op["security"] = []any{}
	} else {
		op["security"] = []any{map[string]any{"bearer": []any{}}}
	}
	if params := parametersOf(rt, s); len(params) > 0 {
		op["parameters"] = params
	}
	if d.body != nil {
		op["requestBody"] = map[string]any{
			"required": true,
			"content":  map[string]any{"application/json": map[string]any{"schema": s.request(d.body)}},
		}
	}
	responses := map[string]any{"default": map[string]any{"$ref": "#/components/responses/error"}}
	for _, ans := range d.answers {
		r := map[string]any{"description": ans.text}
		content := map[string]any{}
		if ans.body != nil {
			content["application/json"] = map[string]any{"schema": s.of(ans.body)}
		}
		for media, text := range ans.media {
			content[media] = map[string]any{"schema": map[string]any{"type": "string", "description": text}}
		}
		if len(content) > 0 {
			r["content"] = content
		}
		responses[strconv.Itoa(ans.status)] = r
	}
	op["responses"] = responses
	return op
}

func needs(a access) string {
	if a.public {
		return ""
	}
	if a.anyScope {
		return "Needs the role " + string(a.role) + " or above; every API key will do."
	}
	return "Needs the role " + string(a.role) + " or above; an API key needs the scope " + string(a.scope) + "."
}

// wildcard finds the parameters of a path.
var wildcard = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{([a-z_]+)\}`) })

func parametersOf(rt *route, s *schemas) []any {
	var out []any
	for _, m := range wildcard().FindAllStringSubmatch(rt.pattern, -1) {
		out = append(out, map[string]any{"name": m[1], "in": "path", "required": true, "schema": map[string]any{"type": "string"}})
	}
	params := rt.doc.query
	if rt.idempotent {
		params = append(slices.Clip(params), param{
			name: "Idempotency-Key", in: "header", kind: "",
			text: "Any text of your own, to 200 characters: a repeated request with the same key makes nothing twice, and is answered as the first was, but for secrets.",
		})
	}
	for _, p := range params {
		in := p.in
		if in == "" {
			in = "query"
		}
		out = append(out, map[string]any{"name": p.name, "in": in, "description": p.text, "schema": s.of(p.kind)})
	}
	return out
}
