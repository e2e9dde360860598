package wire

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"github.com/custard-ai/custard/internal/custard"
)

// Conn is one WebSocket between agent and hub. One goroutine calls Receive until it fails, which frees the connection; all other
// methods are safe for concurrent use. An idle Conn has no goroutine, no timer and a read buffer of half a KiB at the hub.
type Conn struct {
	ws       *websocket.Conn
	write    sync.Mutex    // one message at a time; held while the kernel takes it, at most timeout
	timeout  time.Duration // of one write, of a frame of rows of one piece
	text     atomic.Int64  // limit of a control frame
	binary   int64         // limit of a binary frame
	made     time.Time
	seen     atomic.Int64 // when the last frame came, in nanoseconds after made: a clock that is set does not count
	expect   atomic.Int64 // see Expect; nanoseconds
	closing  atomic.Bool  // Close was called: what still comes is thrown away
	compress atomic.Bool
	sent     atomic.Int64
	received atomic.Int64
	lastSize int // of the binary frame before; Receive's own
}

const (
	defaultTimeout = 10 * time.Second
	closeGrace     = time.Second // for a close frame to be sent and answered
)

var errTooLarge = errors.New("a frame is larger than the limit")

func newConn(ws *websocket.Conn, timeout time.Duration, limits Limits) *Conn {
	c := &Conn{ws: ws, timeout: timeout, binary: limits.Frame, made: time.Now()}
	if c.timeout <= 0 {
		c.timeout = defaultTimeout
	}
	c.text.Store(limits.Control)
	c.touch()
	ws.SetReadLimit(max(limits.Control, limits.Schema, limits.Frame) + 64)
	ws.SetPingHandler(func(data string) error {
		c.touch()
		// Where it cannot be sent, the next read or write says so.
		_ = ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(closeGrace))
		return nil
	})
	ws.SetPongHandler(func(string) error {
		c.touch()
		return nil
	})
	return c
}

// touch notes that the other side is alive.
func (c *Conn) touch() {
	now := time.Now()
	c.seen.Store(int64(now.Sub(c.made)))
	if d := c.expect.Load(); d > 0 && !c.closing.Load() {
		_ = c.ws.SetReadDeadline(now.Add(time.Duration(d)))
		if c.closing.Load() { // Close set its own meanwhile
			_ = c.ws.SetReadDeadline(now.Add(closeGrace))
		}
	}
}

// LastSeen returns when the last frame came, pings and pongs among them.
func (c *Conn) LastSeen() time.Time { return c.made.Add(time.Duration(c.seen.Load())) }

// Expect makes Receive fail where no frame comes for d, from now on; 0 lets it wait for ever. The agent calls it with two heartbeats
// after the welcome.
func (c *Conn) Expect(d time.Duration) {
	c.expect.Store(int64(d))
	if d <= 0 {
		_ = c.ws.SetReadDeadline(time.Time{})
		return
	}
	c.touch()
}

// SetTextLimit changes how large a control frame may be from the next on.
func (c *Conn) SetTextLimit(n int64) { c.text.Store(n) }

// Compress makes SendRows compress frames, for agents that share [CapZstd] with the hub.
func (c *Conn) Compress(on bool) { c.compress.Store(on) }

// Bytes returns how many bytes of messages were sent and received.
func (c *Conn) Bytes() (sent, received int64) { return c.sent.Load(), c.received.Load() }

// RemoteAddr returns the other side's address.
func (c *Conn) RemoteAddr() net.Addr { return c.ws.RemoteAddr() }

// Receive waits for the next frame: a message or a binary frame, one of both is not nil. The binary frame must be released.
//
// Its error ends the connection: *[CloseError] where the other side closed, CodeUsage where it broke the protocol, and
// CodeUnreachable where it was lost or was silent for too long.
func (c *Conn) Receive() (*Message, *Binary, error) {
	for {
		kind, r, err := c.ws.NextReader()
		if err != nil {
			return nil, nil, c.lost(err)
		}
		c.touch()
		if c.closing.Load() {
			continue // NextReader skips what was not read
		}
		if kind == websocket.TextMessage {
			m, err := c.message(r)
			if err != nil {
				return nil, nil, c.lost(err)
			}
			return m, nil, nil
		}
		b, err := c.rows(r)
		if err != nil {
			return nil, nil, c.lost(err)
		}
		return nil, b, nil
	}
}

func (c *Conn) message(r io.Reader) (*Message, error) {
	buf := newBuffer(smallBuffer)
	defer buf.release()
	err := buf.readFrom(r, c.text.Load())
	c.received.Add(int64(len(buf.b)))
	if err != nil {
		return nil, err
	}
	return Decode(buf.b)
}

