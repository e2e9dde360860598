package e2e

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clipperhouse/displaywidth"
	"github.com/creack/pty"

	"github.com/custard-ai/custard/internal/pgtest"
)

// terminal is a program on a terminal of its own.
type terminal struct {
	t    *testing.T
	cmd  *exec.Cmd
	pty  *os.File
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
	done chan struct{}
}

// start runs custard on a terminal of that size. The environment is added to a small one.
func start(t *testing.T, columns, lines uint16, env []string, args ...string) *terminal {
	t.Helper()
	home := t.TempDir()
	cmd := exec.Command("custard", args...)
	cmd.Dir = home
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "CUSTARD_HOME=" + filepath.Join(home, "custard"), "CUSTARD_NOW=" + today,
		"TERM=xterm-256color", "LANG=C.UTF-8", "TZ=UTC",
	}, env...)
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: columns, Rows: lines})
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, cmd: cmd, pty: f, more: make(chan struct{}, 1), done: make(chan struct{})}
	go term.read()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it has ended in every test that passes
		_ = f.Close()
	})
	return term
}

func (s *terminal) read() {
	defer close(s.done)
	buf := make([]byte, 4096)
	for {
		n, err := s.pty.Read(buf)
		s.mu.Lock()
		s.text.Write(buf[:n])
		s.mu.Unlock()
		select {
		case s.more <- struct{}{}:
		default:
		}
		if err != nil { // EIO on Linux when the program is gone
			return
		}
	}
}

func (s *terminal) screen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.ReplaceAll(s.text.String(), "\r\n", "\n")
}

// await waits until a text is on the terminal.
func (s *terminal) await(text string) {
	s.t.Helper()
	timeout := time.After(patience)
	for !strings.Contains(s.screen(), text) {
		select {
		case <-s.more:
		case <-s.done:
			if !strings.Contains(s.screen(), text) {
				s.t.Fatalf("the program ended without %q:\n%s", text, s.screen())
			}
		case <-timeout:
			s.t.Fatalf("no %q on the terminal:\n%s", text, s.screen())
		}
	}
}

func (s *terminal) send(keys string) {
	s.t.Helper()
	if _, err := io.WriteString(s.pty, keys); err != nil {
		s.t.Fatal(err)
	}
}

// exit waits for the end and returns what was shown and the exit code.
func (s *terminal) exit() (string, int) {
	s.t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- s.cmd.Wait() }()
	select {
	case err := <-ended:
		<-s.done
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			return s.screen(), exit.ExitCode()
		} else if err != nil {
			s.t.Fatal(err)
		}
		return s.screen(), 0
	case <-time.After(patience):
		s.t.Fatalf("the program does not end:\n%s", s.screen())
		return "", 0
	}
}

