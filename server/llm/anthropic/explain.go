package anthropic

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/call"
)

type failed struct {
	Error struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	} `json:"error"`
}

// explain tells the kind of an error by its type. A long prompt and an empty account are invalid requests to this service:
// its words alone tell them apart.
func explain(_ int, body []byte) call.Said {
	var f failed
	if json.Unmarshal(body, &f) != nil || f.Error.Type == "" {
		return call.Said{}
	}
	said := call.Said{Words: f.Error.Message}
	words := strings.ToLower(f.Error.Message)
	switch f.Error.Type {
	case "authentication_error", "permission_error":
		said.Kind = llm.KindAuth
	case "billing_error":
		said.Kind = llm.KindQuota
	case "not_found_error":
		said.Kind = llm.KindNoModel
	case "request_too_large":
		said.Kind = llm.KindTooLong
	case "rate_limit_error":
		said.Kind = llm.KindRateLimited
	case "overloaded_error", "api_error", "timeout_error":
		said.Kind = llm.KindOverloaded
	case "invalid_request_error":
		switch {
		case strings.Contains(words, "prompt is too long"), strings.Contains(words, "context window"), strings.Contains(words, "context limit"):
			said.Kind = llm.KindTooLong
		case strings.Contains(words, "credit balance"):
			said.Kind = llm.KindQuota
		case strings.Contains(words, "content filtering"):
			said.Kind = llm.KindFiltered
		case strings.Contains(words, "temperature"):
			said.Param = "temperature"
		}
	}
	return said
}

const statusOverloaded = 529 // of this service alone

// statusIn is the status that an error within a stream would have had.
func statusIn(data []byte) int {
	var f failed
	_ = json.Unmarshal(data, &f)
	switch f.Error.Type {
	case "overloaded_error":
		return statusOverloaded
	case "rate_limit_error":
		return http.StatusTooManyRequests
	case "invalid_request_error":
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}
