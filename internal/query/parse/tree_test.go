package parse

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/query"
)

// shape writes a tree as nested lists: a node's type, then its fields by name, without those that are empty and without
// positions. Names and the commonest expressions are written as in SQL.
func shape(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		return shape(v.Elem())
	case reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = shape(v.Index(i))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case reflect.String:
		return v.String()
	case reflect.Struct:
		return shapeStruct(v)
	}
	return fmt.Sprint(v.Interface())
}

func shapeStruct(v reflect.Value) string {
	switch n := v.Interface().(type) {
	case query.Ident:
		if n.Quote != 0 {
			return string(n.Quote) + n.Name + string(n.Quote)
		}
		return n.Name
	case query.Column:
		parts := make([]string, len(n.Name))
		for i, id := range n.Name {
			parts[i] = shape(reflect.ValueOf(id))
		}
		return strings.Join(parts, ".")
	case query.Number:
		return n.Text
	case query.String:
		return n.Prefix + "'" + n.Value + "'"
	case query.Null:
		return "NULL"
	case query.Binary:
		return "(" + shape(reflect.ValueOf(n.L)) + " " + n.Op + " " + shape(reflect.ValueOf(n.R)) + ")"
	case query.Item:
		if n.Alias == nil {
			return shape(reflect.ValueOf(n.Expr))
		}
		return shape(reflect.ValueOf(n.Expr)) + " AS " + shape(reflect.ValueOf(n.Alias))
	case query.Arg:
		if n.Name == nil && !n.Variadic {
			return shape(reflect.ValueOf(n.Value))
		}
	case query.GroupItem:
		if n.Kind == query.GroupExpr {
			return shape(reflect.ValueOf(n.Expr))
		}
	}
	var b strings.Builder
	b.WriteString("(" + v.Type().Name())
	for i := range v.NumField() {
		name, field := v.Type().Field(i).Name, v.Field(i)
		if name == "Pos" || field.IsZero() || field.Kind() == reflect.Slice && field.Len() == 0 {
			continue
		}
		if field.Kind() == reflect.Bool {
			b.WriteString(" " + name)
			continue
		}
		b.WriteString(" " + name + ":" + shape(field))
	}
	return b.String() + ")"
}

// TestTree shows the trees that the constructs of testdata/tree/<dialect>.sql are read into.
func TestTree(t *testing.T) {
	t.Parallel()
	for _, d := range dialects {
		t.Run(string(d), func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			for _, sql := range statements(t, "tree", string(d)+".sql") {
				q, err := Parse(d, sql)
				if err != nil {
					t.Errorf("%s: %v", sql, err)
					continue
				}
				fmt.Fprintf(&b, "%s\n", sql)
				v := reflect.ValueOf(q)
				// The query round a plain SELECT, and the SELECT round its only item, say nothing.
				if s, ok := q.Body.(*query.Select); ok && q.With == nil && q.OrderBy == nil && q.Limit == nil {
					v = reflect.ValueOf(s)
					if bare := (query.Select{Items: s.Items, Pos: s.Pos}); reflect.DeepEqual(*s, bare) {
						v = reflect.ValueOf(s.Items)
					}
				}
				fmt.Fprintf(&b, "    %s\n", shape(v))
			}
			golden(t, filepath.Join("testdata", "tree", string(d)+".golden"), b.String())
		})
	}
}

// TestPositions holds every position to the text: a name stands where its Pos says.
func TestPositions(t *testing.T) {
	t.Parallel()
	for _, d := range dialects {
		for _, sql := range statements(t, "read", string(d)+".sql") {
			q, err := Parse(d, sql)
			if err != nil {
				continue // TestRead tells
			}
			idents(reflect.ValueOf(q), func(id query.Ident) {
				if id.Pos == 0 {
					return
				}
				at := sql[id.Pos-1:]
				bare := id.Quote == 0 && len(at) >= len(id.Name) && strings.EqualFold(at[:len(id.Name)], id.Name)
				quoted := id.Quote != 0 && strings.ContainsRune("\"`['Uu$", rune(at[0]))
				typed := strings.Contains(id.Name, " ") // the words of a type's name
				made := id.Name == "SOUNDEX"
				if !bare && !quoted && !typed && !made {
					t.Errorf("%s: %s: %q is said to stand at %q", d, sql, id.Name, at)
				}
			})
		}
	}
}

// idents calls f with every name in a tree.
func idents(v reflect.Value, f func(query.Ident)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			idents(v.Elem(), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			idents(v.Index(i), f)
		}
	case reflect.Struct:
		if id, ok := reflect.TypeAssert[query.Ident](v); ok {
			f(id)
			return
		}
		for _, field := range v.Fields() {
			idents(field, f)
		}
	}
}
