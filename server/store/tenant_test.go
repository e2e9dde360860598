package store

import (
	"context"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// tenantTables are the tables whose rows belong to an organisation, with org_id as the column that says to which.
func tenantTables() []string {
	return []string{
		"members", "invitations", "api_keys", "agent_tokens", "connections", "connection_schemas", "connection_contexts", "history", "conversations",
		"idempotency", "audit", "history_traces", "model_services", "model_budgets", "model_usage",
	}
}

// free are the statements on tenants' tables that name no organisation, with the reason of each. A statement is free only
// where its one condition on the table is the one here.
var free = []struct{ table, condition, reason string }{
	{"api_keys", `k\.hash = `, "a request brings a key and no organisation: the hash of 256 random bits finds it"},
	{"agent_tokens", `hash = `, "an agent brings a token and no organisation: the hash of 256 random bits finds it"},
	{"invitations", `(i\.)?"?hash"? = `, "who follows an invitation's link has its token alone: the hash finds the organisation"},
	{"members", `m\.user_id = `, "a user lists the organisations that it belongs to: its own rows in each"},
	{"idempotency", `created <= `, "clean-up by age alone; nothing is read"},
	{"model_budgets", `day < `, "clean-up by age alone; nothing is read"},
	{"invitations", `expires <= `, "clean-up by age alone; nothing is read"},
	{"agent_tokens", `expires > `, "clean-up by age alone; nothing is read"},
}

// watch returns what sees every statement of a test: it fails the test for one that touches a tenant's table without
// saying which tenant.
func watch(t *testing.T) func(string) {
	t.Helper()
	var mu sync.Mutex
	seen := map[string]bool{}
	return func(query string) {
		mu.Lock()
		defer mu.Unlock()
		if seen[query] {
			return
		}
		seen[query] = true
		for _, fault := range tenantFaults(query) {
			t.Errorf("%s: %s", fault, query)
		}
	}
}

var tokens = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`'(?:[^']|'')*'|"[^"]*"|[A-Za-z_][A-Za-z_0-9]*|[0-9.]+|<=|>=|<>|[^\s]`)
})

// tenantFaults says what is wrong with a statement. It reads it by words: where a tenant's table stands after FROM, JOIN,
// UPDATE or INTO, the same (sub-)query must compare that table's org_id for equality with a value or with another table's
// org_id; an INSERT must list the column.
func tenantFaults(query string) []string {
	words := tokens().FindAllString(query, -1)
	for i, w := range words { // strings say nothing, quoted names are names
		if strings.HasPrefix(w, "'") {
			words[i] = "'…'"
		}
		words[i] = strings.Trim(words[i], `"`)
	}
	var faults []string
	for i, w := range words {
		switch strings.ToUpper(w) {
		case "FROM", "JOIN", "INTO", "UPDATE":
		default:
			continue
		}
		if i+1 >= len(words) || !slices.Contains(tenantTables(), words[i+1]) {
			continue
		}
		table := words[i+1]
		alias := table
		next := i + 2
		if next < len(words) && strings.EqualFold(words[next], "AS") {
			next++
		}
		if next < len(words) && isName(words[next]) {
			alias = words[next]
			next++
		}
		part := subquery(words, i)
		if strings.EqualFold(w, "INTO") {
			if list := inParens(words, next); !slices.Contains(list, "org_id") {
				faults = append(faults, "rows of "+table+" are added without org_id")
			}
			continue
		}
		if !comparesOrg(part, alias) && !isFree(table, part) {
			faults = append(faults, table+" (as "+alias+") is used without its org_id")
		}
	}
	return faults
}

func isName(w string) bool {
	switch strings.ToUpper(w) {
	case "WHERE", "SET", "JOIN", "ON", "ORDER", "LIMIT", "AS", "LEFT", "INNER", "GROUP", "RETURNING", "VALUES", "DO", "FOR":
		return false
	}
	return regexp.MustCompile(`^[A-Za-z_][A-Za-z_0-9]*$`).MatchString(w)
}

// subquery returns the words of the query that position i stands in: those of sub-queries in it are left out, and so are
// parentheses that hold an OR, for what stands in them need not hold. An OR outside parentheses leaves no condition at all.
func subquery(words []string, i int) []string {
	start, depth := 0, 0
	for j := i; j >= 0; j-- {
		if words[j] == ")" {
			depth++
		}
		if words[j] == "(" {
			if depth == 0 {
				start = j + 1
				break
			}
			depth--
		}
	}
	out, _ := certain(words[start:])
	return out
}

