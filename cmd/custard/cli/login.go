package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
)

// passwordFlags are how an e-mail and a password are given.
type passwordFlags struct {
	email string
	stdin bool
}

func (f *passwordFlags) flags(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&f.email, "email", "", "the `address` of the account")
	cmd.Flags().BoolVar(&f.stdin, "password-stdin", false, "read the password from standard input")
}

// read returns the e-mail and the password, asking on a terminal for what is not given. twice asks again for a new password.
func (f *passwordFlags) read(ctx context.Context, a *app, twice bool) (email, password string, err error) {
	email = f.email
	if email == "" {
		if f.stdin {
			return "", "", usagef("Say it with --email.", "there is no e-mail address")
		}
		if email, err = a.prompt(ctx, "e-mail", "--email"); err != nil {
			return "", "", err
		}
	}
	if f.stdin {
		if password, err = readLine(a.stdin); err != nil || password == "" {
			return "", "", usagef("Pipe it in: pass show custard | custard login --email … --password-stdin", "there is no password on standard input")
		}
		return email, password, nil
	}
	if password, err = a.promptPassword(ctx, "password"); err != nil {
		return "", "", err
	}
	if password == "" {
		return "", "", usagef("Type it, or pipe it in with --password-stdin.", "there is no password")
	}
	if twice {
		again, err := a.promptPassword(ctx, "the same again")
		if err != nil {
			return "", "", err
		}
		if again != password {
			return "", "", usagef("Begin again.", "the two passwords differ")
		}
	}
	return email, password, nil
}

func newLogin(a *app) *cobra.Command {
	var with passwordFlags
	var device bool
	var organisation string
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Sign in to a server",
		Long: `Signs in to a server, which --server names the first time and is remembered for this profile. The e-mail address and
the password are asked for; with --device they are typed into a browser instead, on this machine or another.

The login is kept in the system's keyring, else in a file that you alone may read. For scripts and CI make an API key
with 'custard keys create' and set CUSTARD_TOKEN to it.`,
		Example: `  custard login --server https://custard.example
  custard login --device
  pass show custard | custard login --email me@example.com --password-stdin`,
		Args: arguments(0, 0, ""),
	}
	with.flags(cmd)
	cmd.Flags().BoolVar(&device, "device", false, "approve the login in a browser")
	cmd.Flags().StringVar(&organisation, "organisation", "", "sign in to the organisation of this `name`, where you are in several")
	cmd.MarkFlagsMutuallyExclusive("device", "email")
	cmd.MarkFlagsMutuallyExclusive("device", "password-stdin")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		c, err := a.loginClient()
		if err != nil {
			return err
		}
		var login client.Login
		if device {
			if login, err = a.loginDevice(ctx, c); err == nil && organisation != "" {
				login, err = c.SwitchOrganisation(ctx, organisation)
			}
		} else {
			login, err = a.loginPassword(ctx, c, &with, organisation)
		}
		if err != nil {
			return err
		}
		return a.loggedIn(c, login)
	}
	return cmd
}

// loginClient returns a client whose tokens are kept, whatever the environment holds.
func (a *app) loginClient() (*client.Client, error) {
	address, err := a.server()
	if err != nil {
		return nil, err
	}
	return client.New(client.Config{
		BaseURL: address, AllowHTTP: a.cfg.InsecureHTTP, UserAgent: "custard/" + a.version, Now: a.clock, Logger: a.log(),
		Tokens: a.logins().For(address),
	})
}

func (a *app) loginPassword(ctx context.Context, c *client.Client, with *passwordFlags, organisation string) (client.Login, error) {
	email, password, err := with.read(ctx, a, false)
	if err != nil {
		return client.Login{}, err
	}
	spin := a.spin("signing in")
	defer spin.stop()
	return c.Login(ctx, client.Credentials{Email: email, Password: password, Organisation: organisation})
}

func (a *app) loginDevice(ctx context.Context, c *client.Client) (client.Login, error) {
	name := "custard"
	if host, err := os.Hostname(); err == nil {
		name += " on " + host
	}
	d, err := c.BeginDevice(ctx, name)
	if err != nil {
		return client.Login{}, err
	}
	page := d.PageForCode
	if page == "" {
		page = d.Page
	}
	// What must be read to go on is said with --quiet too.
	fmt.Fprintf(a.stderr, "Open %s\nand see that it shows the code %s, or type it there.\n", a.paint(bold, page), a.paint(bold, d.UserCode))
	spin := a.spin("waiting for the approval")
	defer spin.stop()
	return c.AwaitDevice(ctx, d)
}

// loggedIn remembers the server, and says who is signed in where.
func (a *app) loggedIn(c *client.Client, login client.Login) error {
	logins := a.logins()
	if err := logins.Remember(c.Address()); err != nil {
		return err
	}
	who := login.User.Email
	if login.Organisation.Name != "" {
		who += " (" + login.Organisation.Name + ", " + login.Role + ")"
	}
	a.note(a.paint("", "Signed in to "+c.Address()+" as "+who+"."))
	where, err := logins.For(c.Address()).Where()
	if err != nil {
		return err
	}
	a.note(a.paint(dim, "The login is kept in "+where+"."))
	if a.apiKey() != "" {
		a.warn("CUSTARD_TOKEN is set, which wins over this login")
	}
	if from := a.cfg.From("server"); from != "" {
		if other, err := client.ParseAddress(a.cfg.Server); err == nil && other.String() != c.Address() {
			a.warn(from + " sets server, which wins over this one")
		}
	}
	return nil
}
