package custard_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
)

func TestDetail(t *testing.T) {
	t.Parallel()
	cause := errors.New("no route to host")
	for want, err := range map[string]error{
		"plain":                               errors.New("plain"),
		"cannot read: no route to host":       &custard.Error{Message: "cannot read", Cause: cause},
		"dial: no route to host":              custard.Errorf(custard.CodeFailed, "dial: %w", cause), // it is in the message already
		"here: cannot read: no route to host": fmt.Errorf("here: %w", &custard.Error{Message: "cannot read", Cause: cause}),
		"one\ntwo: no route to host":          errors.Join(errors.New("one"), &custard.Error{Message: "two", Cause: cause}),
	} {
		if got := custard.Detail(err); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
