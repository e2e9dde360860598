package cli

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/client/credentials"
	"github.com/custard-ai/custard/internal/custard"
)

// What goes over the network: which server, as whom. Nothing here is made before a command needs it.

// logins is where this profile's logins are kept.
func (a *app) logins() *credentials.Store {
	return credentials.Open(a.folders.Config, a.profile(), credentials.System(a.getenv))
}

func (a *app) profile() string {
	if a.global.profile != "" {
		return a.global.profile
	}
	return a.getenv("CUSTARD_PROFILE")
}

// apiKey returns the key that the environment holds, which beats a login.
func (a *app) apiKey() string { return strings.TrimSpace(a.getenv("CUSTARD_TOKEN")) }

// server returns the address of the server: the flag's, the configuration's, else the one that this profile signed in to
// last; "" where there is none.
func (a *app) server() (string, error) {
	cfg, err := a.config()
	if err != nil {
		return "", err
	}
	address := cfg.Server
	if address == "" {
		if address, err = a.logins().Server(); err != nil || address == "" {
			return "", err
		}
	}
	u, err := client.ParseAddress(address)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

// client returns the server's client, made once. CodeUsage where no server is chosen.
func (a *app) client() (*client.Client, error) {
	if a.remote != nil {
		return a.remote, nil
	}
	address, err := a.server()
	if err != nil {
		return nil, err
	}
	cfg := client.Config{
		BaseURL: address, AllowHTTP: a.cfg.InsecureHTTP, UserAgent: "custard/" + a.version, Now: a.clock, Logger: a.log(),
		Tokens: a.logins().For(address),
	}
	if key := a.apiKey(); key != "" {
		cfg.Tokens = client.Key(key)
	}
	a.remote, err = client.New(cfg)
	return a.remote, err
}

// signedIn returns the server's client where there is a server and a login or API key for it, else nil. It asks neither the
// server nor the keyring.
func (a *app) signedIn() (*client.Client, error) {
	address, err := a.server()
	if err != nil || address == "" {
		return nil, err
	}
	if a.apiKey() == "" {
		if in, err := a.logins().For(address).SignedIn(); err != nil || !in {
			return nil, err
		}
	}
	return a.client()
}

// needServer returns the server's client for a command that works with a server alone.
func (a *app) needServer() (*client.Client, error) {
	if _, err := a.config(); err != nil {
		return nil, err
	}
	return a.client()
}

// serverFlag says whether the command line names a server: then a connection is looked up there alone.
func (a *app) serverFlag() bool { return a.global.server != "" }

// hostedTarget is a connection of the server.
func hostedTarget(c *client.Client, name string) target { return target{label: name, server: c} }

// hostedDatabase is a connection of the server as a place that can be asked.
type hostedDatabase struct {
	target
	app *app
}

func (h *hostedDatabase) asker() custard.Asker { return hostedAsker{h} }

// hostedAsker asks the server as this machine would ask: 'today' is what the clock here says, in the zone here.
type hostedAsker struct{ *hostedDatabase }

func (h hostedAsker) Ask(ctx context.Context, req custard.Request) iter.Seq2[custard.Event, error] {
	if req.Now.IsZero() {
		req.Now = h.app.clock()
	}
	return func(yield func(custard.Event, error) bool) {
		for event, err := range h.server.Ask(ctx, req) {
			if err != nil {
				err = h.app.noHosted(ctx, h.server, h.label, err)
			}
			if !yield(event, err) {
				return
			}
		}
	}
}

func (h *hostedDatabase) schema(ctx context.Context, refresh bool) (*custard.Schema, error) {
	s, err := h.server.Schema(ctx, h.label, refresh)
	if err != nil {
		return nil, h.app.noHosted(ctx, h.server, h.label, err)
	}
	return s, nil
}

func (h *hostedDatabase) history() (custard.Catalog, bool) { return h.server, true }

func (h *hostedDatabase) close() error { return nil }

// noHosted makes the error of a connection that the server does not know one of usage, which names those that there are.
func (a *app) noHosted(ctx context.Context, server *client.Client, name string, err error) error {
	e := custard.AsError(err)
	if e == nil || e.Code != custard.CodeNotFound {
		return err
	}
	var names []string
	if list, err := a.store().Connections(ctx); err == nil && !a.serverFlag() {
		for _, c := range list {
			names = append(names, c.Name)
		}
	}
	if list, err := server.Connections(ctx); err == nil { // without it the error is as good as before
		for _, c := range list {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	hint := "There is none yet: add one with `custard connections add NAME DSN`, or with --hosted."
	if len(names) > 0 {
		hint = "There is: " + strings.Join(slices.Compact(names), ", ") + "."
	}
	missing := custard.Errorf(custard.CodeNotFound, "there is no connection %q", name)
	missing.Cause = e
	return &chooseError{err: missing.WithHint("%s", hint), usage: true}
}
