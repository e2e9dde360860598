package custard

// Stage is a timed piece of what a question went through, with the pieces within it.
type Stage struct {
	Name   string         `json:"name"`
	Start  float64        `json:"start_ms"` // since the question came
	Took   float64        `json:"took_ms"`
	Error  string         `json:"error,omitempty"` // its message; empty for what went well
	Code   Code           `json:"code,omitempty"`
	Attrs  map[string]any `json:"attributes,omitempty"` // texts, numbers, booleans, lists of texts
	Stages []*Stage       `json:"stages,omitempty"`
}
