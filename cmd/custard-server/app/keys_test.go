package app

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/auth/authtest"
)

func TestKeysCommand(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	owner := k.Owner(t, "ann@example.com")
	k.Clock.Move(time.Minute)
	run := func(args ...string) (string, error) {
		var out bytes.Buffer
		cmd := newKeys(func(context.Context) (*auth.Service, io.Closer, error) { return k.Service, io.NopCloser(nil), nil })
		cmd.SetArgs(args)
		cmd.SetOut(&out)
		cmd.SetErr(&out)
		err := cmd.ExecuteContext(t.Context())
		return out.String(), err
	}
	list, err := run("list")
	if err != nil || strings.Count(list, "\n") != 1 || !strings.Contains(list, "  signs  made 2026-03-01T12:00:00Z") {
		t.Fatalf("%q, %v", list, err)
	}
	old, _, _ := strings.Cut(list, " ")
	if out, err := run("remove", old); err == nil || !strings.Contains(err.Error(), "last") {
		t.Errorf("removing the only key: %q, %v", out, err)
	}
	if out, err := run("rotate"); err != nil || !strings.Contains(out, "signs from now on") {
		t.Errorf("%q, %v", out, err)
	}
	if list, err = run("list"); err != nil || strings.Count(list, "\n") != 2 || !strings.Contains(list, old+"  verifies") {
		t.Errorf("%q, %v", list, err)
	}
	k.Principal(t, owner.Access)
	if out, err := run("remove", old); err != nil {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := k.Authenticate(t.Context(), owner.Access); err == nil {
		t.Error("a token of the removed key is good")
	}
	if _, err := run("remove", "none"); err == nil {
		t.Error("a key that there is none of was removed")
	}
}
