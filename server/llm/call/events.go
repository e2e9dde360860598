package call

import (
	"bufio"
	"errors"
	"io"

	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/sse"
)

type eventReader interface{ Next() (sse.Event, error) }

var errTooLarge = errors.New("the stream is too long")

// opened is the body of the answer, to be looked into and read.
func (e *Events) opened() *bufio.Reader {
	const size = 16 << 10
	if e.peeked == nil {
		e.peeked = bufio.NewReaderSize(watch{e}, size)
	}
	return e.peeked
}

// start begins to read an answer of a media type; false where it is neither a stream of events nor a JSON object. A type
// that says neither is judged by what stands first.
func (e *Events) start(mediaType string) bool {
	switch mediaType {
	case "text/event-stream":
		e.reader = sse.NewReader(e.opened())
		return true
	case "", "application/json", "text/json", "text/plain", "application/octet-stream":
	default:
		return false
	}
	switch first := e.first(); {
	case first == '{':
		e.reader = &object{e.opened()}
	case first == 0, mediaType == "", first == 'd', first == 'e', first == ':', first == 'i': // data, event, a comment, id
		e.reader = sse.NewReader(e.opened())
	default:
		return false
	}
	return true
}

// first is the first byte that is no blank; 0 where none comes within what one look shows.
func (e *Events) first() byte {
	r := e.opened()
	for n := 1; n <= r.Size(); n++ {
		b, err := r.Peek(n)
		if err != nil {
			return 0
		}
		switch c := b[n-1]; c {
		case ' ', '\t', '\r', '\n', 0xEF, 0xBB, 0xBF: // with a byte order mark
		default:
			return c
		}
	}
	return 0
}

// object reads one JSON object as the only event.
type object struct{ r io.Reader }

// Next implements eventReader.
func (o *object) Next() (sse.Event, error) {
	if o.r == nil {
		return sse.Event{}, io.EOF
	}
	data, err := io.ReadAll(io.LimitReader(o.r, maxPlain+1))
	o.r = nil
	switch {
	case err != nil:
		return sse.Event{}, err
	case len(data) > maxPlain:
		return sse.Event{}, errTooLarge
	}
	return sse.Event{Data: data}, nil
}

// Next returns the next event; io.EOF at the clean end of the stream, which is for the provider to judge; else a
// *custard.Error with a *llm.Failure.
func (e *Events) Next() (sse.Event, error) {
	event, err := e.reader.Next()
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return event, err
	case errors.Is(err, sse.ErrTooLong), errors.Is(err, errTooLarge):
		return event, e.client.TooLarge()
	}
	return event, e.client.transportError(e, err, llm.KindCut)
}
