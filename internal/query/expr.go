package query

// Expr is an expression.
type Expr interface{ expr() }

// Column is a reference to a column: name, table.name, schema.table.name; also a bare word that only check can tell
// from one (SQLite's "text" in double quotes that is no column is a string).
type Column struct {
	Name Name
	Pos  Pos
}

// Star is * or t.* in a select list or a count.
type Star struct {
	Table   Name
	Exclude []Ident // DuckDB, Snowflake: EXCLUDE (a, b)
	Replace []Item  // DuckDB, Snowflake: REPLACE (expr AS a)
	Rename  []Item  // Snowflake: RENAME (a AS b); Expr is a *Column
	Pos     Pos
}

// Number is a numeric literal as it was written: 12, 1.5e3, 0x1F.
type Number struct {
	Text string
	Pos  Pos
}

// String is a string literal's value, escapes resolved. Prefix keeps what changes its type: N, or MySQL's _utf8mb4; upper
// case N, else as written. Collation of adjacent literals is resolved by the parser.
type String struct {
	Value  string
	Prefix string
	Pos    Pos
}

// Bytes is a binary literal: X'0a', SQLite and MySQL; bit strings B'01' have Bits.
type Bytes struct {
	Hex  string // digits, lower case
	Bits string // 0s and 1s; then Hex is empty
	Pos  Pos
}

// Bool is TRUE or FALSE.
type Bool struct {
	Value bool
	Pos   Pos
}

// Null is NULL. Default-less: there is no DEFAULT in the tree.
type Null struct{ Pos Pos }

// Keyword is a call without parentheses: CURRENT_DATE, CURRENT_TIMESTAMP, LOCALTIME …; upper case.
type Keyword struct {
	Name string
	Pos  Pos
}

// Interval is INTERVAL '1 day', INTERVAL 1 DAY, INTERVAL '1-2' YEAR TO MONTH, and DuckDB's INTERVAL (n) DAY.
type Interval struct {
	Value Expr
	Unit  string // upper case; empty where the unit is in the text
	To    string // YEAR TO MONTH: MONTH
	Pos   Pos
}

// Unary is an operator before an operand: -, +, ~, NOT, !, and PostgreSQL's @, |/, ||/.
type Unary struct {
	Op  string // upper case
	X   Expr
	Pos Pos
}

// Binary is an operator between two operands: arithmetic, comparison (= for ==, <> for !=, each dialect's own spelling
// otherwise), AND, OR, XOR, ||, bits, JSON (-> ->> #> #>> @> <@ ? ?| ?&), arrays (&&), regular expressions (~ ~* !~ !~*),
// <=>, DIV, MOD, @@, //, **, ^@ …
type Binary struct {
	Op   string // upper case
	L, R Expr
	Pos  Pos
}

// Like is X [NOT] LIKE pattern and its kin.
type Like struct {
	Op         string // LIKE, ILIKE, GLOB, REGEXP, RLIKE, SIMILAR TO, MATCH
	Not        bool
	X, Pattern Expr
	Escape     Expr
	Quantifier string // Snowflake: LIKE ANY (…), LIKE ALL (…): ANY or ALL; then Pattern is a *Row
	Pos        Pos
}

// Between is X [NOT] BETWEEN lo AND hi.
type Between struct {
	Not, Symmetric bool
	X, Lo, Hi      Expr
	Pos            Pos
}

// In is X [NOT] IN (list) or (sub-query); MySQL and SQLite rows too.
type In struct {
	Not   bool
	X     Expr
	List  []Expr // may be empty in SQLite; used where Query is nil
	Query *Query
	Pos   Pos
}

// Exists is EXISTS (sub-query); NOT is a Unary round it.
type Exists struct {
	Query *Query
	Pos   Pos
}

// Is is X IS [NOT] NULL, TRUE, FALSE, UNKNOWN, or DISTINCT FROM Y; SQLite's X IS Y has What IsValue.
type Is struct {
	Not  bool
	What IsKind
	X    Expr
	Y    Expr // IsDistinct, IsValue
	Pos  Pos
}

// IsKind says what X is compared with.
type IsKind string

