package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/custard-ai/custard/internal/custard"
)

// canPrompt says whether there is somebody to ask.
func (a *app) canPrompt() bool { return a.screen.in && a.screen.err.Terminal() }

// prompt asks for one line on the terminal. flag says what else would give the answer.
func (a *app) prompt(ctx context.Context, what, flag string) (string, error) {
	if !a.canPrompt() {
		return "", usagef("Say it with "+flag+".", "there is no terminal to ask for the %s on", what)
	}
	fmt.Fprint(a.stderr, strings.ToUpper(what[:1])+what[1:]+": ")
	line, err := a.typed(ctx, func() (string, error) { return readLine(a.stdin) })
	if err != nil {
		return "", err
	}
	if line = strings.TrimSpace(line); line == "" {
		return "", usagef("Say it with "+flag+".", "there is no %s", what)
	}
	return line, nil
}

// promptPassword asks for a password. The terminal shows nothing of it, also of what is typed ahead: it stops echoing before
// it asks.
func (a *app) promptPassword(ctx context.Context, what string) (string, error) {
	f, ok := a.stdin.(*os.File)
	if !ok || !a.canPrompt() {
		return "", usagef("Pipe it in with --password-stdin.", "there is no terminal to ask for the %s on", what)
	}
	fd := int(f.Fd())
	state, err := term.MakeRaw(fd)
	if err != nil {
		return "", custard.Errorf(custard.CodeFailed, "the terminal cannot be asked: %w", err)
	}
	defer func() { _ = term.Restore(fd, state) }() // there is no more to be done about it
	screen := struct {
		io.Reader
		io.Writer
	}{byteByByte{f}, a.stderr}
	return a.typed(ctx, func() (string, error) {
		return term.NewTerminal(screen, "").ReadPassword(strings.ToUpper(what[:1]) + what[1:] + ": ")
	})
}

// byteByByte reads no further than it is asked for: what comes after a line belongs to the next question.
type byteByByte struct{ r io.Reader }

func (b byteByByte) Read(p []byte) (int, error) { return b.r.Read(p[:min(1, len(p))]) }

// typed waits for what is typed, or for an interrupt.
func (a *app) typed(ctx context.Context, read func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() { // ends with the program where nothing is typed
		text, err := read()
		answers <- answer{text, err}
	}()
	select {
	case got := <-answers:
		if got.err != nil { // Ctrl-C where the terminal does not send a signal for it, or Ctrl-D
			return "", custard.Errorf(custard.CodeCanceled, "interrupted")
		}
		return got.text, nil
	case <-ctx.Done():
		return "", custard.AsError(ctx.Err())
	}
}

// readLine reads up to the end of a line and no further: what comes after belongs to the next question.
func readLine(r io.Reader) (string, error) {
	var line []byte
	var one [1]byte
	for {
		n, err := r.Read(one[:])
		if n == 1 {
			if one[0] == '\n' {
				return strings.TrimSuffix(string(line), "\r"), nil
			}
			line = append(line, one[0])
			if len(line) > largestInput {
				return "", tooLong("line")
			}
		}
		if err != nil {
			if len(line) > 0 && errors.Is(err, io.EOF) {
				return string(line), nil
			}
			return "", err
		}
	}
}

// yes asks whether to go on. Off a terminal, and without --yes, that is an error of usage.
func (a *app) yes(ctx context.Context, question string) (bool, error) {
	if !a.canPrompt() {
		return false, usagef("Say --yes.", "there is no terminal to ask on: %s", question)
	}
	fmt.Fprint(a.stderr, a.paint("", question)+" [y/N] ")
	line, err := a.typed(ctx, func() (string, error) { return readLine(a.stdin) })
	if err != nil {
		if ctx.Err() != nil {
			return false, err
		}
		line = "" // no line is no yes
	}
	if !strings.EqualFold(strings.TrimSpace(line), "y") {
		a.note("Nothing was changed.")
		return false, nil
	}
	return true, nil
}
