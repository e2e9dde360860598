package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

func newOrg(a *app) *cobra.Command {
	c := group("org", "The organisation: members, invitations, roles",
		`Shows the organisation that you are signed in to, and who is in it. Roles, the mightiest first: owner, admin, member
(asks questions), viewer (looks at connections and history).`,
		`  custard org show
  custard org members
  custard org invite ada@example.com --role member
  custard org role ada@example.com admin`,
		newOrgShow(a), newOrgMembers(a), newOrgInvite(a), newOrgRole(a), newOrgRemove(a), newOrgRename(a), newOrgRoles(a), newOrgUse(a))
	c.Aliases = []string{"organisation", "organization"}
	return c
}

func newOrgShow(a *app) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: "show", Short: "Show the organisation and your role in it", Args: arguments(0, 0, ""),
		Example: "  custard org show\n  custard org show -o json",
	}
	out.flags(cmd, false)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		c, err := a.needServer()
		if err != nil {
			return err
		}
		o, err := c.Overview(ctx)
		if err != nil {
			return err
		}
		if format == output.Table {
			format = output.Vertical
		}
		l := newList(textField("organisation"), textField("id"), textField("role"), intField("members"), intField("connections"))
		l.row(o.Organisation.Name, o.Organisation.ID, o.Role, o.Members, o.Connections)
		return l.write(a, format)
	}
	return cmd
}

func newOrgMembers(a *app) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: "members", Short: "List who is in the organisation, and who was invited", Args: arguments(0, 0, ""),
		Example: "  custard org members\n  custard org members -o csv",
	}
	out.flags(cmd, true)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		c, err := a.needServer()
		if err != nil {
			return err
		}
		members, err := c.Members(ctx)
		if err != nil {
			return err
		}
		invited, err := c.Invitations(ctx)
		if err != nil && custard.AsError(err).Code != custard.CodeForbidden { // admins alone see them
			return err
		}
		l := newList(textField("email"), textField("name"), textField("role"), textField("state"), timeField("since"))
		for _, m := range members {
			l.row(m.Email, m.Name, m.Role, "member", shownTime(m.Joined))
		}
		for _, i := range invited {
			l.row(i.Email, orDash(""), i.Role, "invited", shownTime(i.Created))
		}
		return l.write(a, format)
	}
	return cmd
}

func newOrgInvite(a *app) *cobra.Command {
	var role string
	cmd := &cobra.Command{
		Use: "invite EMAIL", Short: "Invite somebody by mail", Args: arguments(1, 1, "an e-mail address"),
		Example: "  custard org invite ada@example.com\n  custard org invite ada@example.com --role viewer",
	}
	cmd.Flags().StringVar(&role, "role", "member", "as what: a `role` of owner, admin, member, viewer")
	_ = cmd.RegisterFlagCompletionFunc("role", cobra.FixedCompletions(roles(), cobra.ShellCompDirectiveNoFileComp))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		if err := validRole(role); err != nil {
			return err
		}
		c, err := a.needServer()
		if err != nil {
			return err
		}
		i, err := c.Invite(ctx, args[0], role)
		if err != nil {
			return err
		}
		a.note(a.paint("", "Invited "+i.Email+" as "+i.Role+". The link in the mail is good until "+i.Expires.Local().Format("2006-01-02 15:04")+"."))
		return nil
	}
	return cmd
}

func newOrgRole(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "role EMAIL ROLE", Short: "Give a member another role", Args: arguments(2, 2, "an e-mail address and a role"),
		Example: "  custard org role ada@example.com admin",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			if err := validRole(args[1]); err != nil {
				return err
			}
			c, err := a.needServer()
			if err != nil {
				return err
			}
			m, err := findMember(ctx, c, args[0])
			if err != nil {
				return err
			}
			if m == nil {
				return noMember(args[0])
			}
			if err := c.SetRole(ctx, m.ID, args[1]); err != nil {
				return err
			}
			a.note(a.paint("", m.Email+" is "+args[1]+" now."))
			return nil
		},
	}
}

