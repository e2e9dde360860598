package output

import (
	"io"

	"github.com/custard-ai/custard/internal/custard"
)

// Writer writes one result: Begin once, Rows for each block, End once. What it holds back is written by End; a result
// that broke off is ended by Abort, which writes what has come so far and closes what is open.
type Writer interface {
	Begin(fields []custard.Field) error
	Rows(b *custard.Batch) error
	End() error
	Abort(err *custard.Error) error
}

// Screen says what the place that output goes to can show.
type Screen struct {
	Width   int  // columns of the terminal; 0 where it is none: then nothing is clipped and there are no boxes
	Color   bool // SGR colours
	Unicode bool // characters beyond ASCII: boxes, blocks, braille
}

// Terminal says whether output goes to a terminal.
func (s Screen) Terminal() bool { return s.Width > 0 }

// Options are what a caller chooses about a format.
type Options struct {
	Screen  Screen
	CSVSafe bool // csv, tsv: cells that a spreadsheet would run as a formula are written as text
}

// New returns a writer of rows in a format. For JSON it is the answer object with answer's fields around the rows;
// the caller fills answer in as it learns them. Other formats do not look at answer, which may be nil for them.
func New(w io.Writer, format Format, answer *Answer, opts Options) Writer {
	switch format {
	case JSON:
		return newJSONWriter(w, answer)
	case NDJSON:
		return &ndjsonWriter{stream: newStream(w)}
	case CSV:
		return &csvWriter{stream: newStream(w), comma: ',', safe: opts.CSVSafe, shown: opts.Screen.Terminal()}
	case TSV:
		return &tsvWriter{stream: newStream(w), safe: opts.CSVSafe, shown: opts.Screen.Terminal()}
	case Markdown:
		return &tableWriter{stream: newStream(w), screen: Screen{Unicode: opts.Screen.Unicode}, markdown: true}
	case Vertical:
		return &verticalWriter{stream: newStream(w), screen: opts.Screen}
	case Table:
	}
	return &tableWriter{stream: newStream(w), screen: opts.Screen}
}
