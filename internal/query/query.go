package query

// Pos is a byte offset in the source text plus one; zero where a node has no source. It is a type of its own so that
// comparisons of trees can leave it out.
type Pos int32

// Ident is a name as it was written.
type Ident struct {
	Name  string
	Quote byte // 0 for a bare name, else the opening quote: '"', '`' or '['
	Pos   Pos
}

// ID returns a quoted identifier for a name as the schema spells it; print leaves the quotes out where they change nothing.
func ID(name string) Ident { return Ident{Name: name, Quote: '"'} }

// Name is a qualified name: table, schema.table, catalog.schema.table; or of a column or function.
type Name []Ident

// Last returns the name's last part; the zero Ident for an empty name.
func (n Name) Last() Ident {
	if len(n) == 0 {
		return Ident{}
	}
	return n[len(n)-1]
}

// Query is a whole query expression, at the top or in parentheses: WITH … body ORDER BY … LIMIT ….
type Query struct {
	With    *With
	Body    Body
	OrderBy []Order
	Limit   *Limit
	Pos     Pos
}

// Body is what a query expression computes rows with: *Select, *SetOp, *Values, or *Query (a query in parentheses).
type Body interface{ body() }

// With is a list of common table expressions.
type With struct {
	Recursive bool
	CTEs      []*CTE
}

// CTE is one common table expression.
type CTE struct {
	Name         Ident
	Columns      []Ident
	Materialized *bool // AS [NOT] MATERIALIZED; nil where it is not said
	Query        *Query
}

// Select is one SELECT block.
type Select struct {
	Distinct   bool
	DistinctOn []Expr // PostgreSQL, DuckDB: DISTINCT ON (…)
	Items      []Item
	From       []TableExpr // comma-separated; empty without FROM
	Where      Expr
	GroupBy    *GroupBy
	Having     Expr
	Windows    []NamedWindow
	Qualify    Expr
	Pos        Pos
}

// Item is one thing in a select list.
type Item struct {
	Expr  Expr // *Star for * and t.*
	Alias *Ident
}

// SetOp combines two queries' rows.
type SetOp struct {
	Op          SetOperator
	All         bool
	ByName      bool // DuckDB, Snowflake
	Left, Right Body
	Pos         Pos
}

// SetOperator is UNION, INTERSECT or EXCEPT (MINUS is read as EXCEPT).
type SetOperator string

// The set operators.
const (
	Union     SetOperator = "UNION"
	Intersect SetOperator = "INTERSECT"
	Except    SetOperator = "EXCEPT"
)

// Values is VALUES (…), (…).
type Values struct {
	Rows [][]Expr
	Pos  Pos
}

func (*Select) body() {}
func (*SetOp) body()  {}
func (*Values) body() {}
func (*Query) body()  {}

// GroupBy is a GROUP BY clause.
type GroupBy struct {
	All        bool // GROUP BY ALL
	Items      []GroupItem
	WithRollup bool // MySQL's GROUP BY … WITH ROLLUP
}

// GroupItem is one element of a GROUP BY: a plain expression, or a grouping set of one kind.
type GroupItem struct {
	Kind GroupKind
	Expr Expr        // GroupExpr
	Sets [][]Expr    // GroupRollup, GroupCube: each element a list of one or more; GroupSets without nesting
	Nest []GroupItem // GroupSets: the sets, where one is itself a ROLLUP, CUBE or GROUPING SETS; then Sets is empty
}

// GroupKind is the kind of a GroupItem.
type GroupKind uint8

// The kinds of grouping.
const (
	GroupExpr GroupKind = iota
	GroupRollup
	GroupCube
	GroupSets
)

// Order is one element of an ORDER BY.
type Order struct {
	Expr  Expr
	Desc  bool
	Asc   bool // ASC was written
	Nulls Nulls
}

// Nulls is where NULLs sort.
type Nulls uint8

