package wire

import (
	"encoding/json"

	"github.com/custard-ai/custard/internal/custard"
)

// The content types of an answer's events.
const (
	EventStream = "application/vnd.custard.events" // EventWriter, EventReader
	NDJSON      = "application/x-ndjson"           // one JSON event a line
	SSE         = "text/event-stream"              // the same as event and data
)

// Query is an event's query: the domain's with the text for people beside it.
type Query struct {
	custard.Query
	Pretty string `json:"pretty"`
}

// Event is an event in JSON. Kind says which of the other fields is set: one of the domain's kinds, or [EventError].
type Event struct {
	Kind    custard.EventKind `json:"kind"`
	Status  string            `json:"status,omitempty"`
	Query   *Query            `json:"query,omitempty"`
	Columns []custard.Field   `json:"columns,omitempty"`
	Rows    json.RawMessage   `json:"rows,omitempty"` // an array of arrays of cells, typed as in the JSON answer; not in [EventStream]
	Answer  string            `json:"answer,omitempty"`
	Chart   *custard.Chart    `json:"chart,omitempty"`
	Clarify *custard.Clarify  `json:"clarify,omitempty"`
	Error   *Error            `json:"error,omitempty"`
	Done    *custard.Done     `json:"done,omitempty"`
}

// EventError is the kind of the event that ends an answer that failed after its first event.
const EventError custard.EventKind = "error"

// EventOf returns the JSON form of an event. Rows are left out: who needs them writes the cells.
func EventOf(e custard.Event) Event {
	out := Event{Kind: e.Kind, Status: e.Status, Columns: e.Fields, Answer: e.Answer, Chart: e.Chart, Clarify: e.Clarify, Done: e.Done}
	if e.Query != nil {
		out.Query = &Query{Query: *e.Query, Pretty: e.Query.Pretty}
	}
	return out
}

// MarshalEvent returns an event as one JSON object without a line end, rows left out.
func MarshalEvent(e custard.Event) ([]byte, error) { return json.Marshal(EventOf(e)) }

// Event returns the domain's form, or the error that the event is. ok is false for a kind that is unknown or lacks its content: such
// an event is ignored. Rows are not decoded.
func (e *Event) Event() (event custard.Event, ok bool, err error) {
	event = custard.Event{Kind: e.Kind, Status: e.Status, Fields: e.Columns, Answer: e.Answer, Chart: e.Chart, Clarify: e.Clarify, Done: e.Done}
	switch e.Kind {
	case custard.EventStatus, custard.EventColumns, custard.EventAnswer:
		ok = true
	case custard.EventQuery:
		if ok = e.Query != nil; ok {
			q := e.Query.Query
			q.Pretty = e.Query.Pretty
			event.Query = &q
		}
	case custard.EventChart:
		ok = e.Chart != nil
	case custard.EventClarify:
		ok = e.Clarify != nil
	case custard.EventDone:
		ok = e.Done != nil
	case EventError:
		if e.Error != nil {
			return event, false, e.Error.Err()
		}
	}
	return event, ok, nil
}

// kindByte is a kind in the binary stream.
func kindByte(k custard.EventKind) byte {
	switch k {
	case custard.EventStatus:
		return 's'
	case custard.EventQuery:
		return 'q'
	case custard.EventColumns:
		return 'c'
	case custard.EventRows:
		return 'r'
	case custard.EventAnswer:
		return 'a'
	case custard.EventChart:
		return 'h'
	case custard.EventClarify:
		return '?'
	case custard.EventDone:
		return 'd'
	case EventError:
		return 'e'
	}
	return 0
}

// beat is the kind byte of a heartbeat, which has no payload and means nothing.
const beat = '.'
