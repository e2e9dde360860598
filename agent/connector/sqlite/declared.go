package sqlite

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// typeOf maps a declared type. SQLite takes any words as a type and goes by parts of them (its affinity rules); the
// names that people use for what SQLite has no type for come first. An empty type is text where nothing better is
// known; SQLite keeps anything in such a column.
func typeOf(declared string) custard.Type {
	name := strings.ToUpper(declared)
	if base, _, found := strings.Cut(name, "("); found {
		name = base
	}
	name = strings.TrimSpace(name)
	switch name {
	case "BOOL", "BOOLEAN":
		return custard.TypeBool
	case "DATE":
		return custard.TypeDate
	case "TIME", "TIMETZ":
		return custard.TypeTime
	case "DATETIME", "TIMESTAMP", "TIMESTAMPTZ", "DATETIME2", "SMALLDATETIME", "DATETIMEOFFSET":
		return custard.TypeTimestamp
	case "DECIMAL", "NUMERIC", "NUMBER", "MONEY", "SMALLMONEY", "CURRENCY":
		return custard.TypeDecimal
	case "JSON", "JSONB":
		return custard.TypeJSON
	case "UUID", "GUID", "UNIQUEIDENTIFIER":
		return custard.TypeUUID
	case "BYTEA", "BINARY", "VARBINARY", "IMAGE":
		return custard.TypeBytes
	case "SERIAL", "BIGSERIAL", "YEAR":
		return custard.TypeInt
	case "STRING":
		return custard.TypeText
	}
	switch {
	case strings.HasPrefix(name, "TIMESTAMP"), strings.HasPrefix(name, "DATETIME"):
		return custard.TypeTimestamp
	case strings.HasPrefix(name, "DECIMAL"), strings.HasPrefix(name, "NUMERIC"):
		return custard.TypeDecimal
	case strings.HasPrefix(name, "TIME "):
		return custard.TypeTime
	// From here on SQLite's own order.
	case strings.Contains(name, "INT") && !strings.Contains(name, "INTERVAL") && !strings.Contains(name, "POINT"):
		return custard.TypeInt
	case strings.Contains(name, "CHAR"), strings.Contains(name, "CLOB"), strings.Contains(name, "TEXT"):
		return custard.TypeText
	case strings.Contains(name, "BLOB"):
		return custard.TypeBytes
	case strings.Contains(name, "REAL"), strings.Contains(name, "FLOA"), strings.Contains(name, "DOUB"):
		return custard.TypeFloat
	}
	return custard.TypeText
}
