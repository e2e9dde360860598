package llm

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// Decode reads the JSON object of the answer into v, whatever stands round it. Its errors are KindGarbage; for an answer
// that was cut at MaxTokens the message says so.
func (r *Response) Decode(v any) error {
	object, ok := Object(r.Text)
	if ok {
		err := json.Unmarshal(object, v)
		if err == nil {
			return nil
		}
		return Fail(Failure{Kind: KindGarbage, Provider: r.Provider, Cause: err}, "%s did not answer in the form that was asked for", r.Provider)
	}
	if r.Finish == FinishLength {
		err := Fail(Failure{Kind: KindGarbage, Provider: r.Provider, Cause: errors.New("cut at the token limit")},
			"the answer of %s was longer than the limit of tokens", r.Provider)
		err.Retry = false
		return err.WithHint("Raise the limit of tokens for an answer, or ask for less at once.")
	}
	return Fail(Failure{Kind: KindGarbage, Provider: r.Provider}, "%s did not answer in the form that was asked for", r.Provider)
}

// Object finds the JSON object in a text: the whole of it, the content of a ``` fence, or the longest object that stands
// whole among prose. What a model thought aloud before its answer (<think>…</think>) does not count. ok is false where
// there is none.
func Object(text string) (object json.RawMessage, ok bool) {
	const tries = 64 // braces that begin no object; bounds the work on a hostile text
	if thought, answer, closed := strings.Cut(text, "</think>"); closed && strings.HasPrefix(strings.TrimSpace(thought), "<think>") {
		text = answer
	}
	rest := []byte(text)
	for failed := 0; failed < tries; {
		at := bytes.IndexByte(rest, '{')
		if at < 0 {
			break
		}
		rest = rest[at:]
		end, whole := objectEnd(rest)
		if !whole || !json.Valid(rest[:end]) {
			rest = rest[1:] // a brace of the prose
			failed++
			continue
		}
		if end > len(object) {
			object = rest[:end]
		}
		rest = rest[end:]
	}
	return object, object != nil
}

// objectEnd returns the length of the text from its { to the } that closes it, braces in strings left out.
func objectEnd(b []byte) (end int, whole bool) {
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1, true
			}
		}
	}
	return 0, false
}

// Retryable says whether the same request may be sent again after err, nothing of the answer having been passed on.
func Retryable(err error) bool {
	e, ok := errors.AsType[*custard.Error](err)
	return ok && e.Retry
}