// The kinds of IS. SQLite's and DuckDB's ISNULL and NOTNULL are read as IS [NOT] NULL.
const (
	IsNull     IsKind = "NULL"
	IsTrue     IsKind = "TRUE"
	IsFalse    IsKind = "FALSE"
	IsUnknown  IsKind = "UNKNOWN"
	IsDistinct IsKind = "DISTINCT FROM"
	IsValue    IsKind = "VALUE"
	IsJSON     IsKind = "JSON"
)

// Quantified is X op ANY|ALL (sub-query or array); SOME is read as ANY.
type Quantified struct {
	Op    string
	All   bool
	X     Expr
	Array Expr // used where Query is nil
	Query *Query
	Pos   Pos
}

// Case is CASE [operand] WHEN … THEN … [ELSE …] END.
type Case struct {
	Operand Expr
	Whens   []When
	Else    Expr
	Pos     Pos
}

// When is one branch of a Case.
type When struct{ Cond, Then Expr }

// Cast is a cast in any spelling.
type Cast struct {
	X     Expr
	Type  *Type
	Style CastStyle
	Pos   Pos
}

// CastStyle is how a cast was spelled; print keeps it where the dialect has it.
type CastStyle uint8

// The spellings of a cast.
const (
	CastCall    CastStyle = iota // CAST(x AS t)
	CastColons                   // x::t
	CastTry                      // TRY_CAST(x AS t)
	CastLiteral                  // DATE '2020-01-01': X is a *String
	CastConvert                  // MySQL: CONVERT(x, t)
	CastUsing                    // MySQL: CONVERT(x USING utf8mb4): the type's name is the character set
)

// Func is a call: plain, aggregate, or window function.
type Func struct {
	Name        Name // the last part is the function's name, as written
	Args        []Arg
	Distinct    bool
	Star        bool // count(*)
	OrderBy     []Order
	Separator   Expr // MySQL's GROUP_CONCAT(… SEPARATOR ',')
	Limit       *Limit
	NullsIgnore *bool   // IGNORE NULLS (true), RESPECT NULLS (false), nil where it is not said
	NullsInside bool    // … written inside the parentheses
	FromLast    bool    // nth_value(…) FROM LAST
	Within      []Order // WITHIN GROUP (ORDER BY …)
	Filter      Expr    // FILTER (WHERE …)
	Over        *Window
	Pos         Pos
}

// Arg is an argument of a call, named (a => 1, a := 1) where Name is not nil. Variadic is PostgreSQL's VARIADIC.
type Arg struct {
	Name     *Ident
	Value    Expr
	Variadic bool
}

// Window is what stands after OVER: a bare name (OVER w), or a specification that may extend one.
type Window struct {
	Ref       *Ident // OVER w where Bare, OVER (w …) otherwise
	Bare      bool
	Partition []Expr
	OrderBy   []Order
	Frame     *Frame
}

// NamedWindow is one element of a WINDOW clause.
type NamedWindow struct {
	Name   Ident
	Window *Window
}

// Frame is ROWS|RANGE|GROUPS BETWEEN start AND end EXCLUDE ….
type Frame struct {
	Unit       string // ROWS, RANGE, GROUPS
	Start, End *Bound // End is nil without BETWEEN
	Exclude    string // CURRENT ROW, GROUP, TIES, NO OTHERS; may be empty
}

// Bound is one end of a frame: Offset is nil for UNBOUNDED; CurrentRow stands alone.
type Bound struct {
	CurrentRow bool
	Following  bool // else preceding
	Offset     Expr
}

// Extract is EXTRACT(field FROM x). The engine also writes it for dialects without EXTRACT; print finds the spelling.
type Extract struct {
	Field string // upper case: YEAR, MONTH, DOW …
	X     Expr
	Pos   Pos
}

// DateTrunc is the start of the YEAR, QUARTER, MONTH, WEEK (Monday), DAY or HOUR that X lies in, as a date (a timestamp for
// HOUR). Only the engine writes it; the parser leaves date_trunc a call. Print finds each dialect's spelling.
type DateTrunc struct {
	Unit string // upper case
	X    Expr
	Pos  Pos
}

