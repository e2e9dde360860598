package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
)

// probeTime is how long a server on the same machine may take to answer its probe.
const probeTime = 5 * time.Second

// newHealth makes the command that asks the server which runs here: what a container without a shell probes itself with.
func (p *program) newHealth() *cobra.Command {
	ready := false
	cmd := &cobra.Command{
		Use: "health", Short: "Ask the server that runs here whether it is well (for container probes)",
		Long: "health asks the server that runs on this machine, at the host and port of the same settings, whether it is alive;\n" +
			"with --ready whether it and its parts are ready. It exits with 0 where they are, else with 1.",
		Example: "  custard-server health\n  PORT=9000 custard-server health --ready", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.probe(cmd.Context(), ready) },
	}
	cmd.Flags().BoolVar(&ready, "ready", false, "ask for /status, not for /health")
	return cmd
}

func (p *program) probe(ctx context.Context, ready bool) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	host := s.Host
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	scheme, path := "http", "/health"
	if s.TLSCert != "" {
		scheme = "https"
	}
	if ready {
		path = "/status"
	}
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+net.JoinHostPort(host, cmp.Or(s.Port, "8080"))+path, nil)
	if err != nil {
		return err
	}
	// The certificate names the public address, not this machine; what is asked is no secret.
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // see above
	resp, err := client.Do(req)
	if err != nil {
		return custard.Errorf(custard.CodeUnreachable, "the server does not answer: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return custard.Errorf(custard.CodeFailed, "%s says %s: %s", path, resp.Status, strings.TrimSpace(string(body)))
	}
	_, err = fmt.Fprintln(p.stdout, strings.TrimSpace(string(body)))
	return err
}
