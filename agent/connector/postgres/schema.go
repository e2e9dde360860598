package postgres

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// The catalogue is read with flat queries in one flight and put together here: joining it at the server takes longer.
const (
	// ours keeps out the system's own relations, partitions (their parent stands for them) and what extensions made.
	ours = ` c.relkind IN ('r','p','v','m','f') AND NOT c.relispartition AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
		AND c.oid NOT IN (SELECT objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND classid = 'pg_class'::regclass AND deptype = 'e')`

	queryDatabase = `SELECT current_database(), coalesce((SELECT s FROM unnest(current_schemas(false)) WITH ORDINALITY u(s, i)
		WHERE s NOT LIKE 'pg\_%' ORDER BY i LIMIT 1), 'public'), current_setting('server_version')`

	// The rows: ANALYZE's count; of a table that was never analysed what the statistics collector has seen.
	queryTables = `WITH n AS MATERIALIZED (SELECT oid, nspname FROM pg_namespace WHERE has_schema_privilege(oid, 'USAGE'))
		SELECT c.oid, n.nspname, c.relname, c.relkind, has_table_privilege(c.oid, 'SELECT'),
		CASE WHEN c.relkind = 'v' THEN NULL
		WHEN c.relkind = 'p' THEN (SELECT sum(greatest(l.reltuples, 0))::bigint FROM pg_partition_tree(c.oid) t JOIN pg_class l ON l.oid = t.relid WHERE t.isleaf)
		WHEN c.reltuples > 0 OR c.reltuples = 0 AND c.relpages = 0 AND current_setting('server_version_num')::int >= 140000 THEN c.reltuples::bigint
		ELSE nullif(pg_stat_get_live_tuples(c.oid), 0) END
		FROM pg_class c JOIN n ON n.oid = c.relnamespace WHERE` + ours + `
		AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))`

	queryColumns = `SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull,
		a.attacl IS NOT NULL AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r','p','v','m','f') AND NOT c.relispartition
		WHERE a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped`

	// queryTypes names the types without their length and precision (see modifier): those of the system, and those of
	// users but for the row types that every table has.
	queryTypes = `SELECT t.oid, format_type(t.oid, NULL), t.typbasetype, CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END FROM pg_type t
		WHERE t.oid < 16384 OR t.typtype <> 'c' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typtype = 'c')`

	// queryModified names what modifier does not: intervals, and types of extensions such as geometry(Point,4326).
	queryModified = `SELECT DISTINCT atttypid, atttypmod, format_type(atttypid, atttypmod) FROM pg_attribute
		WHERE (atttypid >= 16384 OR atttypid IN (1186, 1187)) AND atttypmod >= 0 AND attnum > 0 AND NOT attisdropped`

	queryComments = `SELECT objoid, objsubid, description FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid >= 16384`

	queryKeys = `SELECT conrelid, contype, conkey, confrelid, confkey FROM pg_constraint WHERE contype IN ('p','f') AND conrelid >= 16384
		ORDER BY conrelid, conname`

	queryUnique = `SELECT indrelid, indkey, indnkeyatts FROM pg_index WHERE indisunique AND NOT indisprimary AND indisvalid
		AND indpred IS NULL AND indexprs IS NULL AND indrelid >= 16384 ORDER BY indrelid, indexrelid`

	// queryOverloads names the system's functions that extensions have again for types of their own.
	queryOverloads = `SELECT DISTINCT p.proname FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid
		WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND p.oid >= 16384
		AND p.proname IN (SELECT proname FROM pg_proc WHERE oid < 16384) ORDER BY 1`
	// queryFingerprint changes with every row of the catalogue that discovery reads: a row's xmin is the transaction
	// that wrote it. Statistics are written in place and change nothing. Memberships count as far as they are the role's own.
	queryFingerprint = `SELECT md5(concat_ws(' ', current_user, current_database(),
		(SELECT sum(hashint8(oid::int8 * 1000003 + xmin::text::int8)) FROM pg_class WHERE oid >= 16384 AND relkind IN ('r','p','v','m','f','i','I')),
		(SELECT concat(count(*), ' ', sum(hashint8((attrelid::int8 * 1000 + attnum) * 1009 + xmin::text::int8))) FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0),
		(SELECT sum(hashint8(oid::int8 * 1000003 + xmin::text::int8)) FROM pg_constraint),
		(SELECT sum(hashint8(oid::int8 * 1000003 + xmin::text::int8)) FROM pg_namespace),
		(SELECT sum(hashint8(objoid::int8 * 1000003 + objsubid * 31 + xmin::text::int8)) FROM pg_description WHERE objoid >= 16384),
		(SELECT sum(hashint8(oid::int8 * 1000003 + xmin::text::int8)) FROM pg_type WHERE oid >= 16384 AND typtype = 'd'),
		(SELECT sum(hashint8(oid::int8 * 1000003 + xmin::text::int8)) FROM pg_extension),
		(WITH RECURSIVE mine AS (SELECT roleid FROM pg_auth_members WHERE member = (SELECT oid FROM pg_roles WHERE rolname = current_user)
			UNION SELECT a.roleid FROM pg_auth_members a JOIN mine ON a.member = mine.roleid) SELECT sum(hashint8(roleid::int8)) FROM mine),
		(SELECT string_agg(s, ',') FROM unnest(current_schemas(false)) s)))`
)

