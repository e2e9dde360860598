package cli

import (
	"strconv"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

// list is a small result that a command makes itself, written in any format.
type list struct {
	fields []custard.Field
	batch  custard.Batch
}

func newList(fields ...custard.Field) *list {
	l := &list{fields: fields}
	l.batch.Reset(len(fields))
	return l
}

func textField(name string) custard.Field { return custard.Field{Name: name, Type: custard.TypeText} }
func intField(name string) custard.Field  { return custard.Field{Name: name, Type: custard.TypeInt} }
func boolField(name string) custard.Field { return custard.Field{Name: name, Type: custard.TypeBool} }
func timeField(name string) custard.Field {
	return custard.Field{Name: name, Type: custard.TypeTimestamp}
}

// shownTime is a time as lists show it, in the zone here; "" for the zero time.
func shownTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04:05Z07:00")
}

// row appends a row; an empty text is NULL, a negative number too.
func (l *list) row(cells ...any) {
	for _, cell := range cells {
		switch v := cell.(type) {
		case string:
			if v == "" {
				l.batch.AppendNull()
				continue
			}
			l.batch.AppendString(v)
		case int64:
			if v < 0 {
				l.batch.AppendNull()
				continue
			}
			l.batch.AppendString(strconv.FormatInt(v, 10))
		case bool:
			l.batch.AppendString(strconv.FormatBool(v)[:1])
		}
	}
	l.batch.EndRow()
}

// write writes the list in a format. As JSON it is an array of objects, not an answer.
func (l *list) write(a *app, format output.Format) error {
	if format == output.JSON {
		err := l.writeArray(a)
		a.answered = err == nil
		return err
	}
	page, leave := a.page()
	w := output.New(page, format, nil, output.Options{Screen: a.screen.out})
	err := w.Begin(l.fields)
	if err == nil {
		err = w.Rows(&l.batch)
	}
	if err == nil {
		err = w.End()
	}
	if leaveErr := leave(); err == nil {
		err = leaveErr
	}
	return err
}

func (l *list) writeArray(a *app) error {
	w := output.NewArray(a.stdout)
	if err := w.Begin(l.fields); err != nil {
		return err
	}
	if err := w.Rows(&l.batch); err != nil {
		return err
	}
	return w.End()
}
