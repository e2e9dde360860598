package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/viper"

	"github.com/custard-ai/custard/internal/custard"
)

// Options say where to look.
type Options struct {
	File    string // instead of the user's file; it must exist. CUSTARD_CONFIG where empty
	Profile string // CUSTARD_PROFILE where empty
	Dir     string // where the walk up to custard.yaml begins; empty for no project
	Getenv  func(string) string
	Folders Folders
}

// ProjectFile is the name of a project's file.
const ProjectFile = "custard.yaml"

// UserFile returns the path of the user's file, or "" where there is no place for one.
func UserFile(o Options) string {
	if file := o.file(); file != "" {
		return file
	}
	if o.Folders.Config == "" {
		return ""
	}
	return filepath.Join(o.Folders.Config, "config.yaml")
}

func (o Options) file() string {
	if o.File != "" {
		return o.File
	}
	return o.Getenv("CUSTARD_CONFIG")
}

// Load reads the settings. Errors are CodeUsage and name the file or variable and what it should hold.
func Load(o Options) (*Config, error) {
	c := Default()
	profile := o.Profile
	if profile == "" {
		profile = o.Getenv("CUSTARD_PROFILE")
	}
	var profiles []string
	found := profile == ""
	read := func(path string, project bool) error {
		has, names, err := c.readFile(path, profile, project)
		profiles = append(profiles, names...)
		found = found || has
		return err
	}
	// The weakest first: what comes later overwrites.
	if user := UserFile(o); user != "" && (exists(user) || o.file() != "") {
		if err := read(user, false); err != nil {
			return nil, err
		}
	}
	if project := findProject(o.Dir, o.Getenv("HOME")); project != "" {
		if err := read(project, true); err != nil {
			return nil, err
		}
	}
	if !found {
		return nil, noProfile(profile, profiles)
	}
	for _, s := range Settings() {
		name := "CUSTARD_" + strings.ToUpper(s.Key)
		if value := o.Getenv(name); value != "" {
			if err := c.set(s, value, name); err != nil {
				return nil, err
			}
		}
	}
	slices.Reverse(c.Files)
	return c, nil
}

// readFile reads one file: its settings, then those of the profile. It says whether the file has the profile, and which it has.
func (c *Config) readFile(path, profile string, project bool) (has bool, profiles []string, err error) {
	v := viper.New()
	v.SetConfigFile(path)
	v.SetConfigType("yaml")
	if err := v.ReadInConfig(); err != nil {
		return false, nil, unreadable(path, "CUSTARD_CONFIG", err)
	}
	c.Files = append(c.Files, path)
	for name := range v.GetStringMap("profiles") {
		profiles = append(profiles, name)
	}
	groups := []string{""}
	if profile != "" && slices.Contains(profiles, strings.ToLower(profile)) {
		has = true
		groups = append(groups, "profiles."+profile+".")
	}
	for _, group := range groups {
		for _, s := range Settings() {
			if !v.IsSet(group + s.Key) {
				continue
			}
			if project && s.User {
				c.Warnings = append(c.Warnings, fmt.Sprintf("%s: %s is left out: only your own config.yaml may set it", path, s.Key))
				continue
			}
			value := v.GetString(group + s.Key)
			if s.Key == "show_sql" {
				value = yesNo(value)
			}
			if s.Key == "db" && project {
				value = besideFile(path, value)
			}
			if err := c.set(s, value, path); err != nil {
				return false, nil, err
			}
		}
	}
	for _, key := range v.AllKeys() {
		name := key
		if rest, ok := strings.CutPrefix(key, "profiles."); ok {
			_, name, _ = strings.Cut(rest, ".")
		}
		if _, ok := find(name); !ok && name != "profiles" && name != contextKey && !strings.HasPrefix(name, contextKey+".") {
			c.Warnings = append(c.Warnings, fmt.Sprintf("%s: there is no setting %q", path, key))
		}
	}
	slices.Sort(c.Warnings)
	return has, profiles, nil
}

func yesNo(value string) string {
	if b, ok := parseBool(value); ok && value != "" {
		if b {
			return "yes"
		}
		return "no"
	}
	return value
}

// besideFile makes the name of a database file in a project's file relative to that file.
func besideFile(path, db string) string {
	name, isSQLite := strings.CutPrefix(db, "sqlite:")
	if strings.Contains(name, "://") || filepath.IsAbs(name) || strings.HasPrefix(name, "//") || name == ":memory:" {
		return db
	}
	name = filepath.Join(filepath.Dir(path), name)
	if isSQLite {
		return "sqlite:" + name
	}
	return name
}

// settingsFile reads a program's file of settings, all as text; none where path is empty. variable is the one of the
// environment that may name the file, for the error; describe says which variable of
// the environment holds a setting, whether it is a secret, and whether there is one of that name.
func settingsFile(path, program, variable string, describe func(key string) (env string, secret, known bool)) (map[string]string, error) {
	out := map[string]string{}
	if path == "" {
		return out, nil
	}
	v := viper.New()
	v.SetConfigFile(path)
	v.SetConfigType("yaml")
	if err := v.ReadInConfig(); err != nil {
		return nil, unreadable(path, variable, err)
	}
	for _, key := range v.AllKeys() {
		switch env, secret, known := describe(key); {
		case !known:
			return nil, custard.Errorf(custard.CodeUsage, "%s: there is no setting %q", path, key).WithHint("See `%s --help`.", program)
		case secret:
			return nil, custard.Errorf(custard.CodeUsage, "%s: %s is a secret and does not belong in a configuration file", path, key).
				WithHint("Set %s in the environment, or name a file with %s_file.", env, key)
		}
		out[key] = v.GetString(key)
	}
	return out, nil
}

func unreadable(path, variable string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return custard.Errorf(custard.CodeUsage, "there is no configuration file %s", path).
			WithHint("Check --config and %s.", variable)
	}
	if parse, ok := errors.AsType[viper.ConfigParseError](err); ok {
		err = parse.Unwrap()
	}
	return custard.Errorf(custard.CodeUsage, "the configuration file %s cannot be read: %w", path, err).
		WithHint("It is YAML: one `key: value` a line. Mend it, or move it away.")
}

func noProfile(profile string, profiles []string) error {
	e := custard.Errorf(custard.CodeUsage, "there is no profile %q", profile)
	if len(profiles) == 0 {
		return e.WithHint("No configuration file has profiles; see `custard help configuration`.")
	}
	slices.Sort(profiles)
	return e.WithHint("There is: %s.", strings.Join(slices.Compact(profiles), ", "))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// findProject returns the nearest custard.yaml at or above dir, not above the home folder where dir lies below it.
// A file that belongs to somebody else is passed over: it could name a database that learns this user's password.
func findProject(dir, home string) string {
	if dir == "" {
		return ""
	}
	for {
		path := filepath.Join(dir, ProjectFile)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && trusted(info) {
			return path
		}
		parent := filepath.Dir(dir)
		if parent == dir || dir == home {
			return ""
		}
		dir = parent
	}
}
