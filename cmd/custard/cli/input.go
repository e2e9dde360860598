package cli

import (
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/custard-ai/custard/internal/custard"
)

// largestInput is how many bytes a question or statement may have.
const largestInput = 16 << 10

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
	if len(text) > largestInput {
		return "", tooLong(what)
	}
	if text = strings.TrimSpace(text); text == "" {
		return "", usagef("Write it behind the command, or pipe it in.", "there is no %s", what)
	}
	if !utf8.ValidString(text) {
		return "", usagef("Save it as UTF-8.", "the %s is no UTF-8 text", what)
	}
	return text, nil
}

func readAll(r io.Reader, what string) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, largestInput+1))
	if err != nil {
		return "", custard.Errorf(custard.CodeFailed, "cannot read the %s: %w", what, err)
	}
	if len(text) > largestInput {
		return "", tooLong(what)
	}
	return string(text), nil
}

func tooLong(what string) error {
	return usagef("16 KiB are the most that is read.", "the %s is too long", what)
}