func (c *Conn) rows(r io.Reader) (*Binary, error) {
	buf := newBuffer(min(c.lastSize, largeBuffer))
	err := buf.readFrom(r, c.binary)
	c.received.Add(int64(len(buf.b)))
	c.lastSize = len(buf.b)
	if err != nil {
		buf.release()
		return nil, err
	}
	buf = buf.fit()
	b, err := ParseBinary(buf.b)
	if err != nil {
		buf.release()
		return nil, err
	}
	b.buf = buf
	return &b, nil
}

// lost closes the socket after a failed read and says why in the domain's terms.
func (c *Conn) lost(err error) error {
	if e, ok := errors.AsType[*custard.Error](err); ok {
		c.Close(CloseProtocol, "protocol error")
		_ = c.ws.Close()
		return e
	}
	if errors.Is(err, errTooLarge) || errors.Is(err, websocket.ErrReadLimit) {
		c.Close(CloseTooLarge, "a frame is too large")
		_ = c.ws.Close()
		return &custard.Error{Code: custard.CodeUsage, Message: "a frame is larger than the limit", Cause: err}
	}
	_ = c.ws.Close()
	if e, ok := errors.AsType[*websocket.CloseError](err); ok && e.Code != websocket.CloseAbnormalClosure {
		return &CloseError{Code: e.Code, Reason: e.Text}
	}
	message := "the connection was lost"
	if t, ok := errors.AsType[net.Error](err); ok && t.Timeout() {
		message = "the other side was silent for too long"
	}
	return &custard.Error{Code: custard.CodeUnreachable, Message: message, Retry: true, Cause: err}
}

// Send sends a control frame. It waits until the kernel has taken it, at most the write timeout; an error ends the connection.
func (c *Conn) Send(m *Message) error {
	data, err := json.Marshal(m)
	if err != nil {
		return custard.AsError(err)
	}
	c.write.Lock()
	defer c.write.Unlock()
	c.sent.Add(int64(len(data)))
	_ = c.ws.SetWriteDeadline(time.Now().Add(c.timeout))
	return c.failed(c.ws.WriteMessage(websocket.TextMessage, data))
}

// SendRows sends a frame of rows, compressed where Compress says so. The batch is free for new rows afterwards.
func (c *Conn) SendRows(r *Rows) error {
	buf := newBuffer(smallBuffer)
	defer func() { buf.release() }()
	data := r.Batch.Data
	if r.Batch.Rows == 0 {
		data = nil
	}
	if c.compress.Load() && len(data) >= leastCompressed {
		buf.b = AppendCompressed(buf.b, r)
		data = nil
	} else {
		buf.b = r.appendHead(buf.b)
	}
	c.write.Lock()
	defer c.write.Unlock()
	c.sent.Add(int64(len(buf.b) + len(data)))
	w, err := c.ws.NextWriter(websocket.BinaryMessage)
	if err != nil {
		return c.failed(err)
	}
	if err = c.writePieces(w, buf.b); err == nil {
		err = c.writePieces(w, data)
	}
	if err == nil {
		_ = c.ws.SetWriteDeadline(time.Now().Add(c.timeout))
		err = w.Close()
	}
	return c.failed(err)
}

// piece is how much of a frame has a write timeout of its own: what matters is that a slow line takes something.
const piece = 32 << 10

func (c *Conn) writePieces(w io.Writer, data []byte) error {
	for part := range slices.Chunk(data, piece) {
		_ = c.ws.SetWriteDeadline(time.Now().Add(c.timeout))
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// failed closes the socket after a failed write, so that Receive fails too.
func (c *Conn) failed(err error) error {
	if err == nil {
		return nil
	}
	if !c.closing.Load() {
		_ = c.ws.Close()
	}
	return &custard.Error{Code: custard.CodeUnreachable, Message: "the connection was lost", Retry: true, Cause: err}
}

// Ping sends a ping, unless a message is being sent, which says as much. A connection that does not take it at once is closed.
func (c *Conn) Ping() error {
	if !c.write.TryLock() {
		return nil
	}
	defer c.write.Unlock()
	return c.failed(c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(closeGrace)))
}

// Close tells the other side why, and makes Receive return once it has answered, after a second at the latest. It does
// not wait for that. Only the first call sends something.
func (c *Conn) Close(code int, reason string) {
	if c.closing.Swap(true) {
		return
	}
	deadline := time.Now().Add(closeGrace)
	err := c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, clip(reason, 120)), deadline)
	if err != nil {
		_ = c.ws.Close()
		return
	}
	_ = c.ws.SetReadDeadline(deadline)
}

// CloseWait is Close for whoever calls Receive: it returns when the connection is freed.
func (c *Conn) CloseWait(code int, reason string) {
	c.Close(code, reason)
	for {
		if _, b, err := c.Receive(); err != nil {
			return
		} else if b != nil {
			b.Release()
		}
	}
}

// Abort frees the connection without a word.
func (c *Conn) Abort() {
	c.closing.Store(true)
	_ = c.ws.Close()
}
