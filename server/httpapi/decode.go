package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/custard-ai/custard/internal/custard"
)

const (
	defaultBody = 1 << 20          // bytes of a body, where a route does not say
	maxDepth    = 32               // of nested arrays and objects
	bodyTime    = 30 * time.Second // for a whole body to arrive
)

// read decodes the request's body into dst, strictly: JSON by its content type, valid UTF-8, one value, no field that dst
// has not, no field twice, no deep nesting. Errors are CodeUsage and say what is wrong where.
func (c *call) read(dst any) error {
	kind, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" || params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8") {
		return withStatus(http.StatusUnsupportedMediaType,
			custard.Errorf(custard.CodeUsage, "the body's type is not JSON").WithHint("Send it with Content-Type: application/json."))
	}
	limit := c.route.maxBody
	if limit == 0 {
		limit = defaultBody
	}
	data, err := c.body(limit)
	if err != nil {
		return err
	}
	return decode(data, dst)
}

// body reads the request's body whole.
func (c *call) body(limit int64) ([]byte, error) {
	if c.r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	var buf bytes.Buffer
	if c.r.ContentLength > 0 {
		buf.Grow(int(c.r.ContentLength) + bytes.MinRead)
	}
	_, err := buf.ReadFrom(http.MaxBytesReader(c.w, c.r.Body, limit))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, tooLarge(limit)
	}
	if err != nil {
		// Whoever is slow is not waited for again: the rest of the body is not read either.
		c.w.Header().Set("Connection", "close")
		e := custard.Errorf(custard.CodeUsage, "the body did not arrive").WithHint("Send it at once; its end is due within %s.", c.api.cfg.BodyTime)
		e.Cause = err
		return nil, withStatus(http.StatusRequestTimeout, e)
	}
	_ = http.NewResponseController(c.w).SetReadDeadline(time.Time{}) // of bound
	return buf.Bytes(), nil
}

func tooLarge(limit int64) error {
	return withStatus(http.StatusRequestEntityTooLarge,
		custard.Errorf(custard.CodeLimit, "the body is larger than %d KiB", limit>>10).WithHint("Send less."))
}

// decode reads one JSON value into dst, as strictly as call.read says.
func decode(data []byte, dst any) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return custard.Errorf(custard.CodeUsage, "the body is empty").WithHint("Send a JSON object.")
	}
	if !utf8.Valid(data) {
		return custard.Errorf(custard.CodeUsage, "the body is not UTF-8").WithHint("Send it as UTF-8.")
	}
	if !json.Valid(data) {
		return malformed(data)
	}
	if err := screen(data); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(dst); err != nil {
		return undecodable(err, dst)
	}
	return nil
}

// malformed says where a body stops being JSON.
func malformed(data []byte) error {
	var v json.RawMessage
	err := json.Unmarshal(data, &v)
	e := custard.Errorf(custard.CodeUsage, "the body is not JSON")
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		e = custard.Errorf(custard.CodeUsage, "the body is not JSON: %s at byte %d", syntax.Error(), syntax.Offset)
	}
	return e.WithHint("Send one JSON object.")
}

// undecodable says what in a body is not as the route wants it.
func undecodable(err error, dst any) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if wrong.Field == "" {
			return custard.Errorf(custard.CodeUsage, "the body is a JSON %s", wrong.Value).WithHint("Send an object.")
		}
		return custard.Errorf(custard.CodeUsage, "%q cannot be a %s", wrong.Field, wrong.Value).WithHint("It must be %s.", kindName(wrong.Type))
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return custard.Errorf(custard.CodeUsage, "there is no field %s", name).WithHint("There is: %s.", strings.Join(fieldNames(dst), ", "))
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return custard.Errorf(custard.CodeUsage, "the body ends too early")
	}
	e := custard.Errorf(custard.CodeUsage, "the body cannot be read: %s", strings.TrimPrefix(err.Error(), "json: "))
	return e
}

// kindName is a type in words for a client.
func kindName(t reflect.Type) string {
	switch t.Kind() { //nolint:exhaustive // what bodies are made of
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "an array"
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Float64:
		return "a number"
	case reflect.Pointer:
		return kindName(t.Elem())
	}
	return "an object"
}

// fieldNames lists the JSON fields of what dst points to.
func fieldNames(dst any) []string {
	t := reflect.TypeOf(dst)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for _, f := range jsonFields(t) {
		names = append(names, f.name)
	}
	return names
}

// screen refuses, in valid JSON, what decoders take but disagree about: a field that comes twice in one object (with
// regard to case or without), a character of zero bytes, and deep nesting.
func screen(data []byte) error {
	var seen [maxDepth]map[string]bool // the keys of the open objects
	var object [maxDepth]bool
	depth := 0 // of the value that is being read: 0 is outside of all
	key := false
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{', '[':
			if depth == maxDepth {
				return custard.Errorf(custard.CodeUsage, "the body is nested more than %d deep", maxDepth).WithHint("Send a flatter one.")
			}
			object[depth] = data[i] == '{'
			clear(seen[depth])
			key = object[depth]
			depth++
		case '}', ']':
			depth--
			key = false
		case ',':
			key = object[depth-1] //nolint:gosec // the text is valid JSON: a comma stands in something
		case ':':
			key = false
		case '"':
			end := i + 1
			for data[end] != '"' {
				if data[end] == '\\' {
					end++
				}
				end++
			}
			text := data[i : end+1]
			if bytes.Contains(text, []byte(`\u0000`)) && hasNUL(text) {
				return custard.Errorf(custard.CodeUsage, "the body holds a character of value zero").WithHint("Leave it out.")
			}
			if key {
				if err := note(&seen[depth-1], text); err != nil { //nolint:gosec // and a key in an object
					return err
				}
			}
			i = end
		}
	}
	return nil
}

func hasNUL(text []byte) bool {
	var s string
	return json.Unmarshal(text, &s) == nil && strings.IndexByte(s, 0) >= 0
}

// note remembers a key of an object and refuses one that it has.
func note(seen *map[string]bool, text []byte) error {
	var name string
	if err := json.Unmarshal(text, &name); err != nil {
		return custard.Errorf(custard.CodeUsage, "a field's name cannot be read")
	}
	folded := strings.ToLower(name)
	if (*seen)[folded] {
		return custard.Errorf(custard.CodeUsage, "the field %q comes twice", name).WithHint("Send it once.")
	}
	if *seen == nil {
		*seen = make(map[string]bool, 8)
	}
	(*seen)[folded] = true
	return nil
}
