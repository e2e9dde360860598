package architecture

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strings"
	"testing"
)

// cheap are the calls that may initialise a package variable: they allocate a word or two.
var cheap = map[string]bool{
	"errors.New": true, "sync.OnceValue": true, "sync.OnceValues": true, "sync.OnceFunc": true,
	"len": true, "byte": true, "rune": true, "string": true, "int": true, "int64": true, "uint64": true, "float64": true, "new": true, "uint32": true, "uint8": true,
}

// Start-up is part of speed: `custard version` does nothing but print.
func TestNothingRunsAtPackageLevel(t *testing.T) {
	t.Parallel()
	const bigMap = 12
	for _, s := range sources(t) {
		for _, decl := range s.file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Name.Name == "init" && f.Recv == nil {
				t.Errorf("%s: an init function runs in every program that links it; build the thing where it is used", s.fset.Position(f.Pos()))
			}
			g, ok := decl.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, spec := range g.Specs {
				for _, value := range spec.(*ast.ValueSpec).Values {
					ast.Inspect(value, func(n ast.Node) bool {
						switch n := n.(type) {
						case *ast.FuncLit:
							return false
						case *ast.CallExpr:
							if name := callName(n.Fun); !cheap[name] {
								t.Errorf("%s: a call of %s at package level runs at every start; use sync.OnceValue", s.fset.Position(n.Pos()), name)
							}
						case *ast.CompositeLit:
							if _, isMap := n.Type.(*ast.MapType); isMap && len(n.Elts) > bigMap {
								t.Errorf("%s: a map of %d entries is filled at every start; use a switch, a sorted list or sync.OnceValue", s.fset.Position(n.Pos()), len(n.Elts))
							}
						}
						return true
					})
				}
			}
		}
	}
}

func callName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return callName(e.X) + "." + e.Sel.Name
	case *ast.ParenExpr:
		return callName(e.X)
	case *ast.IndexExpr:
		return callName(e.X)
	case *ast.ArrayType, *ast.MapType, *ast.StarExpr:
		return "string" // a conversion
	}
	return "a function"
}

func TestNamesSayWhatIsInside(t *testing.T) {
	t.Parallel()
	vague := regexp.MustCompile(`^(utils?|common|helpers?|misc|models|types)$`)
	for _, s := range sources(t) {
		name := strings.TrimSuffix(path.Base(s.path), ".go")
		if vague.MatchString(path.Base(s.folder)) || vague.MatchString(name) {
			t.Errorf("%s: a folder or file is named for the one thing in it", s.path)
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, s := range sources(t) {
		documented[s.folder] = documented[s.folder] || s.file.Doc != nil
	}
	for folder, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment", folder)
		}
	}
}
