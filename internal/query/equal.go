package query

import (
	"reflect"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// Equal says whether a and b are the same tree in dialect d, positions apart. Identifiers are compared by what they
// name: a quoted one equals the bare one where the dialect reads both as the same name. It goes by reflection, so that
// a new field is compared from its first day; it is for tests and for weeding out doubles, not for every query.
func Equal(d custard.Dialect, a, b *Query) bool {
	return equalValue(d, reflect.ValueOf(a), reflect.ValueOf(b))
}

// EqualExpr is Equal for expressions.
func EqualExpr(d custard.Dialect, a, b Expr) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return equalValue(d, reflect.ValueOf(a), reflect.ValueOf(b))
}

func equalValue(d custard.Dialect, a, b reflect.Value) bool {
	if !a.IsValid() || !b.IsValid() {
		return a.IsValid() == b.IsValid()
	}
	if a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() && b.IsNil()
		}
		if c, ok := reflect.TypeAssert[*Column](a); ok {
			o, ok := reflect.TypeAssert[*Column](b)
			return ok && equalColumn(d, c, o)
		}
		return equalValue(d, a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !equalValue(d, a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		if a.Type() == reflect.TypeFor[Ident]() {
			return a.Interface().(Ident).Key(d) == b.Interface().(Ident).Key(d)
		}
		for i := range a.NumField() {
			if a.Field(i).Type() != reflect.TypeFor[Pos]() && !equalValue(d, a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}

func equalColumn(d custard.Dialect, a, b *Column) bool {
	return a.MayBeString(d) == b.MayBeString(d) &&
		equalValue(d, reflect.ValueOf(a.Name), reflect.ValueOf(b.Name))
}

// MayBeString says whether c is one that SQLite reads as a string where no column has its name: a single name that was
// read in double quotes. One without a position was made from a schema and is a column.
func (c *Column) MayBeString(d custard.Dialect) bool {
	return d == custard.SQLite && len(c.Name) == 1 && c.Name[0].Quote == '"' && c.Name[0].Pos != 0
}

// Key returns the name that an identifier stands for in dialect d: where the dialect folds bare names, the folded one.
// Two identifiers with one key name the same thing; dialects that do not tell case apart may find more.
func (i Ident) Key(d custard.Dialect) string {
	if i.Quote == 0 {
		switch d {
		case custard.Postgres:
			return foldASCII(i.Name, 'A', 'Z')
		case custard.Snowflake:
			return foldASCII(i.Name, 'a', 'z')
		}
	}
	return i.Name
}

// foldASCII changes the case of the ASCII letters from first to last and leaves the others alone, as PostgreSQL does.
func foldASCII(s string, first, last byte) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= rune(first) && r <= rune(last) }) < 0 {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		if c >= first && c <= last {
			b[i] = c ^ 0x20
		}
	}
	return string(b)
}
