package cli

import (
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/local"
	"github.com/custard-ai/custard/server/span"
	"github.com/custard-ai/custard/server/trace"
	"github.com/custard-ai/custard/server/translate"
)

// app is one run of the program: its streams, its environment, and what is read when first needed.
type app struct {
	version string
	stdin   io.Reader
	stdout  *firstError
	stderr  io.Writer
	getenv  func(string) string
	clock   func() time.Time
	folders config.Folders
	screen  screens

	global struct {
		config, profile, server, logFile string
		noColor, quiet, verbose          bool
	}

	cassette struct{ record, replay string } // folders of a model's traffic

	stages span.Recorder   // of the last question, for the history
	traces *trace.Exporter // where the environment names a collector

	today    time.Time // what 'today' means, where a flag or the configuration says so
	cfg      *config.Config
	logger   *slog.Logger
	logFile  *os.File
	json     bool // errors go to standard output as objects too
	remote   *client.Client
	contexts map[string]*translate.Context // of local databases, by label
	answered bool                          // standard output holds a whole document, so that an error object would be a second one
}

func newApp(version string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) *app {
	return &app{
		version: version, stdin: stdin, stdout: &firstError{w: stdout}, stderr: stderr, getenv: getenv, clock: time.Now,
		folders: config.FindFolders(getenv), screen: findScreens(stdin, stdout, stderr, getenv),
	}
}

func (a *app) configOptions() config.Options {
	dir, err := os.Getwd()
	if err != nil {
		dir = "" // no project can be found from a folder that is gone
	}
	return config.Options{File: a.global.config, Profile: a.global.profile, Dir: dir, Getenv: a.getenv, Folders: a.folders}
}

// config reads the configuration once, and lets the global flags win over it.
func (a *app) config() (*config.Config, error) {
	if a.cfg != nil {
		return a.cfg, nil
	}
	cfg, err := config.Load(a.configOptions())
	if err != nil {
		return nil, err
	}
	cfg.Quiet = cfg.Quiet || a.global.quiet
	cfg.Verbose = cfg.Verbose || a.global.verbose
	if a.global.server != "" {
		cfg.Server = a.global.server
	}
	if a.global.logFile != "" {
		cfg.LogFile = a.global.logFile
	}
	a.cfg = cfg
	for _, w := range cfg.Warnings {
		a.warn(w)
	}
	return cfg, a.openLog(cfg.LogFile)
}

func (a *app) openLog(path string) error {
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return custard.Errorf(custard.CodeUsage, "cannot write the log: %w", err).WithHint("Choose another file with --log-file.")
	}
	a.logFile = f
	a.logger = slog.New(slog.NewJSONHandler(f, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return nil
}

func (a *app) log() *slog.Logger {
	if a.logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return a.logger
}

func (a *app) quiet() bool {
	return a.global.quiet || (a.cfg != nil && a.cfg.Quiet)
}

func (a *app) close() {
	a.closeTraces()
	if a.remote != nil {
		a.remote.Close()
	}
	if a.logFile != nil {
		_ = a.logFile.Close() // the last thing that the program does
	}
}

// store is where connections and history are kept.
func (a *app) store() *local.Store { return local.Open(a.folders.Data) }
