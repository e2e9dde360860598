//go:build cgo

package conformance

import (
	"fmt"
	"regexp"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Postgres reads text with PostgreSQL's own grammar. It is an error where that is not exactly one SELECT that only reads.
func Postgres(text string) (Facts, error) {
	tree, err := pg.Parse(text)
	if err != nil {
		return Facts{}, fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	if len(tree.GetStmts()) != 1 {
		return Facts{}, fmt.Errorf("%d statements", len(tree.GetStmts()))
	}
	top := tree.GetStmts()[0].GetStmt().GetSelectStmt()
	if top == nil {
		return Facts{}, fmt.Errorf("a %T", tree.GetStmts()[0].GetStmt().GetNode())
	}
	w := postgresWalk{facts: newFacts()}
	w.message(top.ProtoReflect())
	return w.sorted(), w.err
}

// PostgresShape returns the tree that PostgreSQL's grammar reads, without positions.
func PostgresShape(text string) (string, error) {
	tree, err := pg.ParseToJSON(text)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	return regexp.MustCompile(`"(location|list_start|list_end|stmt_len|stmt_location|rexpr_list_start|rexpr_list_end)":-?\d+,?`).ReplaceAllString(tree, ""), nil
}

type postgresWalk struct {
	*facts
	err error
}

// message looks at every message of the tree by reflection, so that nothing is passed by.
func (w *postgresWalk) message(m protoreflect.Message) {
	name := string(m.Descriptor().Name())
	switch {
	case strings.HasSuffix(name, "Stmt") && name != "SelectStmt", name == "IntoClause", name == "LockingClause", name == "ParamRef":
		w.err = fmt.Errorf("a %s in it", name)
	}
	switch n := m.Interface().(type) {
	case *pg.RangeVar:
		parts := []string{n.GetRelname()}
		if n.GetSchemaname() != "" {
			parts = append([]string{n.GetSchemaname()}, parts...)
		}
		if n.GetCatalogname() != "" {
			parts = append([]string{n.GetCatalogname()}, parts...)
		}
		w.tables[strings.Join(parts, ".")] = true
	case *pg.CommonTableExpr:
		w.ctes[n.GetCtename()] = true
	case *pg.FuncCall:
		last := n.GetFuncname()[len(n.GetFuncname())-1]
		w.call(last.GetString_().GetSval())
	case *pg.CoalesceExpr:
		w.call("coalesce")
	case *pg.MinMaxExpr:
		if n.GetOp() == pg.MinMaxOp_IS_GREATEST {
			w.call("greatest")
		} else {
			w.call("least")
		}
	case *pg.GroupingFunc:
		w.call("grouping")
	case *pg.SQLValueFunction:
		w.call(valueFunction(n))
	case *pg.A_Expr:
		if n.GetKind() == pg.A_Expr_Kind_AEXPR_NULLIF {
			w.call("nullif")
		}
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				w.message(v.List().Get(i).Message())
			}
		default:
			w.message(v.Message())
		}
		return w.err == nil
	})
}

// valueFunction returns the keyword: SVFOP_CURRENT_TIMESTAMP_N is CURRENT_TIMESTAMP(3).
func valueFunction(n *pg.SQLValueFunction) string {
	name := strings.TrimPrefix(n.GetOp().String(), "SVFOP_")
	return strings.TrimSuffix(name, "_N")
}
