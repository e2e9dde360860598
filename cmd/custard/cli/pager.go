package cli

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
)

// pager holds a result back until it is longer than the screen, then hands it to a program that turns pages.
// A result that is shorter goes out when the pager is closed.
type pager struct {
	out     io.Writer
	program []string
	env     []string
	height  int
	errs    io.Writer

	held  []byte
	lines int
	cmd   *exec.Cmd
	pipe  io.WriteCloser
	plain bool // no pager could be started: straight to the output
}

// page returns where a result is written to: a pager on a terminal, else standard output. finish must be called.
func (a *app) page() (w io.Writer, finish func() error) {
	program, env := a.pagerProgram()
	if !a.screen.out.Terminal() || a.screen.dumb || len(program) == 0 {
		return a.stdout, func() error { return a.stdout.err }
	}
	p := &pager{out: a.stdout, program: program, env: env, height: a.screen.height, errs: a.stderr}
	first := &firstError{w: p}
	return first, func() error {
		if err := p.close(); err != nil {
			return err
		}
		return first.err
	}
}

// pagerProgram returns the pager's words: CUSTARD_PAGER (or the configuration's), else PAGER, else less.
func (a *app) pagerProgram() (program, env []string) {
	command, given := "", false
	if a.cfg != nil && a.cfg.From("pager") != "" {
		command, given = a.cfg.Pager, true
	}
	if !given {
		if command = a.getenv("PAGER"); command == "" {
			command = "less -FRSX"
		}
	}
	program = strings.Fields(command)
	if len(program) == 0 || program[0] == "cat" {
		return nil, nil
	}
	if a.getenv("LESS") == "" { // as git does: colours pass, long lines are cut, short results do not clear the screen
		env = append(env, "LESS=FRSX")
	}
	return program, env
}

func (p *pager) Write(b []byte) (int, error) {
	switch {
	case p.plain:
		return p.out.Write(b)
	case p.pipe != nil:
		return p.pipe.Write(b)
	}
	p.held = append(p.held, b...)
	p.lines += bytes.Count(b, []byte{'\n'})
	if p.lines < p.height-1 {
		return len(b), nil
	}
	if err := p.start(); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (p *pager) start() error {
	f, ok := p.out.(*firstError)
	stdout := p.out
	if ok {
		stdout = f.w
	}
	path, err := exec.LookPath(p.program[0])
	if err == nil {
		p.cmd = exec.Command(path, p.program[1:]...) //nolint:noctx // the user's own choice; it ends when the user leaves it
		p.cmd.Env = append(os.Environ(), p.env...)
		p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = nil, stdout, p.errs
		p.pipe, err = p.cmd.StdinPipe()
	}
	if err == nil {
		err = p.cmd.Start()
	}
	held := p.held
	p.held = nil
	if err != nil { // a pager that is not there is no reason to show nothing
		p.plain, p.pipe, p.cmd = true, nil, nil
		_, err = p.out.Write(held)
		return err
	}
	_, err = p.pipe.Write(held)
	return err
}

// close shows what was held back, or waits until the pager is left.
func (p *pager) close() error {
	if p.cmd == nil {
		held := p.held
		p.held = nil
		_, err := p.out.Write(held)
		return err
	}
	_ = p.pipe.Close() // a pager that was left early has closed it
	_ = p.cmd.Wait()   // how a pager ends says nothing about the result
	return nil
}
