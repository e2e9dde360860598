package call

import (
	"errors"
	"io"

	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/sse"
)

type eventReader interface{ Next() (sse.Event, error) }

var errTooLarge = errors.New("the stream is too long")

func (e *Events) start() { e.reader = sse.NewReader(watch{e}) }

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