// Schema discovers what the role may select from, in one flight of queries.
func (c *Conn) Schema(ctx context.Context) (*custard.Schema, error) {
	d := &discovery{
		schema: &custard.Schema{Dialect: custard.Postgres},
		tables: map[uint32]*relation{}, names: map[typeRef]string{}, types: make(map[uint32]pgType, 700),
	}
	queries := []string{queryFingerprint, queryDatabase, queryTables, queryTypes, queryModified, queryColumns, queryComments, queryKeys, queryUnique, queryOverloads}
	take := []func([][]byte){d.fingerprint, d.database, d.table, d.typ, d.modified, d.column, d.comment, d.key, d.unique, d.overload}
	if err := c.read(ctx, func(query int, row [][]byte) error { take[query](row); return nil }, queries...); err != nil {
		return nil, err
	}
	arrays := map[uint32]custard.Type{}
	for oid, t := range d.types {
		if oid >= firstUserOID && t.elem != 0 {
			arrays[oid], _ = d.typeOf(t.elem)
		}
	}
	c.mu.Lock()
	c.arrays = arrays
	c.mu.Unlock()
	return d.finish(), nil
}

// Fingerprint is a hash of who is asking and the catalogue's rows.
func (c *Conn) Fingerprint(ctx context.Context) (string, error) {
	var print string
	err := c.read(ctx, func(_ int, row [][]byte) error { print = string(row[0]); return nil }, queryFingerprint)
	return print, err
}

// discovery puts the catalogue's rows together.
type discovery struct {
	schema *custard.Schema
	tables map[uint32]*relation
	names  map[typeRef]string
	types  map[uint32]pgType
}

// relation is a table with what only discovery needs.
type relation struct {
	*custard.Table
	whole   bool                      // all columns may be read
	columns map[int16]*custard.Column // by number
}

// typeRef is a type with its modifier, which holds length or precision.
type typeRef struct {
	oid uint32
	mod int64
}

type pgType struct {
	name string
	base uint32 // of a domain
	elem uint32 // of an array
}

func (d *discovery) fingerprint(row [][]byte) { d.schema.Fingerprint = string(row[0]) }

func (d *discovery) database(row [][]byte) {
	d.schema.Database, d.schema.DefaultSchema = string(row[0]), string(row[1])
	d.schema.Version = "PostgreSQL " + string(row[2])
}

func (d *discovery) table(row [][]byte) {
	t := &custard.Table{Schema: string(row[1]), Name: string(row[2]), Kind: custard.KindTable, Rows: -1}
	switch row[3][0] {
	case 'v':
		t.Kind = custard.KindView
	case 'm':
		t.Kind = custard.KindMaterializedView
	case 'f':
		t.Kind = custard.KindForeignTable
	}
	if row[5] != nil {
		t.Rows = number(row[5])
	}
	d.tables[oid(row[0])] = &relation{Table: t, whole: row[4][0] == 't', columns: map[int16]*custard.Column{}}
	d.schema.Tables = append(d.schema.Tables, t)
}

func (d *discovery) overload(row [][]byte) {
	d.schema.Overloads = append(d.schema.Overloads, string(row[0]))
}

func (d *discovery) typ(row [][]byte) {
	d.types[oid(row[0])] = pgType{name: string(row[1]), base: oid(row[2]), elem: oid(row[3])}
}

func (d *discovery) modified(row [][]byte) {
	d.names[typeRef{oid(row[0]), number(row[1])}] = string(row[2])
}

// typeName returns a type's name as format_type writes it, worked out once for each type and modifier.
func (d *discovery) typeName(ref typeRef) string {
	name, ok := d.names[ref]
	if !ok {
		t := d.types[ref.oid]
		name = t.name
		if t.elem != 0 {
			name = modifier(strings.TrimSuffix(name, "[]"), t.elem, ref.mod) + "[]"
		} else {
			name = modifier(name, ref.oid, ref.mod)
		}
		d.names[ref] = name
	}
	return name
}

