package natsbus

import (
	"encoding/binary"

	"github.com/nats-io/nats.go"

	"github.com/custard-ai/custard/internal/wire"
)

// request asks another replica for something of a connection.
type request struct {
	Org        string       `json:"org"`
	Connection string       `json:"connection"`
	Message    wire.Message `json:"message"`
}

// What a message of a stream is: its first byte. From the server to the asker each has a number after it, from 1 on.
const (
	isAccepted byte = 'a'  // the request is taken; the reply subject takes cancel, credit and beats
	isBeat     byte = 'b'  // both ways
	isMessage  byte = 'm'  // a wire.Message in JSON that ends the request
	isRows     byte = 'r'  // a frame of rows
	isCancel   byte = 'c'  // to the server
	isCredit   byte = 'g'  // to the server: more credit, as uvarint
	more       byte = 0x80 // flag: the next message goes on with this one
)

// stream numbers and splits what a server sends to an asker.
type stream struct {
	bus     *Bus
	subject string
	control string
	seq     uint64
}

// send sends one message, in parts where it is large.
func (s *stream) send(kind byte, data []byte) error {
	for {
		part, flag := data, byte(0)
		if len(part) > chunk {
			part, flag = part[:chunk], more
		}
		s.seq++
		buf := make([]byte, 0, 1+binary.MaxVarintLen64+len(part))
		buf = binary.AppendUvarint(append(buf, kind|flag), s.seq)
		if err := s.bus.send(&nats.Msg{Subject: s.subject, Reply: s.control, Data: append(buf, part...)}); err != nil {
			return err
		}
		if data = data[len(part):]; flag == 0 {
			return nil
		}
	}
}

// parts puts the messages of a stream together again.
type parts struct {
	seq  uint64
	kind byte
	data []byte
}

// add takes a message. whole says that kind and data are complete; ok is false where one was lost, or more than limit came.
func (p *parts) add(data []byte, limit int64) (kind byte, payload []byte, whole, ok bool) {
	if len(data) < 2 {
		return 0, nil, false, false
	}
	seq, n := binary.Uvarint(data[1:])
	p.seq++
	if n <= 0 || seq != p.seq {
		return 0, nil, false, false
	}
	kind, payload = data[0]&^more, data[1+n:]
	if p.kind != 0 && p.kind != kind || int64(len(p.data)+len(payload)) > limit {
		return 0, nil, false, false
	}
	if data[0]&more != 0 {
		p.kind, p.data = kind, append(p.data, payload...)
		return 0, nil, false, true
	}
	if p.kind != 0 {
		payload = append(p.data, payload...)
		p.kind, p.data = 0, nil
	}
	return kind, payload, true, true
}
