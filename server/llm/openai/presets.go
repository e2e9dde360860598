package openai

import (
	"slices"
	"strings"
)

// Preset is what sets one compatible service apart. The table holds everything that differs; code asks no name.
type Preset struct {
	Name     string
	BaseURL  string   // empty where each customer has one of their own
	BaseEnv  string   // the variable that sets another base URL
	KeyEnv   []string // the variables that hold the key, the first that is set
	NoKey    bool     // works without a key: a server of one's own
	KeyField string   // the header of the key; empty for Authorization: Bearer
	// Deployment puts the model into the path, {base}/openai/deployments/{model}, and the API's version into the query.
	Deployment bool
	VersionEnv string // the variable that sets another version
	Version    string
	// MaxTokens is the field that bounds the answer: max_tokens was replaced by max_completion_tokens at its inventor and
	// by nobody else.
	MaxTokens string
	// Form is the most binding way of asking for JSON that the service is known to take.
	Form Form
}

// Form is how an answer in JSON is asked for.
type Form int

// The forms, from the most binding to the least. A service that refuses one is asked by the next.
const (
	FormStrict Form = iota // response_format json_schema, strict
	FormObject             // response_format json_object, the schema in the instructions
	FormPrompt             // the instructions alone
)

const (
	maxTokens           = "max_tokens"
	maxCompletionTokens = "max_completion_tokens"
)

// Presets returns the table, by name. It is made anew for each call: opening a provider is rare.
func Presets() []Preset {
	return []Preset{
		{
			Name: "azure", BaseEnv: "AZURE_OPENAI_ENDPOINT", KeyEnv: []string{"AZURE_OPENAI_API_KEY"}, KeyField: "api-key",
			Deployment: true, VersionEnv: "OPENAI_API_VERSION", Version: "2024-10-21", MaxTokens: maxCompletionTokens,
		},
		{
			Name: "gemini", BaseURL: "https://generativelanguage.googleapis.com/v1beta/openai", BaseEnv: "GEMINI_BASE_URL",
			KeyEnv: []string{"GEMINI_API_KEY", "GOOGLE_API_KEY"}, MaxTokens: maxTokens,
		},
		{Name: "groq", BaseURL: "https://api.groq.com/openai/v1", BaseEnv: "GROQ_BASE_URL", KeyEnv: []string{"GROQ_API_KEY"}, MaxTokens: maxTokens},
		{Name: "llamacpp", BaseURL: "http://localhost:8080/v1", BaseEnv: "LLAMACPP_BASE_URL", KeyEnv: []string{"LLAMACPP_API_KEY"}, NoKey: true, MaxTokens: maxTokens},
		{Name: "lmstudio", BaseURL: "http://localhost:1234/v1", BaseEnv: "LMSTUDIO_BASE_URL", KeyEnv: []string{"LMSTUDIO_API_KEY"}, NoKey: true, MaxTokens: maxTokens},
		{Name: "ollama", BaseURL: "http://localhost:11434/v1", BaseEnv: "OLLAMA_BASE_URL", KeyEnv: []string{"OLLAMA_API_KEY"}, NoKey: true, MaxTokens: maxTokens},
		{Name: "openai", BaseURL: "https://api.openai.com/v1", BaseEnv: "OPENAI_BASE_URL", KeyEnv: []string{"OPENAI_API_KEY"}, MaxTokens: maxCompletionTokens},
		{Name: "openrouter", BaseURL: "https://openrouter.ai/api/v1", BaseEnv: "OPENROUTER_BASE_URL", KeyEnv: []string{"OPENROUTER_API_KEY"}, MaxTokens: maxTokens},
		{Name: "together", BaseURL: "https://api.together.xyz/v1", BaseEnv: "TOGETHER_BASE_URL", KeyEnv: []string{"TOGETHER_API_KEY"}, MaxTokens: maxTokens},
		{Name: "vllm", BaseURL: "http://localhost:8000/v1", BaseEnv: "VLLM_BASE_URL", KeyEnv: []string{"VLLM_API_KEY"}, NoKey: true, MaxTokens: maxTokens},
	}
}

// PresetOf returns the preset of a name.
func PresetOf(name string) (Preset, bool) {
	all := Presets()
	i, ok := slices.BinarySearchFunc(all, name, func(p Preset, name string) int { return strings.Compare(p.Name, name) })
	if !ok {
		return Preset{}, false
	}
	return all[i], true
}
