package conformance

import (
	"fmt"

	"github.com/pingcap/tidb/pkg/parser"
	"github.com/pingcap/tidb/pkg/parser/ast"
	_ "github.com/pingcap/tidb/pkg/parser/test_driver" // the parser's literals
)

// MySQL reads text with TiDB's parser. It is an error where that is not exactly one SELECT that only reads.
func MySQL(text string) (Facts, error) {
	stmts, _, err := parser.New().Parse(text, "", "")
	if err != nil {
		return Facts{}, err
	}
	if len(stmts) != 1 {
		return Facts{}, fmt.Errorf("%d statements", len(stmts))
	}
	switch stmts[0].(type) {
	case *ast.SelectStmt, *ast.SetOprStmt:
	default:
		return Facts{}, fmt.Errorf("a %T", stmts[0])
	}
	v := mysqlWalk{facts: newFacts()}
	stmts[0].Accept(&v)
	return v.sorted(), v.err
}

type mysqlWalk struct {
	*facts
	err error
}

// Enter implements ast.Visitor.
func (v *mysqlWalk) Enter(n ast.Node) (ast.Node, bool) {
	switch n := n.(type) {
	case *ast.SelectStmt:
		if n.SelectIntoOpt != nil || n.LockInfo != nil {
			v.err = fmt.Errorf("INTO or a lock")
		}
	case *ast.TableName:
		name := n.Name.O
		if n.Schema.O != "" {
			name = n.Schema.O + "." + name
		}
		v.tables[name] = true
	case *ast.CommonTableExpression:
		v.ctes[n.Name.O] = true
	case *ast.FuncCallExpr:
		v.call(n.FnName.L)
	case *ast.AggregateFuncExpr:
		v.call(n.F)
	case *ast.WindowFuncExpr:
		v.call(n.Name)
	case *ast.VariableExpr, *ast.MaxValueExpr:
		v.err = fmt.Errorf("a %T in it", n)
	}
	return n, v.err != nil
}

// Leave implements ast.Visitor.
func (v *mysqlWalk) Leave(n ast.Node) (ast.Node, bool) { return n, v.err == nil }