// NullsDefault is the dialect's own.
const (
	NullsDefault Nulls = iota
	NullsFirst
	NullsLast
)

// Limit bounds the rows: LIMIT, OFFSET, FETCH FIRST and TOP are all read into it.
type Limit struct {
	Count    Expr // nil for no count (OFFSET alone, LIMIT ALL)
	Offset   Expr
	WithTies bool
	Percent  bool // DuckDB's LIMIT 10%, TOP … PERCENT
}

// TableExpr is something in a FROM: *Table, *Derived, *FuncTable, *Join.
type TableExpr interface{ tableExpr() }

// Table is a named table, view or CTE.
type Table struct {
	Name    Name
	Alias   *Ident
	Columns []Ident // alias (a, b)
	Only    bool    // PostgreSQL's ONLY
	Sample  *Sample
	Pos     Pos
}

// Sample is TABLESAMPLE method (size) [REPEATABLE (seed)].
type Sample struct {
	Method string // BERNOULLI, SYSTEM, RESERVOIR; upper case; may be empty
	Size   Expr
	Unit   string // PERCENT, ROWS or empty
	Seed   Expr
}

// Derived is a sub-query in FROM; VALUES lists stand here too.
type Derived struct {
	Lateral bool
	Query   *Query
	Alias   *Ident
	Columns []Ident
	Pos     Pos
}

// FuncTable is a function in FROM: generate_series(…), unnest(…), json_each(…), TABLE(FLATTEN(…)), LATERAL FLATTEN(…).
type FuncTable struct {
	Lateral        bool
	TableKeyword   bool // Snowflake, MySQL: TABLE(f(…))
	Func           *Func
	WithOrdinality bool
	Alias          *Ident
	Columns        []ColumnDef // AS t(a, b) or AS t(a int, b text)
	Pos            Pos
}

// ColumnDef names a column of a function's rows, with its type where one was given.
type ColumnDef struct {
	Name Ident
	Type *Type
}

// Join joins two table expressions.
type Join struct {
	Kind        JoinKind
	Natural     bool
	Left, Right TableExpr
	On          Expr
	Using       []Ident
	Match       Expr // Snowflake's ASOF … MATCH_CONDITION (…)
	Pos         Pos
}

// JoinKind is the kind of a join.
type JoinKind string

// The kinds of joins. Straight is MySQL's STRAIGHT_JOIN.
const (
	InnerJoin    JoinKind = "JOIN"
	LeftJoin     JoinKind = "LEFT JOIN"
	RightJoin    JoinKind = "RIGHT JOIN"
	FullJoin     JoinKind = "FULL JOIN"
	CrossJoin    JoinKind = "CROSS JOIN"
	StraightJoin JoinKind = "STRAIGHT_JOIN"
	SemiJoin     JoinKind = "SEMI JOIN"
	AntiJoin     JoinKind = "ANTI JOIN"
	AsofJoin     JoinKind = "ASOF JOIN"
	AsofLeftJoin JoinKind = "ASOF LEFT JOIN"
	Positional   JoinKind = "POSITIONAL JOIN"
)

func (*Table) tableExpr()     {}
func (*Derived) tableExpr()   {}
func (*FuncTable) tableExpr() {}
func (*Join) tableExpr()      {}

// Type is a type's name as a cast spells it: words in lower case, with what stands in parentheses.
type Type struct {
	Name   Name     // int, double precision (one Ident), pg_catalog.int4
	Args   []string // numeric(10,2): "10", "2"; MySQL's SIGNED INTEGER is the name "signed integer"
	Array  int      // number of trailing []
	Fields []TypeField
	Suffix string // what follows the arguments: with time zone, without time zone, unsigned, character set utf8mb4; lower case
	Pos    Pos
}

// TypeField is a field of DuckDB's STRUCT(a int, b text); MAP(k, v) has unnamed ones.
type TypeField struct {
	Name Ident
	Type *Type
}
