package health

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
)

func TestProbe(t *testing.T) {
	t.Parallel()
	state := State{Server: "connected", Database: "open", Ready: true}
	srv := httptest.NewServer(Handler(func() State { return state }))
	defer srv.Close()
	address := strings.TrimPrefix(srv.URL, "http://")
	for _, ready := range []bool{false, true} {
		if text, err := Probe(t.Context(), address, ready); err != nil || !strings.Contains(text, `"connected"`) {
			t.Errorf("well, ready=%v: %q, %v", ready, text, err)
		}
	}
	state = State{Server: "connected", Database: "nothing answers at db:5432"}
	if _, err := Probe(t.Context(), address, false); err != nil {
		t.Errorf("alive without its database: %v", err)
	}
	_, err := Probe(t.Context(), address, true)
	if e := custard.AsError(err); e == nil || e.Code != custard.CodeFailed || !strings.Contains(e.Message, "nothing answers") {
		t.Errorf("ready without its database: %v", err)
	}
	srv.Close()
	_, err = Probe(t.Context(), address, false)
	if e := custard.AsError(err); e == nil || e.Code != custard.CodeUnreachable || e.Hint == "" {
		t.Errorf("nobody there: %v", err)
	}
}