// certain returns the words up to the end of the parentheses that they begin in, and how many words those were.
func certain(words []string) (out []string, read int) {
	alternatives := false
	for read < len(words) {
		w := words[read]
		read++
		switch {
		case w == ")":
			if alternatives {
				return nil, read
			}
			return out, read
		case w == "(":
			inner, n := certain(words[read:])
			if !strings.EqualFold(words[read], "SELECT") {
				out = append(out, inner...)
			}
			read += n
		default:
			alternatives = alternatives || strings.EqualFold(w, "OR")
			out = append(out, w)
		}
	}
	if alternatives {
		return nil, read
	}
	return out, read
}

func inParens(words []string, i int) []string {
	if i >= len(words) || words[i] != "(" {
		return nil
	}
	end := slices.Index(words[i:], ")")
	return words[i+1 : i+end]
}

// comparesOrg says whether words hold alias.org_id = …, with AND before or after it and no OR beside it, or org_id = …
// unqualified.
func comparesOrg(words []string, alias string) bool {
	for i := range words {
		if words[i] != "org_id" || i == 0 {
			continue
		}
		before := i - 1
		if words[before] == "." && i >= 2 {
			if words[i-2] != alias && words[i+1] != "=" {
				continue
			}
			if words[i-2] != alias {
				// other.org_id = alias.org_id
				if i+4 >= len(words) || words[i+2] != alias || words[i+4] != "org_id" {
					continue
				}
			}
			before = i - 3
		}
		if i+1 >= len(words) || words[i+1] != "=" {
			continue
		}
		switch strings.ToUpper(words[before]) {
		case "WHERE", "AND", "ON":
			return true
		}
	}
	return false
}

func isFree(table string, words []string) bool {
	text := strings.Join(words, " ")
	text = strings.ReplaceAll(text, " . ", ".")
	for _, f := range free {
		if f.table == table && regexp.MustCompile(`(?i)(WHERE|ON) `+f.condition).MatchString(text) {
			return true
		}
	}
	return false
}

// The rule finds what it is for.
func TestTenantRule(t *testing.T) {
	t.Parallel()
	for query, fault := range map[string]bool{
		`SELECT * FROM connections WHERE id = 'x'`:                                      true,
		`SELECT * FROM connections WHERE org_id = 'x'`:                                  false,
		`SELECT * FROM "connections" AS "c" WHERE (c.id = 'org_id = ')`:                 true,
		`SELECT * FROM "connections" AS "c" WHERE (c.id = 'x') AND (c.org_id = 'y')`:    false,
		`SELECT org_id FROM history h`:                                                  true,
		`SELECT 1 FROM history h WHERE h.id = 1 OR h.org_id = 'x'`:                      true,
		`SELECT 1 FROM history h WHERE h.org_id = 'x' OR 1 = 1`:                         true,
		`SELECT 1 FROM history h WHERE (h.org_id = 'x' OR 1 = 1)`:                       true,
		`SELECT 1 FROM history h WHERE (h.org_id = 'x') AND (h.id = 'a' OR h.id = 'b')`: false,
		`SELECT 1 FROM history WHERE id IN (SELECT id FROM members WHERE org_id = 'x')`: true,
		`UPDATE api_keys SET org_id = 'x' WHERE id = 'y'`:                               true,
		`UPDATE api_keys SET used = 1 WHERE id = 'y' AND org_id = 'x'`:                  false,
		`DELETE FROM members WHERE org_id <> 'x'`:                                       true,
		`DELETE FROM audit`:                                true,
		`INSERT INTO audit (id) VALUES ('x')`:              true,
		`INSERT INTO audit (id, org_id) VALUES ('x', 'y')`: false,
		`SELECT 1 FROM members m JOIN api_keys k ON k.user_id = m.user_id WHERE m.org_id = 'x'`:                         true,
		`SELECT 1 FROM members m JOIN api_keys k ON k.org_id = m.org_id WHERE m.org_id = 'x'`:                           false,
		`SELECT 1 FROM users WHERE id = (SELECT user_id FROM members WHERE id = 'x')`:                                   true,
		`SELECT (SELECT count(*) FROM members WHERE org_id = ?), (SELECT count(*) FROM connections WHERE org_id = ?)`:   false,
		`SELECT (SELECT count(*) FROM members WHERE org_id = ?), (SELECT count(*) FROM connections WHERE name_key = ?)`: true,
		`SELECT 1 FROM users`: false,
	} {
		if got := tenantFaults(query); (len(got) > 0) != fault {
			t.Errorf("%s: got the faults %v", query, got)
		}
	}
}

