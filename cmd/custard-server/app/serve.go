package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/custard"
)

const (
	headerTime = 10 * time.Second  // for a request's header to arrive
	idleTime   = 120 * time.Second // between two requests of a connection
	maxHeader  = 64 << 10
	// ballastSize lets the heap grow by some 8 MiB between collections, at the least.
	ballastSize = 12 << 20
)

// serve is the life of a server: it listens until ctx ends, and then drains.
func (p *program) serve(ctx context.Context) error {
	c, err := p.settings()
	if err != nil {
		return err
	}
	debug.SetGCPercent(c.GCPercent)
	// The collector counts this as heap, though nothing touches it and so it takes no memory: a heap of a few megabytes is not
	// collected twenty times a second.
	ballast := make([]byte, ballastSize)
	defer runtime.KeepAlive(ballast)
	if c.MemoryLimit > 0 {
		debug.SetMemoryLimit(c.MemoryLimit)
	}
	log := config.Logger(p.stderr, c.LogFormat, c.LogLevel)
	if c.TLSCert != "" { // before anything is made or opened
		if _, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey); err != nil {
			return custard.Errorf(custard.CodeUsage, "the certificate and its key cannot be used: %w", err).
				WithHint("Give the paths of two PEM files that belong together with --tls-cert and --tls-key.")
		}
	}
	ln, err := listen(ctx, c.Host, c.Port)
	if err != nil {
		return err
	}
	publicURL := cmp.Or(c.PublicURL, ownURL(c, ln.Addr()))
	s, err := p.assemble(ctx, c, publicURL, log)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	metrics, err := s.listenMetrics(ctx, c, log)
	if err != nil {
		return errors.Join(err, ln.Close(), s.close(ctx))
	}
	log.Info("listening", "address", ln.Addr().String(), "url", publicURL, "database", databaseName(c.DatabaseURL), "mail", mailNote(s.mailMode), "version", p.version)
	return p.run(ctx, c, s, ln, metrics, log)
}

// run serves until ctx ends or the listener fails, then lets what runs finish within the grace period: first the requests,
// then the agents, then what is still to be written down.
func (p *program) run(ctx context.Context, c *config.Server, s *parts, ln net.Listener, metrics *http.Server, log *slog.Logger) error {
	base, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	srv := &http.Server{
		Handler: s.api, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		BaseContext: func(net.Listener) context.Context { return base },
		ErrorLog:    slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() {
		if c.TLSCert != "" {
			failed <- srv.ServeTLS(ln, c.TLSCert, c.TLSKey)
		} else {
			failed <- srv.Serve(ln)
		}
	}()
	var broke error
	select {
	case broke = <-failed:
	case <-ctx.Done():
	}
	log.Info("stopping", "grace", c.Grace.String())
	s.api.StartDraining()
	if broke == nil && c.DrainDelay > 0 {
		time.Sleep(c.DrainDelay)
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.Grace)
	defer cancel()
	late := srv.Shutdown(grace)
	if late != nil { // what still runs is cancelled, down to the database
		cut(custard.Errorf(custard.CodeUnreachable, "the server is stopping"))
		late = errors.Join(custard.Errorf(custard.CodeFailed, "requests were still running after %s", c.Grace), srv.Close())
	}
	if metrics != nil {
		late = errors.Join(late, metrics.Close())
	}
	rest, cancelRest := context.WithTimeout(context.WithoutCancel(ctx), max(c.Grace/4, 5*time.Second))
	defer cancelRest()
	err := errors.Join(late, s.close(rest))
	if broke != nil && !errors.Is(broke, http.ErrServerClosed) {
		err = errors.Join(custard.Errorf(custard.CodeFailed, "the listener failed: %w", broke), err)
	}
	log.Info("stopped")
	return err
}

func listen(ctx context.Context, host, port string) (net.Listener, error) {
	address := net.JoinHostPort(host, port)
	// Whoever waits for an answer and is gone without a word is noticed in half a minute: what he asked is cancelled then.
	alive := net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 4}
	ln, err := (&net.ListenConfig{KeepAliveConfig: alive}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, custard.Errorf(custard.CodeFailed, "cannot listen on %s: %w", address, err).WithHint("Choose another address with --host and --port.")
	}
	return ln, nil
}

// listenMetrics serves /metrics on a listener of its own, where that is wanted.
func (s *parts) listenMetrics(ctx context.Context, c *config.Server, log *slog.Logger) (*http.Server, error) {
	if c.MetricsAddress == "" {
		return nil, nil //nolint:nilnil // they are served beside everything else
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.MetricsAddress)
	if err != nil {
		return nil, custard.Errorf(custard.CodeFailed, "cannot listen on %s: %w", c.MetricsAddress, err).WithHint("Choose another address with --metrics-address.")
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.api.Metrics())
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: headerTime, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	s.background.Go(func() {
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics are not served any more", "error", err)
		}
	})
	log.Info("metrics", "address", ln.Addr().String())
	return srv, nil
}

// ownURL is where a server is reached that was told nothing about it.
func ownURL(c *config.Server, addr net.Addr) string {
	scheme := "http://"
	if c.TLSCert != "" {
		scheme = "https://"
	}
	host := c.Host
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		port = c.Port
	}
	return scheme + net.JoinHostPort(host, port)
}

func mailNote(mode string) string {
	if mode == "log" {
		return "written to this log: set RESEND_API_KEY or SMTP_URL to send it"
	}
	return mode
}
