package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
)

func newOrg(a *app) *cobra.Command {
	c := group("org", "The organisation: members, invitations, roles, models",
		`Shows the organisation that you are signed in to, and who is in it. Roles, the mightiest first: owner, admin, member
(asks questions), viewer (looks at connections and history).`,
		`  custard org show
  custard org members
  custard org invite ada@example.com --role member
  custard org role ada@example.com admin`,
		newOrgShow(a), newOrgMembers(a), newOrgInvite(a), newOrgRole(a), newOrgRemove(a), newOrgRename(a), newOrgRoles(a), newOrgUse(a), newOrgModels(a), newOrgUsage(a))
	c.Aliases = []string{"organisation", "organization"}
	return c
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
