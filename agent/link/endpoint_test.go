package link

import (
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
)

func TestEndpoint(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		address, connection, want string
	}{
		{"https://custard.example.com", "c1", "wss://custard.example.com/api/v1/connections/ws/c1"},
		{"wss://custard.example.com/", "c1", "wss://custard.example.com/api/v1/connections/ws/c1"},
		{"https://custard.example.com/api/v1", "c1", "wss://custard.example.com/api/v1/connections/ws/c1"},
		{"wss://custard.example.com/api/v1/connections/ws", "c1", "wss://custard.example.com/api/v1/connections/ws/c1"},
		{"wss://custard.example.com/api/v1/connections/ws/c1", "c1", "wss://custard.example.com/api/v1/connections/ws/c1"},
		{"wss://custard.example.com/api/v1/connections/ws/c1", "", "wss://custard.example.com/api/v1/connections/ws/c1"},
		{"https://example.com/custard", "c1", "wss://example.com/custard/api/v1/connections/ws/c1"},
		{"http://localhost:8080", "c1", "ws://localhost:8080/api/v1/connections/ws/c1"},
		{"ws://127.0.0.2:8080", "c1", "ws://127.0.0.2:8080/api/v1/connections/ws/c1"},
		{"http://[::1]:8080", "c1", "ws://[::1]:8080/api/v1/connections/ws/c1"},
	} {
		if got, err := Endpoint(tt.address, tt.connection, false); got != tt.want || err != nil {
			t.Errorf("Endpoint(%q, %q) = %q, %v; want %q", tt.address, tt.connection, got, err, tt.want)
		}
	}
	if got, err := Endpoint("ws://server:8080", "c1", true); err != nil || got != "ws://server:8080/api/v1/connections/ws/c1" {
		t.Errorf("insecure and allowed: %q, %v", got, err)
	}
}

func TestEndpointRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ address, connection, says string }{
		"nothing":           {"", "c1", "no server"},
		"no URL":            {"custard.example.com", "c1", "not a URL"},
		"another scheme":    {"ftp://custard.example.com", "c1", "ftp"},
		"a password":        {"https://me:hunter2@custard.example.com", "c1", "holds a user"},
		"a token":           {"https://custard.example.com?token=hunter2", "c1", "?"},
		"two connections":   {"https://x.example/api/v1/connections/ws/c2", "c1", "another connection"},
		"no connection":     {"https://custard.example.com", "", "no connection"},
		"a path":            {"https://custard.example.com", "../../c1", "not the id"},
		"readable":          {"ws://custard.example.com", "c1", "readable"},
		"almost loopback":   {"ws://127.0.0.1.example.com", "c1", "readable"},
		"almost localhost":  {"http://localhost.example.com", "c1", "readable"},
		"private, not here": {"http://10.0.0.1", "c1", "readable"},
	} {
		_, err := Endpoint(tt.address, tt.connection, false)
		e := custard.AsError(err)
		if e == nil || e.Code != custard.CodeUsage || !strings.Contains(e.Message, tt.says) || e.Hint == "" {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(e.Message+e.Hint, "hunter2") {
			t.Errorf("%s: the message holds a secret: %s", name, e.Message)
		}
	}
}
