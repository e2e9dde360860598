package cli

import (
	"errors"
	"io"
	"os"
	"syscall"

	"github.com/custard-ai/custard/internal/custard"
)

// exitCode is what the program ends with. The numbers are stable: scripts depend on them.
type exitCode int

const (
	exitOK          exitCode = 0
	exitFailed      exitCode = 1
	exitUsage       exitCode = 2
	exitRefused     exitCode = 3
	exitDenied      exitCode = 4
	exitUnreachable exitCode = 5
	exitAssertion   exitCode = 6
	exitNoAnswer    exitCode = 7
	exitTimeout     exitCode = 124
	exitInterrupted exitCode = 130
)

// exitFor maps an error to its exit code, the one place where that is done.
func exitFor(err error) exitCode {
	if choose, ok := errors.AsType[*chooseError](err); ok && choose.usage {
		return exitUsage
	}
	switch custard.AsError(err).Code {
	case custard.CodeUsage:
		return exitUsage
	case custard.CodeRefused, custard.CodePolicy, custard.CodeSyntax:
		return exitRefused
	case custard.CodeUnauthenticated, custard.CodeForbidden:
		return exitDenied
	case custard.CodeUnreachable:
		return exitUnreachable
	case custard.CodeAssertion:
		return exitAssertion
	case custard.CodeAmbiguous, custard.CodeUnanswerable:
		return exitNoAnswer
	case custard.CodeTimeout:
		return exitTimeout
	case custard.CodeCanceled:
		return exitInterrupted
	case custard.CodeInternal, custard.CodeFailed, custard.CodeUnknownTable, custard.CodeUnknownColumn, custard.CodeNotFound,
		custard.CodeConflict, custard.CodeTooExpensive, custard.CodeLimit, custard.CodeRateLimited:
	}
	return exitFailed
}

// chooseError is an error that offers choices: whole questions to ask instead, or (usage) names to choose from.
type chooseError struct {
	err     *custard.Error
	choices []string
	usage   bool
}

func (e *chooseError) Error() string { return e.err.Error() }
func (e *chooseError) Unwrap() error { return e.err }

func choicesOf(err error) []string {
	if choose, ok := errors.AsType[*chooseError](err); ok {
		return choose.choices
	}
	return nil
}

// usagef is an error of usage with what to do about it.
func usagef(hint, format string, args ...any) error {
	return custard.Errorf(custard.CodeUsage, format, args...).WithHint("%s", hint)
}

// writeError is an error of standard output, as opposed to one of the answer.
type writeError struct{ err error }

func (e *writeError) Error() string { return e.err.Error() }

func (e *writeError) Unwrap() error {
	return custard.Errorf(custard.CodeFailed, "cannot write the result: %w", e.err)
}

func closedPipe(err error) bool {
	w, ok := errors.AsType[*writeError](err)
	return ok && (errors.Is(w.err, syscall.EPIPE) || errors.Is(w.err, io.ErrClosedPipe) || errors.Is(w.err, os.ErrClosed))
}

// firstError remembers the first error of a writer, and gives it again to every later write.
type firstError struct {
	w   io.Writer
	err error
}

func (f *firstError) Write(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	n, err := f.w.Write(p)
	if err != nil {
		f.err = &writeError{err}
	}
	return n, f.err
}
