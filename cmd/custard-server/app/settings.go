package app

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/custard"
)

// addFlags gives a command, and those below it, a flag for each setting that is no secret.
func (p *program) addFlags(root *cobra.Command) {
	p.flags = root.PersistentFlags()
	p.flags.StringVar(&p.config, "config", "", "a YAML file of settings (CUSTARD_SERVER_CONFIG)")
	for _, s := range config.ServerSettings() {
		if s.Secret {
			continue
		}
		help := s.Help + " (" + s.Env + ")"
		if s.Bool {
			p.flags.Bool(s.Flag(), s.Default == "true", help)
		} else {
			p.flags.String(s.Flag(), s.Default, help)
		}
	}
}

// settings reads the configuration.
func (p *program) settings() (*config.Server, error) {
	flags := map[string]string{}
	for _, s := range config.ServerSettings() {
		if f := p.flags.Lookup(s.Flag()); f != nil && f.Changed {
			flags[s.Key] = f.Value.String()
		}
	}
	c, err := config.LoadServer(config.ServerOptions{File: p.config, Flags: flags, Getenv: p.getenv})
	if err != nil {
		return nil, err
	}
	if c.DatabaseURL == "" {
		c.DatabaseURL, err = p.ownDatabase()
	}
	return c, err
}

// ownDatabase is the SQLite file in the data folder, which is made where it is not there.
func (p *program) ownDatabase() (string, error) {
	folder := config.FindFolders(p.getenv).Data
	if folder == "" {
		return "", custard.Errorf(custard.CodeUsage, "there is no folder to keep data in").
			WithHint("Set DATABASE_URL, or CUSTARD_HOME to a folder that may be written.")
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", custard.Errorf(custard.CodeUsage, "cannot make the data folder: %w", err).
			WithHint("Set DATABASE_URL, or CUSTARD_HOME to a folder that may be written.")
	}
	return "sqlite:" + filepath.Join(folder, "server.db"), nil
}
