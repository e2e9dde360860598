package postgres

import (
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/custard-ai/custard/internal/custard"
)

// fields describes a result's columns. The server resolves domains itself. Types that are the database's own (enums,
// extensions' types) travel as text; their arrays are known once the schema has been discovered.
func (c *Conn) fields(described []pgconn.FieldDescription) []custard.Field {
	out := make([]custard.Field, len(described))
	for i, d := range described {
		t, elem := typeOf(d.DataTypeOID)
		if t == custard.TypeText && d.DataTypeOID >= firstUserOID {
			c.mu.Lock()
			if e, ok := c.arrays[d.DataTypeOID]; ok {
				t, elem = custard.TypeArray, e
			}
			c.mu.Unlock()
		}
		out[i] = custard.Field{Name: d.Name, Type: t, Elem: elem}
	}
	return out
}

// firstUserOID is where the numbers of types begin that initdb did not make.
const firstUserOID = 16384

// typeOf maps the number of a built-in type, and of an array its element's as well. All others are text.
func typeOf(oid uint32) (t, elem custard.Type) {
	switch oid {
	case 16:
		return custard.TypeBool, ""
	case 20, 21, 23, 26, 28, 29, 5069: // int8, int2, int4, oid, xid, cid, xid8
		return custard.TypeInt, ""
	case 700, 701:
		return custard.TypeFloat, ""
	case 1700:
		return custard.TypeDecimal, ""
	case 1082:
		return custard.TypeDate, ""
	case 1083, 1266:
		return custard.TypeTime, ""
	case 1114, 1184:
		return custard.TypeTimestamp, ""
	case 2950:
		return custard.TypeUUID, ""
	case 114, 3802:
		return custard.TypeJSON, ""
	case 17:
		return custard.TypeBytes, ""
	}
	if e := elementOf(oid); e != 0 {
		elem, _ = typeOf(e)
		return custard.TypeArray, elem
	}
	return custard.TypeText, ""
}

// elementOf returns the element's number of a built-in array type; 0 for what is none.
func elementOf(oid uint32) uint32 {
	switch oid {
	case 1000:
		return 16 // bool
	case 1001:
		return 17 // bytea
	case 1005:
		return 21 // int2
	case 1007:
		return 23 // int4
	case 1016:
		return 20 // int8
	case 1028:
		return 26 // oid
	case 1021:
		return 700 // float4
	case 1022:
		return 701 // float8
	case 1231:
		return 1700 // numeric
	case 1009, 1014, 1015, 1003, 1002, 1041, 651, 1040, 1187:
		return 25 // text, char, varchar, name, "char", inet, cidr, macaddr, interval
	case 1182:
		return 1082 // date
	case 1183:
		return 1083 // time
	case 1270:
		return 1266 // timetz
	case 1115:
		return 1114 // timestamp
	case 1185:
		return 1184 // timestamptz
	case 2951:
		return 2950 // uuid
	case 199:
		return 114 // json
	case 3807:
		return 3802 // jsonb
	}
	return 0
}
