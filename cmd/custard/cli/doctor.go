package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

func newDoctor(a *app) *cobra.Command {
	var c choice
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check configuration, folders, server, database and engine",
		Long: `Checks what an answer depends on, one line each: ok, or what to do. The exit code is that of the first thing that
is not well.`,
		Example: "  custard doctor\n  custard doctor -c prod",
		Args:    arguments(0, 0, ""),
	}
	c.flags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		d := &doctor{app: a}
		d.check("custard", func() (string, error) {
			return a.version + ", " + runtime.Version() + ", " + runtime.GOOS + "/" + runtime.GOARCH, nil
		})
		d.check("configuration", d.configuration)
		d.check("data folder", d.folder)
		d.check("connections", func() (string, error) {
			list, err := a.store().Connections(ctx)
			return count(int64(len(list)), "connection"), err
		})
		d.check("history", func() (string, error) {
			entries, err := a.store().History(ctx, "", 0)
			if len(entries) == 1 {
				return "1 entry", err
			}
			return count(int64(len(entries)), "entrie"), err
		})
		if a.cfg != nil {
			d.server(ctx)
			d.check("database", func() (string, error) { return d.database(ctx, c) })
			d.check("engine", func() (string, error) { return a.checkEngines(ctx) })
		}
		d.check("terminal", d.terminal)
		return d.first
	}
	return cmd
}

type doctor struct {
	app   *app
	first error
}

// check writes one line about one thing.
func (d *doctor) check(what string, look func() (string, error)) {
	text, err := look()
	state := "ok"
	color := "\x1b[32m"
	if err != nil {
		e := custard.AsError(err)
		state, color, text = "!!", red, e.Message
		if e.Hint != "" {
			text += ". " + strings.ReplaceAll(strings.TrimSpace(e.Hint), "\n", " ")
		}
		if d.first == nil {
			d.first = custard.Errorf(e.Code, "%s is not well", what)
		}
	}
	if d.app.screen.out.Color {
		state = color + state + reset
	}
	fmt.Fprintf(d.app.stdout, "%s  %-14s %s\n", state, what, output.Shown(text))
}

func (d *doctor) configuration() (string, error) {
	cfg, err := d.app.config()
	if err != nil {
		return "", err
	}
	if len(cfg.Files) == 0 {
		return "no files, defaults hold", nil
	}
	return strings.Join(cfg.Files, ", "), nil
}

func (d *doctor) folder() (string, error) {
	folder := d.app.folders.Data
	if folder == "" {
		return "", usagef("Set HOME, XDG_DATA_HOME or CUSTARD_HOME.", "there is none, so nothing can be kept")
	}
	err := os.MkdirAll(folder, 0o700)
	if err == nil {
		var f *os.File
		if f, err = os.CreateTemp(folder, "doctor.*"); err == nil {
			err = errors.Join(f.Close(), os.Remove(f.Name()))
		}
	}
	if err != nil {
		return "", custard.Errorf(custard.CodeFailed, "%s cannot be written: %w", folder, err).
			WithHint("Check its rights and the disk's free space, or choose another with CUSTARD_HOME.")
	}
	return folder, nil
}

func (d *doctor) database(ctx context.Context, c choice) (string, error) {
	t, err := d.app.target(ctx, c)
	if err != nil {
		if e := custard.AsError(err); c == (choice{}) && e.Code == custard.CodeUsage && d.app.cfg.Connection == "" {
			return "none chosen yet (" + e.Hint + ")", nil
		}
		return "", err
	}
	if t.server != nil {
		return d.hosted(ctx, t)
	}
	db, err := d.app.open(ctx, t)
	if err != nil {
		return "", err
	}
	defer func() { _ = db.close() }() // it was only read
	schema, err := db.source.Schema(ctx, false)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("%s (%s), %s", t.label, db.driver.Dialect(), count(int64(len(schema.Tables)), "table"))
	p, err := db.conn.Privileges(ctx)
	if err != nil {
		return "", err
	}
	if len(p.Excess) > 0 {
		text += fmt.Sprintf("; the role %s %s: see `custard connections test`", p.Role, strings.Join(p.Excess, ", "))
	}
	return text, nil
}

// server looks whether the server answers, and whether the login there is good, where there is a server.
func (d *doctor) server(ctx context.Context) {
	address, err := d.app.server()
	if err == nil && address == "" {
		return
	}
	var c *client.Client
	d.check("server", func() (string, error) {
		if err != nil {
			return "", err
		}
		if c, err = d.app.client(); err != nil {
			return "", err
		}
		if err := c.Health(ctx); err != nil {
			c = nil
			return "", err
		}
		return address, nil
	})
	if c == nil {
		return
	}
	d.check("login", func() (string, error) {
		in, err := d.app.signedIn()
		if err != nil {
			return "", err
		}
		if in == nil {
			return "nobody is signed in (custard login)", nil
		}
		me, err := in.Me(ctx)
		if err != nil {
			return "", err
		}
		text := me.User.Email + ", " + me.Role + " of " + me.Organisation.Name
		if me.Key != nil {
			text = "API key " + me.Key.Name + " of " + text
		}
		return text, nil
	})
}

// hosted looks at a connection of the server: its agent, its database, what the role may do.
func (d *doctor) hosted(ctx context.Context, t target) (string, error) {
	checks, err := t.server.Test(ctx, t.label)
	if err != nil {
		return "", d.app.noHosted(ctx, t.server, t.label, err)
	}
	if err := failedCheck(checks); err != nil {
		return "", err
	}
	parts := []string{t.label + " at " + t.server.Address()}
	for _, c := range checks {
		parts = append(parts, c.Name+": "+c.Detail)
	}
	return strings.Join(parts, "; "), nil
}

func (d *doctor) terminal() (string, error) {
	s := d.app.screen
	parts := []string{"no terminal"}
	if s.out.Terminal() {
		parts = []string{fmt.Sprintf("%d×%d", s.out.Width, s.height)}
	}
	for _, has := range []struct {
		yes  bool
		name string
	}{{s.out.Unicode, "Unicode"}, {s.out.Color, "colours"}} {
		if has.yes {
			parts = append(parts, has.name)
		} else {
			parts = append(parts, "no "+has.name)
		}
	}
	if program, _ := d.app.pagerProgram(); len(program) > 0 {
		parts = append(parts, "pager "+filepath.Base(program[0]))
	}
	return strings.Join(parts, ", "), nil
}
