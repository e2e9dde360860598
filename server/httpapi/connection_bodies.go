package httpapi

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/catalog"
	"github.com/custard-ai/custard/server/hub"
)

// connectionBody is a connection as clients see it.
type connectionBody struct {
	catalog.Connection
	Agents []hub.AgentInfo `json:"agents" doc:"The agents that serve it now."`
	Status string          `json:"status" doc:"online where an agent serves it, else offline."`
}

// newConnectionBody makes a connection.
type newConnectionBody struct {
	Name         string          `json:"name" doc:"Letters, digits, dots, underscores and hyphens; unique in the organisation."`
	Dialect      custard.Dialect `json:"dialect"`
	Description  string          `json:"description,omitempty"`
	Engine       string          `json:"engine,omitempty" doc:"The default engine: builtin, or provider/model; empty for the server's."`
	ShareResults bool            `json:"share_results,omitempty" doc:"A language model may see rows."`
	MaxCost      float64         `json:"max_cost,omitempty" doc:"Refuse plans that cost more, in the database's own unit; 0 for no limit."`
	MaxRows      int64           `json:"max_rows,omitempty" doc:"Rows of one answer at the most; 0 for no limit."`
}

// changeConnectionBody changes what it names and leaves the rest.
type changeConnectionBody struct {
	Name         *string  `json:"name"`
	Description  *string  `json:"description"`
	Engine       *string  `json:"engine"`
	ShareResults *bool    `json:"share_results"`
	MaxCost      *float64 `json:"max_cost"`
	MaxRows      *int64   `json:"max_rows"`
}

// createdConnectionBody is the answer to making one.
type createdConnectionBody struct {
	Connection connectionBody `json:"connection"`
	AgentToken string         `json:"agent_token" doc:"Shown this once; empty where an Idempotency-Key came a second time."`
	Command    string         `json:"command" doc:"Starts the agent, once DB_URL says which database."`
	Replayed   bool           `json:"replayed,omitempty" doc:"The answer to an earlier request with the same Idempotency-Key, without its secret. Rotate the token to get one."`
}

// rotateBody asks for a new token.
type rotateBody struct {
	OverlapSeconds *int64 `json:"overlap_seconds" doc:"How long the old token stays good: 3600 where it is left out; 0 cuts agents that came with it at once."`
}

// rotatedBody is a new token.
type rotatedBody struct {
	AgentToken string `json:"agent_token" doc:"Shown this once."`
	ExpiresOld string `json:"expires_old" doc:"When the old token stops being good."`
	Command    string `json:"command"`
}

// refreshedBody says what a refresh found.
type refreshedBody struct {
	Tables      int      `json:"tables"`
	Columns     int      `json:"columns"`
	Fingerprint string   `json:"fingerprint"`
	Changes     []string `json:"changes" doc:"What is different from the schema that was kept: 'table orders: column note added'."`
}

// checksBody is the outcome of a test.
type checksBody struct {
	Checks []checkBody `json:"checks"`
}

type checkBody struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Hint   string `json:"hint"`
}

var connectionName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`) })

// idForm is how ids look: a name may not, or it could hide another connection.
var idForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-hjkmnp-tv-z]{26}$`) })

// checkConnection says what is wrong with a connection's fields.
func (a *API) checkConnection(ctx context.Context, org string, c catalog.Connection) error {
	const longest = 2000
	switch {
	case !connectionName().MatchString(c.Name):
		return custard.Errorf(custard.CodeUsage, "%q is no name for a connection", clip(c.Name)).
			WithHint("Use letters, digits, '.', '_' and '-', at most 64 of them, and begin with a letter or digit.")
	case c.Name == "ws" || idForm().MatchString(c.Name):
		return custard.Errorf(custard.CodeUsage, "a connection cannot be called %q: addresses of the API look like that", c.Name).WithHint("Choose another name.")
	case !c.Dialect.Valid():
		return custard.Errorf(custard.CodeUsage, "there is no dialect %q", clip(string(c.Dialect))).
			WithHint("There is: %s.", servedDialects())
	case len(c.Description) > longest:
		return custard.Errorf(custard.CodeUsage, "the description is longer than %d bytes", longest).WithHint("Say it in less.")
	case c.MaxCost < 0 || c.MaxRows < 0:
		return custard.Errorf(custard.CodeUsage, "max_cost and max_rows cannot be negative").WithHint("0 means no limit.")
	}
	if c.Engine != "" {
		if _, err := a.cfg.Engine(ctx, org, c.Engine); err != nil {
			return err
		}
	}
	return nil
}

// checkServed refuses a dialect that no agent of this release can serve: its connection would stay offline for good.
func checkServed(d custard.Dialect) error {
	if !d.Valid() || slices.Contains(custard.Served(), d) { // what is no dialect at all is checkConnection's to say
		return nil
	}
	return custard.Errorf(custard.CodeUsage, "no agent can open %s databases yet", d).WithHint("There is: %s.", servedDialects())
}

func servedDialects() string {
	var names []string
	for _, d := range custard.Served() {
		names = append(names, string(d))
	}
	return strings.Join(names, ", ")
}

// clip shortens a client's text for a message.
func clip(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	n := most
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// describe adds which agents serve a connection.
func (a *API) describe(ctx context.Context, org string, c catalog.Connection) connectionBody {
	b := connectionBody{Connection: c, Agents: a.cfg.Hub.Agents(ctx, org, c.ID), Status: "online"}
	if len(b.Agents) == 0 {
		b.Status = "offline"
	}
	return b
}

// command is what starts a connection's agent. The database's address is for its user to fill in: it never comes here.
func (a *API) command(c catalog.Connection, token string) string {
	if token == "" {
		token = "…"
	}
	server := strings.Replace(a.cfg.PublicURL, "http", "ws", 1)
	return fmt.Sprintf("BACKEND_WEBSOCKET_URI=%s CONNECTION_ID=%s AGENT_TOKEN=%s DB_URL=%s custard-agent", server, c.ID, token, exampleURL(c.Dialect))
}

// exampleURL shows what the address of a database looks like.
func exampleURL(d custard.Dialect) string {
	switch d {
	case custard.SQLite:
		return "sqlite:/path/to/file.db"
	case custard.Postgres, custard.MySQL, custard.MongoDB, custard.Snowflake:
		return "'" + string(d) + "://reader:password@host/database'"
	case custard.DuckDB:
	}
	return "'…'"
}
