package output

import (
	"encoding/json"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/custard-ai/custard/internal/custard"
)

// Answer is what stands around the rows in a JSON answer, in the order in which it is written. What comes before the
// rows must be filled in before Begin, the rest before End. The fields are stable: scripts read them.
//
//	{
//	  "question": "…", "connection": "…", "dialect": "postgres", "engine": "builtin",
//	  "query": "SELECT …",
//	  "columns": [{"name": "month", "type": "date"}, …],
//	  "rows": [["2026-01-01", "1234.50"], …],
//	  "row_count": 12, "truncated": false,
//	  "answer": "…", "chart": {"kind": "line", "x": "month", "y": ["revenue"]},
//	  "assumptions": […], "warnings": […], "confidence": 0.93,
//	  "timings_ms": {"translate": 3.1, …},
//	  "conversation_id": "…"
//	}
//
// Values: bool, int and float as JSON has them (an int past 2^53, NaN and the infinities as strings), decimal as a
// string, timestamp as RFC 3339, bytes as base64, json embedded, arrays as arrays, NULL as null, all else as strings.
// A stream that broke off, or did not meet an assertion, has "error" at its end. A dry run has neither columns nor rows nor what follows from them.
type Answer struct {
	Question   string
	Connection string
	Query      custard.Query

	Answer string
	Chart  *custard.Chart
	Done   custard.Done
	Err    *custard.Error // an assertion that the whole answer did not meet

	RequestID string // of an answer over HTTP: "request_id" at the end
}

type jsonWriter struct {
	stream
	answer *Answer
	fields []custard.Field
	rows   int64
	begun  bool
}

func newJSONWriter(w io.Writer, answer *Answer) *jsonWriter {
	if answer == nil {
		answer = &Answer{}
	}
	return &jsonWriter{stream: newStream(w), answer: answer}
}

func (j *jsonWriter) head() {
	a := j.answer
	j.begun = true
	j.buf = append(j.buf, "{\n  \"question\": "...)
	j.buf = appendString(j.buf, []byte(a.Question))
	j.text(",\n  \"connection\": ", a.Connection)
	j.text(",\n  \"dialect\": ", string(a.Query.Dialect))
	j.text(",\n  \"engine\": ", a.Query.Engine)
	j.text(",\n  \"query\": ", a.Query.SQL)
}

func (j *jsonWriter) text(key, value string) {
	j.buf = append(j.buf, key...)
	j.buf = appendString(j.buf, []byte(value))
}

func (j *jsonWriter) texts(key string, values []string) {
	j.buf = append(j.buf, key...)
	j.buf = append(j.buf, '[')
	for i, v := range values {
		if i > 0 {
			j.buf = append(j.buf, ", "...)
		}
		j.buf = appendString(j.buf, []byte(v))
	}
	j.buf = append(j.buf, ']')
}

func (j *jsonWriter) Begin(fields []custard.Field) error {
	j.fields = fields
	j.head()
	j.buf = append(j.buf, ",\n  \"columns\": ["...)
	for i, f := range fields {
		if i > 0 {
			j.buf = append(j.buf, ", "...)
		}
		j.text(`{"name": `, f.Name)
		j.text(`, "type": `, string(f.Type))
		if f.Elem != "" {
			j.text(`, "elem": `, string(f.Elem))
		}
		j.buf = append(j.buf, '}')
	}
	j.buf = append(j.buf, "],\n  \"rows\": ["...)
	return j.err
}

func (j *jsonWriter) Rows(b *custard.Batch) error {
	r := b.Reader()
	for range b.Rows {
		if j.rows > 0 {
			j.buf = append(j.buf, ",\n    ["...)
		} else {
			j.buf = append(j.buf, "\n    ["...)
		}
		for i := range j.fields {
			if i > 0 {
				j.buf = append(j.buf, ',')
			}
			cell, null, ok := r.Next()
			if !ok {
				return brokenBatch(&r)
			}
			if null {
				j.buf = append(j.buf, "null"...)
				continue
			}
			j.buf = appendJSON(j.buf, cell, j.fields[i].Type, j.fields[i].Elem)
		}
		j.buf = append(j.buf, ']')
		j.rows++
		if err := j.full(); err != nil {
			return err
		}
	}
	return j.blockEnd()
}

func (j *jsonWriter) closeRows() {
	if j.rows > 0 {
		j.buf = append(j.buf, "\n  "...)
	}
	j.buf = append(j.buf, "],\n  \"row_count\": "...)
	j.buf = strconv.AppendInt(j.buf, j.rows, 10)
}

