package wire

import "fmt"

// The codes of a WebSocket close that this protocol uses.
const (
	CloseNormal     = 1000
	CloseProtocol   = 1002 // the other side broke the protocol: credit, sizes, nonsense
	CloseTooLarge   = 1009 // a frame over the limit
	CloseRestart    = 1012 // stopping; dial again
	CloseOverloaded = 1013 // too many agents here; dial again later
	CloseRefused    = 4000 // the handshake was refused for good
	CloseRevoked    = 4001 // the token is not valid any more
	CloseReplaced   = 4002 // a newer connection of the same instance took over
)

// CloseError says that the other side closed the connection.
type CloseError struct {
	Code   int
	Reason string
}

func (e *CloseError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("the other side closed the connection (%d)", e.Code)
	}
	return fmt.Sprintf("the other side closed the connection: %s (%d)", e.Reason, e.Code)
}

// Final says that dialling again is wrong: the token is revoked, the agent is refused, or a newer connection took over.
func (e *CloseError) Final() bool {
	return e.Code == CloseRefused || e.Code == CloseRevoked || e.Code == CloseReplaced
}
