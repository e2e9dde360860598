package analytic

import (
	"fmt"
	"strings"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// block is one SELECT being built over a base table: tables are joined when a column of theirs is asked for, always
// towards the referred side, so that no row of the base is multiplied.
type block struct {
	v       *view
	base    *index.Table
	outer   *block // of a sub-query that refers to it
	joined  []joint
	refs    []*query.Column // to take the qualifier off where there is one table only
	conds   []query.Expr
	inUse   map[string]bool
	pinned  bool // a sub-query refers to it, so qualifiers stay
	failure bool // a column could not be reached
}

// joint is a joined table: by which edges, under which name.
type joint struct {
	key   string
	edge  *index.Edge
	left  string // alias of the referring side
	alias string
	table *index.Table
}

func (v *view) block(base *index.Table, outer *block) *block {
	b := &block{v: v, base: base, outer: outer, inUse: map[string]bool{}}
	for o := outer; o != nil; o = o.outer {
		o.pinned = true
		for name := range o.inUse {
			b.inUse[name] = true
		}
	}
	alias := b.fresh(base)
	b.joined = append(b.joined, joint{alias: alias, table: base})
	return b
}

// fresh finds a name for a table that is not taken.
func (b *block) fresh(t *index.Table) string {
	name := t.Def.Name
	for n := 2; b.inUse[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s_%d", t.Def.Name, n)
	}
	b.inUse[strings.ToLower(name)] = true
	return name
}

// follow joins along edges from the base and returns the name of the last table.
func (b *block) follow(edges []*index.Edge) string {
	at, key := b.joined[0].alias, ""
	for _, e := range edges {
		key += fmt.Sprintf("%p/", e)
		found := ""
		for _, j := range b.joined {
			if j.key == key {
				found = j.alias
			}
		}
		if found == "" {
			found = b.fresh(e.ToTable())
			b.joined = append(b.joined, joint{key: key, edge: e, left: at, alias: found, table: e.ToTable()})
		}
		at = found
	}
	return at
}

// col refers to a column, joining its table where it is not there yet.
func (b *block) col(c *index.Column) query.Expr {
	edges, _, ok := b.v.path(b.base, c.Table)
	if !ok {
		b.failure = true
		return &query.Null{}
	}
	// A key that the referring row holds already needs no join.
	if n := len(edges); n > 0 && len(edges[n-1].To) == 1 && edges[n-1].To[0] == c {
		c, edges = edges[n-1].From[0], edges[:n-1]
	}
	return b.ref(b.follow(edges), c)
}

func (b *block) ref(alias string, c *index.Column) query.Expr {
	r := named(alias, c.Def.Name)
	b.refs = append(b.refs, r)
	return r
}

func (b *block) where(x query.Expr) {
	if x != nil {
		b.conds = append(b.conds, x)
	}
}

// selects finishes the block as a SELECT of the items.
func (b *block) selects(items ...query.Item) *query.Select {
	var from query.TableExpr
	for _, j := range b.joined {
		t := &query.Table{Name: b.v.name(j.table)}
		if !strings.EqualFold(j.alias, j.table.Def.Name) {
			id := query.ID(j.alias)
			t.Alias = &id
		}
		if from == nil {
			from = t
			continue
		}
		var on query.Expr
		for i := range j.edge.From {
			on = and(on, bin("=", named(j.left, j.edge.From[i].Def.Name), named(j.alias, j.edge.To[i].Def.Name)))
		}
		from = &query.Join{Kind: query.InnerJoin, Left: from, Right: t, On: on}
	}
	if len(b.joined) == 1 && !b.pinned {
		for _, r := range b.refs {
			r.Name = r.Name[len(r.Name)-1:]
		}
	}
	return &query.Select{Items: items, From: []query.TableExpr{from}, Where: and(b.conds...)}
}

// name is the table's name, with its schema where that is not the default one.
func (v *view) name(t *index.Table) query.Name {
	if s := t.Def.Schema; s != "" && s != v.ix.Schema.DefaultSchema {
		return query.Name{query.ID(s), query.ID(t.Def.Name)}
	}
	return query.Name{query.ID(t.Def.Name)}
}