func (j *jsonWriter) End() error {
	a := j.answer
	dry := !j.begun
	if dry {
		j.head()
	} else {
		j.closeRows()
		j.buf = append(j.buf, ",\n  \"truncated\": "...)
		j.buf = strconv.AppendBool(j.buf, a.Done.Truncated)
		j.text(",\n  \"answer\": ", a.Answer)
		j.chart(a.Chart)
	}
	j.notes()
	j.buf = append(j.buf, ",\n  \"timings_ms\": {"...)
	for i, key := range slices.SortedFunc(maps.Keys(a.Done.TimingsMS), byStage) {
		if i > 0 {
			j.buf = append(j.buf, ", "...)
		}
		j.text("", key)
		j.buf = append(j.buf, ": "...)
		j.buf = appendFloat(j.buf, math.Round(a.Done.TimingsMS[key]*1000)/1000)
	}
	j.buf = append(j.buf, '}')
	if a.Done.Usage != nil {
		if usage, err := json.Marshal(a.Done.Usage); err == nil {
			j.buf = append(append(j.buf, ",\n  \"usage\": "...), usage...)
		}
	}
	j.text(",\n  \"conversation_id\": ", a.Done.ConversationID)
	if a.RequestID != "" {
		j.text(",\n  \"request_id\": ", a.RequestID)
	}
	if a.Err != nil {
		j.buf = append(j.buf, ",\n  \"error\": "...)
		j.buf = appendError(j.buf, a.Err, nil)
	}
	j.buf = append(j.buf, "\n}\n"...)
	return j.flush()
}

func (j *jsonWriter) notes() {
	q := &j.answer.Query
	j.texts(",\n  \"assumptions\": ", q.Assumptions)
	j.texts(",\n  \"warnings\": ", q.Warnings)
	j.buf = append(j.buf, ",\n  \"confidence\": "...)
	j.buf = appendFloat(j.buf, math.Round(q.Confidence*1000)/1000)
}

func (j *jsonWriter) chart(c *custard.Chart) {
	j.buf = append(j.buf, ",\n  \"chart\": "...)
	if c == nil || c.Kind == custard.ChartNone || c.Kind == "" {
		j.buf = append(j.buf, "null"...)
		return
	}
	j.text(`{"kind": `, string(c.Kind))
	if c.X != "" {
		j.text(`, "x": `, c.X)
	}
	j.texts(`, "y": `, c.Y)
	j.buf = append(j.buf, '}')
}

// Abort writes the error object alone where no row has been promised yet, else closes the rows and adds the error.
func (j *jsonWriter) Abort(err *custard.Error) error {
	if !j.begun {
		j.buf = appendErrorObject(j.buf[:0], err, nil)
	} else {
		j.closeRows()
		j.buf = append(j.buf, ",\n  \"truncated\": true"...)
		j.notes()
		j.buf = append(j.buf, ",\n  \"error\": "...)
		j.buf = appendError(j.buf, err, nil)
		j.buf = append(j.buf, "\n}\n"...)
	}
	return j.flush()
}

// WriteError writes the error object of the JSON format: {"error":{"code","message","hint"}}, and "choices" where
// the question has several readings.
func WriteError(w io.Writer, err *custard.Error, choices []string) error {
	_, werr := w.Write(appendErrorObject(nil, err, choices))
	return werr
}

func appendErrorObject(dst []byte, err *custard.Error, choices []string) []byte {
	dst = append(dst, `{"error":`...)
	dst = appendError(dst, err, choices)
	return append(dst, "}\n"...)
}

func appendError(dst []byte, err *custard.Error, choices []string) []byte {
	dst = append(dst, `{"code":`...)
	dst = appendString(dst, []byte(err.Code))
	dst = append(dst, `,"message":`...)
	dst = appendString(dst, []byte(err.Message))
	dst = append(dst, `,"hint":`...)
	dst = appendString(dst, []byte(err.Hint))
	if len(choices) > 0 {
		dst = append(dst, `,"choices":`...)
		list, jerr := json.Marshal(choices)
		if jerr != nil {
			list = []byte("[]")
		}
		dst = append(dst, list...)
	}
	return append(dst, '}')
}

func appendFloat(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, '0')
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}

// byStage orders timings as the stages run, total last.
func byStage(a, b string) int {
	rank := func(s string) int {
		for i, name := range [...]string{"understand", "schema", "focus", "values", "translate", "check", "plan", "run", "answer"} {
			if s == name {
				return i
			}
		}
		if s == "total" {
			return 100
		}
		return 50
	}
	if d := rank(a) - rank(b); d != 0 {
		return d
	}
	if a < b {
		return -1
	}
	return 1
}

func brokenBatch(r *custard.Reader) error {
	if err := r.Err(); err != nil {
		return err
	}
	return custard.Errorf(custard.CodeInternal, "a batch of rows has fewer cells than its columns promise")
}
