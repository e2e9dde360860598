package output

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// Format is a way to write rows.
type Format string

// The formats.
const (
	Table    Format = "table"
	JSON     Format = "json"
	NDJSON   Format = "ndjson"
	CSV      Format = "csv"
	TSV      Format = "tsv"
	Markdown Format = "markdown"
	Vertical Format = "vertical"
)

// Formats returns every format, as flags and help list them.
func Formats() []Format {
	return []Format{Table, JSON, NDJSON, CSV, TSV, Markdown, Vertical}
}

// ParseFormat returns the format of that name (md and jsonl are understood too), or CodeUsage with the choices.
func ParseFormat(name string) (Format, error) {
	switch f := Format(strings.ToLower(strings.TrimSpace(name))); f {
	case Table, JSON, NDJSON, CSV, TSV, Markdown, Vertical:
		return f, nil
	case "md":
		return Markdown, nil
	case "jsonl":
		return NDJSON, nil
	}
	names := make([]string, 0, 7)
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return "", custard.Errorf(custard.CodeUsage, "there is no output format %q", name).
		WithHint("Choose one of %s.", strings.Join(names, ", "))
}
