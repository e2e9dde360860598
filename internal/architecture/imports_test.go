package architecture

import (
	"strings"
	"testing"
)

// direction is a rule about which packages of the module a folder may import.
type direction struct {
	folder string
	only   []string // may import these folders of the module alone; nil for no such limit
	never  []string // may not import these
	why    string
}

var directions = []direction{
	{folder: "internal/custard", only: []string{}, why: "the domain is in the middle: everything may import it because it imports nothing of ours"},
	{folder: "internal/query", only: []string{"internal/custard", "internal/query"}, why: "the query tree serves server, agent and command line alike and knows none of them"},
	{folder: "internal/wire", only: []string{"internal/custard", "internal/wire"}, why: "frames are about the domain, not about who sends them"},
	{folder: "internal/output", only: []string{"internal/custard", "internal/output"}, why: "outputs show rows; they do not know where rows come from"},
	{folder: "internal/client", only: []string{"internal/custard", "internal/client", "internal/wire"}, why: "the client implements the domain's services over HTTP and shares no code with the server"},
	{folder: "tui", only: []string{"internal/custard", "tui"}, why: "the chat works over the domain's services and cannot tell which implementation it has"},
	{folder: "server", never: []string{"agent", "cmd", "tui", "web"}, why: "the agent's verdict is law because the server cannot reach into it; they meet in internal/custard and internal/wire"},
	{folder: "agent", never: []string{"server", "cmd", "tui", "internal/client"}, why: "the agent runs beside a customer's database and must not grow the server's dependencies"},
	{folder: "web", only: []string{"internal/custard", "server/auth", "web"}, why: "pages are about accounts; they know neither the API's routes nor the store nor the hub"},
	{folder: "migrations", only: []string{}, why: "migrations are files"},
	{folder: "server/store", only: []string{"internal/custard", "migrations", "server/auth", "server/catalog", "server/mail", "server/store"}, why: "the store implements what these packages ask for and decides nothing itself"},
	{folder: "server/mail", only: []string{"internal/custard", "server/mail"}, why: "mail is sent the same whoever writes it, and waits in an outbox that it knows by an interface alone"},
	{folder: "internal/demo", only: []string{"internal/custard", "internal/demo"}, why: "the demo makes a database file; how it is asked is not its business"},
	{folder: "internal/local", only: []string{"internal/custard", "internal/local"}, why: "the file store is one implementation of Catalog and knows no other"},
}

// trainer is a program of its own, not a part of the server: it trains and measures the engine with the value index that
// serves it, which lives with the agent.
const trainer = "server/translate/builtin/train"

func TestImportsPointInward(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, imp := range s.imports {
			folder, ours := strings.CutPrefix(imp, module+"/")
			if !ours {
				continue
			}
			for _, d := range directions {
				if !under(s.folder, d.folder) {
					continue
				}
				if d.only != nil && !under(folder, d.only...) {
					t.Errorf("%s imports %s: %s", s.path, folder, d.why)
				}
				if under(folder, d.never...) && !under(s.folder, trainer) {
					t.Errorf("%s imports %s: %s", s.path, folder, d.why)
				}
			}
			if under(folder, "internal/config") && !under(s.folder, "cmd", "internal/config") {
				t.Errorf("%s imports internal/config: configuration is read once, in cmd, and handed on as values", s.path)
			}
			if under(folder, "cmd") && !under(s.folder, "cmd", "internal/e2e") {
				t.Errorf("%s imports %s: cmd wires everything and is wired by nothing", s.path, folder)
			}
			if strings.HasSuffix(folder, "test") && !strings.HasSuffix(s.folder, "test") {
				t.Errorf("%s imports %s outside a test: what helps tests stays out of the product", s.path, folder)
			}
		}
	}
}

func TestDomainImportsTheStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if !under(s.folder, "internal/custard", "internal/query") {
			continue
		}
		for _, imp := range s.imports {
			if first, _, _ := strings.Cut(imp, "/"); strings.Contains(first, ".") && !strings.HasPrefix(imp, module) {
				t.Errorf("%s imports %s: the domain and the query tree stand on the standard library alone, so that nothing else decides what is safe", s.path, imp)
			}
		}
	}
}

// Siblings never import each other: adapters meet in the domain.
func TestConnectorsIgnoreEachOther(t *testing.T) {
	t.Parallel()
	const base = "agent/connector/"
	for _, s := range sources(t) {
		mine, ok := strings.CutPrefix(s.folder, base)
		if !ok || mine == "all" {
			continue
		}
		mine, _, _ = strings.Cut(mine, "/")
		for _, imp := range s.imports {
			other, ok := strings.CutPrefix(imp, module+"/"+base)
			other, _, _ = strings.Cut(other, "/")
			if ok && other != mine {
				t.Errorf("%s imports connector %s: a connector is one folder; what two need belongs in agent/connector", s.path, other)
			}
		}
	}
}

func TestEachDependencyHasOneHome(t *testing.T) {
	t.Parallel()
	homes := []struct {
		module  string
		folders []string
	}{
		{"github.com/uptrace/bun", []string{"server/store", "migrations"}},
		{"github.com/gorilla/websocket", []string{"internal/wire"}},
		{"github.com/nats-io/nats.go", []string{"server/hub/natsbus"}},
		{"github.com/go-resty/resty", []string{"internal/client", "server/llm", "server/mail"}},
		{"github.com/zalando/go-keyring", []string{"internal/client/credentials"}},
		{"github.com/spf13/viper", []string{"internal/config"}},
		{"go.opentelemetry.io", []string{"server/trace"}},
		{"github.com/spf13/cobra", []string{"cmd"}},
		{"golang.org/x/crypto/x509roots", []string{"cmd"}}, // only a program says whom it trusts
		{"github.com/charmbracelet/bubbletea", []string{"tui"}},
		{"github.com/charmbracelet/lipgloss", []string{"tui", "internal/output"}},
		{"github.com/jackc/pgx", []string{"agent/connector/postgres", "internal/pgtest", "server/store"}},
		{"modernc.org/sqlite", []string{"agent/connector/sqlite", "internal/demo", "server/store", "server/translate/builtin/train"}},
	}
	for _, s := range sources(t) {
		for _, imp := range s.imports {
			for _, h := range homes {
				if (imp == h.module || strings.HasPrefix(imp, h.module+"/")) && !under(s.folder, h.folders...) {
					t.Errorf("%s imports %s, whose home is %s", s.path, imp, strings.Join(h.folders, ", "))
				}
			}
		}
	}
}
