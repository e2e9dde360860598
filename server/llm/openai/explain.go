package openai

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/call"
)

// failed is an error's body in the forms in which compatible services write it.
type failed struct {
	Message loose `json:"message"`
	Type    loose `json:"type"`
	Param   loose `json:"param"`
	Code    loose `json:"code"` // a text, or a status
}

// loose is a text where a service writes one, and whatever else it writes there as JSON; empty for null.
type loose string

// UnmarshalJSON implements json.Unmarshaler.
func (l *loose) UnmarshalJSON(b []byte) error {
	var text string
	switch {
	case string(b) == "null":
	case json.Unmarshal(b, &text) == nil:
		*l = loose(text)
	default:
		*l = loose(b)
	}
	return nil
}

// bodyOf reads {"error":{…}}, {"error":"…"}, [{"error":{…}}] and {"message":…}.
func bodyOf(body []byte) (failed, bool) {
	var list []json.RawMessage
	if json.Unmarshal(body, &list) == nil && len(list) > 0 {
		body = list[0]
	}
	var outer struct {
		Error   json.RawMessage `json:"error"`
		Message loose           `json:"message"`
		Detail  loose           `json:"detail"`
	}
	if json.Unmarshal(body, &outer) != nil {
		return failed{}, false
	}
	var f failed
	var text string
	switch {
	case json.Unmarshal(outer.Error, &text) == nil:
		f.Message = loose(text)
	case json.Unmarshal(outer.Error, &f) == nil && (f.Message != "" || f.Code != ""):
	case outer.Message != "":
		f.Message = outer.Message
	case outer.Detail != "":
		f.Message = outer.Detail
	default:
		return failed{}, false
	}
	return f, true
}

// explain tells the kind of an error by the code that OpenAI and those who follow it send, as a status alone does not tell
// an empty account from a busy minute, or a long prompt from a wrong one.
func explain(status int, body []byte) call.Said {
	f, ok := bodyOf(body)
	if !ok {
		return call.Said{}
	}
	said := call.Said{Words: string(f.Message)}
	code, words := f.Code, strings.ToLower(string(f.Message))
	switch {
	case code == "insufficient_quota" || f.Type == "insufficient_quota":
		said.Kind = llm.KindQuota
	case code == "content_filter" || code == "ResponsibleAIPolicyViolation":
		said.Kind = llm.KindFiltered
	case code == "model_not_found" || code == "DeploymentNotFound" || f.Type == "not_found_error":
		said.Kind = llm.KindNoModel
	case code == "invalid_api_key":
		said.Kind = llm.KindAuth
	case code == "json_validate_failed": // Groq: the model's JSON did not fit
		said.Kind = llm.KindGarbage
	case code == "rate_limit_exceeded" && (status == http.StatusTooManyRequests || status == http.StatusOK):
		said.Kind = llm.KindRateLimited
	case code == "context_length_exceeded" || f.Type == "exceed_context_size_error",
		status == http.StatusBadRequest && (strings.Contains(words, "maximum context length") || strings.Contains(words, "context window") || strings.Contains(words, "context size")):
		said.Kind = llm.KindTooLong
	case status == http.StatusBadRequest || status == http.StatusUnprocessableEntity:
		said.Param = paramOf(string(f.Param), words)
	}
	return said
}

// paramOf returns the field that a refusal is about: the one that it names, else the one that its words are about.
func paramOf(param, words string) string {
	for _, field := range [...]string{"response_format", "temperature", "reasoning_effort", "stream_options", maxCompletionTokens, maxTokens} {
		if param == field || strings.HasPrefix(param, field+".") {
			return field
		}
	}
	if param != "" && param != "null" && param != "body" {
		return param
	}
	switch {
	// Before the rest: "use max_completion_tokens instead of max_tokens" names both, the refused one first.
	case strings.Contains(words, maxTokens) || strings.Contains(words, maxCompletionTokens):
		if a, b := strings.Index(words, maxTokens), strings.Index(words, maxCompletionTokens); a >= 0 && (b < 0 || a < b) {
			return maxTokens
		}
		return maxCompletionTokens
	case strings.Contains(words, "response_format"), strings.Contains(words, "json_schema"), strings.Contains(words, "json mode"),
		strings.Contains(words, "structured output"), strings.Contains(words, "json_object"), strings.Contains(words, "guided"), strings.Contains(words, "grammar"):
		return "response_format"
	case strings.Contains(words, "temperature"):
		return "temperature"
	case strings.Contains(words, "reasoning_effort"), strings.Contains(words, "reasoning effort"), strings.Contains(words, "thinking"):
		return "reasoning_effort"
	case strings.Contains(words, "stream_options"), strings.Contains(words, "include_usage"):
		return "stream_options"
	}
	return ""
}

// statusIn is the status that an error within a stream would have had: its own word for it, else that of a server's fault.
func statusIn(data []byte) int {
	f, _ := bodyOf(data)
	if status, err := strconv.Atoi(string(f.Code)); err == nil && status >= http.StatusBadRequest && status < 600 {
		return status
	}
	switch f.Type {
	case "rate_limit_error", "rate_limit_exceeded", "tokens", "requests":
		return http.StatusTooManyRequests
	case "invalid_request_error", "BadRequestError":
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}
