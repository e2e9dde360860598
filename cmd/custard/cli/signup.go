package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
)

func newSignup(a *app) *cobra.Command {
	var with passwordFlags
	var name, organisation string
	var resend bool
	cmd := &cobra.Command{
		Use:   "signup",
		Short: "Make an account on a server",
		Long: `Makes an account and an organisation on a server. The server sends a link to the address; once it was opened, sign
in with 'custard login'. Who was invited into an organisation follows the link of the invitation instead.`,
		Example: `  custard signup --server https://custard.example
  pass show custard | custard signup --email me@example.com --name Me --organisation Acme --password-stdin
  custard signup --resend --email me@example.com`,
		Args: arguments(0, 0, ""),
	}
	with.flags(cmd)
	cmd.Flags().StringVar(&name, "name", "", "your `name`")
	cmd.Flags().StringVar(&organisation, "organisation", "", "the `name` of the new organisation")
	cmd.Flags().BoolVar(&resend, "resend", false, "only send the link again, to --email")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		c, err := a.loginClient()
		if err != nil {
			return err
		}
		if resend {
			if with.email == "" {
				return usagef("Say --email.", "there is no address to send the link to")
			}
			if err := c.ResendVerification(ctx, with.email); err != nil {
				return err
			}
			a.note(a.paint("", "If "+with.email+" waits to be verified, a new link was sent to it."))
			return nil
		}
		s := client.Signup{Name: name, Organisation: organisation}
		if s.Name == "" {
			if s.Name, err = a.prompt(ctx, "your name", "--name"); err != nil {
				return err
			}
		}
		if s.Organisation == "" {
			if s.Organisation, err = a.prompt(ctx, "organisation", "--organisation"); err != nil {
				return err
			}
		}
		if s.Email, s.Password, err = with.read(ctx, a, true); err != nil {
			return err
		}
		spin := a.spin("signing up")
		err = c.Signup(ctx, s)
		spin.stop()
		if err != nil {
			return err
		}
		if err := a.logins().Remember(c.Address()); err != nil {
			return err
		}
		a.note(a.paint("", "A link was sent to "+strings.TrimSpace(s.Email)+". Open it, then sign in: custard login"))
		return nil
	}
	return cmd
}
