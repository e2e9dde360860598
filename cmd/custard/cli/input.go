package cli

import (
	"io"
	"os"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// largestInput is more than any question or statement may have; the checks have a smaller limit of their own.
const largestInput = 1 << 20

// input returns the words of a question or statement: the arguments, a file, or standard input where it is a pipe or '-'.
func (a *app) input(args []string, file, what string) (string, error) {
	text := strings.Join(args, " ")
	switch {
	case file != "" && len(args) > 0:
		return "", usagef("Leave one of them out.", "both -f and a %s were given", what)
	case file != "" && file != "-":
		f, err := os.Open(file)
		if err != nil {
			return "", custard.Errorf(custard.CodeUsage, "cannot read %s: %w", file, err).WithHint("Check the name that was given with -f.")
		}
		defer f.Close() // it was only read
		if text, err = readAll(f, what); err != nil {
			return "", err
		}
	case file == "-" || text == "-" || (len(args) == 0 && !a.screen.in):
		var err error
		if text, err = readAll(a.stdin, what); err != nil {
			return "", err
		}
	}
	if text = strings.TrimSpace(text); text == "" {
		return "", usagef("Write it behind the command, or pipe it in.", "there is no %s", what)
	}
	return text, nil
}

func readAll(r io.Reader, what string) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, largestInput+1))
	if err != nil {
		return "", custard.Errorf(custard.CodeFailed, "cannot read the %s: %w", what, err)
	}
	if len(text) > largestInput {
		return "", usagef("A "+what+" may have 16 KiB at most.", "the %s is too long", what)
	}
	return string(text), nil
}
