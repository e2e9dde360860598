package query_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// nodes has one of every type that stands behind Body, TableExpr or Expr; TestEveryNodeIsListed holds it to the source.
var nodes = []query.Node{
	&query.Query{}, &query.Select{}, &query.SetOp{}, &query.Values{},
	&query.Table{}, &query.Derived{}, &query.FuncTable{}, &query.Join{},
	&query.Column{}, &query.Star{}, &query.Number{}, &query.String{}, &query.Bytes{}, &query.Bool{}, &query.Null{},
	&query.Keyword{}, &query.Interval{}, &query.Unary{}, &query.Binary{}, &query.Like{}, &query.Between{}, &query.In{},
	&query.Exists{}, &query.Is{}, &query.Quantified{}, &query.Case{}, &query.Cast{}, &query.Func{}, &query.Extract{},
	&query.DateTrunc{}, &query.Trim{}, &query.Position{}, &query.Substring{}, &query.Overlay{}, &query.Subquery{},
	&query.Row{}, &query.Array{}, &query.Struct{}, &query.Index{}, &query.Path{}, &query.AtTimeZone{}, &query.Collate{},
	&query.Lambda{}, &query.MatchAgainst{},
}

func TestEveryNodeIsListed(t *testing.T) {
	t.Parallel()
	var want, got []string
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range tree.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if ok && fn.Recv != nil && slices.Contains([]string{"expr", "body", "tableExpr"}, fn.Name.Name) {
				want = append(want, fmt.Sprintf("*query.%s", fn.Recv.List[0].Type.(*ast.StarExpr).X))
			}
		}
	}
	for _, n := range nodes {
		got = append(got, fmt.Sprintf("%T", n))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the list of nodes in this test\n%s\nis not that of the source\n%s", got, want)
	}
}

// TestInspectSeesEverything fills every field of every node and looks for the pointers that Inspect passed by.
func TestInspectSeesEverything(t *testing.T) {
	t.Parallel()
	for _, n := range nodes {
		var f filler
		n := f.node(reflect.TypeOf(n))
		want := map[query.Node]string{}
		addresses(reflect.ValueOf(n), fmt.Sprintf("%T", n), want)
		query.Inspect(n, func(n query.Node) bool {
			delete(want, n)
			return true
		})
		for _, path := range want {
			t.Errorf("Inspect does not reach %s", path)
		}
	}
}

func TestInspectStops(t *testing.T) {
	t.Parallel()
	inner := &query.Column{Name: query.Name{query.ID("inner")}}
	count := 0
	query.Inspect(&query.Unary{Op: "-", X: inner}, func(n query.Node) bool {
		if n == query.Node(inner) {
			t.Error("went below a node that f said no to")
		}
		count++
		return false
	})
	if count != 1 {
		t.Errorf("f was called %d times", count)
	}
	query.Inspect(nil, func(query.Node) bool { t.Error("called for nil"); return true })
}

