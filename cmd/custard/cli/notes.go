package cli

import (
	"fmt"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

// What goes to standard error: the query, notes, warnings, errors. Nothing here is data.

const (
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
	reset  = "\x1b[0m"
)

// paint returns a text for standard error in a colour where it has colours. Control characters in it are shown.
func (a *app) paint(sgr, text string) string {
	text = output.Shown(text)
	if !a.screen.err.Color || text == "" {
		return text
	}
	return sgr + text + reset
}

// note writes a line of information, unless --quiet.
func (a *app) note(text string) {
	if !a.quiet() {
		fmt.Fprintln(a.stderr, text)
	}
}

// print writes a line of data that a server sent on standard output; what a terminal would obey is shown, not sent.
func (a *app) print(text string) error {
	if a.screen.out.Terminal() {
		text = output.Shown(text)
	}
	_, err := fmt.Fprintln(a.stdout, text)
	return err
}

// wrap breaks a line for standard error between words, where that is a terminal.
func (a *app) wrap(text, indent string) string { return output.Wrap(text, a.screen.err.Width, indent) }

// mark returns a character where the locale has it, else its stand-in.
func (a *app) mark(unicode, ascii string) string {
	if a.screen.err.Unicode {
		return unicode
	}
	return ascii
}

func (a *app) warn(text string) {
	a.log().Warn("warning", "text", text)
	a.note(a.wrap(a.paint(yellow, "warning:")+" "+output.Shown(text), "  "))
}

// shorten cuts a message that repeats a long text of the user's.
func shorten(message string) string {
	const longest = 2000
	if len(message) <= longest {
		return message
	}
	return strings.ToValidUTF8(message[:longest], "") + " [...]"
}

func (a *app) printError(e *custard.Error, choices []string) {
	fmt.Fprintln(a.stderr, a.wrap(a.paint(red, "custard:")+" "+shorten(output.Shown(e.Message)), "  "))
	for i, c := range choices {
		fmt.Fprintf(a.stderr, "  %d. %s\n", i+1, output.Shown(c))
	}
	if e.Hint != "" {
		for line := range strings.Lines(strings.TrimSpace(e.Hint)) {
			fmt.Fprintln(a.stderr, a.wrap("  "+a.paint(dim, strings.TrimSuffix(line, "\n")), "  "))
		}
	}
}
