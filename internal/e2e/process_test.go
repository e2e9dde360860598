package e2e

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// process is a program that a script has started and not waited for. What it writes goes to a file.
type process struct {
	cmd  *exec.Cmd
	log  string
	once sync.Once
	err  error
}

// startProcess starts a program with an environment.
func startProcess(dir, log string, env []string, program string, args ...string) (*process, error) {
	path := program
	for _, v := range env {
		if folders, ok := strings.CutPrefix(v, "PATH="); ok {
			path = find(program, folders)
		}
	}
	out, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer out.Close() // the process has its own
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, env, out, out
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &process{cmd: cmd, log: log}, nil
}

func find(program, folders string) string {
	for _, dir := range filepath.SplitList(folders) {
		path := filepath.Join(dir, program)
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path
		}
	}
	return program
}

// stop asks the process to end as an operator does, and waits for it.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	return p.wait()
}

// wait waits until the process has ended.
func (p *process) wait() error {
	p.once.Do(func() {
		ended := make(chan error, 1)
		go func() { ended <- p.cmd.Wait() }()
		select {
		case p.err = <-ended:
		case <-time.After(patience):
			_ = p.cmd.Process.Kill() // so that the test ends
			<-ended
			p.err = fmt.Errorf("%s does not end", p.cmd.Path)
		}
	})
	return p.err
}

// await waits until the process has written what the pattern matches, and returns the match and its groups.
func (p *process) await(pattern *regexp.Regexp) ([]string, error) {
	deadline := time.Now().Add(patience)
	for {
		text, err := os.ReadFile(p.log)
		if err != nil {
			return nil, err
		}
		if match := pattern.FindStringSubmatch(string(text)); match != nil {
			return match, nil
		}
		if p.cmd.ProcessState != nil || time.Now().After(deadline) {
			return nil, fmt.Errorf("%s has not written %s:\n%s", filepath.Base(p.cmd.Path), pattern, text)
		}
		time.Sleep(5 * time.Millisecond) // a file tells nobody that it has grown
	}
}

// processes are those of one script.
type processes map[string]*process

type processesKey struct{}

// withProcesses lets a script start processes, and stops those that are left when it ends.
func withProcesses(env *testscript.Env) processes {
	all := processes{}
	env.Values[processesKey{}] = all
	env.Defer(func() {
		for _, p := range all {
			_ = p.stop() // the script has said what must hold
		}
	})
	return all
}

func running1(ts *testscript.TestScript, name string) *process {
	all, _ := ts.Value(processesKey{}).(processes)
	p := all[name]
	if p == nil {
		ts.Fatalf("there is no process %q", name)
	}
	return p
}

// processCommands are the commands of scripts about processes.
func processCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		// start NAME PROGRAM ARG…: runs a program beside the script; what it writes goes to NAME.log.
		"start": func(ts *testscript.TestScript, _ bool, args []string) {
			if len(args) < 2 {
				ts.Fatalf("usage: start NAME PROGRAM ARG…")
			}
			all, _ := ts.Value(processesKey{}).(processes)
			env := strings.Split(ts.Getenv("EXPORTED"), " ")
			vars := make([]string, 0, len(env))
			for _, name := range env {
				if value := ts.Getenv(name); value != "" {
					vars = append(vars, name+"="+value)
				}
			}
			p, err := startProcess(ts.MkAbs("."), ts.MkAbs(args[0]+".log"), vars, args[1], args[2:]...)
			ts.Check(err)
			all[args[0]] = p
		},
		// stop NAME: ends a process as an operator does; it must end well.
		"stop": func(ts *testscript.TestScript, _ bool, args []string) {
			ts.Check(running1(ts, args[0]).stop())
		},
		// crash NAME: ends a process without a word.
		"crash": func(ts *testscript.TestScript, _ bool, args []string) {
			p := running1(ts, args[0])
			ts.Check(p.cmd.Process.Kill())
			_ = p.wait() // it says that it was killed
		},
		// ended NAME CODE: waits until the process has ended by itself, with that exit code.
		"ended": func(ts *testscript.TestScript, _ bool, args []string) {
			p := running1(ts, args[0])
			err := p.wait()
			code := 0
			if exit, ok := errors.AsType[*exec.ExitError](err); ok {
				code = exit.ExitCode()
			} else {
				ts.Check(err)
			}
			if strconv.Itoa(code) != args[1] {
				ts.Fatalf("%s ended with exit code %d, want %s:\n%s", args[0], code, args[1], ts.ReadFile(args[0]+".log"))
			}
		},
		// await NAME PATTERN [VAR]: waits until the process has written that; the pattern's group goes to the variable.
		"await": func(ts *testscript.TestScript, _ bool, args []string) {
			match, err := running1(ts, args[0]).await(regexp.MustCompile(args[1]))
			ts.Check(err)
			if len(args) > 2 {
				ts.Setenv(args[2], match[1])
			}
		},
		// capture VAR FILE PATTERN: the pattern's group in the file (or stdout) goes to the variable.
		"capture": func(ts *testscript.TestScript, _ bool, args []string) {
			match := regexp.MustCompile(args[2]).FindStringSubmatch(ts.ReadFile(args[1]))
			if match == nil {
				ts.Fatalf("%s holds no %s", args[1], args[2])
			}
			ts.Setenv(args[0], match[1])
		},
		// rewrite FILE PATTERN TEXT: replaces what the pattern matches in a file.
		"rewrite": func(ts *testscript.TestScript, _ bool, args []string) {
			text := regexp.MustCompile(args[1]).ReplaceAllString(ts.ReadFile(args[0]), args[2])
			ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
		},
		// until PATTERN PROGRAM ARG…: runs a program again and again until what it writes matches.
		"until": func(ts *testscript.TestScript, _ bool, args []string) {
			pattern := regexp.MustCompile(args[0])
			for deadline := time.Now().Add(patience); ; {
				ts.Check(ts.Exec(args[1], args[2:]...))
				if pattern.MatchString(ts.ReadFile("stdout")) {
					return
				}
				if time.Now().After(deadline) {
					ts.Fatalf("no match for %s", args[0])
				}
			}
		},
		// same FILE1 TEXT1 FILE2 TEXT2: the files are the same but for these texts.
		"same": func(ts *testscript.TestScript, _ bool, args []string) {
			first := strings.ReplaceAll(ts.ReadFile(args[0]), args[1], "…")
			second := strings.ReplaceAll(ts.ReadFile(args[2]), args[3], "…")
			if first != second {
				ts.Fatalf("%s and %s differ:\n%s\n%s", args[0], args[2], first, second)
			}
		},
		// open URL NAME=VALUE…: opens a link in a browser and submits the forms that its pages show, filled with the values.
		"open": func(ts *testscript.TestScript, _ bool, args []string) {
			values := url.Values{}
			for _, arg := range args[1:] {
				name, value, _ := strings.Cut(arg, "=")
				values.Set(name, value)
			}
			page, err := browse(args[0], values)
			ts.Check(err)
			ts.Logf("%s", strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")), " "))
		},
	}
}
