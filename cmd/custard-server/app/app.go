// Package app wires custard-server: flags and environment in, a listening server out.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/server/httpapi"
)

// grace is how long requests that run may take to end after a signal.
const grace = 20 * time.Second

// Run runs the program and returns its exit code: 0 stopped as told, 1 failed, 2 wrong usage. It listens until ctx ends or the process is told to stop.
func Run(ctx context.Context, version string, args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	var host, port string
	usage := false // whether what fails is how the program was called
	root := &cobra.Command{
		Use:   "custard-server",
		Short: "The hosted side of Custard",
		Long: `custard-server is the hosted side of Custard.

This version answers /health and /status: it is what a deployment's probes and load balancer need.
Accounts, connections and the hub that agents dial are not part of it yet; ask a database directly with
"custard ask --db …" meanwhile.`,
		Example: "  custard-server\n  HOST=127.0.0.1 PORT=9000 custard-server\n  curl http://localhost:8080/status",
		Args: func(cmd *cobra.Command, args []string) error {
			usage = len(args) > 0
			return cobra.NoArgs(cmd, args)
		},
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log := slog.New(slog.NewTextHandler(stderr, nil))
			return serve(cmd.Context(), net.JoinHostPort(host, port), httpapi.New(httpapi.Config{Version: version, Logger: log}), log)
		},
	}
	root.Flags().StringVar(&host, "host", getenv("HOST"), "address to listen on; empty for all (HOST)")
	root.Flags().StringVar(&port, "port", cmp.Or(getenv("PORT"), "8080"), "port to listen on (PORT)")
	root.AddCommand(&cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(stdout, "custard-server", version)
			return err
		},
	})
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		usage = true
		return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
	})
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(stderr, "custard-server:", err)
		if usage {
			return 2
		}
		return 1
	}
	return 0
}

// serve listens until ctx ends, then stops taking requests and lets those that run finish within the grace period.
func serve(ctx context.Context, addr string, handler http.Handler, log *slog.Logger) error {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another with --host and --port", addr, err)
	}
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	log.Info("listening", "address", ln.Addr().String())
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping")
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := srv.Shutdown(stopCtx); err != nil {
		return fmt.Errorf("requests were still running after %s: %w", grace, err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
