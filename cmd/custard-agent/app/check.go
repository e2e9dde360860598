package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/internal/custard"
)

// checkDatabase prints a line for each check and returns the first failure.
func checkDatabase(ctx context.Context, stdout io.Writer, getenv func(string) string, privileged bool) error {
	dsn, err := databaseURL(getenv)
	if err != nil {
		return err
	}
	driver, conn, err := all.Open(ctx, dsn, connector.Options{})
	if err != nil {
		return err
	}
	defer conn.Close()
	fmt.Fprintf(stdout, "ok  %s database reachable\n", driver.Name())

	p, err := conn.Privileges(ctx)
	if err != nil {
		return err
	}
	if err := judge(p, privileged); err != nil {
		return err
	}
	role := ""
	if p.Role != "" {
		role = " " + p.Role
	}
	if len(p.Excess) > 0 {
		fmt.Fprintf(stdout, "ok  role%s %s; accepted by --allow-privileged\n", role, strings.Join(p.Excess, ", "))
	} else {
		fmt.Fprintf(stdout, "ok  role%s may only read\n", role)
	}

	schema, err := conn.Schema(ctx)
	if err != nil {
		return err
	}
	columns := 0
	for _, t := range schema.Tables {
		columns += len(t.Columns)
	}
	if len(schema.Tables) == 0 {
		return custard.Errorf(custard.CodeFailed, "the role sees no tables").WithHint("Grant it SELECT on what may be asked about.")
	}
	fmt.Fprintf(stdout, "ok  schema of %d tables and %d columns\n", len(schema.Tables), columns)
	return nil
}

// judge refuses a role that may do more than read, unless that is accepted.
func judge(p *connector.Privileges, accepted bool) error {
	if len(p.Excess) == 0 || accepted {
		return nil
	}
	hint := "Use a role that may only read, or accept it with --allow-privileged."
	if p.ProperBy != "" {
		hint = "Make a role that may only read, and use it:\n\n" + p.ProperBy + "\n\nOr accept this one with --allow-privileged."
	}
	return custard.Errorf(custard.CodePolicy, "the role %s %s", p.Role, strings.Join(p.Excess, ", ")).WithHint("%s", hint)
}

// databaseURL puts the DSN together from DB_URL, or from DB_TYPE and its kin.
func databaseURL(getenv func(string) string) (string, error) {
	if dsn := getenv("DB_URL"); dsn != "" {
		return dsn, nil
	}
	kind, name := getenv("DB_TYPE"), getenv("DB_NAME")
	switch kind {
	case "":
		return "", custard.Errorf(custard.CodeUsage, "no database is configured").WithHint("Set DB_URL, or DB_TYPE, DB_HOST and their kin: custard-agent --help")
	case "sqlite":
		if name == "" {
			return "", custard.Errorf(custard.CodeUsage, "DB_NAME is not set").WithHint("For DB_TYPE=sqlite it is the path of the file.")
		}
		return "sqlite:" + name, nil
	}
	password := getenv("DB_PASSWORD")
	if file := getenv("DB_PASSWORD_FILE"); password == "" && file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return "", custard.Errorf(custard.CodeUsage, "DB_PASSWORD_FILE cannot be read: %w", err).WithHint("Check the path and its permissions.")
		}
		password = strings.TrimRight(string(data), "\r\n")
	}
	u := url.URL{Scheme: kind, Host: cmp.Or(getenv("DB_HOST"), "localhost"), Path: "/" + name}
	if port := getenv("DB_PORT"); port != "" {
		u.Host = net.JoinHostPort(u.Host, port)
	}
	switch user := getenv("DB_USER"); {
	case password != "":
		u.User = url.UserPassword(user, password)
	case user != "":
		u.User = url.User(user)
	}
	if mode := getenv("DB_SSLMODE"); mode != "" {
		u.RawQuery = url.Values{"sslmode": {mode}}.Encode()
	}
	return u.String(), nil
}
