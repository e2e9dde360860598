package llmtest

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/custard-ai/custard/server/llm"
)

// OpenAI is the protocol of Chat Completions, as api.openai.com writes it.
type OpenAI struct{}

// Path implements Protocol.
func (OpenAI) Path() string { return "/chat/completions" }

// KeepAlive implements Protocol. OpenAI sends none; OpenRouter, which speaks the same protocol, this one.
func (OpenAI) KeepAlive() string { return ": OPENROUTER PROCESSING\n\n" }

// Events implements Protocol.
func (OpenAI) Events(a Answer, asked Recorded) []string {
	var req struct {
		Model         string `json:"model"`
		StreamOptions struct {
			IncludeUsage bool `json:"include_usage"`
		} `json:"stream_options"`
	}
	_ = json.Unmarshal(asked.Body, &req)
	usage := req.StreamOptions.IncludeUsage && !a.NoUsage
	event := func(choices, count string) string {
		tail := ""
		switch {
		case count != "":
			tail = `,"usage":` + count
		case usage:
			tail = `,"usage":null`
		}
		return `data: {"id":"chatcmpl-C9xvQ2m7tYhZkR4sWqLpEo1nUbTd","object":"chat.completion.chunk","created":1764000000,"model":` +
			quote(req.Model+"-2025-04-14") + `,"service_tier":"default","system_fingerprint":"fp_433e8c8649","choices":[` + choices + `]` + tail +
			`,"obfuscation":"k3J9xQ"}` + "\n\n"
	}
	delta := func(delta, finish string) string {
		return event(`{"index":0,"delta":`+delta+`,"logprobs":null,"finish_reason":`+finish+`}`, "")
	}
	out := []string{delta(`{"role":"assistant","content":"","refusal":null}`, "null")}
	switch {
	case a.Tool != "":
		out[0] = delta(`{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_Dq1n9Zx","type":"function","function":{"name":`+quote(a.Tool)+`,"arguments":""}}],"refusal":null}`, "null")
		for _, piece := range a.pieces() {
			out = append(out, delta(`{"tool_calls":[{"index":0,"function":{"arguments":`+quote(piece)+`}}]}`, "null"))
		}
	case a.Finish == llm.FinishRefusal:
		for _, piece := range (Answer{Text: a.Refusal}).pieces() {
			out = append(out, delta(`{"refusal":`+quote(piece)+`}`, "null"))
		}
	default:
		for _, piece := range a.pieces() {
			out = append(out, delta(`{"content":`+quote(piece)+`}`, "null"))
		}
	}
	finish := `"stop"`
	switch {
	case a.Finish == llm.FinishLength:
		finish = `"length"`
	case a.Finish == llm.FinishFilter:
		finish = `"content_filter"`
	case a.Tool != "":
		finish = `"tool_calls"`
	}
	out = append(out, delta(`{}`, finish))
	if usage {
		out = append(out, event("", fmt.Sprintf(`{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,"prompt_tokens_details":{"cached_tokens":%d,"audio_tokens":0},`+
			`"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}`,
			a.Usage.Input, a.Usage.Output, a.Usage.Input+a.Usage.Output, a.Usage.Cached)))
	}
	return append(out, "data: [DONE]\n\n")
}

