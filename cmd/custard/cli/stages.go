package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

// writeStages writes what a question went through as an indented list: when, how long, what, and what was drafted there.
func (a *app) writeStages(root *custard.Stage) error {
	var b strings.Builder
	b.WriteString("\n")
	stageLines(&b, root, 0)
	_, err := io.WriteString(a.stdout, b.String())
	return err
}

func stageLines(b *strings.Builder, s *custard.Stage, depth int) {
	indent := strings.Repeat("  ", depth)
	line := fmt.Sprintf("%9s %9s  %s%s", "+"+milliseconds(s.Start), milliseconds(s.Took), indent, s.Name)
	if detail := stageDetail(s); detail != "" {
		line += "  " + detail
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
	note := func(label, text string) {
		if text != "" {
			fmt.Fprintf(b, "%21s%s  %s: %s\n", "", indent, label, output.Shown(strings.Join(strings.Fields(text), " ")))
		}
	}
	if s.Error != "" {
		note(string(s.Code), s.Error)
	}
	note("after", textOf(s, "custard.repair.error"))
	switch s.Name {
	case "translate":
		note("draft", textOf(s, "db.query.text"))
	case "ask", "statement":
		note("query", textOf(s, "db.query.text"))
	}
	for _, within := range s.Stages {
		stageLines(b, within, depth+1)
	}
}

func textOf(s *custard.Stage, key string) string {
	text, _ := s.Attrs[key].(string)
	return text
}

// stageDetail is what is worth telling of a stage on its line.
func stageDetail(s *custard.Stage) string {
	var parts []string
	add := func(key, form string) {
		if n, ok := s.Attrs[key].(float64); ok {
			parts = append(parts, fmt.Sprintf(form, n))
		}
	}
	if s.Name == "translate" {
		if engine := textOf(s, "custard.engine"); engine != "" {
			parts = append(parts, output.Shown(engine))
		}
		if repair, _ := s.Attrs["custard.repair"].(bool); repair {
			parts = append(parts, "repair")
		}
	}
	if slices.Contains([]string{"schema", "values"}, s.Name) {
		add("custard.tables", "%.0f tables")
		add("custard.values", "%.0f found")
	}
	if n, ok := s.Attrs["custard.candidates"].(float64); ok && n > 1 {
		parts = append(parts, count(int64(n), "candidate"))
	}
	add("gen_ai.usage.input_tokens", "%.0f tokens in")
	add("gen_ai.usage.cache_read.input_tokens", "%.0f of them cached")
	add("gen_ai.usage.output_tokens", "%.0f out")
	add("custard.cost.usd", "$%.4f")
	add("custard.plan.cost", "cost %.0f")
	if n, ok := s.Attrs["db.response.returned_rows"].(float64); ok {
		parts = append(parts, count(int64(n), "row"))
	}
	return strings.Join(parts, ", ")
}
