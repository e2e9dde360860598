package cli

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/demo"
)

// choice is what flags say about which database is asked.
type choice struct {
	db         string
	demo       bool
	connection string
}

func (c *choice) flags(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&c.db, "db", "", "ask this database: a `DSN` or file (see custard help databases)")
	f.BoolVar(&c.demo, "demo", false, "ask the sample shop")
	f.StringVarP(&c.connection, "connection", "c", "", "ask the connection of this `name`")
	cmd.MarkFlagsMutuallyExclusive("db", "demo", "connection")
	_ = cmd.RegisterFlagCompletionFunc("connection", a.completeConnections) // fails for a flag that is not there alone
}

func (a *app) completeConnections(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	list, err := a.store().Connections(cmd.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	names := make([]string, 0, len(list))
	for _, c := range list {
		names = append(names, c.Name)
	}
	const patience = 2 * time.Second // what is slower is no completion
	ctx, cancel := context.WithTimeout(cmd.Context(), patience)
	defer cancel()
	if c, err := a.signedIn(); err == nil && c != nil {
		list, _ := c.Connections(ctx) // without the server there are the local ones
		for _, c := range list {
			names = append(names, c.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// target is a database that was chosen.
type target struct {
	label  string // what answers and the history call it; never with a password
	dsn    string
	server *client.Client // where it is a connection of a server; then label is its name
}

// target finds out which database is asked: the flags', else the configuration's, else the one in use, else the only local
// one, else the server's only one. It asks the server in the last case alone.
func (a *app) target(ctx context.Context, c choice) (target, error) {
	cfg, err := a.config()
	if err != nil {
		return target{}, err
	}
	if c == (choice{}) {
		if cfg.Connection != "" && cfg.DB != "" && cfg.From("connection") == cfg.From("db") {
			return target{}, usagef("Keep one of them.", "%s sets both connection and db", cfg.From("db"))
		}
		c.connection, c.db = cfg.Connection, cfg.DB
		if c.connection != "" && c.db != "" { // the nearer one wins: variables are read after files, the project's after the user's
			if nearer(cfg.From("db"), cfg.From("connection"), cfg.Files) {
				c.connection = ""
			} else {
				c.db = ""
			}
		}
	}
	switch {
	case c.demo:
		return a.demoTarget(ctx)
	case c.db != "":
		return fileTarget(c.db), nil
	case c.connection != "":
		return a.connectionTarget(ctx, c.connection)
	}
	return a.defaultTarget(ctx)
}

// defaultTarget is the connection that is asked where neither flags nor configuration choose one.
func (a *app) defaultTarget(ctx context.Context) (target, error) {
	var names []string
	if !a.serverFlag() {
		store := a.store()
		current, err := store.Current(ctx)
		if err != nil {
			return target{}, err
		}
		if current != "" {
			return a.connectionTarget(ctx, current)
		}
		list, err := store.Connections(ctx)
		if err != nil {
			return target{}, err
		}
		for _, c := range list {
			names = append(names, c.Name)
		}
	}
	server, err := a.signedIn()
	if err != nil {
		return target{}, err
	}
	if server == nil && a.serverFlag() {
		server, err = a.client() // which says that nobody is signed in
		if err != nil {
			return target{}, err
		}
	}
	if server != nil {
		current, err := server.Current(ctx)
		if err != nil {
			return target{}, err
		}
		if current != "" {
			return hostedTarget(server, current), nil
		}
	}
	if len(names) == 1 {
		return a.connectionTarget(ctx, names[0])
	}
	if server != nil {
		list, err := server.Connections(ctx)
		if err != nil {
			return target{}, err
		}
		if len(names) == 0 && len(list) == 1 {
			return hostedTarget(server, list[0].Name), nil
		}
		for _, c := range list {
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 {
		return target{}, usagef("Say which: --db DSN|FILE, or --demo for the sample shop; or keep one with `custard connections add NAME DSN`.",
			"no database is chosen")
	}
	return target{}, usagef("Say -c NAME, or choose one for good with `custard connections use NAME`. There is: "+strings.Join(names, ", ")+".",
		"there are %d connections and none is in use", len(names))
}

// nearer says whether origin a wins over origin b: the environment over files, the first of files over the second.
func nearer(a, b string, files []string) bool {
	rank := func(origin string) int {
		for i, f := range files {
			if f == origin {
				return i + 1
			}
		}
		return 0
	}
	return rank(a) < rank(b)
}

// connectionTarget finds a connection by its name: a local one, else the server's where one is signed in. The server says
// whether it has it when it is asked. With --server only the server's count.
func (a *app) connectionTarget(ctx context.Context, name string) (target, error) {
	if a.serverFlag() {
		c, err := a.needServer()
		if err != nil {
			return target{}, err
		}
		return hostedTarget(c, name), nil
	}
	local, err := a.store().Connection(ctx, name)
	if err == nil {
		return target{label: local.Name, dsn: local.DSN}, nil
	}
	e := custard.AsError(err)
	if e.Code != custard.CodeNotFound {
		return target{}, err
	}
	c, err := a.signedIn()
	if err != nil {
		return target{}, err
	}
	if c != nil {
		return hostedTarget(c, name), nil
	}
	if a.apiKey() != "" {
		return target{}, usagef("Say which: --server https://custard.example, or CUSTARD_SERVER.",
			"CUSTARD_TOKEN is set, but no server is chosen, and there is no local connection %q", name)
	}
	return target{}, &chooseError{err: e, usage: true}
}

func (a *app) demoTarget(ctx context.Context) (target, error) {
	now, err := a.now("")
	if err != nil {
		return target{}, err
	}
	if a.folders.Data == "" {
		return target{}, usagef("Set HOME, XDG_DATA_HOME or CUSTARD_HOME.", "there is no folder to make the sample database in")
	}
	if now.IsZero() {
		now = a.clock()
	}
	spin := a.spin("making the sample database")
	path, err := demo.Path(ctx, a.folders.Data, now)
	spin.stop()
	if err != nil {
		return target{}, err
	}
	return target{label: "demo", dsn: path}, nil
}

// fileTarget makes the name of a file absolute, so that the history and connections find it from anywhere.
func fileTarget(db string) target {
	name, isSQLite := strings.CutPrefix(db, "sqlite:")
	if strings.Contains(name, ":") || strings.HasPrefix(name, "//") { // a DSN, or a Windows path that is absolute already
		return target{label: withoutPassword(db, ""), dsn: db}
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return target{label: db, dsn: db}
	}
	if _, err := os.Stat(path); err != nil { // as it was written, for the error that is to come; it may be no file's name
		return target{label: withoutPassword(db, ""), dsn: db}
	}
	if isSQLite {
		return target{label: path, dsn: "sqlite:" + path}
	}
	return target{label: path, dsn: path}
}

// maskDSN returns a DSN to show: its password, wherever it stands, is replaced.
func maskDSN(dsn string) string { return withoutPassword(dsn, "****") }

func withoutPassword(dsn, mask string) string {
	scheme, rest, found := strings.Cut(dsn, "://")
	if !found {
		// user:secret@host, as other programs have it; C:\data@home is a file
		if user, rest, has := strings.Cut(dsn, ":"); has && len(user) > 1 && user != "sqlite" {
			if at := strings.LastIndexByte(rest, '@'); at >= 0 {
				if mask != "" {
					user += ":" + mask
				}
				return user + rest[at:]
			}
		}
		if !strings.Contains(dsn, "=") {
			return dsn // a file
		}
		// host=db password=secret, or a file with parameters
		return regexp.MustCompile(`(?i)\b(password|passwd|pwd|secret|token)\s*=\s*('[^']*'|[^\s&;]*)`).ReplaceAllString(dsn, "${1}="+mask)
	}
	// By hand, because a password with a stray character makes url.Parse fail, and it must not be shown then either.
	query := ""
	if i := strings.IndexAny(rest, "?#"); i >= 0 && !strings.Contains(rest[i:], "@") {
		rest, query = rest[:i], rest[i:]
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, _, has := strings.Cut(rest[:at], ":")
		if has && mask != "" {
			user += ":" + mask
		}
		rest = user + rest[at:]
	}
	if query != "" {
		values, err := url.ParseQuery(strings.TrimLeft(query, "?#"))
		if err != nil {
			query = ""
		} else {
			changed := false
			for key := range values {
				switch strings.ToLower(key) {
				case "password", "passwd", "pwd", "sslpassword", "secret", "token":
					changed = true
					if mask == "" {
						values.Del(key)
					} else {
						values.Set(key, "MASK")
					}
				}
			}
			if changed {
				if query = values.Encode(); query != "" {
					query = "?" + strings.ReplaceAll(query, "=MASK", "="+mask)
				}
			}
		}
	}
	return scheme + "://" + rest + query
}