// unowned are the exported methods without an organisation, with the reason of each.
var unowned = map[string]string{
	"Close": "the store itself", "Ping": "the store itself", "Dialect": "the store itself",
	"Signup": "brings a new organisation along",
	"User":   "a user belongs to no single organisation", "UserByEmail": "as User", "SetPassword": "as User", "SetVerified": "as User",
	"AddOneTime": "a user's own token", "TakeOneTime": "as AddOneTime",
	"Memberships":        "a user's own organisations",
	"InvitationByToken":  "the token's hash finds the organisation",
	"TakeInvitation":     "as InvitationByToken",
	"SignupInvited":      "as InvitationByToken",
	"APIKeyPrincipal":    "the key's hash finds the organisation",
	"AgentTokenByHash":   "the token's hash finds the organisation",
	"SigningKeys":        "the server's own",
	"AddSigningKey":      "the server's own",
	"RemoveSigningKey":   "the server's own",
	"AddRefresh":         "a user's login, whose organisation is in it",
	"RefreshByHash":      "the token's hash finds the login",
	"RotateRefresh":      "as RefreshByHash",
	"EndFamily":          "a user's login",
	"EndSessions":        "all logins of a user, in every organisation",
	"FamilyAlive":        "a user's login",
	"AddDevice":          "a login that belongs to nobody yet",
	"DeviceByUserCode":   "as AddDevice",
	"DecideDevice":       "gives the login to a user and an organisation, which are arguments",
	"PollDevice":         "the code's hash finds the login",
	"RemoveExpired":      "clean-up by time alone",
	"Prune":              "clean-up by time alone",
	"AgentTokensExpired": "clean-up by time alone: each token says whose it is",
	"Take":               "rate limits are by address, account or organisation: the key says which",
	"AddAudits":          "rows of several organisations, each with its own",
	"AddHistory":         "entries of several organisations, each with its own",
	"AddLetter":          "mail goes to an address, not to an organisation",
	"ClaimLetters":       "as AddLetter",
	"LetterSent":         "as AddLetter",
	"LetterFailed":       "as AddLetter",
	"LetterDelayed":      "as AddLetter",
	"LetterState":        "as AddLetter",
}

// orgFirst are the methods that take the organisation's id right after ctx: reflection knows no parameter names, so
// the list is checked against the types, and TestTenantsAreApart calls each with another organisation's things.
func orgFirst() []string {
	return []string{
		"Organisation", "RenameOrganisation", "Counts", "Members", "Member", "SetRole", "RemoveMember", "AddInvitation", "Invitations",
		"RemoveInvitation", "AddAPIKey", "APIKeys", "APIKey", "RevokeAPIKey", "TouchAPIKey", "AddAgentToken", "AgentTokens", "AddAudit",
		"AuditLog", "AddConnection", "Connections", "Connection", "UpdateConnection", "RemoveConnection", "SetSchema", "Schema", "Context", "SetContext",
		"History", "ConnectionHistory", "HistoryEntry", "RemoveHistory", "ClearHistory", "SetFeedback", "Conversations", "Conversation",
		"RemoveConversation", "Remember", "Settle", "Forget", "HistoryTrace", "ModelServices", "SetModelService", "RemoveModelService",
		"TakeTokens", "GiveTokens", "TakenTokens", "ModelUsage",
	}
}

func TestEveryMethodTakesItsOrganisation(t *testing.T) {
	t.Parallel()
	typ := reflect.TypeFor[*Store]()
	for m := range typ.Methods() {
		if unowned[m.Name] != "" {
			continue
		}
		if !slices.Contains(orgFirst(), m.Name) {
			t.Errorf("%s is in neither list: does it touch what belongs to an organisation?", m.Name)
			continue
		}
		if m.Type.NumIn() < 3 || m.Type.In(1) != reflect.TypeFor[context.Context]() || m.Type.In(2) != reflect.TypeFor[string]() {
			t.Errorf("%s does not begin with (ctx, org string): %s", m.Name, m.Type)
		}
	}
	for _, name := range orgFirst() {
		if _, there := typ.MethodByName(name); !there || unowned[name] != "" {
			t.Errorf("%s is in the list and no such method", name)
		}
	}
}