func TestInspectDoesNotAllocate(t *testing.T) {
	var f filler
	q := f.node(reflect.TypeFor[*query.Query]()).(*query.Query)
	count := 0
	see := func(query.Node) bool { count++; return true }
	if n := testing.AllocsPerRun(10, func() { query.Inspect(q, see) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestCloneSharesNothing fills every field of every node and looks for memory that the copy shares with it.
func TestCloneSharesNothing(t *testing.T) {
	t.Parallel()
	for _, n := range nodes {
		var f filler
		q := &query.Query{}
		switch n := f.node(reflect.TypeOf(n)).(type) {
		case query.Body:
			q.Body = n
		case query.TableExpr:
			q.Body = &query.Select{From: []query.TableExpr{n}}
		case query.Expr:
			q.Body = &query.Select{Where: n}
		default:
			t.Fatalf("%T is neither body, table nor expression", n)
		}
		c := query.Clone(q)
		if !reflect.DeepEqual(c, q) {
			t.Errorf("the clone of a %T differs", n)
		}
		mine, theirs := map[uintptr]string{}, map[uintptr]string{}
		memory(reflect.ValueOf(q), "", mine)
		memory(reflect.ValueOf(c), "", theirs)
		for p, path := range theirs {
			if _, shared := mine[p]; shared {
				t.Errorf("the clone of a %T shares %s", n, path)
			}
		}
	}
	if query.Clone(nil) != nil {
		t.Error("the clone of nil is something")
	}
}

// TestEqualSeesEveryField changes one field after the other and asks whether Equal notices.
func TestEqualSeesEveryField(t *testing.T) {
	t.Parallel()
	for _, n := range nodes {
		var f filler
		q := f.node(reflect.TypeOf(n))
		e, ok := q.(query.Expr)
		if !ok {
			continue
		}
		if !query.EqualExpr(custard.Postgres, e, query.CloneExpr(e)) {
			t.Errorf("a %T is not equal to its clone", n)
		}
		for i := range reflect.TypeOf(e).Elem().NumField() {
			c := query.CloneExpr(e)
			field := reflect.ValueOf(c).Elem().Field(i)
			field.SetZero()
			pos := field.Type() == reflect.TypeFor[query.Pos]()
			if got := query.EqualExpr(custard.Postgres, e, c); got != pos {
				t.Errorf("a %T without %s: equal is %v", n, reflect.TypeOf(e).Elem().Field(i).Name, got)
			}
		}
	}
}

func TestEqualIdentifiers(t *testing.T) {
	t.Parallel()
	bare := func(s string) query.Ident { return query.Ident{Name: s, Pos: 7} }
	quoted := func(s string) query.Ident { return query.Ident{Name: s, Quote: '"', Pos: 9} }
	for _, tt := range []struct {
		dialect custard.Dialect
		a, b    query.Ident
		want    bool
	}{
		{custard.Postgres, bare("Name"), bare("name"), true},
		{custard.Postgres, bare("Name"), quoted("name"), true},
		{custard.Postgres, bare("Name"), quoted("Name"), false},
		{custard.Postgres, quoted("Name"), quoted("name"), false},
		{custard.Postgres, bare("É"), quoted("é"), false},
		{custard.Snowflake, bare("Name"), quoted("NAME"), true},
		{custard.Snowflake, bare("Name"), quoted("Name"), false},
		{custard.MySQL, bare("Name"), query.Ident{Name: "Name", Quote: '`'}, true},
		{custard.MySQL, bare("Name"), bare("name"), false},
		{custard.SQLite, bare("Name"), query.Ident{Name: "Name", Quote: '['}, true},
		{custard.SQLite, bare("Name"), quoted("Name"), false},
		{custard.SQLite, bare("Name"), query.ID("Name"), true},
		{custard.DuckDB, bare("Name"), quoted("Name"), true},
	} {
		a, b := &query.Column{Name: query.Name{tt.a}}, &query.Column{Name: query.Name{tt.b}}
		if got := query.EqualExpr(tt.dialect, a, b); got != tt.want {
			t.Errorf("%s: %+v and %+v: equal is %v", tt.dialect, tt.a, tt.b, got)
		}
	}
	// SQLite: only a single name in double quotes may be a string.
	a := &query.Column{Name: query.Name{bare("t"), bare("a")}}
	b := &query.Column{Name: query.Name{bare("t"), quoted("a")}}
	if !query.EqualExpr(custard.SQLite, a, b) {
		t.Error(`SQLite: t.a and t."a" differ`)
	}
}

// filler makes nodes with every field set, each to something else.
type filler struct{ count int }

func (f *filler) node(t reflect.Type) query.Node {
	v := reflect.New(t.Elem())
	f.fill(v.Elem(), 0)
	return v.Interface()
}

func (f *filler) fill(v reflect.Value, depth int) {
	f.count++
	switch v.Kind() {
	case reflect.Pointer:
		if depth < 8 {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), depth+1)
		}
	case reflect.Interface:
		leaf := query.Name{{Name: fmt.Sprint("x", f.count)}}
		for _, n := range []any{&query.Column{Name: leaf}, &query.Table{Name: leaf}, &query.Values{Rows: [][]query.Expr{{&query.Column{Name: leaf}}}}} {
			if reflect.TypeOf(n).Implements(v.Type()) {
				v.Set(reflect.ValueOf(n))
			}
		}
	case reflect.Slice:
		if depth < 8 {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			f.fill(v.Index(0), depth+1)
			f.fill(v.Index(1), depth+1)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			f.fill(field, depth+1)
		}
	case reflect.String:
		v.SetString(fmt.Sprint("s", f.count))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(uint64(f.count%200 + 1))
	case reflect.Int, reflect.Int32:
		v.SetInt(int64(f.count))
	default:
		panic("no way to fill a " + v.Type().String())
	}
}

// addresses collects the nodes below v with the path to each.
func addresses(v reflect.Value, path string, into map[query.Node]string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return
		}
		if v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct && v.Elem().Type() != reflect.TypeFor[query.Ident]() {
			into[v.Interface()] = path
		}
		addresses(v.Elem(), path, into)
	case reflect.Slice:
		for i := range v.Len() {
			if v.Index(i).CanAddr() {
				if e, ok := reflect.TypeAssert[query.Expr](v.Index(i).Addr()); ok {
					into[e] = path
				}
			}
			addresses(v.Index(i), fmt.Sprintf("%s[%d]", path, i), into)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			addresses(v.Field(i), path+"."+v.Type().Field(i).Name, into)
		}
	}
}

// memory collects the addresses of what v points to.
func memory(v reflect.Value, path string, into map[uintptr]string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			into[v.Pointer()] = path
			memory(v.Elem(), path, into)
		}
	case reflect.Interface:
		memory(v.Elem(), path, into)
	case reflect.Slice:
		if v.Len() > 0 {
			into[v.Pointer()] = path
		}
		for i := range v.Len() {
			memory(v.Index(i), fmt.Sprintf("%s[%d]", path, i), into)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			memory(v.Field(i), path+"."+v.Type().Field(i).Name, into)
		}
	}
}
