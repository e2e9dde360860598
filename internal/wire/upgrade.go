package wire

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/custard-ai/custard/internal/custard"
)

// Upgrader takes agents' connections. Its zero value is ready to use.
type Upgrader struct {
	Limits       Limits        // of what is taken from an agent
	WriteTimeout time.Duration // of one frame; default 10 s
	buffers      sync.Pool     // write buffers: an idle connection has none
}

// BearerToken returns the token of a request's Authorization header, empty where there is none.
func BearerToken(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// CanUpgrade says whether a request wants to become a WebSocket; where not, the handler answers CodeUsage.
func CanUpgrade(r *http.Request) error {
	if websocket.IsWebSocketUpgrade(r) {
		return nil
	}
	return custard.Errorf(custard.CodeUsage, "this address takes WebSocket connections of agents alone").
		WithHint("Start custard-agent with BACKEND_WEBSOCKET_URI set to this server.")
}

// Upgrade makes a request a connection. Where it fails it has answered the request. Afterwards the handler should return, so
// that net/http frees what it holds.
func (u *Upgrader) Upgrade(w http.ResponseWriter, r *http.Request) (*Conn, error) {
	up := websocket.Upgrader{
		HandshakeTimeout: u.WriteTimeout,
		ReadBufferSize:   512,
		WriteBufferSize:  1024,
		WriteBufferPool:  &u.buffers,
		CheckOrigin:      func(r *http.Request) bool { return r.Header.Get("Origin") == "" }, // agents are no browsers
	}
	ws, err := up.Upgrade(hijacker{w}, r, nil)
	if err != nil {
		return nil, &custard.Error{Code: custard.CodeUsage, Message: "the request cannot become a WebSocket", Cause: err}
	}
	return newConn(ws, u.WriteTimeout, u.Limits), nil
}

// hijacker finds the connection behind whatever middleware wrapped the writer in.
type hijacker struct{ http.ResponseWriter }

func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(h.ResponseWriter).Hijack()
}