// modifier writes length and precision into the name of a built-in type.
func modifier(name string, id uint32, mod int64) string {
	if mod < 0 {
		return name
	}
	in := ""
	switch id {
	case 1042, 1043: // char, varchar
		in = strconv.FormatInt(mod-4, 10)
	case 1560, 1562: // bit, varbit
		in = strconv.FormatInt(mod, 10)
	case 1700: // numeric; a negative scale is kept in 11 bits
		scale := (mod - 4) & 0x7ff
		in = strconv.FormatInt((mod-4)>>16&0xffff, 10) + "," + strconv.FormatInt((scale^1024)-1024, 10)
	case 1083, 1114, 1184, 1266: // time, timestamp, with a time zone
		in = strconv.FormatInt(mod, 10)
	default:
		return name
	}
	first, rest, more := strings.Cut(name, " with")
	if more {
		return first + "(" + in + ") with" + rest
	}
	return name + "(" + in + ")"
}

func (d *discovery) column(row [][]byte) {
	t := d.tables[oid(row[0])]
	if t == nil || !t.whole && row[6][0] != 't' {
		return
	}
	c := &custard.Column{
		Name: string(row[2]), DataType: d.typeName(typeRef{oid(row[3]), number(row[4])}), Nullable: row[5][0] != 't',
	}
	c.Type, c.Elem = d.typeOf(oid(row[3]))
	t.columns[int16(number(row[1]))] = c
}

// typeOf maps a type's number, through domains and the database's own arrays.
func (d *discovery) typeOf(id uint32) (t, elem custard.Type) {
	for range 32 { // domains over domains
		u, ok := d.types[id]
		if !ok {
			break
		}
		if u.elem != 0 {
			elem, _ = d.typeOf(u.elem)
			return custard.TypeArray, elem
		}
		if u.base == 0 {
			break
		}
		id = u.base
	}
	return typeOf(id)
}

func (d *discovery) comment(row [][]byte) {
	t := d.tables[oid(row[0])]
	if t == nil {
		return
	}
	n := int16(number(row[1]))
	if n == 0 {
		t.Comment = string(row[2])
	} else if c := t.columns[n]; c != nil {
		c.Comment = string(row[2])
	}
}

func (d *discovery) key(row [][]byte) {
	t := d.tables[oid(row[0])]
	if t == nil {
		return
	}
	columns, ok := t.named(strings.Trim(string(row[2]), "{}"), ",")
	if !ok {
		return
	}
	if row[1][0] == 'p' {
		t.PrimaryKey = columns
		return
	}
	parent := d.tables[oid(row[3])]
	if parent == nil {
		return
	}
	if refs, ok := parent.named(strings.Trim(string(row[4]), "{}"), ","); ok {
		t.ForeignKeys = append(t.ForeignKeys, custard.ForeignKey{Columns: columns, RefSchema: parent.Schema, RefTable: parent.Name, RefColumns: refs})
	}
}

func (d *discovery) unique(row [][]byte) {
	t := d.tables[oid(row[0])]
	if t == nil {
		return
	}
	numbers := strings.Fields(string(row[1]))
	numbers = numbers[:min(len(numbers), int(number(row[2])))] // the rest is INCLUDEd
	if columns, ok := t.named(strings.Join(numbers, " "), " "); ok {
		t.Unique = append(t.Unique, columns)
	}
}

// named returns the names of columns that are given by their numbers; false where one may not be read.
func (t *relation) named(numbers, separator string) ([]string, bool) {
	var names []string
	for n := range strings.SplitSeq(numbers, separator) {
		c := t.columns[int16(number([]byte(n)))]
		if c == nil {
			return nil, false
		}
		names = append(names, c.Name)
	}
	return names, true
}

// finish orders the tables and their columns.
func (d *discovery) finish() *custard.Schema {
	for _, t := range d.tables {
		numbers := slices.Sorted(maps.Keys(t.columns))
		t.Columns = make([]*custard.Column, len(numbers))
		for i, n := range numbers {
			t.Columns[i] = t.columns[n]
		}
	}
	slices.SortFunc(d.schema.Tables, func(a, b *custard.Table) int {
		if c := strings.Compare(a.Schema, b.Schema); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return d.schema
}

// number reads one of the catalogue's own numbers.
func number(text []byte) int64 {
	negative := len(text) > 0 && text[0] == '-'
	if negative {
		text = text[1:]
	}
	var n int64
	for _, c := range text {
		n = n*10 + int64(c-'0')
	}
	if negative {
		return -n
	}
	return n
}

func oid(text []byte) uint32 { return uint32(number(text)) }