// Whole implements Protocol.
func (OpenAI) Whole(a Answer, asked Recorded) string {
	var req struct {
		Model string `json:"model"`
	}
	_ = json.Unmarshal(asked.Body, &req)
	message, finish := `{"role":"assistant","content":`+quote(a.Text)+`,"refusal":null,"annotations":[]}`, "stop"
	switch {
	case a.Tool != "":
		message = `{"role":"assistant","content":null,"tool_calls":[{"id":"call_Dq1n9Zx","type":"function","function":{"name":` + quote(a.Tool) + `,"arguments":` + quote(a.Text) + `}}],"refusal":null,"annotations":[]}`
		finish = "tool_calls"
	case a.Finish == llm.FinishRefusal:
		message = `{"role":"assistant","content":null,"refusal":` + quote(a.Refusal) + `,"annotations":[]}`
	case a.Finish == llm.FinishLength:
		finish = "length"
	case a.Finish == llm.FinishFilter:
		finish = "content_filter"
	}
	usage := ""
	if !a.NoUsage {
		usage = fmt.Sprintf(`,"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,"prompt_tokens_details":{"cached_tokens":%d,"audio_tokens":0}}`,
			a.Usage.Input, a.Usage.Output, a.Usage.Input+a.Usage.Output, a.Usage.Cached)
	}
	return `{"id":"chatcmpl-C9xvQ2m7tYhZkR4sWqLpEo1nUbTd","object":"chat.completion","created":1764000000,"model":` + quote(req.Model+"-2025-04-14") +
		`,"choices":[{"index":0,"message":` + message + `,"logprobs":null,"finish_reason":"` + finish + `"}]` + usage + `,"service_tier":"default"}` + "\n"
}

// Problem implements Protocol.
func (o OpenAI) Problem(p Problem) (status int, body string) {
	status, inner := o.problem(p)
	return status, "{\n  \"error\": " + inner + "\n}\n"
}

// ErrorEvent implements Protocol.
func (o OpenAI) ErrorEvent(p Problem) string {
	_, inner := o.problem(p)
	return `data: {"error":` + inner + "}\n\n"
}

func (OpenAI) problem(p Problem) (status int, inner string) {
	body := func(message, kind, param, code string) string {
		return `{"message":` + quote(message) + `,"type":` + kind + `,"param":` + param + `,"code":` + code + `}`
	}
	switch p {
	case ProblemRateLimit:
		return http.StatusTooManyRequests, body("Rate limit reached for gpt-4.1 in organization org-x1 on tokens per min (TPM): Limit 30000, Used 29500, Requested 1200. Please try again in 1.4s.", `"tokens"`, "null", `"rate_limit_exceeded"`)
	case ProblemQuota:
		return http.StatusTooManyRequests, body("You exceeded your current quota, please check your plan and billing details.", `"insufficient_quota"`, "null", `"insufficient_quota"`)
	case ProblemServer:
		return http.StatusInternalServerError, body("The server had an error while processing your request. Sorry about that!", `"server_error"`, "null", "null")
	case ProblemUnavailable, ProblemOverloaded:
		return http.StatusServiceUnavailable, body("That model is currently overloaded with other requests. You can retry your request.", `"server_error"`, "null", `"service_unavailable"`)
	case ProblemAuth:
		return http.StatusUnauthorized, body("Incorrect API key provided: "+Key+". You can find your API key at https://platform.openai.com/account/api-keys.", `"invalid_request_error"`, "null", `"invalid_api_key"`)
	case ProblemTooLong:
		return http.StatusBadRequest, body("This model's maximum context length is 128000 tokens. However, your messages resulted in 214512 tokens. Please reduce the length of the messages.", `"invalid_request_error"`, `"messages"`, `"context_length_exceeded"`)
	case ProblemNoModel:
		return http.StatusNotFound, body("The model `gpt-9` does not exist or you do not have access to it.", `"invalid_request_error"`, "null", `"model_not_found"`)
	case ProblemFilter:
		return http.StatusBadRequest, `{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"jailbreak":{"filtered":true,"detected":true}}}}`
	case ProblemSchema:
		return http.StatusBadRequest, body("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.", `"invalid_request_error"`, "null", "null")
	case ProblemJSON:
		return http.StatusBadRequest, body("json mode is not supported by this server", `"BadRequestError"`, "null", "400")
	case ProblemTemperature:
		return http.StatusBadRequest, body("Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.", `"invalid_request_error"`, `"temperature"`, `"unsupported_value"`)
	}
	return http.StatusBadRequest, body("Invalid value for 'messages'.", `"invalid_request_error"`, `"messages"`, `"invalid_value"`)
}
