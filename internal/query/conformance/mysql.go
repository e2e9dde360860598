package conformance

import (
	"fmt"
	"strings"

	"github.com/pingcap/tidb/pkg/parser"
	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/format"
	_ "github.com/pingcap/tidb/pkg/parser/test_driver" // the parser's literals
)

// MySQL reads text with TiDB's parser. It is an error where that is not exactly one SELECT that only reads.
func MySQL(text string) (Facts, error) {
	stmts, _, err := parser.New().Parse(text, "", "")
	if err != nil {
		return Facts{}, fmt.Errorf("%w: %w", ErrSyntax, err)
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

// MySQLShape returns what TiDB's parser reads, written with its own parentheses alone.
func MySQLShape(text string) (string, error) {
	stmt, err := parser.New().ParseOneStmt(text, "", "")
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	var out strings.Builder
	stmt.Accept(mysqlUnwrap{})
	if err := stmt.Restore(format.NewRestoreCtx(format.DefaultRestoreFlags, &out)); err != nil {
		return "", err
	}
	return out.String(), nil
}

// mysqlUnwrap takes the parentheses of the text away and puts some round every operator.
type mysqlUnwrap struct{}

// Enter implements ast.Visitor.
func (mysqlUnwrap) Enter(n ast.Node) (ast.Node, bool) { return n, false }

// Leave implements ast.Visitor.
func (mysqlUnwrap) Leave(n ast.Node) (ast.Node, bool) {
	switch n := n.(type) {
	case *ast.ParenthesesExpr:
		return n.Expr, true
	case *ast.BinaryOperationExpr, *ast.UnaryOperationExpr, *ast.BetweenExpr, *ast.PatternInExpr, *ast.PatternLikeOrIlikeExpr,
		*ast.PatternRegexpExpr, *ast.IsNullExpr, *ast.IsTruthExpr, *ast.SetCollationExpr, *ast.CompareSubqueryExpr:
		return &ast.ParenthesesExpr{Expr: n.(ast.ExprNode)}, true
	}
	return n, true
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