func newOrgRemove(a *app) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "remove EMAIL", Aliases: []string{"rm"}, Short: "Take a member out, or an invitation back", Args: arguments(1, 1, "an e-mail address"),
		Long:    "Takes a member out of the organisation: logins and API keys of the member end at once.\nFor somebody who was only invited, takes the invitation back.",
		Example: "  custard org remove ada@example.com",
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask first")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		c, err := a.needServer()
		if err != nil {
			return err
		}
		m, err := findMember(ctx, c, args[0])
		if err != nil {
			return err
		}
		if m == nil {
			return a.removeInvitation(ctx, c, args[0])
		}
		if !yes {
			if ok, err := a.yes(ctx, "Take "+m.Email+" out of the organisation?"); err != nil || !ok {
				return err
			}
		}
		if err := c.RemoveMember(ctx, m.ID); err != nil {
			return err
		}
		a.note(a.paint("", "Removed "+m.Email+"."))
		return nil
	}
	return cmd
}

func (a *app) removeInvitation(ctx context.Context, c *client.Client, email string) error {
	invited, err := c.Invitations(ctx)
	if err != nil && custard.AsError(err).Code != custard.CodeForbidden {
		return err
	}
	for _, i := range invited {
		if strings.EqualFold(i.Email, email) {
			if err := c.RemoveInvitation(ctx, i.ID); err != nil {
				return err
			}
			a.note(a.paint("", "Took the invitation of "+i.Email+" back."))
			return nil
		}
	}
	return noMember(email)
}

func newOrgRename(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "rename NAME", Short: "Give the organisation another name", Args: arguments(1, 1, "a name"),
		Example: "  custard org rename \"Acme Inc\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			c, err := a.needServer()
			if err != nil {
				return err
			}
			if err := c.RenameOrganisation(ctx, args[0]); err != nil {
				return err
			}
			a.note(a.paint("", "The organisation is called "+args[0]+" now."))
			return nil
		},
	}
}

func newOrgRoles(a *app) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: "roles", Short: "List the roles and what each may do", Args: arguments(0, 0, ""),
		Example: "  custard org roles",
	}
	out.flags(cmd, false)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		c, err := a.needServer()
		if err != nil {
			return err
		}
		found, err := c.Roles(ctx)
		if err != nil {
			return err
		}
		l := newList(textField("role"), textField("description"), textField("may"))
		for _, r := range found {
			l.row(r.Name, r.Description, strings.Join(r.May, ", "))
		}
		return l.write(a, format)
	}
	return cmd
}

func newOrgUse(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "use NAME|ID", Short: "Change to another organisation of yours", Args: arguments(1, 1, "an organisation"),
		Long:    "Changes the login to another organisation that you are in; 'custard whoami' lists them.",
		Example: "  custard org use Acme",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			c, err := a.needServer()
			if err != nil {
				return err
			}
			me, err := c.Me(ctx)
			if err != nil {
				return err
			}
			var names []string
			for _, m := range me.Memberships {
				names = append(names, m.Organisation.Name)
				if m.Organisation.ID != args[0] && !strings.EqualFold(m.Organisation.Name, args[0]) {
					continue
				}
				login, err := c.SwitchOrganisation(ctx, m.Organisation.ID)
				if err != nil {
					return err
				}
				a.note(a.paint("", "You are in "+login.Organisation.Name+" as "+login.Role+" now."))
				return nil
			}
			return usagef("You are in: "+strings.Join(names, ", ")+".", "you are in no organisation %q", args[0])
		},
	}
}

// findMember returns the member of an address or id; nil where there is none.
func findMember(ctx context.Context, c *client.Client, who string) (*client.Member, error) {
	members, err := c.Members(ctx)
	if err != nil {
		return nil, err
	}
	for i, m := range members {
		if m.ID == who || strings.EqualFold(m.Email, who) {
			return &members[i], nil
		}
	}
	return nil, nil //nolint:nilnil // the callers look among invitations then
}

func noMember(who string) error {
	return custard.Errorf(custard.CodeNotFound, "nobody of the address %q is in the organisation", who).WithHint("See `custard org members`.")
}

func roles() []string { return []string{"owner", "admin", "member", "viewer"} }

func validRole(role string) error {
	if slices.Contains(roles(), role) {
		return nil
	}
	return usagef("Choose one of "+strings.Join(roles(), ", ")+".", "there is no role %q", role)
}
