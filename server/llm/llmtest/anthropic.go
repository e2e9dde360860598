package llmtest

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/custard-ai/custard/server/llm"
)

// Anthropic is the protocol of Messages, as api.anthropic.com writes it.
type Anthropic struct{}

// Path implements Protocol.
func (Anthropic) Path() string { return "/v1/messages" }

// KeepAlive implements Protocol.
func (Anthropic) KeepAlive() string { return "event: ping\ndata: {\"type\": \"ping\"}\n\n" }

// Events implements Protocol.
func (Anthropic) Events(a Answer, asked Recorded) []string {
	var req struct {
		Model      string `json:"model"`
		ToolChoice *struct {
			Name string `json:"name"`
		} `json:"tool_choice"`
	}
	_ = json.Unmarshal(asked.Body, &req)
	event := func(name, rest string) string {
		return "event: " + name + "\ndata: {\"type\":\"" + name + "\"" + rest + "}\n\n"
	}
	start, end := "", `"output_tokens":`+fmt.Sprint(a.Usage.Output)
	if !a.NoUsage {
		plain := a.Usage.Input - a.Usage.Cached - a.Usage.Written
		start = fmt.Sprintf(`,"usage":{"input_tokens":%d,"cache_creation_input_tokens":%d,"cache_read_input_tokens":%d,"cache_creation":{"ephemeral_5m_input_tokens":%d,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard"}`,
			plain, a.Usage.Written, a.Usage.Cached, a.Usage.Written)
		end = `,"usage":{` + end + `}`
	} else {
		end = ""
	}
	out := []string{event("message_start", `,"message":{"model":`+quote(req.Model+"-20250929")+`,"id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message","role":"assistant","content":[],"stop_reason":null,"stop_sequence":null`+start+`}`)}
	tool := ""
	if req.ToolChoice != nil && !a.Prose {
		tool = req.ToolChoice.Name
	}
	if a.Tool != "" {
		tool = a.Tool
	}
	pieces := a.pieces()
	if len(pieces) > 0 || tool != "" && a.Finish == "" && a.Text != "" {
		if tool != "" {
			out = append(out, event("content_block_start", `,"index":0,"content_block":{"type":"tool_use","id":"toolu_01T1x1fJ34qAmk2tNTrN7Up6","name":`+quote(tool)+`,"input":{}}`),
				"event: ping\ndata: {\"type\": \"ping\"}\n\n",
				event("content_block_delta", `,"index":0,"delta":{"type":"input_json_delta","partial_json":""}`))
			for _, piece := range pieces {
				out = append(out, event("content_block_delta", `,"index":0,"delta":{"type":"input_json_delta","partial_json":`+quote(piece)+`}`))
			}
		} else {
			out = append(out, event("content_block_start", `,"index":0,"content_block":{"type":"text","text":""}`), "event: ping\ndata: {\"type\": \"ping\"}\n\n")
			for _, piece := range pieces {
				out = append(out, event("content_block_delta", `,"index":0,"delta":{"type":"text_delta","text":`+quote(piece)+`}`))
			}
		}
		out = append(out, event("content_block_stop", `,"index":0`))
	}
	reason := "end_turn"
	switch {
	case a.Finish == llm.FinishLength:
		reason = "max_tokens"
	case a.Finish == llm.FinishRefusal, a.Finish == llm.FinishFilter:
		reason = "refusal"
	case tool != "":
		reason = "tool_use"
	}
	return append(out, event("message_delta", `,"delta":{"stop_reason":"`+reason+`","stop_sequence":null}`+end), event("message_stop", ""))
}

// Whole implements Protocol.
func (Anthropic) Whole(a Answer, asked Recorded) string {
	var req struct {
		Model      string `json:"model"`
		ToolChoice *struct {
			Name string `json:"name"`
		} `json:"tool_choice"`
	}
	_ = json.Unmarshal(asked.Body, &req)
	tool := a.Tool
	if tool == "" && req.ToolChoice != nil && !a.Prose {
		tool = req.ToolChoice.Name
	}
	content, reason := "", "end_turn"
	switch {
	case a.Finish == llm.FinishRefusal, a.Finish == llm.FinishFilter:
		reason = "refusal"
	case a.Text == "":
	case tool != "" && a.Finish == "":
		content, reason = `{"type":"tool_use","id":"toolu_01T1x1fJ34qAmk2tNTrN7Up6","name":`+quote(tool)+`,"input":`+a.Text+`}`, "tool_use"
	default:
		content = `{"type":"text","text":` + quote(a.Text) + `}`
	}
	if a.Finish == llm.FinishLength {
		reason = "max_tokens"
	}
	usage := ""
	if !a.NoUsage {
		usage = fmt.Sprintf(`,"usage":{"input_tokens":%d,"cache_creation_input_tokens":%d,"cache_read_input_tokens":%d,"output_tokens":%d,"service_tier":"standard"}`,
			a.Usage.Input-a.Usage.Cached-a.Usage.Written, a.Usage.Written, a.Usage.Cached, a.Usage.Output)
	}
	return `{"model":` + quote(req.Model+"-20250929") + `,"id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message","role":"assistant","content":[` + content +
		`],"stop_reason":"` + reason + `","stop_sequence":null` + usage + `}`
}

// Problem implements Protocol.
func (an Anthropic) Problem(p Problem) (status int, body string) {
	status, inner := an.problem(p)
	return status, `{"type":"error","error":` + inner + `,"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}`
}

// ErrorEvent implements Protocol.
func (an Anthropic) ErrorEvent(p Problem) string {
	_, inner := an.problem(p)
	return "event: error\ndata: {\"type\":\"error\",\"error\":" + inner + "}\n\n"
}

func (Anthropic) problem(p Problem) (status int, inner string) {
	body := func(kind, message string) string { return `{"type":"` + kind + `","message":` + quote(message) + `}` }
	const overloaded = 529
	switch p {
	case ProblemRateLimit:
		return http.StatusTooManyRequests, body("rate_limit_error", "This request would exceed your organization's rate limit of 30,000 input tokens per minute.")
	case ProblemQuota:
		return http.StatusBadRequest, body("invalid_request_error", "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.")
	case ProblemServer:
		return http.StatusInternalServerError, body("api_error", "Internal server error")
	case ProblemUnavailable:
		return http.StatusServiceUnavailable, body("api_error", "Service unavailable")
	case ProblemOverloaded:
		return overloaded, body("overloaded_error", "Overloaded")
	case ProblemAuth:
		return http.StatusUnauthorized, body("authentication_error", "invalid x-api-key "+Key)
	case ProblemTooLong:
		return http.StatusBadRequest, body("invalid_request_error", "prompt is too long: 214512 tokens > 200000 maximum")
	case ProblemNoModel:
		return http.StatusNotFound, body("not_found_error", "model: claude-9")
	case ProblemFilter:
		return http.StatusBadRequest, body("invalid_request_error", "Output blocked by content filtering policy")
	case ProblemTemperature:
		return http.StatusBadRequest, body("invalid_request_error", "`temperature` is not supported for this model.")
	}
	return http.StatusBadRequest, body("invalid_request_error", "messages: at least one message is required")
}
