package cli

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

// hostedFlags are the flags of a connection that the server keeps.
type hostedFlags struct {
	hosted       bool
	dialect      string
	description  string
	engine       string
	shareResults bool
	maxRows      int64
	maxCost      float64
	noWait       bool
	out          outputFlags
}

func (f *hostedFlags) flags(cmd *cobra.Command) {
	p := cmd.Flags()
	p.BoolVar(&f.hosted, "hosted", false, "make it on the server that you are signed in to, for an agent to serve")
	p.StringVar(&f.dialect, "dialect", "", "hosted: what the database is: a `name` of "+strings.Join(dialects(), ", "))
	p.StringVar(&f.description, "description", "", "hosted: a `text` about what the database holds")
	p.StringVar(&f.engine, "default-engine", "", "hosted: what writes its queries, by `name`, where a question does not say")
	p.BoolVar(&f.shareResults, "share-results", false, "hosted: a language model may see rows, for a better summary")
	p.Int64Var(&f.maxRows, "max-rows", 0, "hosted: `rows` of one answer at the most")
	p.Float64Var(&f.maxCost, "max-cost", 0, "hosted: refuse what the database's plan says costs more than this `cost`")
	p.BoolVar(&f.noWait, "no-wait", false, "hosted: do not wait for the agent")
	f.out.flags(cmd, false)
	_ = cmd.RegisterFlagCompletionFunc("dialect", cobra.FixedCompletions(dialects(), cobra.ShellCompDirectiveNoFileComp))
}

// wanted says whether a flag asks for a hosted connection.
func (f *hostedFlags) wanted(cmd *cobra.Command) bool {
	for _, name := range [...]string{"dialect", "description", "default-engine", "share-results", "max-rows", "max-cost", "no-wait"} {
		f.hosted = f.hosted || cmd.Flags().Changed(name)
	}
	return f.hosted
}

func dialects() []string {
	var names []string
	for _, d := range custard.Served() {
		names = append(names, string(d))
	}
	return names
}

// addHosted makes a connection on the server, prints what starts its agent, and waits for it on a terminal.
func (a *app) addHosted(ctx context.Context, f *hostedFlags, args []string, use bool) error {
	format, err := f.out.chosen(a)
	if err != nil {
		return err
	}
	if len(args) > 1 {
		return usagef("Leave it out: the agent gets it, in DB_URL.", "the address of a hosted database stays with its agent")
	}
	if !custard.Dialect(f.dialect).Valid() {
		if f.dialect == "" {
			return usagef("Say --dialect with one of "+strings.Join(dialects(), ", ")+".", "a hosted connection needs a dialect")
		}
		return usagef("Choose one of "+strings.Join(dialects(), ", ")+".", "there is no dialect %q", f.dialect)
	}
	c, err := a.needServer()
	if err != nil {
		return err
	}
	if local, err := a.store().Connection(ctx, args[0]); err == nil {
		a.warn("the local connection " + local.Name + " has this name too, and is the one that is asked; --server " + c.Address() + " asks the hosted one")
	}
	added, err := c.CreateConnection(ctx, client.NewConnection{
		Name: args[0], Dialect: custard.Dialect(f.dialect), Description: f.description, Engine: f.engine,
		ShareResults: f.shareResults, MaxRows: f.maxRows, MaxCost: f.maxCost,
	})
	if err != nil {
		return err
	}
	if err := a.showAdded(&added, format); err != nil {
		return err
	}
	if use {
		if err := a.useHosted(ctx, c, added.Connection.Name); err != nil {
			return err
		}
	}
	if f.noWait || !a.screen.err.Terminal() || !a.screen.out.Terminal() {
		return nil
	}
	return a.awaitAgent(ctx, c, added.Connection.Name)
}

// showAdded prints what starts the agent on standard output, and what to do with it beside.
func (a *app) showAdded(added *client.AddedConnection, format output.Format) error {
	name := added.Connection.Name
	switch format {
	case output.JSON:
		text, err := json.MarshalIndent(added, "", "  ")
		if err != nil {
			return custard.Errorf(custard.CodeInternal, "encoding the connection: %w", err)
		}
		_, err = a.stdout.Write(append(text, '\n'))
		a.answered = err == nil
		return err
	case output.Table:
	default:
		l := newList(textField("id"), textField("name"), textField("agent_token"), textField("command"))
		l.row(added.Connection.ID, name, added.AgentToken, added.Command)
		return l.write(a, format)
	}
	a.note(a.paint("", "Added "+name+". Start its agent where the database can be reached, with the database's address as DB_URL."))
	a.note(a.paint("", "The token in this command is shown once:"))
	a.note("")
	err := a.print(strings.TrimRight(added.Command, "\n"))
	a.note("")
	return err
}

const (
	agentPoll    = time.Second
	slowPoll     = 5 * time.Second // after a minute, when somebody went to start the agent elsewhere
	fastPolls    = 60
	longestAwait = 24 * time.Hour
)

// awaitAgent waits until an agent serves the connection. An interrupt ends the waiting alone.
func (a *app) awaitAgent(ctx context.Context, c *client.Client, name string) error {
	err := a.online(ctx, c, name, longestAwait)
	if custard.AsError(err) != nil && custard.AsError(err).Code == custard.CodeCanceled {
		a.note("Not waiting any longer. `custard connections test " + name + "` says whether the agent is there.")
		return nil
	}
	if err == nil {
		a.note(a.paint("", "The agent is there. Ask: custard ask -c "+name+" \"…\""))
	}
	return err
}

// online waits so long until an agent serves a connection: CodeUnreachable where none came.
func (a *app) online(ctx context.Context, c *client.Client, name string, patience time.Duration) error {
	spin := a.spin("waiting for the agent")
	defer spin.stop()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for polls := 0; ; polls++ {
		one, err := c.HostedConnection(ctx, name)
		if err != nil {
			if e := custard.AsError(err); !e.Retry || ctx.Err() != nil {
				return err
			}
		} else if one.Online() {
			return nil
		}
		wait := agentPoll
		switch {
		case polls < 10:
			wait = agentPoll / 4
		case polls > fastPolls:
			wait = slowPoll
		}
		next := time.NewTimer(wait)
		select {
		case <-next.C:
		case <-deadline.C:
			next.Stop()
			return custard.Errorf(custard.CodeUnreachable, "no agent serves %s", name).
				WithHint("Start it where the database is; `custard-agent check` there says what is missing.")
		case <-ctx.Done():
			next.Stop()
			return custard.AsError(ctx.Err())
		}
	}
}
