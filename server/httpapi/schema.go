package httpapi

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

// jsonField is a field of a struct as encoding/json sees it.
type jsonField struct {
	name     string
	typ      reflect.Type
	optional bool
	text     string // its doc tag
}

// jsonFields lists the JSON fields of a struct, those of embedded structs among them.
func jsonFields(t reflect.Type) []jsonField {
	var out []jsonField
	for f := range t.Fields() {
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || (!f.IsExported() && !f.Anonymous) {
			continue
		}
		if f.Anonymous && name == "" {
			e := f.Type
			if e.Kind() == reflect.Pointer {
				e = e.Elem()
			}
			if e.Kind() == reflect.Struct {
				out = append(out, jsonFields(e)...)
				continue
			}
		}
		if name == "" {
			name = f.Name
		}
		optional := strings.Contains(opts, "omit") || f.Type.Kind() == reflect.Pointer
		out = append(out, jsonField{name: name, typ: f.Type, optional: optional, text: f.Tag.Get("doc")})
	}
	return out
}

// schemas makes JSON schemas of Go types; structs with names become components.
type schemas struct {
	components map[string]any
	made       map[reflect.Type]string // and the names they have
}

func newSchemas() *schemas {
	return &schemas{components: map[string]any{}, made: map[reflect.Type]string{}}
}

// of returns the schema of a value's type.
func (s *schemas) of(v any) map[string]any { return s.typ(reflect.TypeOf(v), false) }

// request returns the schema of a type that requests are decoded into: it takes no other fields.
func (s *schemas) request(v any) map[string]any { return s.typ(reflect.TypeOf(v), true) }

func (s *schemas) typ(t reflect.Type, request bool) map[string]any {
	if known := wellKnown(t); known != nil {
		return known
	}
	switch t.Kind() { //nolint:exhaustive // what bodies are made of
	case reflect.Pointer:
		return s.typ(t.Elem(), request)
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint32, reflect.Uint64:
		return map[string]any{"type": "integer"}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": "array", "items": s.typ(t.Elem(), request)}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.typ(t.Elem(), request)}
	case reflect.Struct:
		return s.structure(t, request)
	}
	return map[string]any{}
}

// wellKnown returns the schema of types that mean more than their kind.
func wellKnown(t reflect.Type) map[string]any {
	enum := func(values ...any) map[string]any { return map[string]any{"type": "string", "enum": values} }
	switch t {
	case reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	case reflect.TypeFor[json.RawMessage]():
		return map[string]any{}
	case reflect.TypeFor[[]byte]():
		return map[string]any{"type": "string", "contentEncoding": "base64"}
	case reflect.TypeFor[auth.Role]():
		return enum(auth.RoleOwner, auth.RoleAdmin, auth.RoleMember, auth.RoleViewer)
	case reflect.TypeFor[auth.Scope]():
		return enum(auth.ScopeAsk, auth.ScopeRead, auth.ScopeManage)
	case reflect.TypeFor[custard.Dialect]():
		return enum(custard.Postgres, custard.MySQL, custard.SQLite, custard.DuckDB, custard.Snowflake, custard.MongoDB)
	}
	return nil
}

func (s *schemas) structure(t reflect.Type, request bool) map[string]any {
	if t.Name() == "" {
		return s.object(t, request)
	}
	name, ok := s.made[t]
	if !ok {
		name = componentName(t)
		for taken := s.components[name] != nil; taken; taken = s.components[name] != nil {
			name += "_"
		}
		s.made[t] = name
		s.components[name] = true // a type may hold itself
		s.components[name] = s.object(t, request)
	}
	return map[string]any{"$ref": "#/components/schemas/" + name}
}

// componentName is a type's name as the document has it: connectionBody → ConnectionBody, list[catalog.Entry] → ListOfEntry.
func componentName(t reflect.Type) string {
	name := t.Name()
	if outer, inner, ok := strings.Cut(name, "["); ok {
		inner = strings.TrimSuffix(inner, "]")
		inner = inner[strings.LastIndexAny(inner, "./")+1:]
		name = outer + "Of" + strings.ToUpper(inner[:1]) + inner[1:]
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

func (s *schemas) object(t reflect.Type, request bool) map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, f := range jsonFields(t) {
		p := s.typ(f.typ, request)
		if f.text != "" {
			described := map[string]any{"description": f.text}
			maps.Copy(described, p)
			p = described
		}
		properties[f.name] = p
		if !f.optional {
			required = append(required, f.name)
		}
	}
	o := map[string]any{"type": "object", "properties": properties}
	if len(required) > 0 {
		o["required"] = required
	}
	if request {
		o["additionalProperties"] = false
	}
	return o
}
