package link

import (
	"net"
	"net/url"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

const (
	apiPath    = "/api/v1"
	socketPath = "/connections/ws"
)

// Endpoint returns the address that an agent dials, wss://host/api/v1/connections/ws/ID, from what people write down: the
// server's address alone, with /api/v1, or the whole of it; http(s) or ws(s). The connection may stand in the address
// instead. Errors are CodeUsage: an address that is none, that holds a user or password, or that would send the token
// readable to another machine where that is not allowed.
func Endpoint(address, connection string, insecure bool) (string, error) {
	bad := func(hint, format string, args ...any) (string, error) {
		return "", custard.Errorf(custard.CodeUsage, format, args...).WithHint("%s", hint)
	}
	const example = "Write it like https://custard.example.com or wss://custard.example.com."
	if address == "" {
		return bad("Set BACKEND_WEBSOCKET_URI, or --backend-websocket-uri. "+example, "no server is configured")
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return bad(example, "the server's address is not a URL")
	}
	switch u.Scheme {
	case "https", "wss":
		u.Scheme = "wss"
	case "http", "ws":
		u.Scheme = "ws"
	default:
		return bad(example, "the server's address begins with %s:", u.Scheme)
	}
	if u.User != nil {
		return bad("The token has a variable of its own, AGENT_TOKEN.", "the server's address holds a user")
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return bad(example, "the server's address ends in ? or #")
	}
	path := strings.TrimRight(u.Path, "/")
	if before, id, found := strings.Cut(path, socketPath); found {
		id = strings.TrimPrefix(id, "/")
		if connection != "" && id != "" && id != connection {
			return bad("Leave the connection out of BACKEND_WEBSOCKET_URI.", "the server's address is of another connection than CONNECTION_ID, %s", connection)
		}
		if connection == "" {
			connection = id
		}
		path = before
	}
	if connection == "" {
		return bad("Set CONNECTION_ID: `custard connections show NAME` tells it.", "no connection is configured")
	}
	if strings.ContainsAny(connection, "/?#% \t\r\n") {
		return bad("Copy it from `custard connections show NAME`.", "CONNECTION_ID is not the id of a connection")
	}
	if u.Scheme == "ws" && !insecure && !loopback(u.Hostname()) {
		return bad("Use wss://, or accept it on a network that you trust with --allow-insecure.",
			"%s://%s would send the token and all rows readable", u.Scheme, u.Host)
	}
	u.Path = strings.TrimSuffix(path, apiPath) + apiPath + socketPath + "/" + connection
	u.RawPath = ""
	return u.String(), nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