// Trim is TRIM([LEADING|TRAILING|BOTH] [chars] FROM x); a plain trim(x, y) is a Func.
type Trim struct {
	Side  string // LEADING, TRAILING, BOTH or empty
	Chars Expr   // may be nil
	X     Expr
	Pos   Pos
}

// Position is POSITION(needle IN haystack).
type Position struct {
	Needle, Haystack Expr
	Pos              Pos
}

// Substring is SUBSTRING(x FROM a FOR b); with commas it is a Func.
type Substring struct {
	X, From, For Expr // From or For may be nil
	Pos          Pos
}

// Overlay is OVERLAY(x PLACING y FROM a FOR b).
type Overlay struct {
	X, Placing, From, For Expr // For may be nil
	Pos                   Pos
}

// Subquery is a query as a value: (SELECT …). In a row comparison it may have several columns.
type Subquery struct {
	Query *Query
	Pos   Pos
}

// Row is (a, b) or ROW(a, b).
type Row struct {
	Items   []Expr
	Keyword bool // ROW was written
	Pos     Pos
}

// Array is ARRAY[…], DuckDB's and Snowflake's […], or ARRAY(sub-query).
type Array struct {
	Items   []Expr
	Query   *Query
	Keyword bool // ARRAY was written
	Pos     Pos
}

// Struct is DuckDB's and Snowflake's {'a': 1}.
type Struct struct {
	Keys   []String
	Values []Expr
	Pos    Pos
}

// Index is x[i], or the slice x[lo:hi] (either may be nil).
type Index struct {
	X      Expr
	I      Expr // nil for a slice
	Slice  bool
	Lo, Hi Expr
	Pos    Pos
}

// Path is Snowflake's x:a.b[0] into semi-structured data: names and, for [0] or ['k'], expressions.
type Path struct {
	X     Expr
	Steps []PathStep
	Pos   Pos
}

// PathStep is a key (Name) or a subscript (Index).
type PathStep struct {
	Name  Ident
	Index Expr
}

// AtTimeZone is x AT TIME ZONE zone.
type AtTimeZone struct {
	X, Zone Expr
	Pos     Pos
}

// Collate is x COLLATE name.
type Collate struct {
	X    Expr
	Name Name
	Pos  Pos
}

// Lambda is DuckDB's x -> x + 1 and (x, y) -> x + y.
type Lambda struct {
	Params []Ident
	Body   Expr
	Pos    Pos
}

// MatchAgainst is MySQL's MATCH (a, b) AGAINST ('text' IN BOOLEAN MODE).
type MatchAgainst struct {
	Columns []Expr
	Against Expr
	Mode    string // IN BOOLEAN MODE, IN NATURAL LANGUAGE MODE …; may be empty
	Pos     Pos
}

func (*Column) expr()       {}
func (*Star) expr()         {}
func (*Number) expr()       {}
func (*String) expr()       {}
func (*Bytes) expr()        {}
func (*Bool) expr()         {}
func (*Null) expr()         {}
func (*Keyword) expr()      {}
func (*Interval) expr()     {}
func (*Unary) expr()        {}
func (*Binary) expr()       {}
func (*Like) expr()         {}
func (*Between) expr()      {}
func (*In) expr()           {}
func (*Exists) expr()       {}
func (*Is) expr()           {}
func (*Quantified) expr()   {}
func (*Case) expr()         {}
func (*Cast) expr()         {}
func (*Func) expr()         {}
func (*Extract) expr()      {}
func (*DateTrunc) expr()    {}
func (*Trim) expr()         {}
func (*Position) expr()     {}
func (*Substring) expr()    {}
func (*Overlay) expr()      {}
func (*Subquery) expr()     {}
func (*Row) expr()          {}
func (*Array) expr()        {}
func (*Struct) expr()       {}
func (*Index) expr()        {}
func (*Path) expr()         {}
func (*AtTimeZone) expr()   {}
func (*Collate) expr()      {}
func (*Lambda) expr()       {}
func (*MatchAgainst) expr() {}