// bare takes the escapes out.
func bare(screen string) string {
	return regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]|\r[^\n]`).ReplaceAllString(screen, "")
}

func shopFile(t *testing.T) string {
	t.Helper()
	path, err := shop(t)()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestATerminalGetsTheWholeAnswer(t *testing.T) {
	t.Parallel()
	db := shopFile(t)
	for _, columns := range []uint16{50, 80, 132} {
		got, code := start(t, columns, 60, nil, "ask", "--db", db, "how many customers per country").exit()
		if code != 0 {
			t.Fatalf("exit code %d:\n%s", code, got)
		}
		for _, want := range []string{"\x1b[2mSELECT", "╭", "│ Germany", "█", "by country", " rows · ", "\x1b[1m"} {
			if !strings.Contains(bare(got), want) && !strings.Contains(got, want) {
				t.Errorf("%d columns: no %q on the terminal:\n%s", columns, want, got)
			}
		}
		for line := range strings.Lines(bare(got)) {
			line = strings.TrimSuffix(line, "\n")
			if strings.ContainsAny(line, "│╭╰├█") && displaywidth.String(line) > int(columns) {
				t.Errorf("%d columns: a line takes %d: %s", columns, displaywidth.String(line), line)
			}
		}
	}
}

func TestATerminalWithoutColour(t *testing.T) {
	t.Parallel()
	db := shopFile(t)
	for _, env := range []string{"NO_COLOR=1", "TERM=dumb"} {
		got, code := start(t, 80, 60, []string{env}, "ask", "--db", db, "how many customers per country").exit()
		if code != 0 || strings.Contains(strings.ReplaceAll(got, "\x1b[K", ""), "\x1b[") {
			t.Errorf("%s: exit code %d, and colours or escapes:\n%q", env, code, got)
		}
		if !strings.Contains(got, "╭") {
			t.Errorf("%s: no box:\n%s", env, got)
		}
	}
	got, _ := start(t, 80, 60, []string{"LC_ALL=C"}, "ask", "--db", db, "how many customers per country").exit()
	if strings.ContainsAny(got, "╭│█·…") || !strings.Contains(got, "+--") {
		t.Errorf("a locale without UTF-8 got:\n%s", got)
	}
}

func TestLongResultsGoThroughThePager(t *testing.T) {
	t.Parallel()
	db := shopFile(t)
	pager := filepath.Join(t.TempDir(), "pager")
	if err := os.WriteFile(pager, []byte("#!/bin/sh\necho \"PAGER $1 LESS=$LESS\"\nhead -n 3\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	long := []string{"sql", "--db", db, "select id, name from customers"}
	got, code := start(t, 80, 24, []string{"CUSTARD_PAGER=" + pager + " -x"}, long...).exit()
	if code != 0 || !strings.Contains(got, "PAGER -x LESS=FRSX") || strings.Contains(bare(got), "│  500 │") {
		t.Errorf("exit code %d, a pager that was left early shows:\n%s", code, got)
	}
	got, _ = start(t, 80, 24, []string{"PAGER=" + pager}, "sql", "--db", db, "select id, name from customers limit 5").exit()
	if strings.Contains(got, "PAGER") || !strings.Contains(bare(got), "│  5 │") {
		t.Errorf("a short result went through the pager:\n%s", got)
	}
	for _, none := range []string{"PAGER=cat", "CUSTARD_PAGER=/does/not/exist"} {
		got, code = start(t, 80, 24, []string{none}, long...).exit()
		if code != 0 || !strings.Contains(bare(got), "│  500 │") {
			t.Errorf("%s: exit code %d, the result is not there", none, code)
		}
	}
}

func TestControlC(t *testing.T) {
	t.Parallel()
	pg := pgtest.URL(t)
	pgtest.Exec(t, pg, "CREATE TABLE numbers AS SELECT n FROM generate_series(1, 100000) n")
	term := start(t, 80, 24, nil, "sql", "--db", pg, "select count(*) from numbers a, numbers b where (a.n + b.n) % 7 = 9")
	term.await("running") // the spinner
	term.send("\x03")
	got, code := term.exit()
	if code != 130 || !strings.Contains(got, "interrupted") {
		t.Errorf("exit code %d:\n%s", code, got)
	}
	if last := got[strings.LastIndex(got, "\r"):]; strings.Contains(last, "running") {
		t.Errorf("the spinner was left behind: %q", last)
	}
}

func TestQuestionsOnATerminal(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{"n\n": "Nothing was changed", "y\n": ""} {
		term := start(t, 80, 24, nil, "history", "clear")
		term.await("[y/N]")
		term.send(answer)
		if got, code := term.exit(); code != 0 || !strings.Contains(got, want) {
			t.Errorf("%q: exit code %d:\n%s", answer, code, got)
		}
	}
}

func TestNothingIsSentToATerminalByCells(t *testing.T) {
	t.Parallel()
	db := shopFile(t)
	for _, format := range []string{"table", "json", "ndjson", "csv", "tsv", "markdown", "vertical"} {
		got, code := start(t, 80, 24, []string{"NO_COLOR=1"}, "sql", "--db", db, "-q", "-o", format, "select char(27) || ']0;evil' || char(7) || char(155) as v").exit()
		if code != 0 || strings.ContainsAny(got, "\x1b\x07\u009b") || !strings.Contains(got, "evil") {
			t.Errorf("%s: exit code %d, sent %q", format, code, got)
		}
	}
}
