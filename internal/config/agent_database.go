package config

import (
	"net"
	"net/url"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// Database names the database of an agent: a URL, or parts.
type Database struct {
	URL      string
	Type     string
	Host     string
	Port     string
	Name     string
	User     string
	Password string
	SSLMode  string
}

// DSN returns the database's address with its password: the URL, completed by the password where it has none, or what
// the parts make. CodeUsage where something is missing.
func (d Database) DSN() (string, error) {
	if d.URL != "" {
		return d.completed(), nil
	}
	switch d.Type {
	case "":
		return "", custard.Errorf(custard.CodeUsage, "no database is configured").
			WithHint("Set DB_URL, or DB_TYPE, DB_HOST and their kin: custard-agent --help")
	case "sqlite":
		if d.Name == "" {
			return "", custard.Errorf(custard.CodeUsage, "DB_NAME is not set").WithHint("For DB_TYPE=sqlite it is the path of the file.")
		}
		return "sqlite:" + d.Name, nil
	}
	u := url.URL{Scheme: d.Type, Host: d.Host, Path: "/" + d.Name}
	if u.Host == "" {
		u.Host = "localhost"
	}
	if d.Port != "" {
		u.Host = net.JoinHostPort(strings.Trim(u.Host, "[]"), d.Port)
	}
	switch {
	case d.Password != "":
		u.User = url.UserPassword(d.User, d.Password)
	case d.User != "":
		u.User = url.User(d.User)
	}
	if d.SSLMode != "" {
		u.RawQuery = url.Values{"sslmode": {d.SSLMode}}.Encode()
	}
	return u.String(), nil
}

// completed is the URL, with user, password and sslmode where it has none of its own.
func (d Database) completed() string {
	u, err := url.Parse(d.URL)
	if err != nil || u.Host == "" && u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return d.URL // a file, or something that the connector says more about
	}
	user := d.User
	if u.User != nil {
		if _, has := u.User.Password(); has {
			return d.URL
		}
		user = u.User.Username()
	}
	query := u.Query()
	if d.Password != "" && !query.Has("password") {
		u.User = url.UserPassword(user, d.Password)
	} else if user != "" {
		u.User = url.User(user)
	}
	if d.SSLMode != "" && !query.Has("sslmode") {
		query.Set("sslmode", d.SSLMode)
		u.RawQuery = query.Encode()
	}
	return u.String()
}

// holdsPassword says whether an address of a database has a password in it.
func holdsPassword(dsn string) bool {
	u, err := url.Parse(dsn)
	if err != nil {
		return strings.Contains(dsn, "@")
	}
	_, has := u.User.Password()
	return has || u.Query().Has("password")
}
