package cli

import (
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/term"

	"github.com/custard-ai/custard/internal/output"
)

// screens says what each stream is connected to.
type screens struct {
	in     bool // standard input is a terminal
	out    output.Screen
	height int // lines of standard output's terminal
	err    output.Screen
	dumb   bool // escapes are not obeyed
}

func findScreens(stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) screens {
	s := screens{dumb: getenv("TERM") == "dumb" || (runtime.GOOS == "windows" && !escapesOnWindows(getenv))}
	if f, ok := stdin.(*os.File); ok {
		s.in = term.IsTerminal(int(f.Fd()))
	}
	color := getenv("NO_COLOR") == "" && !s.dumb
	force := getenv("CLICOLOR_FORCE") != "" && getenv("CLICOLOR_FORCE") != "0" && getenv("NO_COLOR") == ""
	unicode := utf8Locale(getenv)
	look := func(w io.Writer) (screen output.Screen, height int) {
		screen = output.Screen{Unicode: unicode, Color: force}
		f, ok := w.(*os.File)
		if !ok || !term.IsTerminal(int(f.Fd())) {
			return screen, 0
		}
		screen.Color = color || force
		width, height, err := term.GetSize(int(f.Fd()))
		if err != nil || width <= 0 {
			width, height = 80, 24
			if n, err := strconv.Atoi(getenv("COLUMNS")); err == nil && n > 0 {
				width = n
			}
		}
		screen.Width = width
		return screen, height
	}
	s.out, s.height = look(stdout)
	s.err, _ = look(stderr)
	return s
}

// escapesOnWindows says whether the console obeys escapes: Windows Terminal and the terminals from elsewhere do and say
// so, the old console does not by itself.
func escapesOnWindows(getenv func(string) string) bool {
	return getenv("WT_SESSION") != "" || getenv("TERM") != "" || getenv("ConEmuANSI") == "ON" || getenv("ANSICON") != ""
}

// utf8Locale says whether the locale shows characters beyond ASCII.
func utf8Locale(getenv func(string) string) bool {
	for _, name := range [...]string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToLower(getenv(name)); value != "" {
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return runtime.GOOS == "darwin" || runtime.GOOS == "windows"
}

// noColor takes colours back, for --no-color.
func (s *screens) noColor() { s.out.Color, s.err.Color = false, false }
